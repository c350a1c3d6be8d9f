"""Checking any answer against the collection: `byline verify`.

Takes the JSON of an answer, whoever made it. Every citation's characters, outlet and labels are compared
with the truth, every sentence with the characters that it cites. What was caught is named; nothing is put
right here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from documents.articles import Article, Attribution, OutletBasis, Passage
from documents.errors import RequestError
from documents.outlets.registry import OutletRegistry
from index.store import Store, StoredPassage
from rag.answers import Answer, AnswerSentence, Citation, Verdict
from rag.claims import read_claims
from rag.gate import check_citation, check_sentence, claims_nothing, worst
from rag.quoting import fold, quoted_spans, words_in
from rag.support import language_of_passage

MAX_OTHERS = 24
"""Passages of the collection that a sentence is compared with in order to learn whose words they are."""

MIN_SHARED = 0.6
"""Share of a sentence's content words that a passage needs to be one of them."""

MIN_WORDS = 3
"""Fewest words of a quote that are looked for under other outlets."""

_MARKERS = re.compile(r"\s*\[\d+\]")


@dataclass(frozen=True, slots=True)
class VerifiedSentence:
    """The verdict on one sentence, and why."""

    text: str
    verdict: Verdict
    detail: str = ""


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """The verdicts on an answer's sentences."""

    sentences: tuple[VerifiedSentence, ...]

    @property
    def ok(self) -> int:
        """How many sentences may be shown."""
        return sum(s.verdict.shown for s in self.sentences)

    @property
    def caught(self) -> int:
        """How many may not."""
        return len(self.sentences) - self.ok

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain JSON types."""
        sentences = [{"text": s.text, "verdict": s.verdict.value, "detail": s.detail} for s in self.sentences]
        return {"sentences": sentences, "ok": self.ok, "caught": self.caught}


def verify(data: Mapping[str, Any], store: Store) -> VerifyReport:
    """Return the verdict on every sentence of an answer, and on every citation that no sentence uses.

    An answer without evidence claims nothing; only the nearest evidence it shows is checked.

    Args:
        data: An answer as `Answer.to_dict` gives it.
        store: The truth to check against.

    Raises:
        RequestError: `data` is no answer.
        StoreError: the truth cannot be read.
    """
    if not isinstance(data, Mapping):
        raise RequestError(
            f"expected an answer as a JSON object, got {type(data).__name__}; pass the JSON of byline ask"
        )
    try:
        answer = Answer.from_dict(data)
    except OverflowError:
        raise RequestError(
            "expected an answer with finite numbers, got infinity; pass the JSON of byline ask"
        ) from None
    return VerifyReport(tuple(_Verifying(answer, store).sentences()))


class _Verifying:
    """One verification in progress."""

    def __init__(self, answer: Answer, store: Store) -> None:
        self.answer = answer
        self.store = store
        self.registry = OutletRegistry.load(store.outlet_names())
        self.checked: dict[int, tuple[Verdict, str]] = {}
        self.numbered = {c.number: c for c in answer.citations}

    def sentences(self) -> Iterator[VerifiedSentence]:
        used: set[int] = set()
        for sentence in self.answer.sentences:
            used.update(sentence.citations)
            if sentence.citations or self.answer.status == "answered":
                yield self._sentence(sentence)
        if self.answer.status == "answered":
            yield from self._unlisted()
        for citation in self.answer.citations:
            verdict, detail = self._citation(citation)
            if citation.number not in used and not verdict.shown:
                yield VerifiedSentence(citation.quote, verdict, detail)
        if len(self.numbered) < len(self.answer.citations):
            yield VerifiedSentence("", Verdict.UNKNOWN_KEY, "two citations have the same number")

    def _sentence(self, sentence: AnswerSentence) -> VerifiedSentence:
        text = _MARKERS.sub("", sentence.text).strip()
        unknown = [n for n in sentence.citations if n not in self.numbered]
        if unknown:
            return VerifiedSentence(text, Verdict.UNKNOWN_KEY, f"no citation has the number {unknown[0]}")
        cited = [self.numbered[n] for n in sentence.citations]
        wrong = [found for c in cited if not (found := self._citation(c))[0].shown]
        if wrong:
            verdict = worst(v for v, _ in wrong)
            return VerifiedSentence(text, verdict, next(d for v, d in wrong if v is verdict))
        if not cited and claims_nothing(text):
            return VerifiedSentence(text, Verdict.SUPPORTED, "makes no claim")
        passages = [cited_passage(c, self.store.article(c.article_id)) for c in cited]
        first = check_sentence(text, passages, (), registry=self.registry)
        if first.verdict.shown:
            return VerifiedSentence(text, first.verdict, first.detail)
        second = check_sentence(text, passages, self._others(text, cited), registry=self.registry)
        return VerifiedSentence(text, second.verdict, second.detail)

    def _citation(self, citation: Citation) -> tuple[Verdict, str]:
        """Return the verdict on a citation; words that its article lacks are looked for under other outlets."""
        if citation.number not in self.checked:
            verdict, detail = check_citation(citation, self.store)
            if verdict in (Verdict.UNSUPPORTED, Verdict.ALTERED) and words_in(citation.quote) >= MIN_WORDS:
                owner = self._owner(citation)
                if owner is not None:
                    verdict, detail = Verdict.MISATTRIBUTED, f"these words are {owner}'s"
            self.checked[citation.number] = verdict, detail
        return self.checked[citation.number]

    def _owner(self, citation: Citation) -> str | None:
        """Return the other outlet that has the citation's words, or None."""
        needle = fold(citation.quote).text.strip()
        for batch in self.store.iter_passages():
            for stored in batch:
                outlet = stored.passage.attribution.outlet
                if outlet is not None and outlet != citation.outlet and needle in fold(stored.passage.text).text:
                    return outlet
        return None

    def _others(self, text: str, cited: Sequence[Citation]) -> list[StoredPassage]:
        """Return the passages of the collection that share most of a sentence's words, the nearest first."""
        ends = [end for a, b in quoted_spans(text) for end in _ends(fold(text[a:b]).text)]
        scored: list[tuple[float, StoredPassage]] = []
        for batch in self.store.iter_passages():
            for stored in batch:
                share = _shared(text, stored)
                if any(end in fold(stored.passage.text).text for end in ends):
                    share = 2.0
                if share >= MIN_SHARED:
                    scored.append((share, stored))
        scored.sort(key=lambda pair: -pair[0])
        return [stored for _, stored in scored[:MAX_OTHERS]]

    def _unlisted(self) -> Iterator[VerifiedSentence]:
        """Yield what the answer's text says beyond its listed sentences."""
        rest = " ".join(_MARKERS.sub("", self.answer.text).split())
        for sentence in self.answer.sentences:
            rest = rest.replace(" ".join(_MARKERS.sub("", sentence.text).split()), " ", 1)
        if not claims_nothing(rest):
            yield VerifiedSentence(rest.strip(), Verdict.UNSUPPORTED, "stands in the text, but not among its sentences")


def cited_passage(citation: Citation, article: Article | None) -> StoredPassage:
    """Return the cited characters as a passage of their own: a sentence may rest on nothing else.

    Args:
        citation: One that `rag.gate.check_citation` lets through.
        article: The article that it cites.
    """
    attribution = Attribution(
        citation.outlet, OutletBasis(citation.outlet_basis), via=citation.via, speaker=citation.speaker
    )
    return StoredPassage(
        0,
        Passage(citation.article_id, citation.start, citation.end, citation.quote, attribution),
        citation.title,
        citation.url,
        citation.published,
        article.language if article else None,
        article.author if article else None,
        article.outlet if article else None,
    )


def _ends(quote: str) -> tuple[str, ...]:
    """Return the first and the last words of a folded quote: enough to find where its parts come from."""
    words = quote.strip(" .,;:!?'…").split(" ")
    return (" ".join(words[:MIN_WORDS]), " ".join(words[-MIN_WORDS:])) if len(words) >= MIN_WORDS else ()


def _shared(text: str, stored: StoredPassage) -> float:
    """Return the share of the content words of `text` that the passage has."""
    language = language_of_passage(stored)
    mine = {w.key for w in read_claims(text, language).words if w.counts}
    theirs = {w.key for w in read_claims(stored.passage.text, language).words}
    return len(mine & theirs) / len(mine) if mine else 0.0
