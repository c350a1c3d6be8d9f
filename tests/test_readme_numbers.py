"""The numbers in README are those of the sample questions as they are answered now."""

from __future__ import annotations

from pathlib import Path

import pytest
import readme_numbers
from fakes import SAMPLES
from readme_numbers import BEGIN, END, README, block, numbers_of, render, stored
from reports import make_report

from documents.reading import ReadOptions
from index.building import ingest
from index.embedding import load_encoder
from rag.evaluation.running import evaluate
from rag.settings import Settings


def test_readme_has_the_stored_numbers() -> None:
    shown = block(README.read_text(encoding="utf-8"))
    assert shown is not None, f"README needs lines {BEGIN} and {END}; between them:\n\n{render(stored())}"
    assert shown == render(stored()), "README's numbers lag; run: make bench"


def test_a_table_has_every_number_beside_the_baselines() -> None:
    kept = numbers_of(make_report(12))
    text = render(kept)
    assert "12 questions about the 38 sample articles, 0 of which nothing answers" in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert rows[0] == "| metric | Byline | 95 % interval | n | major | quest | rand | words | dense | first | none |"
    assert len({row.count("|") for row in rows}) == 1
    (recall,) = (row for row in rows if "`recall@10`" in row)
    assert "| **0.900** | 0.800–1.000 | 40 | 0.280 | 0.400 |" in recall
    assert "latency" not in text and not any("latency" in name for name in kept["metrics"])


def test_the_block_is_replaced_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    readme = tmp_path / "README.md"
    monkeypatch.setattr(readme_numbers, "README", readme)
    monkeypatch.setattr(readme_numbers, "NUMBERS", tmp_path / "evaluation.json")
    readme_numbers.store(make_report(12))
    readme.write_text("Before.\n", encoding="utf-8")
    assert not readme_numbers.rewrite_readme()
    readme.write_text(f"Before.\n\n{BEGIN}\nold\n{END}\n\nAfter.\n", encoding="utf-8")
    for _ in range(2):
        assert readme_numbers.rewrite_readme()
        text = readme.read_text(encoding="utf-8")
        assert text == f"Before.\n\n{BEGIN}\n{render(readme_numbers.stored())}\n{END}\n\nAfter.\n"


@pytest.mark.slow
def test_the_stored_numbers_are_what_the_samples_give_now(tmp_path: Path) -> None:
    ingest(tmp_path, [SAMPLES], options=ReadOptions(), encoder=load_encoder())
    measured = numbers_of(evaluate(SAMPLES / "questions.jsonl", settings=Settings(home=tmp_path)))
    kept = stored()
    assert {key: kept[key] for key in ("questions", "unanswerable", "articles")} == {
        key: measured[key] for key in ("questions", "unanswerable", "articles")
    }
    assert set(kept["metrics"]) == set(measured["metrics"])
    for name, metric in kept["metrics"].items():
        now = measured["metrics"][name]
        assert now["n"] == metric["n"], name
        # another processor may round a tie between two sentences the other way: one question, not more
        slack = 0.0005 + 1 / max(1, now["n"])
        assert now["value"] == pytest.approx(metric["value"], abs=slack), name
        assert (now["low"], now["high"]) == pytest.approx((metric["low"], metric["high"]), abs=2 * slack), name
    for base, values in kept["baselines"].items():
        assert set(values) == set(measured["baselines"][base])
        for name, value in values.items():
            slack = 0.0005 + 1 / max(1, measured["metrics"].get(name, {"n": 10})["n"])
            assert measured["baselines"][base][name] == pytest.approx(value, abs=slack), (base, name)
