"""Which names of a press review are papers: by where they stand, what is said of them, and what they are made of.

A listed outlet is known; any other name is judged by the evidence of all its places in the review together, so
that "Hier" in a clause that could mean anything is a paper once "the magazine Hier" has been read. What a paper
says is `documents.reviews.voices`'.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from documents.cues import CALENDAR, PARTICLES, PERSON_CUES, is_country, is_office
from documents.outlets.registry import OutletRegistry
from documents.reviews.lines import is_place, is_press_name
from documents.reviews.name_evidence import evidence
from documents.reviews.nouns import CLASSES, COLUMN, INSTITUTIONS
from documents.reviews.runs import ARTICLES, ELIDED, OPENERS, Run, runs_of
from documents.reviews.scores import Evidence
from documents.reviews.text import Token
from documents.reviews.verbs import words

_EVERYDAY = words("estado mundo tempo tiempo sol sole país paese nación nazione monde temps soir matin secolo siglo")
"""Words of papers' names that, alone behind a lower-case article, mean what they say."""

RefKind = Literal["outlet", "person", "unsure", "other"]

_INITIALS = re.compile(
    r"(?P<name>[A-ZÀ-Ž][\w.&’'-]*(?: (?:[A-ZÀ-Ž][\w.&’'-]*|of|the|and|de|del|della|di|da|do|du|des|für|von|der))*) "
    r"\((?P<short>[A-ZÀ-Ž]{2,6})\)"
)


class Ref(NamedTuple):
    """A name in a sentence, `[first, last)` in tokens, and who it is."""

    first: int
    last: int
    kind: RefKind
    name: str


@dataclass(slots=True)
class _Member:
    name: str
    words: tuple[str, ...]
    evidence: Evidence = field(default_factory=Evidence)
    listed: bool = False


_NO_NAMES = words("tv television radio internet twitter facebook today tonight yesterday tomorrow")
"""Words that alone are a medium's or a day's, whatever stands beside them."""

_BEFORE_NAMES = words("reporter correspondent anchor editor columnist follow enter as watch read see via photo")
"""Words with a capital that a sentence, a script or a page puts before a name, and that no paper begins with."""


def _is_no_name(words: tuple[str, ...]) -> bool:
    """Whether words with capitals are a number, a day or a medium, or another word stands before the name in them."""
    folded = [word.lower().strip(".’'") for word in words]
    alone = len(folded) == 1 and (folded[0] in _NO_NAMES or folded[0] in CALENDAR)
    return alone or all(word.isdigit() for word in folded) or folded[0] in _BEFORE_NAMES


def _abbreviates(short: str, words: list[str]) -> bool:
    """Whether `short` is the initials of `words`, with or without the particles among them."""
    every = "".join(p[0] for w in words for p in w.split("-") if p).upper()
    named = "".join(p[0] for w in words if w.lower() not in PARTICLES for p in w.split("-") if p).upper()
    return short in (every, named) and words[0][0].isupper()


class Cast:
    """The names of one article and which of them are outlets, persons or neither."""

    def __init__(self, registry: OutletRegistry, *, language: str | None = None) -> None:
        self._registry = registry
        self._language = language
        self._members: dict[str, _Member] = {}
        self._resolved: dict[str, tuple[RefKind, str]] = {}
        self._nouns: dict[str, str] = {}
        self._kinds: dict[int, RefKind] = {}
        self._index: dict[str, list[tuple[str, _Member]]] | None = None

    def state(self, name: str) -> str:
        """Take a name from a header or label as an outlet's; return what it is called from now on."""
        words = tuple(name.split())
        if len(words) > 1 and words[0].lower() in ARTICLES:
            words = words[1:]
        member = self._member(words, name)
        member.evidence.stated = True
        self._forget()
        return member.name

    def abbreviations(self, text: str) -> None:
        """Note the initials in brackets behind names: "Noticias del Sur (NDS)"."""
        for match in _INITIALS.finditer(text):
            words = match["name"].split()
            while len(words) > 1 and words[0].lower() in ARTICLES | OPENERS:
                words = words[1:]
            while words and not _abbreviates(match["short"], words):
                words = words[1:]
            if words:
                member = self._member(tuple(words), " ".join(words))
                self._members.setdefault(match["short"].casefold(), member)

    def learn(self, paragraphs: Iterable[list[list[Token]]]) -> None:
        """Collect the evidence for every name in these sentences, paragraph by paragraph."""
        lower: set[str] = set()
        seen: list[tuple[list[Token], Run, list[Token] | None]] = []
        for paragraph in paragraphs:
            for number, sentence in enumerate(paragraph):
                lower.update(t.low for t in sentence if t.kind == "w" and t.text[0].islower())
                following = paragraph[number + 1] if number + 1 < len(paragraph) else None
                seen.extend((sentence, run, following) for run in runs_of(sentence, self._language))
        for sentence, run, following in seen:
            if len(run.words) == 1 and run.first == 0 and run.words[0].lower() in lower:
                continue  # "Copies, the daily argues, ..." where copies are spoken of
            member = self._member(run.words, self._written(run))
            found = evidence(sentence, run.first, run.last, run.article, run.noun, following, self._language)
            member.evidence.add(found)
            if found.noun:
                self._nouns.setdefault(member.name, found.noun)
            if found.initials:
                self._members.setdefault(found.initials.casefold(), member)
        self._forget()

    def note_item(self, sentence: list[Token]) -> None:
        """Note that a list item begins with a name, as those of papers do."""
        for run in runs_of(sentence, self._language)[:1]:
            if run.first <= 3 and (member := self._members.get(run.key)):
                member.evidence.item = True
                self._forget()

    def papers(self) -> int:
        """Return how many names are papers'."""
        return len({m.name for m in self._members.values() if self._kind(m) == "outlet"})

    def sure(self, name: str) -> bool:
        """Whether a name is a paper's beyond what a verb tells: stated, listed, called one, or made of its words."""
        for member in self._members.values():
            if member.name == name:
                proof = member.evidence
                if self._kind(member) != "outlet":
                    return False
                return bool(proof.stated or member.listed or proof.noun or proof.capitals or is_press_name(name))
        return False

    def _written(self, run: Run) -> str:
        if self._language in (None, "en") and run.article == "The" and run.first <= 1:
            return run.text
        keeps = run.article[:1].isupper() and run.article.lower() not in ("der", "die", "das", "den", "dem")
        joined = "" if run.article.endswith(("'", "’")) else " "
        if run.article[:1].isupper() and (known := self._registry.resolve(f"{run.article}{joined}{run.text}")):
            return known
        return f"{run.article}{joined}{run.text}" if keeps else run.text

    def _member(self, words: tuple[str, ...], name: str) -> _Member:
        key = " ".join(words).casefold()
        member = self._members.get(key)
        if member is None:
            name = ELIDED.sub(r"\1", name)
            known = self._registry.resolve(name) or self._registry.resolve(" ".join(words))
            member = self._members[key] = _Member(known or name, words, listed=known is not None)
        return member

    def who(self, words: tuple[str, ...], *, article: bool = False) -> tuple[RefKind, str]:
        """Return what a name is, and the full name of whom it means; `article`: whether one stands before it."""
        key = " ".join(words).casefold()
        asked = f"{key}/{article}"
        if asked not in self._resolved:
            self._resolved[asked] = self._judge(words, key, article=article)
        return self._resolved[asked]

    def _judge(self, words: tuple[str, ...], key: str, *, article: bool) -> tuple[RefKind, str]:
        member = self._members.get(key)
        own = self._kind(member) if member is not None else "other"
        if member is not None and own == "outlet" and (member.evidence.stated or member.evidence.noun):
            return own, member.name
        longer = self._longer(words, key, article=article)
        if longer is not None:
            return self._kind(longer), longer.name
        return own, member.name if member is not None else " ".join(words)

    def _longer(self, words: tuple[str, ...], key: str, *, article: bool) -> _Member | None:
        """Return the one outlet or person that a shorter name stands for: "the Corriere", a surname, initials."""
        found: dict[str, _Member] = {}
        persons: dict[str, _Member] = {}
        folded = tuple(w.casefold() for w in words)
        for other, member in self._candidates(words):
            if other == key or len(member.words) <= len(words):
                continue
            own = tuple(w.casefold() for w in member.words)
            kind = self._kind(member)
            head = own[: next((k for k, w in enumerate(own) if k and w in PARTICLES), len(own))]
            part = article and folded in (head[: len(folded)], head[len(head) - len(folded) :])
            part = part and (is_press_name(key) or not any(is_press_name(w) for w in head))
            initials = "".join(p[0] for w in own for p in w.split("-") if p and w not in PARTICLES)
            if kind == "outlet" and (part or (len(key) > 1 and words[0].isupper() and key == initials)):
                found[member.name] = member
            elif kind == "person" and own[-len(folded) :] == folded:
                persons[member.name] = member
        if not found and persons:
            return next(iter(persons.values()))
        return found.popitem()[1] if len(found) == 1 and not persons else None

    def _candidates(self, words: tuple[str, ...]) -> Iterable[tuple[str, _Member]]:
        """Return the longer names that may be meant: those with the same first or last word, or these initials."""
        if self._index is None:
            self._index = {}
            for other, member in self._members.items():
                own = [w.casefold() for w in member.words]
                if len(own) > 1:
                    head = own[: next((k for k, w in enumerate(own) if k and w in PARTICLES), len(own))]
                    firsts = "".join(p[0] for w in own for p in w.split("-") if p and w not in PARTICLES)
                    for opening in {own[0], own[-1], head[-1], firsts}:
                        self._index.setdefault(opening, []).append((other, member))
        found = {}
        for word in (words[0].casefold(), words[-1].casefold()):
            found.update({other: member for other, member in self._index.get(word, ())})
        return found.items()

    def _kind(self, member: _Member) -> RefKind:
        """Return what a name is by all that is known of it."""
        key = id(member)
        if key not in self._kinds:
            self._kinds[key] = self._decide(member)
        return self._kinds[key]

    def _forget(self) -> None:
        self._resolved.clear()
        self._kinds.clear()
        self._index = None

    def _decide(self, member: _Member) -> RefKind:
        proof = member.evidence
        name = " ".join(member.words)
        if proof.stated:
            return "outlet"
        if member.listed and not proof.firm:
            said = proof.article and (proof.oral or proof.holds or proof.writes)
            plainly = said or not self._everyday(member) or proof.score(name) - 2 * is_press_name(name) >= 2
            return "outlet" if plainly else "unsure"
        if proof.firm or _is_no_name(member.words):
            return "other"
        if proof.person or member.words[0].lower() in PERSON_CUES:
            return "person"
        if is_country(name) or (is_office(name) and not is_press_name(name)):
            return "other"
        if len(member.words) == 1 and not (proof.noun or is_press_name(name)) and is_place(name):
            return "other"
        score = proof.score(name)
        if any(w.casefold() in INSTITUTIONS for w in member.words) and not is_press_name(name):
            return "other"
        if self._language == "de" and not (proof.noun or proof.leads_in or proof.capitals or is_press_name(name)):
            score = min(score, 1) if len(member.words) > 1 else 0  # any noun has a capital
        if score > 0:
            return "outlet" if score >= 2 else "unsure"
        return "person" if 2 <= len(member.words) <= 4 and all(w[0].isupper() for w in member.words) else "other"

    def _everyday(self, member: _Member) -> bool:
        found = self._registry.mentions(" ".join(member.words))
        return any(m.ambiguous for m in found) or not found

    def noun_class(self, name: str) -> frozenset[str] | None:
        """Return the kind of publisher that the review calls an outlet (print, broadcast, agency, online), if any."""
        noun = self._nouns.get(name)
        return next((c for c in CLASSES if noun in c), None) if noun else None

    def refs(self, sentence: list[Token]) -> list[Ref]:
        """Return the names of a sentence that are outlets', persons' or may be either."""
        found: list[Ref] = []
        for run in runs_of(sentence, self._language):
            kind, name = self.who(run.words, article=bool(run.article))
            first, last = run.first, run.last
            if kind == "outlet" and len(run.words) == 1 and run.article in ("o", "el", "la", "le", "il", "a", "lo"):
                member = self._members.get(run.key)
                plain = member is not None and (member.listed or run.key in _EVERYDAY)
                if member is not None and plain and not (member.evidence.noun or member.evidence.writes):
                    kind = "other"  # "o Estado" is the state
            if kind == "other" and len(run.words) > 1 and run.words[0].lower() in COLUMN:
                kind, name = "person", " ".join(run.words[1:])
            found.append(Ref(first, last, kind, name))
        return found
