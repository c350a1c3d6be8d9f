"""Commands that put questions to a collection: ask, chat, serve, verify. Measuring answers is `ui.cli_evaluation`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from documents.errors import BylineError, RequestError
from ui.cli_session import Json, Session

if TYPE_CHECKING:
    from rag.answers import Answer
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
