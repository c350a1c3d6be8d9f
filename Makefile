# What a person types. Needs make and a python3 of at least 3.11, nothing else; everything goes into .venv.
# Another Python: make install PYTHON=python3.12

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Two processes, each with whole files: what a file builds once for all its tests is built once.
FAST_TESTS := $(BIN)/python -m pytest -m 'not slow' -n 2 --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help install chat test slow check bench clean

help:  ## Show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 12

install: $(STAMP)  ## Make .venv with every version pinned; a second call does no work

# The stamp is newer than what it was made from exactly when there is nothing to do.
$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "expected Python 3.11 or newer, got " + sys.version.split()[0] + "; choose one with PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $(STAMP)

chat: install  ## Put the sample articles into your collection and open the web page on 127.0.0.1:7860
	$(BIN)/byline ingest documents/samples
	$(BIN)/byline serve --host 127.0.0.1 --port 7860

test: install  ## The fast tests, about two minutes on two cores
	$(FAST_TESTS)

slow: install  ## The tests that take minutes: killed processes, a real browser, a network that is shut
	$(BIN)/python -m pytest -m slow

check: install  ## Format, lint, types, layers, guards and the fast tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(FAST_TESTS)

bench: install  ## Measure answers and times on the samples
	$(BIN)/python tests/bench_main.py

clean:  ## Remove .venv and every cache; your collection stays
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
