"""From a model's reply to cited sentences: keys for passages, markers resolved, every sentence through the gate.

A model sees passages by key and cites keys; the numbers a reader sees are given here, in order of
appearance, and each stands for exact characters of an article. What the gate catches is repaired where
exactly one repair exists, else left out; either way it becomes a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from documents.articles import digest
from documents.outlets.registry import OutletRegistry
from index.store import StoredPassage
from rag.answers import AnswerSentence, Citation, Finding, Verdict
from rag.gate import SentenceVerdict, check_sentence, claims_nothing
from rag.prompts import CANNOT_ANSWER, EXAMPLE_KEYS
from rag.quoting import find_words
from rag.replies import ReplyReader, ReplySentence
from rag.sayers import registry_of
from rag.support import Support

KEY_DIGITS = 4
"""Hexadecimal digits of a key; more where two passages would share one."""

MAX_EVIDENCE_CHARACTERS = 24_000
"""Passages beyond this many characters are left out: they would crowd the model's context."""

_REPAIRABLE = (Verdict.UNSUPPORTED, Verdict.MISATTRIBUTED)


@dataclass(frozen=True, slots=True)
class Place:
    """Where words occur: in the passage with this key, at `article.text[start:end]`."""

    key: str
    start: int
    end: int


class Evidence:
    """The passages that an answer may cite, each with a short key that cannot be guessed from its place.

    Args:
        passages: Best first; the same passage twice counts once.
        max_characters: Passages that no longer fit are left out, the first one never.
    """

    def __init__(self, passages: Iterable[StoredPassage], *, max_characters: int = MAX_EVIDENCE_CHARACTERS) -> None:
        self._by_key: dict[str, StoredPassage] = {}
        self._keys: dict[str, str] = {}
        left = max_characters
        for stored in passages:
            identity = stored.passage.id
            if identity in self._keys or (self._by_key and len(stored.passage.text) > left):
                continue
            left -= len(stored.passage.text)
            key = self._new_key(identity)
            self._by_key[key] = stored
            self._keys[identity] = key

    def _new_key(self, identity: str) -> str:
        full = digest("evidence", identity)
        length = KEY_DIGITS
        while (key := "k" + full[:length]) in self._by_key or key in EXAMPLE_KEYS:
            length += 1
        return key

    def __len__(self) -> int:
        return len(self._by_key)

    def items(self) -> list[tuple[str, StoredPassage]]:
        """Return (key, passage), best first."""
        return list(self._by_key.items())

    @property
    def passages(self) -> list[StoredPassage]:
        """The passages, best first."""
        return list(self._by_key.values())

    def get(self, key: str) -> StoredPassage | None:
        """Return the passage with this key, or None."""
        return self._by_key.get(key)

    def key_of(self, stored: StoredPassage) -> str:
        """Return the key of a passage of this evidence.

        Raises:
            KeyError: it is not one.
        """
        return self._keys[stored.passage.id]

    def find(self, words: str) -> list[Place]:
        """Return where `words` stand (white space, quotation marks and elisions apart), one place a passage."""
        places: list[Place] = []
        for key, stored in self._by_key.items():
            found = find_words(words, stored.passage.text)
            if found is not None:
                offset = stored.passage.start
                places.append(Place(key, offset + found.start, offset + found.end))
        return places


def cite(support: Support, number: int) -> Citation:
    """Return the citation with this number for checked characters."""
    stored = support.stored
    attribution = stored.passage.attribution
    return Citation(
        number=number,
        outlet=attribution.outlet,
        outlet_basis=attribution.basis.value,
        via=attribution.via,
        speaker=attribution.speaker,
        title=stored.title,
        url=stored.url,
        published=stored.published,
        article_id=stored.passage.article_id,
        quote=support.quote,
        start=support.start,
        end=support.end,
        verdict=support.verdict,
        cluster=stored.cluster,
        agency=stored.agency,
    )


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a reply has come to so far, or finally.

    Attributes:
        sentences: The sentences that passed, markers as numbers.
        citations: What they rest on, numbered from 1 in order of appearance.
        findings: What was caught, repaired or left out.
        cannot_answer: Whether the model said that the articles do not say.
        final: Whether the reply is at its end.
    """

    sentences: tuple[AnswerSentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    findings: tuple[Finding, ...] = ()
    cannot_answer: bool = False
    final: bool = False


class Resolver:
    """Resolves one reply, sentence by sentence.

    Args:
        evidence: The passages that the model saw.
        registry: The outlets to know; those of the evidence and all well-known ones when None.
    """

    def __init__(self, evidence: Evidence, registry: OutletRegistry | None = None) -> None:
        self.evidence = evidence
        self._registry = registry or registry_of(frozenset(_outlets(evidence.passages)))
        self._reader = ReplyReader()
        self._numbers: dict[tuple[str, int, int], int] = {}
        self._sentences: list[AnswerSentence] = []
        self._citations: list[Citation] = []
        self._findings: list[Finding] = []
        self._cannot_answer = False

    def feed(self, piece: str) -> bool:
        """Take the next piece of the reply and return whether another sentence passed."""
        return self._take(self._reader.feed(piece))

    def close(self, *, complete: bool = True) -> Resolution:
        """Return the final resolution; an unfinished last sentence is dropped when the reply is not `complete`."""
        self._take(self._reader.close(complete=complete))
        return self.state(final=True)

    def state(self, *, final: bool = False) -> Resolution:
        """Return the resolution so far."""
        return Resolution(
            tuple(self._sentences), tuple(self._citations), tuple(self._findings), self._cannot_answer, final
        )

    def _take(self, sentences: Iterable[ReplySentence]) -> bool:
        before = len(self._sentences)
        for sentence in sentences:
            self._judge(sentence)
        return len(self._sentences) > before

    def _judge(self, sentence: ReplySentence) -> None:
        if _words(sentence.text) == _words(CANNOT_ANSWER):
            self._cannot_answer = True
            return
        known = [s for key in sentence.keys if (s := self.evidence.get(key)) is not None]
        unknown = [key for key in sentence.keys if self.evidence.get(key) is None]
        if unknown:
            copied = " (copied from the instructions)" if set(unknown) & set(EXAMPLE_KEYS) else ""
            detail = f"{', '.join(unknown[:5])} points at no passage{copied}"
            self._findings.append(Finding(Verdict.UNKNOWN_KEY.value, sentence.text, detail))
        if not known and claims_nothing(sentence.text):
            return
        verdict = self._check(sentence.text, known)
        if not verdict.verdict.shown:
            verdict = self._repaired(sentence.text, known, verdict)
        if verdict.verdict.shown and verdict.citations:
            numbers = tuple(dict.fromkeys(self._number(support) for support in verdict.citations))
            self._sentences.append(AnswerSentence(sentence.text, numbers))

    def _check(self, text: str, cited: Sequence[StoredPassage]) -> SentenceVerdict:
        others = [s for s in self.evidence.passages if s not in cited]
        return check_sentence(text, cited, others, registry=self._registry)

    def _repaired(self, text: str, cited: Sequence[StoredPassage], found: SentenceVerdict) -> SentenceVerdict:
        """Return the verdict under the one passage that carries the sentence; else `found`. Reports either.

        One passage that has it verbatim is a repair; without one, a single passage that supports it.
        """
        repairs: list[SentenceVerdict] = []
        if found.verdict in _REPAIRABLE:
            checked = [self._check(text, [s]) for s in self.evidence.passages if s not in cited]
            passed = [v for v in checked if v.verdict.shown and v.citations]
            repairs = [v for v in passed if v.verdict is Verdict.VERBATIM] or passed
        if len(repairs) == 1:
            detail = f"{found.detail}; put right: another passage carries it"
            self._findings.append(Finding(found.verdict.value, text, detail))
            return repairs[0]
        self._findings.append(Finding(found.verdict.value, text, f"{found.detail}; left out"))
        return found

    def _number(self, support: Support) -> int:
        place = (support.stored.passage.article_id, support.start, support.end)
        if place not in self._numbers:
            self._numbers[place] = len(self._numbers) + 1
            self._citations.append(cite(support, self._numbers[place]))
        return self._numbers[place]


def resolve(reply: str, evidence: Evidence, registry: OutletRegistry | None = None) -> Resolution:
    """Return what a complete reply comes to: its checked sentences, their citations, and what was caught."""
    resolver = Resolver(evidence, registry)
    resolver.feed(reply)
    return resolver.close()


def resolve_stream(
    pieces: Iterable[str], evidence: Evidence, registry: OutletRegistry | None = None
) -> Iterator[Resolution]:
    """Yield the resolution each time another sentence has passed, and the final one last.

    How the reply is cut into pieces makes no difference to the final one.
    """
    resolver = Resolver(evidence, registry)
    for piece in pieces:
        if resolver.feed(piece):
            yield resolver.state()
    yield resolver.close()


def _outlets(passages: Iterable[StoredPassage]) -> set[str]:
    return {n for s in passages for n in (s.passage.attribution.outlet, s.passage.attribution.via, s.carrier) if n}


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
