"""The command line as a person and a script meet it: output, exit codes, one-line errors, no traceback."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer
from fakes import HashEncoder
from hypothesis import given
from hypothesis import strategies as st

from documents.errors import RequestError
from documents.reading import ReadOptions
from index.building import ingest
from ui.cli import main
from ui.cli_session import Session, boundary, json_text

ROOT = Path(__file__).resolve().parents[1]

REVIEW = """---
title: Voices on the Lorn bridge
outlet: Harbour Digest
published: 2024-03-02
---
The Lorn bridge has been shut for a week, and opinions differ.

Kestrel Courier writes about the council:

"The council knew of the cracks in May and did nothing until a lorry driver complained."
"""
AGENCY_TEXT = "\n\n".join(
    f"Paragraph {n} of the agency says that the lighthouse of {place} was lit again after {n} years, and that its "
    f"keeper {who} climbed all {n * 37} steps with a lantern, a {thing} and a letter to the harbour council."
    for n, place, who, thing in (
        (3, "Skerra", "Mira", "kettle"),
        (5, "Lorn", "Anselm", "fiddle"),
        (8, "Bay", "Ruth", "map"),
    )
)
LETTER = (
    "A reader writes about the ferry to Saltmarsh. It costs 14 crowns, "
    "and \x1b[31mnobody\x1b[0m likes the \u202etimetable."
)


@dataclass(frozen=True)
class Ended:
    code: Any
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put back what a run of the program changes in its process."""
    environment, terminate = dict(os.environ), signal.getsignal(signal.SIGTERM)
    for name in [name for name in os.environ if name.startswith("BYLINE_")]:
        del os.environ[name]
    root = logging.getLogger()
    handlers = list(root.handlers)
    with warnings.catch_warnings():
        yield
    root.handlers[:] = handlers
    signal.signal(signal.SIGTERM, terminate)
    os.environ.clear()
    os.environ.update(environment)


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: str | Path) -> Ended:
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Ended(ended.value.code, captured.out, captured.err)

    return run


def program(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ui", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False, **options)


def build(folder: Path) -> Path:
    articles = folder / "articles"
    articles.mkdir()
    (articles / "review.md").write_text(REVIEW, encoding="utf-8")
    (articles / "letter.txt").write_text(LETTER, encoding="utf-8")
    ingest(folder / "home", [articles], options=ReadOptions(), encoder=HashEncoder())
    return folder / "home"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A collection of two articles that no test changes."""
    return build(tmp_path_factory.mktemp("cli"))


def article_id(cli: Any, home: Path, outlet: str | None) -> str:
    (found,) = [a["id"] for a in cli("--home", home, "articles", "--json").data if a["outlet"] == outlet]
    return str(found)


# -- usage ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["asj"],
        ["ask"],
        ["ask", "a", "b"],
        ["articles", "--nothing"],
        ["ingest"],
        ["serve", "--port", "many"],
        ["evaluate", "q.jsonl", "--fail-under", "hit@4"],
        ["evaluate", "q.jsonl", "--fail-under", "hit@5=0.5"],
        ["evaluate", "q.jsonl", "--fail-under", "latency_p50_ms=5"],
    ],
)
def test_wrong_usage_is_2_and_says_why(cli: Any, arguments: list[str], tmp_path: Path) -> None:
    ended = cli("--home", tmp_path / "home", *arguments)
    assert (ended.code, ended.out) == (2, "") and ended.err.strip()
    assert not (tmp_path / "home").exists()


def test_version(cli: Any) -> None:
    from importlib.metadata import version

    assert (cli("--version").code, cli("--version").out) == (0, f"byline {version('byline')}\n")


def test_global_options_stand_before_or_after_the_command_and_the_later_one_wins(cli: Any, home: Path) -> None:
    before = cli("--home", home, "articles", "--json")
    after = cli("articles", "--json", "--home", home)
    both = cli("--home", home / "elsewhere", "articles", "--home", home, "--json")
    assert len(before.data) == 2 and before.data == after.data == both.data


@pytest.mark.parametrize(
    ("variables", "says"),
    [({"BYLINE_PASAGES": "3"}, "did you mean BYLINE_PASSAGES?"), ({"BYLINE_PASSAGES": "x"}, "setting passages")],
)
def test_a_bad_setting_is_one_line(cli: Any, variables: dict[str, str], says: str, tmp_path: Path) -> None:
    os.environ.update(variables)
    ended = cli("--home", tmp_path, "articles", "--json")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("byline: ") and says in ended.err and ended.err.count("\n") == 1


def test_the_environment_is_silenced_before_anything_heavy_loads(cli: Any, tmp_path: Path) -> None:
    cli("--home", tmp_path, "outlets")
    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False" and os.environ["HF_HUB_OFFLINE"] == "1"
    del os.environ["HF_HUB_OFFLINE"]
    os.environ["BYLINE_DOWNLOAD"] = "1"
    cli("--home", tmp_path, "outlets")
    assert "HF_HUB_OFFLINE" not in os.environ


# -- an empty collection -------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["articles", "outlets"])
def test_an_empty_collection_is_no_failure_and_makes_no_folder(cli: Any, command: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert cli(command, "--json", "--home", home).data == []
    ended = cli(command, "--home", home)
    assert (ended.code, ended.out) == (0, "") and "byline ingest PATH" in ended.err
    assert cli(command, "--quiet", "--home", home).err == ""
    assert not home.exists()


def test_a_home_that_is_a_file_is_one_line(cli: Any, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    for arguments in (
        ["articles"],
        ["ingest", ROOT / "documents" / "samples"],
        ["ask", "What?"],
        ["doctor"],
        ["rebuild"],
    ):
        ended = cli("--home", tmp_path / "home", *arguments)
        assert ended.code == 1 and ended.err.startswith("byline: ") and ended.err.count("\n") == 1, arguments


# -- what is kept --------------------------------------------------------------------------------


def test_near_copies_are_shown_with_their_agency(cli: Any, tmp_path: Path) -> None:
    for name, outlet in (("a", "Harbour Digest"), ("b", "Kestrel Courier")):
        head = f"---\ntitle: The light of {name}\noutlet: {outlet}\npublished: 2024-03-02\n---\n"
        (tmp_path / f"{name}.md").write_text(
            f"{head}{AGENCY_TEXT}\n\nSource: Meridian Press Agency\n", encoding="utf-8"
        )
    ingest(tmp_path / "home", [tmp_path / "a.md", tmp_path / "b.md"], options=ReadOptions(), encoder=HashEncoder())
    at_home = ("--home", tmp_path / "home")
    first, second = cli("articles", "--json", *at_home).data
    assert first["cluster"] == second["cluster"] and first["cluster"].startswith("copy-")
    assert first["agency"] == second["agency"] == "Meridian Press Agency"
    shown = cli("show", first["id"], "--json", *at_home).data
    assert shown["copies"] == [{"id": second["id"], "outlet": second["outlet"]}]
    people = " ".join(cli("show", first["id"], *at_home).out.split())
    assert "The same text in 2 outlets; agency: Meridian Press Agency" in people
    assert f"{second['id']} copy: {second['outlet']} – 2 March 2024" in people
    counted = cli("outlets", "--json", *at_home).data
    assert [(o["outlet"], o["articles"]) for o in counted] == [("Harbour Digest", 1), ("Kestrel Courier", 1)]
    assert cli("remove", second["id"], *at_home).code == 0
    (left,) = cli("articles", "--json", *at_home).data
    assert (left["cluster"], left["agency"]) == (None, "Meridian Press Agency")


def test_articles_as_json_and_for_people(cli: Any, home: Path) -> None:
    rows = cli("articles", "--json", "--home", home).data
    keys = ["id", "title", "outlet", "outlet_basis", "author", "url", "published", "language", "cluster", "agency"]
    assert [list(row) for row in rows] == [keys, keys]
    review = next(row for row in rows if row["outlet"])
    assert (review["title"], review["outlet"], review["outlet_basis"]) == (
        "Voices on the Lorn bridge",
        "Harbour Digest",
        "given",
    )
    assert review["published"].startswith("2024-03-02")
    table = cli("articles", "--home", home)
    assert "Harbour Digest" in table.out and "outlet not stated" in table.out and "2 March 2024" in table.out


def test_articles_of_one_outlet(cli: Any, home: Path) -> None:
    assert len(cli("articles", "--outlet", "Harbour Digest", "--json", "--home", home).data) == 1
    assert cli("articles", "--outlet", "Kestrel Courier", "--json", "--home", home).data == []


def test_show_as_json_partitions_the_text(cli: Any, home: Path) -> None:
    shown = cli("show", article_id(cli, home, "Harbour Digest"), "--json", "--home", home).data
    assert list(shown) == ["article", "text", "passages", "copies"]
    assert [p["start"] for p in shown["passages"]] == [0, *(p["end"] for p in shown["passages"])][:-1]
    assert shown["passages"][-1]["end"] == len(shown["text"])
    quoted = [p for p in shown["passages"] if p["outlet_basis"] == "quoted"]
    assert {(p["outlet"], p["via"]) for p in quoted} == {("Kestrel Courier", "Harbour Digest")}
    assert "council knew" in "".join(shown["text"][p["start"] : p["end"]] for p in quoted)


def test_show_for_people_has_attributions_in_the_margin(cli: Any, home: Path) -> None:
    out = cli("show", article_id(cli, home, "Harbour Digest")[:8], "--home", home).out
    assert "via Harbour Digest" in out and "(quoted in the article)" in out
    assert out.index("opinions differ") < out.index("via Harbour Digest")


def test_show_of_nothing_is_one_line(cli: Any, home: Path) -> None:
    ended = cli("show", "0" * 16, "--home", home)
    assert ended.code == 1 and "byline articles" in ended.err and ended.err.count("\n") == 1


def test_outlets_as_json_and_for_people(cli: Any, home: Path) -> None:
    rows = {row["outlet"]: row for row in cli("outlets", "--json", "--home", home).data}
    assert set(rows) == {"Harbour Digest", "Kestrel Courier"}
    assert rows["Harbour Digest"]["articles"] == 1 and rows["Kestrel Courier"]["articles"] == 0
    assert rows["Kestrel Courier"]["quoted_passages"] >= 1
    assert "Kestrel Courier" in cli("outlets", "--home", home).out


def test_nothing_that_a_terminal_obeys_comes_out(cli: Any, home: Path) -> None:
    letter = article_id(cli, home, None)
    for arguments in (["show", letter], ["show", letter, "--json"], ["articles"], ["articles", "--json"]):
        out = cli(*arguments, "--home", home).out
        assert all(c.isprintable() or c == "\n" for c in out), arguments


def test_remove(cli: Any, tmp_path: Path) -> None:
    home = build(tmp_path)
    letter = article_id(cli, home, None)
    assert cli("remove", letter, "--home", home).out.strip() == "1 removed"
    assert [a["outlet"] for a in cli("articles", "--json", "--home", home).data] == ["Harbour Digest"]
    again = cli("remove", letter, "--home", home)
    assert again.code == 1 and again.err.count("\n") == 1


def test_doctor_reports_as_json_and_for_people(cli: Any, home: Path) -> None:
    ended = cli("doctor", "--json", "--home", home)
    problems = ended.data["problems"]  # one: the encoder that is set is not the collection's
    assert (
        ended.code == 1
        and ended.data["healthy"] is False
        and ["fake-hash-256" in p["what"] for p in problems] == [True]
    )
    assert ended.data["articles"] == 2 and ended.data["found"] == ended.data["looked_for"] > 0
    assert "Stored: 2 articles" in cli("doctor", "--home", home).out


def test_backup_and_restore(cli: Any, home: Path, tmp_path: Path) -> None:
    assert cli("backup", tmp_path / "copy", "--home", home).code == 0
    assert cli("restore", tmp_path / "copy", "--home", tmp_path / "new").code == 0
    now, before = (cli("articles", "--json", "--home", place).data for place in (tmp_path / "new", home))
    assert now == before
    missing = cli("restore", tmp_path / "none", "--home", tmp_path / "newer")
    assert missing.code == 1 and missing.err.count("\n") == 1


# -- asking --------------------------------------------------------------------------------------


def answer_about(cli: Any, home: Path, **changes: Any) -> dict[str, Any]:
    shown = cli("show", article_id(cli, home, "Harbour Digest"), "--json", "--home", home).data
    quote = "The council knew of the cracks in May"
    start = shown["text"].index(quote)
    citation = {
        "number": 1,
        "outlet": "Kestrel Courier",
        "outlet_basis": "quoted",
        "via": "Harbour Digest",
        "title": shown["article"]["title"],
        "published": shown["article"]["published"],
        "article_id": shown["article"]["id"],
        "quote": quote,
        "start": start,
        "end": start + len(quote),
        "verdict": "verbatim",
    }
    sentence = {"text": quote + ".", "citations": [1]}
    return {"question": "Who knew?", "sentences": [sentence], "citations": [citation | changes]}


def test_verify_passes_what_stands_there_and_catches_what_does_not(cli: Any, home: Path, tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(answer_about(cli, home)))
    right = cli("verify", path, "--json", "--home", home)
    assert right.code == 0 and right.data["caught"] == 0 and right.data["ok"] == len(right.data["sentences"]) > 0
    path.write_text(json.dumps(answer_about(cli, home, outlet="Harbour Digest")))
    wrong = cli("verify", path, "--json", "--home", home)
    assert wrong.code == 1 and wrong.data["caught"] == 1
    assert list(wrong.data["sentences"][0]) == ["text", "verdict", "detail"]
    assert cli("verify", path, "--home", home).code == 1


@pytest.mark.parametrize("content", ["", "[]", "{}", "not json", '{"question": "x"}', "[" * 100_000])
def test_verify_of_what_is_no_answer_is_one_line(cli: Any, home: Path, content: str, tmp_path: Path) -> None:
    (tmp_path / "answer.json").write_text(content)
    ended = cli("verify", tmp_path / "answer.json", "--home", home)
    assert (ended.code, ended.out) == (1, "") and ended.err.count("\n") == 1


def test_asking_with_another_encoder_than_the_collections_is_refused(cli: Any, home: Path) -> None:
    ended = cli("ask", "What does Kestrel Courier say?", "--home", home)
    assert ended.code == 1 and "fake-hash-256" in ended.err and "rebuild" in ended.err and ended.err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask", " "],
        ["ask", "What?", "--since", "yesterday"],
        ["ask", "What?", "--llm", "nothing"],
        ["ask", "x" * 9000],
        ["evaluate", "/nowhere/questions.jsonl"],
        ["verify", "/nowhere/answer.json"],
        ["serve", "--host", "0.0.0.0"],
        ["ingest", "/nowhere"],
        ["ingest", ".", "--map", "/nowhere/map.toml"],
    ],
)
def test_what_cannot_be_done_is_one_line_and_1(cli: Any, home: Path, arguments: list[str]) -> None:
    ended = cli("--home", home, *arguments)
    assert ended.code == 1 and ended.err.count("byline: ") == 1, ended


# -- the process ---------------------------------------------------------------------------------


def test_an_error_nobody_foresaw_is_one_line_and_with_v_the_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    for verbose in (False, True):
        with pytest.raises(typer.Exit) as ended, boundary(Session(verbose=verbose)):
            raise ZeroDivisionError("division\nby \x1b[31mzero")
        err = capsys.readouterr().err
        assert ended.value.exit_code == 1 and err.startswith("byline: unexpected ZeroDivisionError: division by zero")
        assert "\x1b" not in err and ("Traceback" in err) == verbose


def test_a_foreseen_error_shows_its_traceback_with_v_alone(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit), boundary(Session(verbose=True)):
        raise RequestError("expected x, got y")
    assert "Traceback" in capsys.readouterr().err


@given(
    st.recursive(
        st.none() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_json_is_what_went_in_and_prints_safely(value: Any) -> None:
    text = json_text(value)
    assert json.loads(text) == value
    assert all(c.isprintable() or c == "\n" for c in text)
    text.encode("utf-8")


def test_what_libraries_print_does_not_reach_standard_output(
    cli: Any, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from index.store import Store

    real = Store.outlets

    def noisy(self: Store) -> Any:
        sys.stdout.write("chatter")
        return real(self)

    monkeypatch.setattr(Store, "outlets", noisy)
    ended = cli("outlets", "--json", "--home", home)
    assert len(ended.data) == 2 and "chatter" in ended.err


def test_python_m_ui_is_the_program(home: Path) -> None:
    result = program("outlets", "--json", "--home", home)
    assert (result.returncode, result.stderr) == (0, "") and len(json.loads(result.stdout)) == 2


def test_output_survives_a_terminal_that_lacks_letters(home: Path) -> None:
    result = program("articles", "--home", home, env=os.environ | {"PYTHONIOENCODING": "ascii"})
    assert (result.returncode, result.stderr) == (0, "")


def test_a_reader_that_goes_away_is_no_failure(home: Path) -> None:
    command = f"{sys.executable} -m ui articles --json --home {home} | true; echo ${{PIPESTATUS[0]}}"
    result = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (result.stdout.strip(), result.stderr) == ("0", "")


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_ctrl_c_and_terminate_end_quietly(home: Path, sent: signal.Signals, code: int) -> None:
    command = [sys.executable, "-m", "ui", "-v", "chat", "--home", str(home)]
    talk = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert talk.stderr is not None
    with contextlib.closing(talk.stderr):
        assert "Ask away" in talk.stderr.readline()  # it waits for a question now
        time.sleep(0.2)
        talk.send_signal(sent)
        assert talk.wait(30) == code
        assert "Traceback" not in talk.stderr.read()


def test_chat_ends_at_exit_and_at_the_end_of_input(cli: Any, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for typed in ("exit\nmore\n", "\n \n", " QUIT \n"):
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        ended = cli("chat", "--home", home)
        assert (ended.code, ended.out) == (0, "")


# -- with the real encoder -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def real_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("real")
    (folder / "articles").mkdir()
    (folder / "articles" / "review.md").write_text(REVIEW, encoding="utf-8")
    (folder / "articles" / "letter.txt").write_text(LETTER, encoding="utf-8")
    (folder / "articles" / "broken.jsonl").write_text("{", encoding="utf-8")
    first = program("ingest", folder / "articles", "--json", "--home", folder / "home")
    assert first.returncode == 0, first.stderr
    report = json.loads(first.stdout)
    assert {key: report["articles"][key] for key in ("added", "updated", "unchanged", "removed", "failed")} == {
        "added": 2,
        "updated": 0,
        "unchanged": 0,
        "removed": 0,
        "failed": 1,
    }
    (failure,) = report["failures"]
    assert failure["path"].endswith("broken.jsonl") and set(failure) == {"path", "line", "reason"}
    return folder / "home"


@pytest.mark.slow
def test_a_second_ingest_changes_nothing_and_loads_no_model(real_home: Path) -> None:
    code = (
        "import sys, atexit\n"
        "atexit.register(lambda: sys.stderr.write('TORCH' if 'torch' in sys.modules else 'none'))\n"
        "from ui.cli import main\n"
        "main(sys.argv[1:])"
    )
    arguments = ["ingest", str(real_home.parent / "articles"), "--json", "--home", str(real_home)]
    result = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=100, check=False
    )
    assert result.returncode == 0 and result.stderr == "none"
    assert json.loads(result.stdout)["articles"]["unchanged"] == 2


@pytest.mark.slow
def test_asking_for_scripts_and_for_people(real_home: Path) -> None:
    question = "What does Kestrel Courier say about the cracks?"
    result = program("ask", question, "--json", "--home", real_home)
    assert (result.returncode, result.stderr) == (0, "")
    answer = json.loads(result.stdout)
    assert answer["status"] == "answered" and answer["citations"][0]["outlet"] == "Kestrel Courier"
    assert set(answer) == {
        "question",
        "standalone_question",
        "status",
        "text",
        "sentences",
        "citations",
        "findings",
        "missing",
        "answered_by",
        "timings_ms",
        "confidence",
        "usage",
    }
    people = program("ask", question, "--home", real_home).stdout
    for part in (
        "[1]",
        "Sources",
        "Kestrel Courier > via Harbour Digest",
        "2 March 2024",
        "review.md",
        "by extraction",
    ):
        assert part in people


@pytest.mark.slow
def test_chat_understands_a_follow_up(real_home: Path) -> None:
    result = program("chat", "--home", real_home, input="What does Kestrel Courier say?\nAnd Harbour Digest?\nexit\n")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.count("Sources") + result.stdout.count("Nearest evidence") == 2
