"""Credits to another outlet inside an article: whose report a statement is, or to whom its speaker spoke.

Finds the sentence's own words for it ("told CNN", "Reuters reported") beside an outlet that the registry
knows or whose name reads like one. What a passage makes of a credit is `documents.speech.speakers`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from documents.cues import OUTLET_WORDS, PRESS_NOUNS, is_office
from documents.names import name_spans, outlet_mentions
from documents.outlets.registry import OutletRegistry

Relation = Literal["told", "reported"]

MAX_WINDOW = 120
"""How far from its cue an outlet's name may end, in characters."""

_ARTICLE = r"(?:(?i:the|der|dem|den|die|das|le|la|les|l['’]|el|los|il|lo|o|a|ao|à|al|alla|allo|aux?)\s?)?"
_KIND = r"(?:(?:[\w-]+\s+){0,2}(?i:" + "|".join(sorted(PRESS_NOUNS)) + r")\s+)?" + _ARTICLE  # "the German weekly NAME"
_SPEAKER = r"(?:[A-ZÀ-Ž][\w.’'-]+\s+){1,4}"
_TOLD = re.compile(
    r"\b(?:told|tells|telling|speaking (?:to|on|with)|spoke (?:to|with)|interview(?:ed)? (?:with|by|on|to|in|for)|"
    r"(?:comments|remarks|a statement|an email|emailed statement) to|appear(?:ed|ing|ance) on|"
    r"(?:sagte|erklärte|berichtete)(?: gegenüber)?|interview (?:mit|in)|gegenüber|"
    r"(?:déclaré|dit|confié|expliqué|affirmé) (?:à|au)|(?:entretien|interview) (?:à|avec|au|accordée? à)|"
    r"(?:dijo|declaró|afirmó|explicó|dicho|declarado) a|entrevista (?:con|a|en|concedida a)|"
    r"(?:detto|dichiarato|spiegato|disse) a(?:l|lla|llo|i)?|intervista (?:a|al|alla|con|su)|"
    r"(?:disse|declarou|afirmou|explicou) (?:a|ao|à)|entrevista (?:a|ao|à|com)|"
    r"(?:sagte|sagten|erklärte) " + _SPEAKER + r"(?:der|dem)|"
    r"(?:déclaré|dit|confié|expliqué|affirmé|dijo|declaró|afirmó|explicó|detto|dichiarato|spiegato|disse|declarou|"
    r"afirmou|explicou) " + _SPEAKER + r"(?:à|au|a|al|alla|ao))\s+" + _ARTICLE + _KIND + r"$",
)
_REPORTED_BEFORE = re.compile(
    r"\b(?:(?:first |as )?(?:reported|published|revealed|obtained|disclosed) (?:\w+ )?(?:by|in)|"
    r"according to(?: an?| the)?(?: \w+)? (?:report|article|story|analysis|investigation|tally|review|poll|survey)s? "
    r"(?:\w+ ){0,3}?(?:by|in|from|on)|according to|(?:report|article|story|investigation) (?:by|in|from)|"
    r"(?:wie|so) berichtete?|laut(?: einem bericht (?:der|des|von))?|berichten (?:der|des|von)|"
    r"nach angaben (?:der|des|von)|"
    r"selon|d['’]après|rapporté par|révélé par|según|informó|de acuerdo con|secondo|riferisce|segundo|de acordo com)\s+"
    + _ARTICLE
    + _KIND
    + r"$",
    re.IGNORECASE,
)
_REPORTED_AFTER = re.compile(
    r"^(?:['’]s?)?\s+(?:\([^)]{1,30}\)\s+)?(?:has |had |have |first |also |later |previously |a |hat |ha )?"
    r"(?:reported|reports|revealed|reveals|disclosed|uncovered|berichtete?|meldete|meldet|rapporté|rapporte|révélé|"
    r"révèle|informó|informa|reveló|riferisce|riferito|rivela|noticiou|informou|revelou)\b"
)
_MAIN_CLAUSE = re.compile(r"(?:^|[,;:—–\"”»“]|\b(?:[Aa]s|[Ww]ie))\s*" + _ARTICLE + r"$")
"""Stands before an outlet that reports the sentence, not something aside ("After the BBC reported it, ...")."""

_CUE = re.compile(
    r"\b(?:t(?:old|ells|elling)|speaking|spoke|interview\w*|comments|remarks|statement|email|appear\w*|report\w*|"
    r"published|reveal\w*|obtained|disclosed|uncovered|according|article|story|investigation|sagte|erklärte|gegenüber|"
    r"bericht\w*|laut|angaben|melde\w*|déclaré|dit|confié|expliqué|affirmé|entretien|selon|après|rapport\w*|révél\w*|"
    r"dijo|declaró|afirmó|explicó|dicho|declarado|entrevista|según|inform\w*|reveló|acuerdo|detto|dichiarato|spiegato|"
    r"disse|intervista|secondo|riferi\w*|rivela|declarou|afirmou|explicou|segundo|acordo|noticiou|revelou)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^\n]+?(?:[.!?…][\"”’»“]*(?=\s+[^\sa-zà-ž])|(?=\n)|$)")


@dataclass(frozen=True, slots=True)
class Credit:
    """One sentence's credit: `text[start:end]` names the outlet, `relation` says what it did.

    Attributes:
        start: First character of the cue or the name, whichever comes first.
        end: One past the last character of both.
        outlet: The outlet's canonical name; as written where the registry does not know it.
        relation: "told": the speaker's words were said to that outlet; "reported": the outlet originates the
            statement.
    """

    start: int
    end: int
    outlet: str
    relation: Relation


def find_credits(text: str, registry: OutletRegistry) -> list[Credit]:
    """Return the credits to an outlet in `text`, in order, without overlap.

    A name that may be something else, or that stands apart from any cue, credits nobody.
    """
    found: list[Credit] = []
    for sentence in _SENTENCE.finditer(text):
        if _CUE.search(sentence.group()) is None:
            continue
        for credit in _of_sentence(sentence.group(), sentence.start(), registry):
            if not found or credit.start >= found[-1].end:
                found.append(credit)
    return found


def _of_sentence(sentence: str, offset: int, registry: OutletRegistry) -> Iterator[Credit]:
    for start, end, outlet in _outlets(sentence, registry):
        before = sentence[max(0, start - MAX_WINDOW) : start]
        base = start - len(before)
        if match := _TOLD.search(before):
            yield Credit(offset + base + match.start(), offset + end, outlet, "told")
        elif _MAIN_CLAUSE.search(before) and (after := _REPORTED_AFTER.match(sentence[end : end + MAX_WINDOW])):
            yield Credit(offset + start, offset + end + after.end(), outlet, "reported")
        elif match := _REPORTED_BEFORE.search(before):
            yield Credit(offset + base + match.start(), offset + end, outlet, "reported")


def _outlets(sentence: str, registry: OutletRegistry) -> list[tuple[int, int, str]]:
    """Return the outlets that a sentence names, those that only look like a name of one left out."""
    known = [(m.start, m.end, m.outlet, m.ambiguous) for m in outlet_mentions(sentence, registry)]
    found = [(s, e, outlet) for s, e, outlet, ambiguous in known if not ambiguous or _with_article(sentence, s, e)]
    for start, end in name_spans(sentence):
        name = sentence[start:end]
        if not any(s < end and start < e for s, e, _, _ in known) and _reads_like_outlet(name):
            found.append((start, end, registry.canonical(name)))
    return sorted(found)


def _with_article(sentence: str, start: int, end: int) -> bool:
    """Whether an ambiguous name is written as an outlet's: "The Times", "the Post", "Le Monde"."""
    return re.search(r"\b[Tt]he\s+$", sentence[:start]) is not None or " " in sentence[start:end]


def _reads_like_outlet(name: str) -> bool:
    """Whether an unlisted name is a publisher's: several words, and a publisher's word last."""
    words = name.lower().removeprefix("the ").split()
    return len(words) >= 2 and not is_office(name) and words[-1] in OUTLET_WORDS
