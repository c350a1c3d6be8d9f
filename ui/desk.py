"""What the web page can do, without gradio: check a request, hold a conversation, open an article, list.

One `Desk` serves every visitor: the collection is shared, a conversation never is. Input is checked
here as if anyone had sent it, because anyone can: the page, the REST address and the tool protocol
all come through. Uploads are `ui.uploads`; how things look is `ui.page`.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Protocol

from documents.articles import Article
from documents.errors import RequestError
from rag.answers import Answer, Citation
from ui.rendering import one_line
from ui.wording import model_host

if TYPE_CHECKING:
    from index.collection import Collection
    from index.store_records import OutletCount
    from rag.settings import Settings

MAX_QUESTION = 8_000
"""Most characters of a question."""
MAX_OUTLETS = 100
"""Most outlets in a filter."""
MAX_NAME = 200
"""Most characters of an outlet's name in a filter or an upload."""
MAX_TURNS = 100
"""Most questions in one conversation; then the reader is asked to start a new one."""


class Bot(Protocol):
    """What the desk needs of `rag.pipeline.Chatbot`: one conversation."""

    def ask(
        self, question: str, *, outlets: Sequence[str] = (), since: str | None = None, until: str | None = None
    ) -> Answer:
        """Return the checked answer."""
        ...

    def stream(
        self, question: str, *, outlets: Sequence[str] = (), since: str | None = None, until: str | None = None
    ) -> Iterator[Answer]:
        """Yield growing checked answers; the last is final."""
        ...


@dataclass(frozen=True, slots=True)
class Query:
    """A checked question with its filters."""

    question: str
    outlets: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None

    @property
    def filter_words(self) -> str:
        """The filters as a line to read, or an empty string."""
        parts = [f"only {', '.join(self.outlets)}"] if self.outlets else []
        parts += [f"since {self.since}"] if self.since else []
        parts += [f"until {self.until}"] if self.until else []
        line = ", ".join(parts)
        return line[:1].upper() + line[1:]


def checked_query(question: object, outlets: object = (), since: object = None, until: object = None) -> Query:
    """Return the query that these untrusted values make.

    Raises:
        RequestError: a value has the wrong type, is too long, or is no date; one plain sentence.
    """
    if not isinstance(question, str) or not question.strip():
        raise RequestError("Expected a question, got none; type one and send it again")
    if len(question) > MAX_QUESTION:
        raise RequestError(
            f"Expected a question of at most {MAX_QUESTION:,} characters, got {len(question):,}; shorten it"
        )
    if outlets is None:
        outlets = ()
    if not isinstance(outlets, (list, tuple)) or len(outlets) > MAX_OUTLETS:
        raise RequestError(f"Expected a list of at most {MAX_OUTLETS} outlets, got something else; choose fewer")
    names = tuple(checked_name(name) for name in outlets)
    first, last = _checked_date(since, "since"), _checked_date(until, "until")
    if first and last and first > last:
        raise RequestError(f"Expected the first date before the last, got {first} and {last}; swap them")
    return Query(question.strip(), tuple(dict.fromkeys(names)), first, last)


def checked_name(name: object) -> str:
    """Return an outlet's name on one line.

    Raises:
        RequestError: it is no text, empty or too long.
    """
    tidy = one_line(name) if isinstance(name, str) else ""
    if not tidy or len(tidy) > MAX_NAME:
        raise RequestError(f"Expected an outlet's name of 1 to {MAX_NAME} characters, got something else; correct it")
    return tidy


def _checked_date(value: object, which: str) -> str | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value.strip()):
        try:
            return date.fromisoformat(value.strip()).isoformat()
        except ValueError:
            pass
    got = one_line(value)[:40] if isinstance(value, str) else type(value).__name__
    raise RequestError(f"Expected a date such as 2023-09-06 for “{which}”, got “{got}”; correct or clear it")


@dataclass(slots=True)
class Conversation:
    """One visitor's conversation: its bot, its final answers in order, and which turn's sources are shown."""

    bot: Bot
    turns: list[tuple[Query, Answer]] = field(default_factory=list)
    shown: int = 0
    busy: threading.Lock = field(default_factory=threading.Lock)

    def citation(self, turn: int, number: int) -> Citation | None:
        """Return a citation of turn `turn` (counted from 1), or None when there is none."""
        if not 1 <= turn <= len(self.turns):
            return None
        return self.turns[turn - 1][1].citation(number)


@dataclass(frozen=True, slots=True)
class Listed:
    """An article as a line of a list."""

    title: str
    outlet: str | None
    published: str | None
    author: str | None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the collection holds, as lists for the page; the articles newest first."""

    outlets: tuple[OutletCount, ...]
    articles: tuple[Listed, ...]


class Desk:
    """The shared side of the page: settings, the collection, and a maker of conversations."""

    def __init__(self, settings: Settings, collection: Collection, new_bot: Callable[[], Bot]) -> None:
        self.settings = settings
        self.collection = collection
        self._new_bot = new_bot
        self._catalogue: tuple[int, Catalogue] | None = None
        self._lock = threading.Lock()
        self._mending = threading.Lock()

    @property
    def endpoint(self) -> str | None:
        """Host of the language model in the settings, or None: the only host that is ever contacted."""
        return model_host(self.settings.llm)

    def conversation(self) -> Conversation:
        """Return a new, empty conversation."""
        return Conversation(self._new_bot())

    def answer_once(self, query: Query) -> Answer:
        """Return the answer to a question that belongs to no conversation."""
        return self._new_bot().ask(query.question, outlets=query.outlets, since=query.since, until=query.until)

    def stream(self, conversation: Conversation, query: Query) -> Iterator[Answer]:
        """Yield growing answers, and keep the last as the conversation's next turn.

        Raises:
            RequestError: another question of this conversation is still being answered, or it is full.
        """
        if not conversation.busy.acquire(blocking=False):
            raise RequestError("Expected one question at a time, got another before the answer; wait for it")
        try:
            if len(conversation.turns) >= MAX_TURNS:
                raise RequestError(f"Expected at most {MAX_TURNS} questions in a conversation; start a new one")
            last: Answer | None = None
            for last in conversation.bot.stream(
                query.question, outlets=query.outlets, since=query.since, until=query.until
            ):
                yield last
            if last is not None:
                conversation.turns.append((query, last))
                conversation.shown = len(conversation.turns)
        finally:
            conversation.busy.release()

    def article(self, article_id: str) -> Article | None:
        """Return the article with exactly this id, or None when it was removed meanwhile."""
        return self.collection.store.article(article_id)

    def copy_outlets(self, article: Article) -> list[str | None]:
        """Return the outlets of the article's near-copies, its own among them, one for each article."""
        store = self.collection.store
        cluster = store.cluster(article.cluster) if article.cluster else None
        members = (store.article(article_id) for article_id in (cluster.article_ids if cluster else ()))
        return [member.outlet for member in members if member is not None]

    def notices(self) -> list[str]:
        """Return plain sentences about the collection's state; what can be mended is mended behind them."""
        said = self.collection.notices()
        if said and self._mending.acquire(blocking=False):
            threading.Thread(target=self._mend, name="mend", daemon=True).start()
        return said

    def _mend(self) -> None:
        try:
            self.collection.repair()
        finally:
            self._mending.release()

    def catalogue(self) -> Catalogue:
        """Return the outlets and articles of the collection as it is now; read anew only when it changed."""
        store = self.collection.store
        with self._lock:
            revision = store.revision()
            if self._catalogue is None or self._catalogue[0] != revision:
                listed = [
                    Listed(one_line(a.title or "Untitled"), a.outlet, a.published, a.author) for a in store.articles()
                ]
                listed.sort(key=lambda article: (article.published or "", article.title), reverse=True)
                self._catalogue = (revision, Catalogue(tuple(store.outlets()), tuple(listed)))
            return self._catalogue[1]

    def outlet_names(self) -> list[str]:
        """Return the names for the outlet filter, in alphabetical order."""
        return sorted(self.collection.store.outlet_names(), key=str.casefold)

    def examples(self) -> list[str]:
        """Return up to four questions that this collection can say something about."""
        catalogue = self.catalogue()
        ranked = sorted(catalogue.outlets, key=lambda o: (-o.quoted_passages, -o.articles, o.outlet.casefold()))
        titles = [article.title for article in catalogue.articles if article.title != "Untitled"]
        questions = [f"What does {one_line(outlet.outlet)} say?" for outlet in ranked[:2]]
        questions += [f"What is reported on “{title}”?" for title in titles if len(title) <= 90][: 4 - len(questions)]
        return questions
