"""The command that measures answers: evaluate. Asks a question set, shows the report, saves it, holds it to limits.

What is measured is `rag.evaluation`; how a report looks is `ui.report_tables` on a terminal and `ui.report_page`
in a browser; drafting a question set (--make) is `ui.cli_drafting`.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from documents.errors import RequestError
from ui.cli_answers import Llm
from ui.cli_drafting import draft_set
from ui.cli_progress import counting, watching
from ui.cli_session import Json, Session
from ui.measures import LESS_IS_BETTER, MEASURES, number

if TYPE_CHECKING:
    from rag.evaluation.gold import QuestionSet
    from rag.evaluation.report import Report
    from rag.settings import Settings

FOLDER = "evaluations"
"""Inside the home folder: where the collections of --articles are."""

JOURNAL = "journal.jsonl"
"""Inside the folder of --out, until the report is complete."""


def evaluate(
    session: Session,
    questions: Annotated[
        Path | None,
        typer.Argument(metavar="QUESTIONS", help="JSON lines, CSV, SQuAD, MultiHop-RAG or TREC topics."),
    ] = None,
    against: Annotated[
        Path | None, typer.Option("--against", metavar="REPORT", help="Earlier report.json to compare with.")
    ] = None,
    fail_under: Annotated[
        list[str] | None,
        typer.Option("--fail-under", metavar="METRIC=X", help="Exit with 1 when METRIC is below X; repeatable."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Folder to write report.json and report.html to.")
    ] = None,
    qrels: Annotated[
        Path | None, typer.Option("--qrels", metavar="FILE", help="Which articles answer the TREC topics.")
    ] = None,
    articles: Annotated[
        list[Path] | None,
        typer.Option("--articles", metavar="PATH", help="Ask just these articles, not your collection; repeatable."),
    ] = None,
    llm: Llm = None,
    judge: Annotated[
        str,
        typer.Option("--judge", metavar="gate|nli:MODEL|llm", help="Who says whether citations carry a sentence."),
    ] = "gate",
    workers: Annotated[
        int, typer.Option("--workers", metavar="N", min=1, max=64, help="How many questions are asked at once.")
    ] = 1,
    seed: Annotated[int | None, typer.Option("--seed", metavar="N", min=0, help="Seed of every random draw.")] = None,
    prices: Annotated[
        str | None,
        typer.Option("--prices", metavar="IN,OUT", help="What a million tokens cost, read and written."),
    ] = None,
    retrieval_only: Annotated[bool, typer.Option("--retrieval-only", help="Search, and answer nothing.")] = False,
    make: Annotated[
        int | None,
        typer.Option("--make", metavar="N", min=1, help="Draft N questions from the collection instead, for review."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Ask a question set and print scores with intervals, beside trivial baselines."""
    limits = [_limit(text) for text in fail_under or ()]
    options: dict[str, Any] = {"judge": judge, "workers": workers, "retrieval_only": retrieval_only}
    if prices is not None:
        options["prices"] = _prices(prices)
    seeded = {} if seed is None else {"seed": seed}
    if make is not None:
        if against or limits or out or qrels or retrieval_only:
            raise typer.BadParameter("expected --make alone: what it drafts is read by a person before it is evaluated")
        settings = _collection(session, session.settings(llm=llm), articles)
        draft_set(session, settings, make, questions, as_json=as_json, **seeded)
        return
    if questions is None:
        raise typer.BadParameter("expected a question set, got none; --make N drafts one from the collection")
    settings = session.settings(llm=llm)
    earlier, asked = _read(questions, qrels, against, out)
    settings = _collection(session, settings, articles)
    journal = out / JOURNAL if out else None
    report = _run(session, asked, settings=settings, journal=journal, **options, **seeded)
    if earlier is not None:
        report = _compared(report, earlier, **seeded)
    _show(session, report, out, as_json)
    _hold(session, report, limits)


def _read(
    questions: Path, qrels: Path | None, against: Path | None, out: Path | None
) -> tuple[Report | None, QuestionSet]:
    """Return the earlier report and the question set: what is wrong with a file is said before an hour of answers."""
    from rag.evaluation.question_sets import read_questions
    from rag.evaluation.report import Report

    earlier = Report.load(against) if against else None
    asked = read_questions(questions, qrels=qrels)
    if out is not None:
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RequestError(f"expected a folder to write at {out}, got {error.strerror}; choose another") from None
    return earlier, asked


def _run(session: Session, asked: QuestionSet, **options: Any) -> Report:
    """Return the report; what was answered before Ctrl-C is kept, and it is said how to go on."""
    from rag.evaluation.running import evaluate as run

    behind = 0
    with counting(session, "questions") as move:

        def progress(done: int, total: int) -> None:
            nonlocal behind
            behind = done
            move(done, total)

        try:
            return run(asked, progress=progress, **options)
        except KeyboardInterrupt:
            stopped = f"stopped after {behind} of {len(asked.questions)} questions"
    session.note(f"{stopped}; the same command again goes on from there")
    raise KeyboardInterrupt


def _collection(session: Session, settings: Settings, articles: list[Path] | None) -> Settings:
    """Return the settings to ask with: your collection's, or those of one that holds just `articles`."""
    if not articles:
        return settings
    from documents.reading import ReadOptions
    from index.building import ingest
    from index.embedding import LazyEncoder

    places = sorted(str(path.expanduser().resolve()) for path in articles)
    digest = hashlib.sha256("\0".join([settings.encoder, *places]).encode("utf-8", "surrogateescape")).hexdigest()
    own = {"home": settings.home / FOLDER / f"collection-{digest[:12]}", "store": None, "index": None}
    apart = settings.model_copy(update=own)
    options = ReadOptions(max_bytes=settings.max_file_mb * 1_000_000)
    with watching(session) as progress:
        read = ingest(
            apart.home,
            articles,
            options=options,
            encoder=LazyEncoder(settings.encoder),
            prune=True,
            progress=progress,
        )
    if read.nothing_read:
        first = read.failures[0]
        raise RequestError(f"expected articles in {', '.join(map(str, articles))}, got none; {first.reason}")
    for failure in read.failures:
        session.note(f"not read: {failure.path}: {failure.reason}")
    return apart


def _compared(report: Report, earlier: Report, **seeded: int) -> Report:
    from rag.evaluation.differences import compare_reports, comparison_notes

    changes = compare_reports(report, earlier, **seeded)
    return replace(report, against=changes, warnings=(*report.warnings, *comparison_notes(report, earlier)))


def _show(session: Session, report: Report, out: Path | None, as_json: bool) -> None:
    """Save the report where that is wanted, and print it."""
    if out is not None:
        from ui.report_page import write_page

        for path in (report.save(out), write_page(report, out)):
            session.note(f"written to {path}")
    if as_json:
        session.emit(report.to_dict())
    else:
        from ui.report_tables import report_view

        session.show(report_view(report, verbose=session.verbose))


def _hold(session: Session, report: Report, limits: list[tuple[str, float]]) -> None:
    """End with 1 where a metric is below its limit, or could not be measured."""
    below = [
        f"{name} {_value(report, name)} (expected at least {least:g})"
        for name, least in limits
        if (metric := report.metrics.get(name)) is None or not metric.value >= least
    ]
    if below:
        session.fail("below the limit: " + ", ".join(below))
        raise typer.Exit(1)


def _value(report: Report, name: str) -> str:
    metric = report.metrics.get(name)
    return "could not be measured" if metric is None else f"is {number(name, metric.value)}"


def _limit(text: str) -> tuple[str, float]:
    name, _, least = text.partition("=")
    if name in LESS_IS_BETTER:
        raise typer.BadParameter(f"expected METRIC=X with a metric of which more is better, got {name}: less is better")
    known = [metric for metric in MEASURES if metric not in LESS_IS_BETTER]
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
        raise typer.BadParameter(f"expected METRIC=X with the name of a metric, got {text!r}; {hint}")
    try:
        return name, float(least)
    except ValueError:
        raise typer.BadParameter(f"expected METRIC=X with X a number, got {text!r}") from None


def _prices(text: str) -> tuple[float, float]:
    try:
        read, written = map(float, text.split(","))
    except ValueError:
        raise typer.BadParameter(f"expected two numbers as in 0.15,0.60, got {text!r}") from None
    if not (0 <= read < float("inf") and 0 <= written < float("inf")):
        raise typer.BadParameter(f"expected two prices of 0 or more, got {text!r}")
    return read, written
