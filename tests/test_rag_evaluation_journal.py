"""An evaluation that was killed goes on where it was, and its journal harms nobody."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from evaluated import QUESTIONS, make_chatbot, make_home, saying
from test_rag_evaluation_running import timeless

from documents.errors import GenerationModelError
from rag import evaluate
from rag.answers import Answer
from rag.evaluation.journal import Journal, fingerprint
from rag.evaluation.outcomes import Found, Outcome
from rag.pipeline import Chatbot


@pytest.fixture
def chatbot(tmp_path: Path) -> Iterator[Chatbot]:
    bot = make_chatbot(make_home(tmp_path / "home"))
    yield bot
    bot.collection.close()


class Counting:
    """Answers from the chatbot, counts, and breaks down after so many answers."""

    def __init__(self, chatbot: Chatbot, until: int | None = None) -> None:
        self.chatbot, self.until, self.asked = chatbot, until, list[str]()

    def __call__(self, question: str) -> Answer:
        if len(self.asked) == self.until:
            raise KeyboardInterrupt
        self.asked.append(question)
        return self.chatbot.ask(question, history=())


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from evaluated import QUESTIONS, make_chatbot
    from rag import evaluate

    bot, journal = make_chatbot(Path(sys.argv[1])), Path(sys.argv[2]) if sys.argv[2] else None
    def progress(done, total):
        if done == 3:
            os.kill(os.getpid(), signal.SIGKILL)
    evaluate(QUESTIONS, chatbot=bot, journal=journal, progress=progress, workers=int(sys.argv[3]))
"""


@pytest.mark.parametrize("workers", [1, 2])
def test_a_killed_run_goes_on_to_the_same_report(chatbot: Chatbot, tmp_path: Path, workers: int) -> None:
    home = chatbot.settings.home
    whole = evaluate(QUESTIONS, chatbot=chatbot, journal=tmp_path / "other.jsonl")
    command = [sys.executable, "-c", textwrap.dedent(KILLED), str(home), "", str(workers)]
    root = Path(__file__).resolve().parents[1]
    environment = os.environ | {"PYTHONPATH": f"{root}{os.pathsep}{root / 'tests'}"}
    killed = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    (journal,) = (home / "evaluations").glob("*.jsonl")
    kept = journal.read_text().splitlines()
    assert 3 <= len(kept) - 1 < len(QUESTIONS) + (workers > 1)

    done: list[int] = []
    resumed = evaluate(QUESTIONS, chatbot=chatbot, progress=lambda now, total: done.append(now))
    assert done == list(range(len(kept) - 1, len(QUESTIONS) + 1))  # what was kept is not asked again
    assert timeless(resumed) == timeless(whole)
    assert resumed.seconds > max(json.loads(line)["until"] for line in kept[1:])
    assert list((home / "evaluations").iterdir()) == []


def test_an_interrupted_system_is_asked_only_the_rest(chatbot: Chatbot, tmp_path: Path) -> None:
    journal = tmp_path / "new" / "journal.jsonl"
    first, second = Counting(chatbot, until=2), Counting(chatbot)
    with pytest.raises(KeyboardInterrupt):
        evaluate(QUESTIONS, ask=first, chatbot=chatbot, journal=journal)
    assert journal.exists()
    resumed = evaluate(QUESTIONS, ask=second, chatbot=chatbot, journal=journal)
    assert first.asked + second.asked == [question.question for question in QUESTIONS]
    assert timeless(resumed) == timeless(evaluate(QUESTIONS, ask=Counting(chatbot), chatbot=chatbot))
    assert list(journal.parent.iterdir()) == []


def test_a_custom_system_keeps_no_journal_unless_told(chatbot: Chatbot) -> None:
    with pytest.raises(KeyboardInterrupt):
        evaluate(QUESTIONS, ask=Counting(chatbot, until=2), chatbot=chatbot)
    assert not (chatbot.settings.home / "evaluations").exists()


def test_a_question_that_failed_is_asked_again(chatbot: Chatbot, tmp_path: Path) -> None:
    def failing(question: str) -> Answer:
        if "museum" in question:
            raise KeyboardInterrupt
        raise GenerationModelError("expected an answer, got none")

    with pytest.raises(KeyboardInterrupt):
        evaluate(QUESTIONS, ask=failing, chatbot=chatbot, journal=tmp_path / "j")
    assert len((tmp_path / "j").read_text().splitlines()) == 1


def outcome(chatbot: Chatbot, number: int = 0) -> Outcome:
    exchange = chatbot.exchange(QUESTIONS[number].question, history=())
    found = tuple(Found(tuple(hit.passage for hit in copies), copies[0].score) for copies in exchange.found[:3])
    return Outcome(QUESTIONS[number], exchange.answer, found, 0.25)


def kept(chatbot: Chatbot, path: Path, mark: str = "m") -> Journal:
    return Journal(path, mark, QUESTIONS, chatbot.collection.store)


def test_an_outcome_comes_back_as_it_was(chatbot: Chatbot, tmp_path: Path) -> None:
    bare = Outcome(QUESTIONS[1], saying("Lone \ud800 surrogate"), None, None)
    with kept(chatbot, tmp_path / "j") as journal:
        journal.add(outcome(chatbot), 1.5)
        journal.add(bare, 2.5)
    with kept(chatbot, tmp_path / "j") as again:
        assert again.outcomes["ferry"] == bare and again.seconds == 2.5
        assert again.outcomes["bridge"].found == outcome(chatbot).found
        assert again.outcomes["bridge"].answer is not None
        assert again.outcomes["bridge"].seconds == 0.25 and again.notes == []


@pytest.mark.parametrize("cut", [1, 30, 200])
def test_a_torn_line_is_ignored_and_written_over(chatbot: Chatbot, tmp_path: Path, cut: int) -> None:
    path = tmp_path / "j"
    with kept(chatbot, path) as journal:
        journal.add(outcome(chatbot, 0), 1)
        journal.add(outcome(chatbot, 1), 2)
    path.write_bytes(path.read_bytes()[:-cut])
    with kept(chatbot, path) as again:
        assert list(again.outcomes) == ["bridge"]
        again.add(outcome(chatbot, 2), 3)
    with kept(chatbot, path) as last:
        assert list(last.outcomes) == ["bridge", "festival"]


@pytest.mark.parametrize("content", [b"", b'{"kind": "byl', b"\xff\xfe\n", b"[]\n"])
def test_a_file_that_is_no_journal_is_begun_anew(chatbot: Chatbot, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "j").write_bytes(content)
    with kept(chatbot, tmp_path / "j") as journal:
        journal.add(outcome(chatbot), 1)
        assert journal.outcomes == {} and journal.notes == []
    with kept(chatbot, tmp_path / "j") as again:
        assert list(again.outcomes) == ["bridge"]


def test_another_evaluations_journal_is_replaced_and_that_is_said(chatbot: Chatbot, tmp_path: Path) -> None:
    with kept(chatbot, tmp_path / "j", "one") as journal:
        journal.add(outcome(chatbot), 1)
    with kept(chatbot, tmp_path / "j", "two") as other:
        assert other.outcomes == {} and "of another evaluation" in other.notes[0]
    with kept(chatbot, tmp_path / "j", "one") as back:
        assert back.outcomes == {}


@pytest.mark.parametrize(
    "line",
    [
        "5",
        '{"id": "nobody", "answer": null, "found": null, "seconds": 1, "until": 1}',
        '{"id": "bridge"}',
        '{"id": "bridge", "answer": {}, "found": null, "seconds": 1, "until": 1}',
        '{"id": "bridge", "answer": null, "found": [[["gone"], 0.5]], "seconds": 1, "until": 1}',
    ],
)
def test_a_line_that_cannot_be_used_is_asked_again(chatbot: Chatbot, tmp_path: Path, line: str) -> None:
    with kept(chatbot, tmp_path / "j"):
        pass
    with (tmp_path / "j").open("a") as file:
        file.write(line + "\n")
    with kept(chatbot, tmp_path / "j") as again:
        assert again.outcomes == {}


def test_two_at_once_do_not_mix(chatbot: Chatbot, tmp_path: Path) -> None:
    with kept(chatbot, tmp_path / "j") as first:
        with kept(chatbot, tmp_path / "j") as second:
            assert "Another evaluation" in second.notes[0]
            second.add(outcome(chatbot, 1), 1)
            second.finish()
        first.add(outcome(chatbot), 1)
        assert first.notes == []
    with kept(chatbot, tmp_path / "j") as again:
        assert list(again.outcomes) == ["bridge"]
        again.finish()
    assert list(tmp_path.glob("j*")) == []


def test_a_place_that_cannot_be_written_is_a_warning(chatbot: Chatbot, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    report = evaluate(QUESTIONS[:2], chatbot=chatbot, journal=tmp_path / "file" / "journal.jsonl")
    assert report.questions == 2
    assert any("No journal could be written" in warning for warning in report.warnings)
    assert (tmp_path / "file").read_text() == "mine"
    report = evaluate(QUESTIONS[:2], chatbot=chatbot, journal=tmp_path)
    assert any("No journal could be written" in warning for warning in report.warnings)


def test_what_decides_the_answers_decides_the_fingerprint(chatbot: Chatbot, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        evaluate(QUESTIONS, ask=Counting(chatbot, until=2), chatbot=chatbot, journal=tmp_path / "j")
    system = Counting(chatbot)
    report = evaluate(QUESTIONS[:4], ask=system, chatbot=chatbot, journal=tmp_path / "j")
    assert len(system.asked) == 4 and any("of another evaluation" in warning for warning in report.warnings)
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1}) != fingerprint({"a": 1})


def test_no_path_keeps_nothing(chatbot: Chatbot) -> None:
    with Journal(None, "m", QUESTIONS, chatbot.collection.store) as journal:
        journal.add(outcome(chatbot), 1)
        journal.finish()
        assert journal.outcomes == {} and journal.notes == []
