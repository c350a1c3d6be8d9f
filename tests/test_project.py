"""The project's own rules: what is exported, packaged, documented and imported where, and how long things may be."""

from __future__ import annotations

import ast
import difflib
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

from rag.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("documents", "index", "rag", "ui")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
README = (ROOT / "README.md").read_text(encoding="utf-8")

EXPORTED = {"Answer", "BylineError", "Chatbot", "Citation", "Finding", "Settings", "ask", "evaluate"}

HEAVY = {"torch", "chromadb", "gradio", "llama_index", "sentence_transformers", "transformers", "pandas", "trafilatura"}

ONE_IMPORTER = {
    "chromadb": ("index/vectors.py",),
    "sqlalchemy": ("index/store*.py", "index/tables.py", "index/migrations/*.py", "index/migrations/versions/*.py"),
    "alembic": ("index/store*.py", "index/migrations/*.py", "index/migrations/versions/*.py"),
    "tantivy": ("index/lexical.py", "index/words.py"),
    "torch": ("index/embedding.py", "index/reranking.py"),
    "sentence_transformers": ("index/embedding.py", "index/reranking.py"),
    "transformers": ("index/embedding.py", "index/reranking.py"),
    "gradio": ("ui/*.py",),
    "fastapi": ("ui/*.py",),
    "uvicorn": ("ui/*.py",),
    "typer": ("ui/*.py",),
    "rich": ("ui/*.py",),
    "llama_index.llms": ("rag/generation.py",),
    "trafilatura": ("documents/formats/*.py",),
    "pydantic_settings": ("rag/settings.py",),
}
"""Foreign package -> the only files that may import it, so that replacing it is work in one place."""

BOUNDARIES = ("ui/cli_session.py", "ui/handlers.py")
"""Files that may swallow any exception: the outermost edges, where an error becomes a line for a person."""


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imported(path: Path) -> tuple[str, ...]:
    names: list[str] = []
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
    return tuple(names)


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=550, check=False
    )


def section(title: str) -> str:
    match = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL)
    assert match, f"README needs a section '## {title}'"
    return match.group(1)


def assert_same(expected: list[str], got: list[str], where: str) -> None:
    changes = "\n".join(difflib.unified_diff(got, expected, "README now", "what is true", lineterm=""))
    assert expected == got, f"{where} lags the code; it should be:\n\n" + "\n".join(expected) + f"\n\n{changes}"


# -- what is exported and imported ---------------------------------------------------------------


def test_the_exported_names_are_the_documented_ones_and_load() -> None:
    import rag

    assert set(rag.__all__) == EXPORTED
    for name in EXPORTED:
        assert getattr(rag, name).__name__ == name
        assert re.search(rf"\b{name}\b", README), f"README does not mention {name}"
    with pytest.raises(AttributeError):
        _ = rag.nothing


@pytest.mark.parametrize("code", ["import ui.cli", "import rag", "import documents, index, rag, ui"])
def test_importing_a_face_loads_nothing_heavy(code: str) -> None:
    result = run(sys.executable, "-c", f"import sys; {code}; print(*{{n.partition('.')[0] for n in sys.modules}})")
    assert result.returncode == 0, result.stderr
    assert not HEAVY & set(result.stdout.split())


def test_help_loads_nothing_heavy_for_any_command() -> None:
    code = (
        "import sys, atexit\n"
        "atexit.register(lambda: sys.stderr.write(' '.join({n.partition('.')[0] for n in sys.modules})))\n"
        "from ui.cli import main\n"
        "main(sys.argv[1:])"
    )
    for arguments in (["--help"], ["ask", "--help"], ["ingest", "--help"]):
        result = run(sys.executable, "-c", code, *arguments)
        assert result.returncode == 0 and "byline" in result.stdout
        assert not HEAVY & set(result.stderr.split()), arguments


IMPORT_ALL = """
import importlib, os, socket, sys
before = dict(os.environ)
def refuse(*given, **named):
    raise AssertionError("network at import")
socket.socket.connect = socket.getaddrinfo = refuse
for name in sys.argv[1:]:
    importlib.import_module(name)
written = {k for k, v in os.environ.items() if before.get(k) != v and k.startswith(("BYLINE", "HF_", "GRADIO"))}
assert not written, written
"""


@pytest.mark.slow
def test_nothing_happens_at_import(tmp_path: Path) -> None:
    programs = {"ui/__main__.py", "index/probe.py"}  # running them is what they are for
    paths = [p for p in MODULES if name_of(p) not in programs and "migrations" not in p.parts]
    names = [name_of(p).removesuffix(".py").removesuffix("/__init__").replace("/", ".") for p in paths]
    result = run(sys.executable, "-c", IMPORT_ALL, *names, HOME=str(tmp_path), BYLINE_HOME=str(tmp_path / "home"))
    assert result.returncode == 0, result.stderr
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("foreign", ONE_IMPORTER)
def test_a_foreign_package_is_imported_where_it_belongs(foreign: str) -> None:
    allowed = ONE_IMPORTER[foreign]
    wrong = [
        name_of(path)
        for path in MODULES
        if any(module == foreign or module.startswith(foreign + ".") for module in imported(path))
        and not any(path.relative_to(ROOT).match(pattern) for pattern in allowed)
    ]
    assert not wrong, f"only {', '.join(allowed)} may import {foreign}"


def test_names_are_imported_from_modules_of_the_package() -> None:
    relative = [
        name_of(path)
        for path in MODULES
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert not relative, "imports are absolute"


# -- how things are written ----------------------------------------------------------------------


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_is_one_idea(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert len(text.splitlines()) <= 300, f"{name_of(path)} is too long: is it still one idea?"
    assert ast.get_docstring(tree), f"{name_of(path)} does not say what it does"
    assert path.stem not in {"utils", "helpers", "common", "misc"}
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    for function in functions:
        body = function.body[1:] if ast.get_docstring(function) and len(function.body) > 1 else function.body
        length = (body[-1].end_lineno or 0) - body[0].lineno + 1
        assert length < 60, f"{name_of(path)}: {function.name} has a body of {length} lines"
    exported = {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}
    assert path.stem not in exported, f"{name_of(path)} shares its name with a function it exports"


def catches_everything(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or getattr(kind, "id", "") in ("Exception", "BaseException") for kind in kinds)


def test_only_the_outermost_edges_swallow_any_error() -> None:
    wrong = [
        f"{name_of(path)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ExceptHandler) and catches_everything(node)
        # what ends in a raise swallows nothing: it cleans up, or gives a foreign error our name
        if not isinstance(node.body[-1], ast.Raise) and name_of(path) not in BOUNDARIES
    ]
    assert not wrong


def test_tests_are_flat_and_named_after_what_they_test() -> None:
    folders = {"data", "__pycache__"}
    assert {p.name for p in (ROOT / "tests").iterdir() if p.is_dir()} <= folders
    assert not (ROOT / "tests" / "__init__.py").exists()


# -- what is packaged ----------------------------------------------------------------------------


def test_the_wheel_holds_the_four_packages_and_all_their_files(tmp_path: Path) -> None:
    result = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path))
    assert result.returncode == 0, result.stderr
    (wheel,) = tmp_path.glob("*.whl")
    held = {name for name in zipfile.ZipFile(wheel).namelist() if not name.endswith("/")}
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert {name.partition("/")[0] for name in held} == {*PACKAGES, f"byline-{version}.dist-info"}
    files = {
        name_of(path)
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {name for name in held if ".dist-info" not in name} == files
    assert "documents/outlets/outlets.toml" in files and "documents/samples/questions.jsonl" in files
    assert any(name.startswith("index/migrations/versions/") for name in files)
    assert any(name.endswith(".css") for name in files) and any(name.endswith(".js") for name in files)


def test_every_dependency_has_a_pinned_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + [r for extra in project["optional-dependencies"].values() for r in extra]
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line and line[0] != "#"]
    pinned = dict(line.split("==") for line in lines)
    names = {plain_name(name) for name in pinned}
    missing = [requirement for requirement in wanted if plain_name(requirement) not in names]
    assert not missing, "constraints.txt lacks them"
    assert not [version for version in pinned.values() if "+" in version], "a local version cannot be fetched elsewhere"


def test_the_make_targets_and_the_ci_script_are_there() -> None:
    helped = run("make", "help")
    targets = {line.split()[0] for line in helped.stdout.splitlines()}
    assert helped.returncode == 0
    assert {"install", "chat", "test", "slow", "check", "bench", "clean"} <= targets
    assert os.access(ROOT / ".ci" / "run", os.X_OK) and run("bash", "-n", ".ci/run").returncode == 0


def plain_name(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\s<>=!~\[;]", requirement)[0]).lower()


def test_what_is_imported_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {plain_name(r) for r in project["dependencies"]}
    tools = declared | {plain_name(r) for r in project["optional-dependencies"]["dev"]}
    tests = sorted((ROOT / "tests").glob("*.py"))
    ours = {*PACKAGES, *(path.stem for path in tests)}
    distributions = packages_distributions()
    undeclared = {
        f"{name_of(path)}: {module}"
        for path in [*MODULES, *tests]
        for module in {name.partition(".")[0] for name in imported(path)} - sys.stdlib_module_names - ours
        if not {plain_name(d) for d in distributions.get(module, [])} & (tools if path in tests else declared)
    }
    assert not undeclared, "pyproject.toml lacks them (another package happens to bring them now)"


# -- what README says ----------------------------------------------------------------------------


def test_readme_names_every_file() -> None:
    lines = re.findall(r"^\s*- `([^`]+)`: \S", section("Files"), re.MULTILINE)
    files = [name_of(p) for p in MODULES if p.name != "__init__.py" and "migrations" not in p.parts]
    assert len(lines) == len(set(lines)), "a file stands there twice"
    missing = sorted(set(files) - set(lines))
    assert not missing, "README's section Files lacks lines for: " + ", ".join(missing)
    gone = [line for line in lines if not (ROOT / line).exists()]
    assert not gone, f"README's section Files names what is not there: {gone}"


def usage_lines() -> list[str]:
    """Return one line for each command: its arguments, then its own options, as the program has them."""
    import typer.main

    from ui.cli import app
    from ui.cli_session import EVERYWHERE

    group: Any = typer.main.get_command(app)
    lines = []
    for name, command in group.commands.items():
        parts = ["byline", name]
        own = [p for p in command.params if getattr(p, "rich_help_panel", None) != EVERYWHERE and p.name != "help"]
        for param in sorted(own, key=lambda p: p.param_type_name != "argument"):
            repeated = "..." if param.nargs == -1 or param.multiple else ""
            if param.param_type_name == "argument":
                parts.append((param.metavar if param.required else f"[{param.metavar}]") + repeated)
            else:
                value = "" if param.is_flag else f" {param.metavar}"
                parts.append(f"[{param.opts[0]}{value}]{repeated}")
        lines.append(" ".join(parts))
    shared = [p for p in group.params if getattr(p, "rich_help_panel", None) == EVERYWHERE]
    flags = (f"[{'|'.join(p.opts)}{'' if p.is_flag else f' {p.metavar}'}]" for p in shared)
    return [*lines, "", "every command: " + " ".join(flags)]


def test_readme_has_the_commands_as_they_are() -> None:
    match = re.search(r"```text\n(.*?)```", section("Commands"), re.DOTALL)
    assert match, "README's section Commands needs a ```text block:\n\n" + "\n".join(usage_lines())
    assert_same(usage_lines(), match.group(1).splitlines(), "README's list of commands")


def setting_rows() -> list[str]:
    rows = ["| setting | default | what it is |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        if field.default_factory:
            default = "your data folder"
        rows.append(f"| `{name}` | {default} | {field.description} |")
    return rows


def test_readme_has_the_settings_as_they_are() -> None:
    rows = [line for line in section("Settings").splitlines() if line.startswith("|")]
    assert_same(setting_rows(), rows, "README's table of settings")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("readme") / "home"
    result = run(sys.executable, "-m", "ui", "--home", str(home), "ingest", "documents/samples", "--json")
    assert result.returncode == 0, result.stderr
    return home


@pytest.mark.slow
def test_readmes_python_examples_run(sample_home: Path, tmp_path: Path) -> None:
    examples = blocks("python")
    assert examples, "README shows no use from Python"
    for number, code in enumerate(examples):
        script = tmp_path / f"example_{number}.py"
        script.write_text(code, encoding="utf-8")
        result = run(sys.executable, str(script), BYLINE_HOME=str(sample_home))
        assert result.returncode == 0, f"{code}\n{result.stderr}"
        assert_shown(code_comments(code), result.stdout)


@pytest.mark.slow
def test_readmes_console_examples_run_and_print_what_stands_there(sample_home: Path, tmp_path: Path) -> None:
    """Lines after ``$`` are commands; the lines under one must come out of it, in order; ``...`` is any lines."""
    examples = blocks("console")
    assert examples, "README shows no use on the command line"
    home = tmp_path / "home"
    shutil.copytree(sample_home, home)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for example in examples:
        for command, _, shown in (part.partition("\n") for part in re.split(r"^\$ ", example, flags=re.MULTILINE)[1:]):
            result = run("bash", "-c", command, BYLINE_HOME=str(home), PATH=path)
            assert result.returncode == 0, f"{command}\n{result.stderr}"
            assert_shown(shown.splitlines(), result.stdout + result.stderr)


def code_comments(code: str) -> list[str]:
    """Return what an example says it prints: the text after ``# prints: ``."""
    return re.findall(r"# prints: (.*)$", code, re.MULTILINE)


def assert_shown(expected: list[str], output: str) -> None:
    position = 0
    for line in (part.strip() for part in expected):
        if line and line != "...":
            found = output.find(line, position)
            assert found >= 0, f"README shows {line!r}, which does not come (in this order); the output is:\n{output}"
            position = found + len(line)


def test_the_example_checks_above_can_fail() -> None:
    assert_shown(["a", "...", "b"], "a\nx\nb\n")
    with pytest.raises(AssertionError):
        assert_shown(["b", "a"], "a\nb")
