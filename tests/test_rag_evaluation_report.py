"""A report's JSON, both ways: what scripts rely on, what is kept of every question, what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from evaluated import QUESTIONS, saying

from documents.errors import RequestError
from rag.evaluation.gold import GoldQuestion
from rag.evaluation.outcomes import Failure, Fault, Metric, QuestionResult, Seen
from rag.evaluation.report import About, Change, Confusion, OutletShare, Report, RiskPoint

HALF = Metric(0.5, 0.2, 0.8, 2)
FAULTS = (Fault(Failure.WRONG_WORDS, "the answer says none of the expected"), Fault(Failure.CARRIER, "cites X"))
GRADED = GoldQuestion("Where?", "7", history=(("a", "b"),), grades=(("doc", 2),), tags=("x",))


def make_report() -> Report:
    seen = Seen("a" * 16, "Title", None, "2024-05-01", "words", 0, 5, 0.75, True)
    right = QuestionResult(QUESTIONS[0], saying("May"), (seen,), 0.1, "", {"hit@4": 1.0}, True, ("A", None), ())
    wrong = QuestionResult(GRADED, None, (), None, "", {"hit@4": 0.0}, False, (), FAULTS)
    return Report(
        about=About("q.jsonl", "0" * 64, 2, 5, "fake", "extractive", "gate", 1, 1, False, "0.1", "2024-05-31"),
        metrics={"hit@4": HALF},
        baselines={"always_abstain": {}},
        tags={"x": {"hit@4": HALF}},
        outlets=(OutletShare("A", 2, 1, 1, 0.5, HALF, False),),
        confusion=Confusion(("A",), ("A", "unknown", "nobody"), ((1, 0, 1),)),
        risk_coverage=(RiskPoint(0.9, 0.5, 0.0, 1),),
        results=(right, wrong),
        warnings=("line 2: odd",),
        seconds=1.23456,
        against={"hit@4": Change(HALF, 0.04, 0.08, ("bridge",), ())},
    )


def test_a_report_has_the_form_that_scripts_rely_on() -> None:
    plain = make_report().to_dict()
    assert plain["questions"] == 2 and plain["seconds"] == 1.235
    assert plain["metrics"] == {"hit@4": {"value": 0.5, "low": 0.2, "high": 0.8, "n": 2}}
    assert plain["baselines"] == {"always_abstain": {}}
    why = "the answer says none of the expected; cites X"
    assert plain["failures"] == [{"id": "7", "why": why, "kinds": ["carrier", "wrong words"]}]
    assert "results" not in plain and json.loads(json.dumps(plain)).keys() == plain.keys()
    assert "against" not in replace(make_report(), against=None).to_dict()


def test_what_is_saved_is_loaded_as_it_was(tmp_path: Path) -> None:
    report = make_report()
    path = report.save(tmp_path / "new" / "folder")
    written = json.loads(path.read_text())
    assert path.name == "report.json" and len(written["results"]) == 2
    assert {name: written[name] for name in report.to_dict()} == json.loads(json.dumps(report.to_dict()))
    loaded = Report.load(path)
    assert loaded == replace(report, seconds=1.235)
    assert loaded.results == report.results
    bare = replace(report, confusion=None, against=None)
    assert Report.load(bare.save(tmp_path)) == replace(bare, seconds=1.235)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 1}', '{"format": 2}', '{"format": 2, "confusion": 5}'])
def test_what_is_no_report_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text(content)
    with pytest.raises(RequestError, match="expected a report saved by byline evaluate") as caught:
        Report.load(tmp_path / "report.json")
    assert "\n" not in str(caught.value)


def test_a_report_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="check the path"):
        Report.load(tmp_path / "none.json")


def test_a_report_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RequestError, match="choose another"):
        make_report().save(tmp_path / "file")
