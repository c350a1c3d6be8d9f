"""byline evaluate as a person and a script meet it: usage, limits, files, comparison, drafts, being stopped."""

from __future__ import annotations

import json
import os
import signal
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from fakes import HashEncoder
from reports import make_report, metric

from documents.reading import ReadOptions
from index.building import ingest
from rag.evaluation.report import Report
from ui.cli import main

REVIEW = """---
title: Voices on the Lorn bridge
outlet: Harbour Digest
published: 2024-03-02
---
The Lorn bridge has been shut for a week, and opinions differ.

Kestrel Courier writes about the council:

"The council knew of the cracks in May and did nothing until a lorry driver complained."
"""
ROWS = (
    {
        "id": "cracks",
        "question": "What does Kestrel Courier say about the cracks?",
        "answers": ["May"],
        "outlets": ["Kestrel Courier"],
        "quotes": ["The council knew of the cracks"],
        "tags": ["press-review"],
    },
    {"id": "no", "question": "What does Nowhere Gazette say about tulips?", "answerable": False},
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
def _fake_encoder(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give every run the explainable encoder, and put back what a run changes in its process."""
    environment, terminate = dict(os.environ), signal.getsignal(signal.SIGTERM)
    for name in [name for name in os.environ if name.startswith("BYLINE_")]:
        del os.environ[name]
    monkeypatch.setattr("index.embedding.load_encoder", lambda name: HashEncoder(name=name))
    os.environ["BYLINE_ENCODER"] = "fake-hash-256"
    with warnings.catch_warnings():
        yield
    signal.signal(signal.SIGTERM, terminate)
    os.environ.clear()
    os.environ.update(environment)


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: object) -> Ended:
        with pytest.raises(SystemExit) as ended:
            main(["evaluate", *map(str, arguments)])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Ended(ended.value.code, captured.out, captured.err)

    return run


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("articles")
    (folder / "review.md").write_text(REVIEW, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def home(articles: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evaluated") / "home"
    ingest(folder, [articles], options=ReadOptions(), encoder=HashEncoder(name="sentence-transformers/fake-hash-256"))
    return folder


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")
    return path


@pytest.fixture
def instead(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Replace the evaluation by a report made by hand; what it was called with is returned."""
    called: dict[str, Any] = {"report": make_report(4, against=False)}

    def evaluate(asked: Any, **options: Any) -> Report:
        called.update(options, asked=asked)
        if "raises" in called:
            options["progress"](1, 2)
            raise called["raises"]
        report: Report = called["report"]
        return report

    monkeypatch.setattr("rag.evaluation.running.evaluate", evaluate)
    monkeypatch.setattr("ui.report_page.make_plots", lambda report: [])  # they take most of the time
    return called


# -- the whole way -------------------------------------------------------------------------------


def test_a_set_is_asked_and_everything_is_printed_and_written(
    cli: Any, home: Path, questions: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    ended = cli(questions, "--home", home, "--out", out)
    assert ended.code == 0, ended.err
    for said in (
        "2 questions of questions.jsonl, 1 articles",
        "outlet_accuracy",
        "latency_p95_ms",
        "By tag",
        "press-review",
    ):
        assert said in ended.out
    assert {path.name for path in out.iterdir() if path.suffix != ".lock"} == {"report.json", "report.html"}
    assert ended.err.splitlines() == [f"written to {out / 'report.json'}", f"written to {out / 'report.html'}"]
    saved = Report.load(out / "report.json")
    assert saved.about.name == "questions.jsonl" and saved.questions == 2
    again = cli(questions, "--home", home, "--against", out / "report.json", "--json")
    assert again.code == 0 and set(again.data["against"]["outlet_accuracy"]) >= {"difference", "p_value", "better"}
    assert again.data["against"]["outlet_accuracy"]["difference"]["value"] == 0
    assert again.data["metrics"]["outlet_accuracy"]["n"] == 1


def test_only_the_named_articles_are_asked_and_yours_stay_as_they_are(
    cli: Any, articles: Path, questions: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    os.environ["BYLINE_STORE"] = "sqlite:////nowhere/at/all.db"  # somebody's own, which is not touched
    for _ in range(2):
        ended = cli(questions, "--home", home, "--articles", articles, "--retrieval-only", "--json")
        assert ended.code == 0, ended.err
        assert ended.data["about"]["articles"] == 1 and ended.data["about"]["retrieval_only"]
    (collection,) = (home / "evaluations").iterdir()
    assert collection.name.startswith("collection-") and [p.name for p in home.iterdir()] == ["evaluations"]


@pytest.mark.parametrize("wrong", ["nowhere", "empty"])
def test_articles_that_cannot_be_read_are_one_line(cli: Any, wrong: str, questions: Path, tmp_path: Path) -> None:
    if wrong == "empty":
        (tmp_path / wrong).write_bytes(b"")
    ended = cli(questions, "--home", tmp_path / "home", "--articles", tmp_path / wrong)
    assert ended.code == 1 and ended.err.count("byline: ") == 1 and "expected articles" in ended.err


# -- what is passed on ---------------------------------------------------------------------------


def test_options_reach_the_evaluation(cli: Any, instead: dict[str, Any], questions: Path, tmp_path: Path) -> None:
    given = [
        "--judge",
        "nli:m",
        "--workers",
        "3",
        "--seed",
        "5",
        "--prices",
        "0.15,0.6",
        "--llm",
        "m@http://127.0.0.1:9",
    ]
    assert cli(questions, *given, "--out", tmp_path / "out", "--home", tmp_path).code == 0
    assert [q.id for q in instead["asked"].questions] == ["cracks", "no"]
    kept = {name: instead[name] for name in ("judge", "workers", "seed", "prices", "retrieval_only", "journal")}
    assert kept == {
        "judge": "nli:m",
        "workers": 3,
        "seed": 5,
        "prices": (0.15, 0.6),
        "retrieval_only": False,
        "journal": tmp_path / "out" / "journal.jsonl",
    }
    assert instead["settings"].llm == "m@http://127.0.0.1:9"


def test_what_is_not_given_is_left_to_the_evaluation(
    cli: Any, instead: dict[str, Any], questions: Path, tmp_path: Path
) -> None:
    assert cli(questions, "--home", tmp_path).code == 0
    assert "seed" not in instead and "prices" not in instead and instead["journal"] is None


def test_json_is_one_object_and_nothing_else(
    cli: Any, instead: dict[str, Any], questions: Path, tmp_path: Path
) -> None:
    ended = cli(questions, "--json", "--home", tmp_path, "--out", tmp_path / "out")
    assert {"questions", "metrics", "baselines", "failures", "seconds"} <= set(ended.data)
    assert ended.data["failures"][0] == {
        "id": "q-0",
        "why": "cites Harbour Digest instead of Kestrel Courier",
        "kinds": ["wrong outlet"],
    }


# -- limits --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "code", "says"),
    [
        (["recall@10=0.9"], 0, ""),
        (["recall@10=0.91"], 1, "below the limit: recall@10 is 0.900 (expected at least 0.91)"),
        (["recall@10=0.9", "speaker_accuracy=0"], 1, "speaker_accuracy could not be measured (expected at least 0)"),
        (["recall@10=1", "answer_f1=1"], 1, "recall@10 is 0.900 (expected at least 1), answer_f1 is 0.310 (expected"),
        (["correct=nan"], 1, "correct is 0.580"),
    ],
)
def test_a_metric_below_its_limit_is_1(
    cli: Any, instead: dict[str, Any], questions: Path, tmp_path: Path, limits: list[str], code: int, says: str
) -> None:
    ended = cli(
        questions,
        "--home",
        tmp_path,
        "--out",
        tmp_path / "out",
        *(part for limit in limits for part in ("--fail-under", limit)),
    )
    assert ended.code == code and says in ended.err
    assert (tmp_path / "out" / "report.html").exists() and "recall@10" in ended.out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "expected a question set"),
        (["q.jsonl", "--fail-under", "latency_p50_ms=5"], "less is better"),
        (["q.jsonl", "--fail-under", "misattribution=0.1"], "less is better"),
        (["q.jsonl", "--fail-under", "recal@10=0.1"], "did you mean recall@10"),
        (["q.jsonl", "--fail-under", "recall@10"], "with X a number"),
        (["q.jsonl", "--workers", "0"], "workers"),
        (["q.jsonl", "--prices", "5"], "two numbers"),
        (["q.jsonl", "--prices", "5,-1"], "0 or more"),
        (["q.jsonl", "--make", "0"], "make"),
        (["q.jsonl", "--make", "5", "--against", "r.json"], "--make alone"),
        (["a.jsonl", "b.jsonl"], "b.jsonl"),
    ],
)
def test_wrong_usage_is_2_and_says_why(cli: Any, arguments: list[str], says: str, tmp_path: Path) -> None:
    ended = cli("--home", tmp_path / "home", *arguments)
    assert (ended.code, ended.out) == (2, "") and says in " ".join(ended.err.replace("│", " ").split())
    assert not (tmp_path / "home").exists()


# -- before anything is asked --------------------------------------------------------------------


def test_what_is_wrong_with_a_file_is_said_before_anything_is_asked(
    cli: Any, instead: dict[str, Any], questions: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("{}")
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"question": "Who?", "outlet": ["B"]}\n')
    for arguments in (
        ["/nowhere/questions.jsonl"],
        [bad],
        [questions, "--against", "/nowhere/report.json"],
        [questions, "--against", tmp_path / "file"],
        [questions, "--out", tmp_path / "file"],
        [questions, "--qrels", "/nowhere/qrels"],
    ):
        ended = cli("--home", tmp_path, *arguments)
        assert ended.code == 1 and ended.err.count("\n") == 1 and "expected" in ended.err
    assert "asked" not in instead


def test_a_report_of_another_set_cannot_be_compared(
    cli: Any, instead: dict[str, Any], questions: Path, tmp_path: Path
) -> None:
    report = instead["report"]
    results = tuple(replace(r, question=replace(r.question, id=f"other-{r.question.id}")) for r in report.results)
    old = replace(report, results=results).save(tmp_path / "old")
    ended = cli(questions, "--home", tmp_path, "--against", old)
    assert ended.code == 1 and "in both reports" in ended.err


# -- being stopped -------------------------------------------------------------------------------


def test_ctrl_c_says_how_to_go_on(cli: Any, instead: dict[str, Any], questions: Path, tmp_path: Path) -> None:
    instead["raises"] = KeyboardInterrupt()
    ended = cli(questions, "--home", tmp_path)
    assert (ended.code, ended.out) == (130, "")
    assert "stopped after 1 of 2 questions; the same command again goes on from there" in ended.err


def test_the_benchmarks_row_is_printed(cli: Any, instead: dict[str, Any], questions: Path, tmp_path: Path) -> None:
    values = {"multihop_hits@4": 0.5, "multihop_mrr@10": 0.4321, "multihop_hits@10": 0.7, "multihop_map@10": 0.25}
    instead["report"] = replace(instead["report"], metrics={name: metric(value) for name, value in values.items()})
    assert "MRR@10 0.4321  MAP@10 0.2500  Hits@10 0.7000  Hits@4 0.5000" in cli(questions, "--home", tmp_path).out


# -- drafting ------------------------------------------------------------------------------------


def test_drafts_go_to_standard_output_a_line_each(cli: Any, home: Path, tmp_path: Path) -> None:
    ended = cli("--make", "2", "--home", home, "--seed", "3")
    assert ended.code == 0, ended.err
    rows = [json.loads(line) for line in ended.out.splitlines()]
    assert 1 <= len(rows) <= 2 and all(row["question"] for row in rows)
    assert "These are drafts" in ended.err
    path = tmp_path / "drafts.jsonl"
    written = cli(path, "--make", "2", "--home", home, "--seed", "3")
    assert (written.code, written.out) == (0, "") and f"written to {path}" in written.err
    assert [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line] == rows
    assert cli(path, "--home", home, "--retrieval-only", "--json").code in (0, 1)  # it can be read


def test_drafts_as_json_are_one_object(cli: Any, home: Path) -> None:
    data = cli("--make", "1", "--home", home, "--json").data
    assert data["drafted"] == len(data["questions"]) == 1 and data["path"] is None


def test_drafts_never_overwrite(cli: Any, home: Path, questions: Path) -> None:
    before = questions.read_bytes()
    ended = cli(questions, "--make", "1", "--home", home)
    assert ended.code == 1 and "name another" in ended.err and questions.read_bytes() == before
