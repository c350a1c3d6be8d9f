"""How a question becomes a cited answer: understood, searched, answered, checked; `ask` and `Chatbot`.

The steps live in their own modules; this one only puts them in order and keeps a conversation's last turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import TYPE_CHECKING

from documents.errors import GenerationModelError
from index.collection import Collection, Hit
from index.embedding import LazyEncoder
from index.remembering import RememberingEncoder
from rag import extractive
from rag.answers import Answer, AnswerSentence, Citation, Finding, Missing, Usage
from rag.clock import Clock
from rag.gate import check_citations
from rag.prompts import CANNOT_ANSWER
from rag.questions import Question
from rag.requests import Request, RequestReader
from rag.retrieving import SEARCH_DEPTH, Texts, interleaved, search
from rag.scoring import Candidate, rank_sentences
from rag.settings import NO_LLM, Settings, load_settings

if TYPE_CHECKING:
    from rag.generation import LanguageModel

NEAREST = 2
"""How many citations of nearest evidence an answer without evidence shows at most."""

NEAREST_CONFIDENCE = 0.01
"""Below this probability a sentence is not even shown as nearest evidence."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question's answer and all that was found for it, best first; the answer read the first of it."""

    answer: Answer
    found: Texts


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
        self._reader = RequestReader(self.collection.store)
        self._previous: Question | None = None
        self._model: LanguageModel | None = None

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
        return list(self.stream(question, outlets=outlets, since=since, until=until, history=history))[-1]

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
        for exchange in self._exchanges(question, outlets, since, until, history):
            yield exchange.answer

    def exchange(
        self,
        question: str,
        *,
        outlets: Sequence[str] = (),
        since: str | None = None,
        until: str | None = None,
        history: Sequence[tuple[str, str]] | None = None,
    ) -> Exchange:
        """Return the answer together with what was found for it, for evaluation.

        Arguments and errors are those of `ask`.
        """
        return list(self._exchanges(question, outlets, since, until, history))[-1]

    def retrieve(
        self, question: str, *, history: Sequence[tuple[str, str]] | None = None, depth: int = SEARCH_DEPTH
    ) -> Texts:
        """Return what an answer to `question` would be made from, without answering; errors as of `ask`.

        Each search that the question makes gives at most `depth` hits.
        """
        return interleaved(search(self.collection, self._request(question, (), None, None, history), depth))

    def _request(
        self,
        question: str,
        outlets: Sequence[str],
        since: str | None,
        until: str | None,
        history: Sequence[tuple[str, str]] | None,
    ) -> Request:
        if history is not None:
            self.reset()
            for asked, _ in history:
                self._previous = self._reader.read(asked, self._previous).question
        request = self._reader.read(question, self._previous, outlets, since, until)
        self._previous = request.question
        return request

    def _exchanges(
        self,
        question: str,
        outlets: Sequence[str],
        since: str | None,
        until: str | None,
        history: Sequence[tuple[str, str]] | None,
    ) -> Iterator[Exchange]:
        """Yield the growing answer with what was found; the last one is final."""
        clock = Clock()
        request = self._request(question, outlets, since, until, history)
        searched = search(self.collection, request)
        hits = [hit for texts in searched for copies in texts[: self.settings.passages] for hit in copies]
        ranked = rank_sentences(request.question, hits, self.collection.encoder) if hits else []
        clock.lap("retrieve")
        found = interleaved(searched)
        judged = round(extractive.confidence(ranked), 4) if ranked else None
        used: list[Usage] = []

        def measured(answer: Answer) -> Exchange:
            timings, usage = clock.timings(), used[-1] if used else None
            return Exchange(replace(answer, confidence=judged, timings_ms=timings, usage=usage), found)

        final: Answer | None = None
        for final in self._answers(request, hits, ranked, clock, used):
            yield measured(final)
        if final is None:
            yield measured(self._no_evidence(request, ranked, clock))

    def _answers(
        self, request: Request, hits: Sequence[Hit], ranked: Sequence[Candidate], clock: Clock, used: list[Usage]
    ) -> Iterator[Answer]:
        """Yield growing answers; nothing when the articles do not say. What a model took for it is put into `used`."""
        if request.question.absent and not request.question.outlets:
            return
        failed: list[Finding] = []
        if self.settings.llm != NO_LLM and any(c.confidence >= NEAREST_CONFIDENCE for c in ranked):
            try:
                yield from self._generated(request, hits, clock, used)
                return
            except GenerationModelError as error:
                failed.append(Finding("fallback", "", f"{error}; answered by extraction instead"))
        groups = extractive.choose(request.question, ranked, self.settings.sentences)
        if not groups:
            return
        draft = extractive.compose(groups)
        clock.lap("answer")
        citations, caught = check_citations(draft.citations, self.collection.store)
        clock.lap("check")
        shown = {c.number for c in citations}
        kept: list[AnswerSentence] = []
        for sentence in draft.sentences:
            if set(sentence.citations) <= shown:
                kept.append(sentence)
                yield _answered(request, kept, citations, [*failed, *caught], extractive.ANSWERED_BY)

    def _generated(self, request: Request, hits: Sequence[Hit], clock: Clock, used: list[Usage]) -> Iterator[Answer]:
        """Yield the language model's answer as it grows; nothing when the model finds no answer in the passages."""
        from rag.generated import stream_checked
        from rag.generation import LanguageModel

        if self._model is None:
            self._model = LanguageModel.from_settings(self.settings)
        for part in stream_checked(self._model, request.question.text, hits, self.collection, counted=used.append):
            clock.lap("answer")  # the gate checks sentence by sentence inside
            yield _answered(request, part.sentences, part.citations, part.findings, self._model.name)

    def _no_evidence(self, request: Request, ranked: Sequence[Candidate], clock: Clock) -> Answer:
        draft = extractive.compose([[c] for c in ranked[:NEAREST] if c.confidence >= NEAREST_CONFIDENCE])
        clock.lap("answer")
        citations, findings = check_citations(draft.citations, self.collection.store)
        clock.lap("check")
        notes: list[str] = []
        if self.collection.store.counts().articles == 0:
            notes.append("The collection is empty; add articles with: byline ingest PATH")
        if request.absent:
            notes.append(absence(request.absent))
        elif request.question.outlets:
            notes.append(f"{extractive.listed(request.question.outlets)} is in the collection but does not say.")
        if citations:
            notes.append("Nearest evidence, which does not answer: " + " ".join(f"[{c.number}]" for c in citations))
        return Answer(
            question=request.asked,
            standalone_question=request.question.text,
            status="no_evidence",
            text=absence(request.absent) if request.absent else CANNOT_ANSWER,
            sentences=(),
            citations=tuple(citations),
            findings=tuple(findings),
            missing=Missing(request.absent, " ".join(notes)),
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
    encoder = RememberingEncoder(LazyEncoder(settings.encoder))
    return Collection.open(settings.home, store_url=settings.store, index_url=settings.index, encoder=encoder)


def absence(outlets: Sequence[str]) -> str:
    """Return the sentence that says which outlets the collection lacks."""
    return f"No article from {extractive.listed(outlets)} in this collection."


def _answered(
    request: Request,
    sentences: Sequence[AnswerSentence],
    citations: Sequence[Citation],
    findings: Sequence[Finding],
    by: str,
) -> Answer:
    used = {n for s in sentences for n in s.citations}
    return Answer(
        question=request.asked,
        standalone_question=request.question.text,
        status="answered",
        text=" ".join(s.marked for s in sentences),
        sentences=tuple(sentences),
        citations=tuple(c for c in citations if c.number in used),
        findings=tuple(findings),
        missing=Missing(request.absent, absence(request.absent) if request.absent else ""),
        answered_by=by,
    )
