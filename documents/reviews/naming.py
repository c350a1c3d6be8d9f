"""Which name in a lead-in or a line of direct speech is the one that speaks.

A name is judged by what stands around it (a verb of saying, "according to", "the liberal daily ...") and by
what it is made of; the registry's names are known publishers. Where two names could be meant, none is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from documents.cues import (
    ACCORDING,
    NOT_A_NAME,
    PARTICLES,
    PERSON_CUES,
    PRESS_NOUNS,
    SAYING,
    is_country,
    is_office,
    is_outlet_like,
)
from documents.names import name_spans, outlet_mentions
from documents.outlets.registry import OutletRegistry
from documents.quotes import quotations

MAX_LEAD_WORDS = 6
"""How many lower-case words may stand between a verb of saying and the name it belongs to."""

QUOTED_SHARE = 0.6
"""Share of a paragraph's characters inside quotation marks from which on it counts as one person's speech."""

_AFTER = re.compile(r"^(?:['’]s)?(?:\s*[,(–-]\s*[^,()–:]{2,70}[,)–-])?\s+")
_BELONGS = frozenset(["of", "in", "at", "from", "for", "im", "en", "dans", "su", "von", "vom"])
_ENDS_CLAUSE = frozenset(
    ["that", "to", "of", "about", "against", "with", "on", "by", "at", "from", "in", "dass", "que", "che"]
)
_WORD = re.compile(r"[\w'’-]+")


@dataclass(frozen=True, slots=True)
class Origin:
    """Who is quoted: an outlet, a person, both ("X writes in Y"), or neither where the text does not decide."""

    outlet: str | None = None
    speaker: str | None = None


class _Cue(IntEnum):
    """How strongly the words around a name say that it speaks."""

    NONE = 0
    INSIDE = 1
    """ "... in NAME" """
    HOLDS = 2
    """ "For NAME, ..." """
    SAYS = 3
    """a verb of saying beside it"""


@dataclass(frozen=True, slots=True)
class _Name:
    start: int
    end: int
    text: str
    outlet: str | None
    """canonical outlet when the registry knows it"""
    ambiguous: bool
    cue: _Cue
    press: bool
    """a common noun for a publisher stands before it, or its own words are a publisher's"""
    person: bool
    """a title or role stands beside it"""


def who_is_quoted(lead: str, registry: OutletRegistry, *, review: bool) -> Origin:
    """Return whose words the quotation after `lead` is.

    Args:
        lead: The lead-in, such as "The plan is dead, writes the liberal daily Nordmark Tagblatt:".
        registry: The known outlets.
        review: Whether the article is a press review, where an unlisted name that speaks is a paper.
    """
    names = _names(lead, registry)
    outlets = [n for n in names if _is_outlet(n, review)]
    people = [n for n in names if n not in outlets and n.outlet is None and _is_person(n)]
    speakers = [n for n in people if n.cue >= _Cue.HOLDS]
    speaker = speakers[0].text if len(speakers) == 1 else None
    best = _strongest(outlets, lead)
    if best is None:
        return Origin(None, speaker)
    if best.cue is _Cue.NONE and speakers:
        return Origin(None, speaker)  # the outlet is only talked about
    return Origin(best.outlet or registry.canonical(best.text), speaker)


def speaker_of_direct_speech(paragraph: str, registry: OutletRegistry) -> str | None:
    """Return the person whose words a paragraph of direct speech is, or None.

    Counts only where most of the paragraph is inside quotation marks and exactly one person outside
    them stands by a verb of saying.
    """
    marks = [q for q in quotations(paragraph) if q.closed]
    if not marks or sum(q.end - q.start for q in marks) < QUOTED_SHARE * len(paragraph.strip()):
        return None
    outside = list(paragraph)
    for mark in marks:
        outside[mark.start : mark.end] = "," * (mark.end - mark.start)
    names = _names("".join(outside), registry)
    speakers = {n.text for n in names if n.outlet is None and _is_person(n) and n.cue is _Cue.SAYS}
    return speakers.pop() if len(speakers) == 1 else None


def _is_outlet(name: _Name, review: bool) -> bool:
    if name.outlet is not None:
        return name.cue is not _Cue.NONE or not name.ambiguous
    if name.person or is_office(name.text) or is_country(name.text):
        return False
    if name.press:
        return review or name.cue is not _Cue.NONE
    return review and name.cue in (_Cue.SAYS, _Cue.HOLDS)


def _is_person(name: _Name) -> bool:
    words = name.text.split()
    return not name.press and not is_office(name.text) and len(words) <= 5 and (len(words) >= 2 or name.person)


def _strongest(outlets: list[_Name], lead: str) -> _Name | None:
    """Return the outlet with the strongest cue; of two equals the one the lead-in ends with, else none."""
    if not outlets:
        return None
    top = max(n.cue for n in outlets)
    best = [n for n in outlets if n.cue is top]
    best = [n for n in best if n.outlet is not None] or [n for n in best if n.press] or best
    if len({n.outlet or n.text for n in best}) == 1:
        edge = lead[: best[0].start].strip().lower() in ("", "the", "die", "der", "das") or not lead[
            best[0].end :
        ].strip(" :,.–-")
        return best[0] if top is not _Cue.NONE or edge else None
    last = [n for n in best if not lead[n.end :].strip(" :,.–-")]
    return last[0] if len(last) == 1 else None


def _names(text: str, registry: OutletRegistry) -> list[_Name]:
    known = outlet_mentions(text, registry)
    names = [_judge(text, m.start, m.end, m.outlet, m.ambiguous) for m in known]
    for start, end in name_spans(text):
        if not any(m.start < end and start < m.end for m in known):
            names.append(_judge(text, start, end, None, False))
    return sorted(names, key=lambda n: n.start)


def _judge(text: str, start: int, end: int, outlet: str | None, ambiguous: bool) -> _Name:
    name = text[start:end]
    before = text[:start]
    lowers = _words_before(before)
    cue = _Cue.NONE
    inside = lowers[:1] and lowers[0] in _BELONGS  # "Ida Moen of NAME says": she does, for NAME
    if (not inside and _says_after(text[end:])) or _says_before(lowers):
        cue = _Cue.SAYS
    elif ACCORDING.search(before) and lowers[:1] != ["in"]:
        cue = _Cue.HOLDS
    elif inside or re.match(r"['’]s\s", text[end:]) or [w for w in lowers[:2] if w not in PARTICLES][:1] == ["in"]:
        cue = _Cue.INSIDE
    adjacent = lowers[:3]
    return _Name(
        start=start,
        end=end,
        text=name,
        outlet=outlet,
        ambiguous=ambiguous,
        cue=cue,
        press=is_outlet_like(name) or any(w in PRESS_NOUNS for w in adjacent[:2]),
        person=_titled(name, adjacent, text[end:]),
    )


def _titled(name: str, before: list[str], after: str) -> bool:
    """Whether a title or role stands right before, inside or in apposition behind a name."""
    if any(w in PERSON_CUES for w in [*before[:1], *re.findall(r"[\w-]+", name.lower())[:3]]):
        return True
    if re.match(r"\s*,\s*(?:who|der|die|qui|quien|che|que)\s+[a-zà-ž]", after):
        return True  # "Jonas Lind, who runs the shipyard, ..."
    apposition = re.match(r"\s*,\s*((?:[a-zà-ž-]+\s+){0,6}[a-zà-ž-]+)", after)
    return bool(apposition and any(w in PERSON_CUES for w in apposition.group(1).split()))


def _words_before(before: str) -> list[str]:
    """Return the lower-case words right before a name, nearest first; punctuation or a capital ends them."""
    words: list[str] = []
    rest = before
    while len(words) <= MAX_LEAD_WORDS:
        match = re.search(r"([\w'’-]+)\s+$", rest)
        if not match or (match.group(1)[0].isupper() and match.group(1).lower() not in NOT_A_NAME):
            break
        words.append(match.group(1).lower())
        rest = rest[: match.start(1)]
    return words


def _says_before(words: list[str]) -> bool:
    """Whether a verb of saying governs the name: "writes the liberal daily NAME", not "says that NAME"."""
    for word in words:
        if word in SAYING:
            return True
        if word in _ENDS_CLAUSE:
            return False
    return False


def _says_after(after: str) -> bool:
    """Whether the name is the subject of a verb of saying: "NAME writes", "NAME, a weekly, also warns"."""
    match = _AFTER.match(after)
    if not match:
        return False
    words = [w.group().lower() for w in _WORD.finditer(after[match.end() :])][:3]
    return any(word in SAYING for word in words[:2]) and words[:1] != ["and"]
