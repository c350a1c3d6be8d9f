"""What happens when a visitor does something: from a component's value to new values, errors as sentences.

Every handler checks its input as if anyone had sent it. `outcome` is the outermost boundary of the
page: whatever goes wrong inside becomes one plain sentence for the visitor and a record for who runs
the server. Layout is `ui.page`; the work is done by `ui.desk` and `ui.uploads`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar, cast

import gradio as gr

from documents.errors import BylineError
from rag.answers import Answer
from ui.desk import Conversation, Desk, Query, checked_query
from ui.rendering import (
    article_parts,
    escape,
    one_line,
    render_answer,
    render_article_head,
    render_failure,
    render_question,
    render_table,
)
from ui.uploads import take_in
from ui.wording import NO_OUTLET, source_card

log = logging.getLogger("byline.web")

MOST_LISTED = 500
"""Rows of the list of articles."""
T = TypeVar("T")
Messages = list[dict[str, Any]]
Evidence = tuple[Any, Any, Any, Any]
"""New values of the sources' heading, the list of sources, the article's head and its text."""


def _sentence(error: BaseException) -> str:
    """Return what the visitor is told; the one place that decides it."""
    if isinstance(error, BylineError):
        return one_line(str(error))
    log.error("the page could not answer", exc_info=error)
    return "Something went wrong on the server; try again, and tell who runs it if it stays"


def outcome(work: Callable[[], T]) -> tuple[T | None, str]:
    """Return what `work` returns and an empty string, or None and the sentence for what it raised."""
    try:
        return work(), ""
    except Exception as error:  # noqa: BLE001  the page's outermost boundary: no traceback reaches a visitor
        return None, _sentence(error)


def spoken(work: Callable[[], T]) -> T:
    """Return what `work` returns; whatever it raises becomes a message in the page."""
    value, sentence = outcome(work)
    if sentence:
        raise gr.Error(escape(sentence), duration=None, print_exception=False)
    return cast(T, value)


class Handlers:
    """The handlers of one page over one desk; none keeps anything of a visitor but in the visitor's own session."""

    NO_SOURCES = "## Sources\n\nThe articles an answer rests on appear here."

    def __init__(self, desk: Desk, inbox: Path) -> None:
        self._desk = desk
        self._inbox = inbox

    # ---- listing -------------------------------------------------------------------------------

    def welcome(self) -> Any:
        """Return the empty conversation with example questions."""
        return spoken(self._welcome)

    def _welcome(self) -> Any:
        examples = self._desk.examples()
        say = (
            "Ask a question, and every sentence of the answer names the outlet that said it first."
            if examples
            else "The collection is empty. Add articles under Collection, or run: byline ingest FOLDER"
        )
        shown = [{"text": one_line(text)} for text in examples]  # shown as a text node
        return gr.Chatbot(value=[], placeholder=f"<p>{escape(say)}</p>", examples=shown or None)  # type: ignore[arg-type]

    def listing(self) -> tuple[Any, ...]:
        """Return the line about the collection, the outlet filter's choices, and both lists."""
        return spoken(self._listing)

    def _listing(self) -> tuple[Any, ...]:
        catalogue = self._desk.catalogue()
        about = f"{len(catalogue.articles):,} articles from {len(catalogue.outlets):,} outlets"
        if self._desk.endpoint:
            about += f". Answers are worded by the language model at {self._desk.endpoint}"
        outlets = [(o.outlet, f"{o.articles:,}", f"{o.quoted_passages:,}") for o in catalogue.outlets]
        articles = [
            (a.published or "", a.outlet or NO_OUTLET, a.title, a.author or "")
            for a in catalogue.articles[:MOST_LISTED]
        ]
        if len(catalogue.articles) > MOST_LISTED:
            articles.append(("", "", f"and {len(catalogue.articles) - MOST_LISTED:,} more", ""))
        return (
            escape(about),
            gr.Dropdown(choices=self._desk.outlet_names()),
            render_table(("Outlet", "Articles", "Passages quoted by others"), outlets),
            render_table(("Date", "Outlet", "Title", "Author"), articles),
        )

    def upload(self, files: Any, outlet: Any) -> Iterator[tuple[Any, ...]]:
        """Yield the state of an upload: the report, the emptied file box, and the new lists."""
        same = gr.skip()
        yield (escape("Reading the files"), same, same, same, same, same)
        chosen = files if isinstance(files, list) else []
        receipt, sentence = outcome(lambda: take_in(self._desk, chosen, outlet, inbox=self._inbox))
        if receipt is None:
            yield (f"<p>{escape(sentence)}</p>", same, same, same, same, same)
            return
        items = "".join(f"<li>{escape(problem)}</li>" for problem in receipt.problems)
        report = f"<p>{escape(receipt.summary)}</p>" + (f"<ul>{items}</ul>" if items else "")
        yield (report, None, *self.listing())

    # ---- asking --------------------------------------------------------------------------------

    def ask_example(
        self, outlets: Any, since: Any, until: Any, session: Conversation | None, chosen: gr.SelectData
    ) -> Iterator[tuple[Any, ...]]:
        """Yield what `ask` yields for the example question that was chosen."""
        value = chosen.value
        yield from self.ask(value.get("text") if isinstance(value, dict) else value, outlets, since, until, session)

    def ask(
        self, question: Any, outlets: Any, since: Any, until: Any, session: Conversation | None
    ) -> Iterator[tuple[Any, ...]]:
        """Yield the session, the emptied question box, the conversation and the evidence, again as the answer grows."""
        session = session or spoken(self._desk.conversation)
        query = spoken(lambda: checked_query(question, outlets, since, until))
        before = self._messages(session)
        before.append({"role": "user", "content": render_question(query.question, query.filter_words)})
        turn = len(session.turns) + 1
        blank: Evidence = (self.NO_SOURCES, gr.Radio(choices=[], value=None, visible=False), "", _no_article())
        yield (session, "", [*before, _bubble(render_failure("Looking through the articles"))], *blank)
        growing = self._desk.stream(session, query)
        last: Answer | None = None
        while True:
            answer, sentence = outcome(lambda: next(growing, None))
            if sentence:
                yield (session, "", [*before, _bubble(render_failure(sentence))], *blank)
                return
            if answer is None:
                break
            last = answer
            grown = render_answer(answer, turn=turn, final=False)
            yield (session, "", [*before, _bubble(grown)], *self._sources(answer, query), "", _no_article())
        if last is not None:
            yield (session, "", self._messages(session), *self._sources(last, query), "", _no_article())

    def start_afresh(self) -> tuple[Any, ...]:
        """Return a new session with everything empty."""
        none = gr.Radio(choices=[], value=None, visible=False)
        return (None, "", self.welcome(), self.NO_SOURCES, none, "", _no_article())

    def _messages(self, session: Conversation) -> Messages:
        messages: Messages = []
        for turn, (query, answer) in enumerate(session.turns, start=1):
            notices = self._desk.notices() if turn == len(session.turns) else ()
            html = render_answer(answer, turn=turn, endpoint=self._desk.endpoint, notices=notices)
            messages.append({"role": "user", "content": render_question(query.question, query.filter_words)})
            messages.append(_bubble(html))
        return messages

    # ---- evidence ------------------------------------------------------------------------------

    def _sources(self, answer: Answer, query: Query, chosen: int | None = None) -> tuple[Any, Any]:
        if not answer.citations:
            return self.NO_SOURCES, gr.Radio(choices=[], value=None, visible=False)
        head = "## Sources" if answer.status == "answered" else "## Nearest evidence"
        choices = [("\n".join(map(one_line, source_card(c))), c.number) for c in answer.citations]
        return (
            f"{head}\n\n<p>{escape(one_line(query.question)[:200])}</p>",
            gr.Radio(choices=choices, value=chosen, visible=True),
        )

    def follow_marker(self, marker: Any, session: Conversation | None) -> Evidence:
        """Return the evidence for a marker ``TURN-NUMBER``: that answer's sources, and the article with the quote."""
        return spoken(lambda: self._follow(marker, session))

    def _follow(self, marker: Any, session: Conversation | None) -> Evidence:
        found = re.match(r"([0-9]{1,4})-([0-9]{1,4})(?:-[0-9]{1,9})?\Z", marker) if isinstance(marker, str) else None
        if found is None or session is None or not 1 <= int(found[1]) <= len(session.turns):
            return (gr.skip(), gr.skip(), gr.skip(), gr.skip())
        session.shown = int(found[1])
        query, answer = session.turns[session.shown - 1]
        number = int(found[2])
        return (*self._sources(answer, query, number), *self._article(session, number))

    def open_source(self, number: Any, session: Conversation | None) -> tuple[Any, Any]:
        """Return the head and text of the article that a source of the shown answer points into."""
        return spoken(lambda: self._article(session, number))

    def _article(self, session: Conversation | None, number: Any) -> tuple[Any, Any]:
        if session is None or not isinstance(number, int):
            return gr.skip(), gr.skip()
        citation = session.citation(session.shown, number)
        if citation is None:
            return gr.skip(), gr.skip()
        article = self._desk.article(citation.article_id)
        if article is None:
            return f"<p>{escape('This article is no longer in the collection')}</p>", _no_article()
        pieces = article_parts(article.text, citation.start, citation.end)
        outlets = self._desk.copy_outlets(article)
        head = render_article_head(article, back_to=f"{session.shown}-{number}", outlets=outlets)
        return head, gr.HighlightedText(value=pieces, visible=True)  # type: ignore[arg-type]


def _bubble(html: str) -> dict[str, Any]:
    return {"role": "assistant", "content": html}


def _no_article() -> Any:
    return gr.HighlightedText(value=None, visible=False)
