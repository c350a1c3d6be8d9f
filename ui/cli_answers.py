"""Commands that put questions to a collection: ask, chat, serve, evaluate, verify."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from documents.errors import BylineError, RequestError
from ui.cli_progress import counting
from ui.cli_session import Json, Session

if TYPE_CHECKING:
    from rag.answers import Answer
    from rag.evaluation import Report
    from rag.pipeline import Chatbot

ENDINGS = ("exit", "quit")
"""Words that end `byline chat`."""

Outlets = Annotated[
    list[str] | None, typer.Option("--outlet", metavar="NAME", help="Only what this outlet originated; repeatable.")
]
Since = Annotated[str | None, typer.Option("--since", metavar="D", help="Only articles from this day on, YYYY-MM-DD.")]
Until = Annotated[str | None, typer.Option("--until", metavar="D", help="Only articles up to this day, YYYY-MM-DD.")]
Llm = Annotated[str | None, typer.Option("--llm", metavar="SPEC|none", help="Language model, MODEL@BASE_URL, or none.")]


def ask(
    session: Session,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="What to ask.")],
    outlets: Outlets = None,
    since: Since = None,
    until: Until = None,
    llm: Llm = None,
    as_json: Json = False,
) -> None:
    """Answer one question, with numbered sources."""
    from rag.pipeline import Chatbot

    settings = session.settings(llm=llm)
    bot = Chatbot(settings)
    try:
        answer = bot.ask(question, outlets=outlets or (), since=since, until=until)
        if as_json:
            session.emit(answer.to_dict())
        else:
            _show_answer(session, bot, answer, settings.llm)
        bot.collection.repair()  # after the answer, so that a damaged index never delays it
    finally:
        bot.close()


def chat(session: Session) -> None:
    """Talk in the terminal; follow-up questions are understood. `exit` ends."""
    from rag.pipeline import Chatbot

    settings = session.settings()
    bot = Chatbot(settings)
    if session.verbose or sys.stdin.isatty():
        session.note(f"Ask away; {ENDINGS[0]} ends.")
    try:
        while (question := _next_question()) is not None:
            try:
                _show_answer(session, bot, bot.ask(question), settings.llm)
            except BylineError as error:  # one question that cannot be answered does not end the talk
                session.fail(str(error))
            session.say("")
    finally:
        bot.close()


def serve(
    session: Session,
    host: Annotated[str | None, typer.Option("--host", metavar="H", help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option("--port", metavar="P", help="Port to listen on.")] = None,
    auth: Annotated[
        Path | None, typer.Option("--auth", metavar="FILE", help="File of USER:PASSWORD lines: who may come in.")
    ] = None,
    mcp: Annotated[bool, typer.Option("--mcp", help="Offer the tool protocol (MCP) at /mcp as well.")] = False,
) -> None:
    """Open the web page."""
    from ui.web import serve as serve_page

    settings = session.settings(host=host, port=port)
    serve_page(
        settings,
        host=settings.host,
        port=settings.port,
        auth=auth,
        mcp=mcp,
        open_ready=lambda address: session.note(f"Byline is at {address} (Ctrl-C stops it)"),
    )


def evaluate(
    session: Session,
    questions: Annotated[Path, typer.Argument(metavar="QUESTIONS", help="Question set, JSON lines.")],
    against: Annotated[
        Path | None, typer.Option("--against", metavar="REPORT", help="Earlier report.json to compare with.")
    ] = None,
    fail_under: Annotated[
        list[str] | None,
        typer.Option("--fail-under", metavar="METRIC=X", help="Exit with 1 when METRIC is below X; repeatable."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Folder to write report.json with every score to.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Ask a question set and print scores with intervals, beside trivial baselines."""
    from dataclasses import replace

    from rag.evaluation import difference
    from rag.evaluation import evaluate as run

    limits = [_limit(text) for text in fail_under or ()]
    with counting(session, "questions") as progress:
        report = run(questions, settings=session.settings(), progress=progress)
    if against:
        report = replace(report, against=difference(report, against))
    if out:
        session.note(f"written to {report.save(out)}")
    if as_json:
        session.emit(report.to_dict())
    else:
        _show_report(session, report)
    below = [
        f"{name} {_value(report, name)} (expected at least {least})"
        for name, least in limits
        if _misses(report, name, least)
    ]
    if below:
        session.fail("below the limit: " + ", ".join(below))
        raise typer.Exit(1)


def verify(
    session: Session,
    answer: Annotated[
        Path, typer.Argument(metavar="ANSWER.json", help="What ask --json printed; - for standard input.")
    ],
    as_json: Json = False,
) -> None:
    """Check any answer's quotes and claims against the collection; exit with 1 when something is caught."""
    from rag.verification import verify as check

    given = _read_json(answer)
    with session.opened() as store:
        report = check(given, store)
    if as_json:
        session.emit(report.to_dict())
    else:
        from ui.tables import verdict_list

        session.show(verdict_list((str(s.verdict), s.text, s.detail) for s in report.sentences))
        session.say(f"{report.ok} ok, {report.caught} caught")
    if report.caught:
        raise typer.Exit(1)


def _show_answer(session: Session, bot: Chatbot, answer: Answer, llm: str) -> None:
    from ui.tables import answer_text
    from ui.wording import model_host

    places: dict[str, str] = {}
    for citation in answer.citations:
        article = bot.collection.store.article(citation.article_id)
        if article is not None:
            places[article.id] = article.url or next(iter(article.paths), article.id)
    session.say(answer_text(answer, places, endpoint=model_host(llm), notices=bot.collection.notices()))


def _next_question() -> str | None:
    """Return the next line that is not blank, or None at the end of input or at a word that ends."""
    while True:
        if sys.stdin.isatty():
            sys.stderr.write("> ")
            sys.stderr.flush()
        line = sys.stdin.readline()
        if not line or line.strip().lower() in ENDINGS:
            return None
        if line.strip():
            return line.strip()


def _read_json(path: Path) -> Any:
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8-sig")
        return json.loads(text)
    except OSError as error:
        raise RequestError(f"expected an answer at {path}, got {error.strerror}; check the path") from None
    except (ValueError, RecursionError) as error:
        raise RequestError(f"expected the JSON of byline ask in {path}, got text that is none ({error})") from None


def _limit(text: str) -> tuple[str, float]:
    from difflib import get_close_matches

    from rag.evaluation import METRICS
    from rag.metrics import LOWER_IS_BETTER

    name, _, number = text.partition("=")
    known = [metric for metric in METRICS if metric not in LOWER_IS_BETTER]
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
        raise typer.BadParameter(f"expected METRIC=X with a metric of which more is better, got {text!r}; {hint}")
    try:
        return name, float(number)
    except ValueError:
        raise typer.BadParameter(f"expected METRIC=X with X a number, got {text!r}") from None


def _misses(report: Report, name: str, least: float) -> bool:
    metric = report.metrics.get(name)
    return metric is None or not metric.value >= least


def _value(report: Report, name: str) -> str:
    metric = report.metrics.get(name)
    return "could not be measured" if metric is None else f"is {metric.value:.3f}"


def _show_report(session: Session, report: Report) -> None:
    from ui.tables import report_table

    session.show(report_table(report))
    session.say(f"{report.questions} questions in {report.seconds:.1f} seconds")
    for name, why in report.failures:
        session.say(f"{name}: {why}")
