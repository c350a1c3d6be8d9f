"""How a question becomes a cited answer: understood, searched, answered, checked; `ask` and `Chatbot`.

The steps live in their own modules; this one only puts them in order and keeps a conversation's last turn.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import TracebackType
from typing import TYPE_CHECKING

from documents.errors import GenerationModelError, RequestError
from documents.outlets import OutletRegistry
from index.collection import Collection, Hit
from index.filters import Filter
from rag import extractive
from rag.answers import Answer, AnswerSentence, Citation, Finding, Missing, Timings
from rag.conversation import standalone
from rag.gate import check_citations
from rag.questions import MAX_QUESTION_CHARACTERS, Question, understand
from rag.scoring import Candidate, rank_sentences
from rag.settings import Settings, load_settings

if TYPE_CHECKING:
    from rag.generation import LanguageModel

CANNOT_ANSWER = "The articles do not say."
"""What an answer without evidence says first."""

NEAREST = 2
"""How many citations of nearest evidence an answer without evidence shows at most."""

NEAREST_CONFIDENCE = 0.15
"""Below this probability a sentence is not even shown as nearest evidence."""

SEARCH_DEPTH = 40
"""Hits asked of the collection; the best `Settings.passages` distinct texts of them are read."""

COPIES = 5
"""Articles that may stand beside one another with the same passage."""


@dataclass(frozen=True, slots=True)
class _Request:
    """One question with its filters, checked and understood."""

    asked: str
    question: Question
    only: Filter
    missing_filters: tuple[str, ...]
    registry: OutletRegistry


class Chatbot:
    """A conversation with one collection. Use it as a context manager, or call `close`.

    Args:
        settings: The settings in force; read from home and environment when None.
        collection: An opened collection to share; opened from the settings when None.
    """

    def __init__(self, settings: Settings | None = None, *, collection: Collection | None = None) -> None:
        self.settings = settings if settings is not None else load_settings()
        self._owned = collection is None
        self.collection = collection if collection is not None else open_collection(self.settings)
        self._previous: Question | None = None
        self._model: LanguageModel | None = None
        self._registry: tuple[int, OutletRegistry] | None = None

    def __enter__(self) -> Chatbot:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the collection, if this chatbot opened it."""
        if self._owned:
            self.collection.close()

    def reset(self) -> None:
        """Forget the conversation; the next question stands alone."""
        self._previous = None

    def ask(
        self,
        question: str,
        *,
        outlets: Sequence[str] = (),
        since: str | None = None,
        until: str | None = None,
        history: Sequence[tuple[str, str]] | None = None,
    ) -> Answer:
        """Return the cited answer to `question`, or an honest "the articles do not say".

        Args:
            question: What the reader asks; may be a follow-up of the last question asked here.
            outlets: Only passages that originate from one of these; any known name or alias.
            since: Only articles published on this day or later, "2024-05-01".
            until: Only articles published on this day or earlier.
            history: Earlier turns as (question, answer); replaces what this chatbot remembers.

        Raises:
            RequestError: an empty or overlong question, or a date that is none.
            BylineError: the collection cannot be read.
        """
        answer: Answer | None = None
        for answer in self.stream(question, outlets=outlets, since=since, until=until, history=history):
            pass
        if answer is None:
            raise RequestError("expected an answer, got none; ask again")
        return answer

    def stream(
        self,
        question: str,
        *,
        outlets: Sequence[str] = (),
        since: str | None = None,
        until: str | None = None,
        history: Sequence[tuple[str, str]] | None = None,
    ) -> Iterator[Answer]:
        """Yield the answer as it grows, sentence by sentence; each one is checked, the last is final.

        Arguments and errors are those of `ask`.
        """
        started = time.perf_counter()
        if history is not None:
            self._replay([asked for asked, _ in history])
        request = self._understand(question, outlets, since, until)
        self._previous = request.question
        hits = self._find(request)
        ranked = rank_sentences(request.question, hits, self.collection.encoder) if hits else []
        found = time.perf_counter()
        final: Answer | None = None
        for final in self._answers(request, hits, ranked):
            yield replace(final, timings_ms=_timings(started, found))
        if final is None:
            yield replace(self._no_evidence(request, ranked), timings_ms=_timings(started, found))

    def _replay(self, questions: Sequence[str]) -> None:
        self.reset()
        for question in questions:
            self._previous = self._understand(question, (), None, None).question

    def _understand(self, question: str, outlets: Sequence[str], since: str | None, until: str | None) -> _Request:
        text = " ".join(question.split())
        if not text:
            raise RequestError("expected a question, got an empty one; type what you want to know")
        if len(question) > MAX_QUESTION_CHARACTERS:
            raise RequestError(
                f"expected a question of at most {MAX_QUESTION_CHARACTERS} characters, got {len(question)}; shorten it"
            )
        registry = self._outlets()
        present = self.collection.store.outlet_names()

        def read(words: str) -> Question:
            return understand(words, registry, present)

        alone = standalone(text, read(text), self._previous, read)
        named = tuple(dict.fromkeys(registry.canonical(name) for name in outlets))
        have = set(present)
        return _Request(
            asked=text,
            question=read(alone),
            only=Filter(tuple(o for o in named if o in have), _day(since, "since"), _day(until, "until")),
            missing_filters=tuple(o for o in named if o not in have),
            registry=registry,
        )

    def _outlets(self) -> OutletRegistry:
        revision = self.collection.store.revision()
        if self._registry is None or self._registry[0] != revision:
            self._registry = (revision, OutletRegistry.load(self.collection.store.outlet_names()))
        return self._registry[1]

    def _find(self, request: _Request) -> list[Hit]:
        """Return the passages to read: those of each asked outlet, or the best of all."""
        question = request.question
        if request.missing_filters and not request.only.outlets:
            return []
        if not question.outlets:
            return self._search(question.text, request.only)
        allowed = [o for o in question.outlets if not request.only.outlets or o in request.only.outlets]
        return [hit for o in allowed for hit in self._search(question.text, replace(request.only, outlets=(o,)))]

    def _search(self, text: str, only: Filter) -> list[Hit]:
        hits = self.collection.search(text, only=only, limit=SEARCH_DEPTH, per_text=COPIES)
        return _distinct(hits, self.settings.passages)

    def _answers(self, request: _Request, hits: Sequence[Hit], ranked: Sequence[Candidate]) -> Iterator[Answer]:
        """Yield growing answers; nothing when the articles do not say."""
        question = request.question
        if question.absent and not question.outlets:
            return
        groups = extractive.choose(question, ranked, self.settings.sentences)
        if not groups:
            return
        failed: Finding | None = None
        if self.settings.llm != "none":
            try:
                yield from self._generated(request, hits)
                return
            except GenerationModelError as error:
                failed = Finding("fallback", "", f"{error}; answered by extraction instead")
        draft = extractive.compose(groups)
        citations, caught = check_citations(draft.citations, self.collection.store)
        shown = {c.number for c in citations}
        kept: list[AnswerSentence] = []
        findings = (*((failed,) if failed else ()), *caught)
        for sentence in draft.sentences:
            if set(sentence.citations) <= shown:
                kept.append(sentence)
                yield self._answered(request, tuple(kept), citations, findings, "extractive")

    def _generated(self, request: _Request, hits: Sequence[Hit]) -> Iterator[Answer]:
        from rag.generation import LanguageModel, stream_checked

        if self._model is None:
            self._model = LanguageModel.from_settings(self.settings)
        for part in stream_checked(self._model, request.question.text, hits, self.collection):
            if part.sentences or part.final:
                yield self._answered(request, part.sentences, part.citations, part.findings, self._model.name)

    def _answered(
        self,
        request: _Request,
        sentences: tuple[AnswerSentence, ...],
        citations: Sequence[Citation],
        findings: tuple[Finding, ...],
        by: str,
    ) -> Answer:
        used = {n for s in sentences for n in s.citations}
        absent = (*request.question.absent, *request.missing_filters)
        return Answer(
            question=request.asked,
            standalone_question=request.question.text,
            status="answered",
            text=" ".join(s.marked for s in sentences),
            sentences=sentences,
            citations=tuple(c for c in citations if c.number in used),
            findings=findings,
            missing=Missing(absent, _absence(absent) if absent else ""),
            answered_by=by,
        )

    def _no_evidence(self, request: _Request, ranked: Sequence[Candidate]) -> Answer:
        absent = tuple(dict.fromkeys((*request.question.absent, *request.missing_filters)))
        near = [[c] for c in ranked[:NEAREST] if c.confidence >= NEAREST_CONFIDENCE]
        draft = extractive.compose(near)
        citations, findings = check_citations(draft.citations, self.collection.store)
        notes: list[str] = []
        if self.collection.store.counts().articles == 0:
            notes.append("The collection is empty; add articles with: byline ingest PATH")
        if absent:
            notes.append(_absence(absent))
        elif request.question.outlets:
            notes.append(f"{_listed(request.question.outlets)} is in the collection but does not say.")
        if citations:
            notes.append("Nearest evidence, which does not answer: " + " ".join(f"[{c.number}]" for c in citations))
        return Answer(
            question=request.asked,
            standalone_question=request.question.text,
            status="no_evidence",
            text=_absence(absent) if absent else CANNOT_ANSWER,
            sentences=(),
            citations=tuple(citations),
            findings=tuple(findings),
            missing=Missing(absent, " ".join(notes)),
        )


def ask(
    question: str,
    *,
    outlets: Sequence[str] = (),
    since: str | None = None,
    until: str | None = None,
    settings: Settings | None = None,
) -> Answer:
    """Return the cited answer to one question; opens the collection that the settings name and closes it again.

    For several questions use one `Chatbot`: the models stay loaded. Arguments and errors are those of
    `Chatbot.ask`.
    """
    with Chatbot(settings) as chatbot:
        return chatbot.ask(question, outlets=outlets, since=since, until=until)


def open_collection(settings: Settings) -> Collection:
    """Return the collection that the settings name, opened for reading."""
    from index.embedding import LazyEncoder

    return Collection.open(
        settings.home, store_url=settings.store, index_url=settings.index, encoder=LazyEncoder(settings.encoder)
    )


def _distinct(hits: Sequence[Hit], limit: int) -> list[Hit]:
    """Return the hits of the first `limit` distinct texts; copies in other articles come along."""
    texts: dict[str, int] = {}
    kept: list[Hit] = []
    for hit in hits:
        texts.setdefault(hit.passage.passage.text_hash, len(texts))
        if texts[hit.passage.passage.text_hash] < limit:
            kept.append(hit)
    return kept


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def _absence(absent: Sequence[str]) -> str:
    return f"No article from {_listed(absent)} in this collection."


def _day(value: str | None, name: str) -> str | None:
    if value is None or not value.strip():
        return None
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip()):
        try:
            return date.fromisoformat(value.strip()).isoformat()
        except ValueError:
            pass
    raise RequestError(f"expected {name} as a day such as 2024-05-31, got {value!r}")


def _timings(started: float, found: float) -> Timings:
    now = time.perf_counter()
    retrieve = (found - started) * 1000
    total = (now - started) * 1000
    return Timings(retrieve=round(retrieve, 1), answer=round(total - retrieve, 1), check=0.0, total=round(total, 1))
