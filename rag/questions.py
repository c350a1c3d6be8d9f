"""What a question asks for: the outlets it wants to hear, the names in it, its kind and its topic.

An outlet counts as asked for when the question makes it speak ("What does X say", "according to X"), not
when it is only talked about ("told X", "the owner of X"). Finding passages is `index.collection`, carrying
a topic from turn to turn is `rag.conversation`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from documents.cues import is_outlet_like
from documents.names import name_spans, outlet_mentions
from documents.outlets.registry import OutletRegistry
from index.words import query_words

MAX_QUESTION_CHARACTERS = 8000
"""Longest question that is worked with."""


LANGUAGES = ("de", "en", "es", "fr", "it", "pt")
"""Languages whose asking words are known and in whose forms the topic's words are looked for."""


class Kind(StrEnum):
    """What kind of answer a question wants."""

    NUMBER = "number"
    DATE = "date"
    PERSON = "person"
    PLACE = "place"
    REASON = "reason"
    VIEW = "view"
    """what an outlet says, on its own topic"""
    OTHER = "other"


_KINDS: list[tuple[Kind, re.Pattern[str]]] = [
    (
        Kind.NUMBER,
        re.compile(
            r"\bhow (?:many|much|old|long|far|big|high|large|tall|deep|often)\b|\bwhat (?:share|percentage|number|"
            r"proportion|price|sum|figure|amount|total|fraction)\b|\bwie ?viele?\b|\bcu[aá]nt[oa]s?\b|\bcombien\b|"
            r"\bquant[oaie]s?\b",
            re.IGNORECASE,
        ),
    ),
    (
        Kind.DATE,
        re.compile(r"\bwhen\b|\b(?:what|which) (?:year|date|day|month)\b|\bwann\b|\bcu[aá]ndo\b|\bquand[oì]?\b", re.I),
    ),
    (
        Kind.REASON,
        re.compile(r"\bwhy\b|\bwarum\b|\bwieso\b|\bpor qu[eé]\b|\bpourquoi\b|\bperch[eé]\b|\bporqu[eê]\b", re.I),
    ),
    (Kind.PERSON, re.compile(r"\bwho(?:m|se)?\b|\bwer\b|\bwen\b|\bwem\b|\bqui[eé]n(?:es)?\b|\bquem\b", re.IGNORECASE)),
    (Kind.PLACE, re.compile(r"\bwhere\b|\bwo\b|\bd[oó]nde\b|\boù\b|\bdove\b|\bonde\b", re.IGNORECASE)),
]

_SAY = (
    r"(?:say|said|says|write|wrote|writes|report|reported|reports|claim|claims|argue|argues|think|thinks|believe|"
    r"call|calls|describe|describes|see|sees|view|views|comment|comments|note|notes|warn|warns|predict|predicts|"
    r"suspect|suspects|conclude|concludes|explain|explains|judge|judges|criticise|criticize|praise|portray|mention|"
    r"quote|quotes|cite|cites|state|states|put|puts|tell|point|points|cover|attribute|blame|fear|fears|expect|expects|"
    r"find|finds|consider|considers|give|gives|make|makes|suggest|suggests|imply|implies|compare|regard|assess|identify)"
)
_ASKS = re.compile(r"\b(?:do|does|did|has|have|is|was|would|will|can|could|might)\s+(?:the\s+)?(?:\w+ly\s+)?$", re.I)
_JOINED = re.compile(r"(?:,|\band\b|\bor\b|&)\s+(?:the\s+)?$", re.IGNORECASE)
_ACCORDING = re.compile(
    r"(?:\baccording to|\b(?:view|opinion|words|eyes|account|version|coverage|reports?|articles?|editorial|piece|"
    r"comment|column|reporting|verdict|analysis|story) (?:of|by|from|in)|\b(?:reported|written|published|quoted|"
    r"described|said|claimed|argued|named|given|cited|called) (?:by|in)|\bfor|\blaut|\bsegún|\bselon|\bsecondo|"
    r"\bsegundo|\bvia)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_SPEAKS = re.compile(rf"^(?:['’]s\b|\s*,?\s+(?:also\s+|really\s+|actually\s+|now\s+)?{_SAY}\b)", re.IGNORECASE)
_OWNED = re.compile(r"['’]s\s+(?:owner|editor|publisher|staff|building|director|journalists?|reporters?|offices?)\b")
_TALKED_ABOUT = re.compile(
    r"\b(?:told|tell|to|about|against|with|owns?|owned|buy|buys|bought|sued?|sues|of|at|for|on|over|into|joined?)\s+"
    r"(?:the\s+)?$",
    re.IGNORECASE,
)
_FOREIGN_ASK = re.compile(
    r"\b(?:sagt|schreibt|meint|berichtet|dice|escribe|opina|dit|écrit|scrive|diz|escreve|sagte|schrieb)\s+"
    r"(?:der|die|das|el|la|le|il|o|a)?\s*$",
    re.IGNORECASE,
)
_TOPIC_NOISE = frozenset(
    [
        "say",
        "said",
        "write",
        "wrote",
        "report",
        "claim",
        "argue",
        "think",
        "believ",
        "call",
        "describ",
        "see",
        "view",
        "comment",
        "note",
        "warn",
        "predict",
        "suspect",
        "conclud",
        "explain",
        "judg",
        "mention",
        "quot",
        "cite",
        "state",
        "put",
        "tell",
        "point",
        "opinion",
        "accord",
        "articl",
        "newspap",
        "paper",
        "coverag",
        "editori",
        "piec",
        "stori",
        "anyth",
        "someth",
        "thing",
        "news",
        "latest",
        "sagt",
        "schreibt",
        "dice",
    ]
)


_ASKING = frozenset(["do", "does", "did", "what", "how", "who", "why", "when", "where", "is", "are", "the", "was"])


@dataclass(frozen=True, slots=True)
class Question:
    """A question, understood.

    Attributes:
        text: The question as it stands alone.
        kind: What kind of answer it wants.
        outlets: Outlets it asks to hear and the collection has, canonical, in order.
        absent: Outlets it asks to hear and the collection lacks.
        topic: Its content words in index forms, the asked outlets and mere asking words left out; each is a
            tuple of alternative forms.
        subject: The same words as the question writes them, for the next turn.
        names: Capitalised names it holds other than the asked outlets, as written.
    """

    text: str
    kind: Kind
    outlets: tuple[str, ...]
    absent: tuple[str, ...]
    topic: tuple[tuple[str, ...], ...]
    subject: str
    names: tuple[str, ...]


def understand(
    text: str, registry: OutletRegistry, present: Iterable[str], languages: Iterable[str | None] = LANGUAGES
) -> Question:
    """Return what `text` asks for.

    Args:
        text: A question that stands alone.
        registry: Known outlets, the collection's own included.
        present: Canonical names of the outlets that originate a passage of the collection.
        languages: ISO 639-1 codes of the languages whose word forms count.
    """
    have = set(present)
    languages = tuple(languages)
    asked, spans = _asked_outlets(text, registry)
    rest = text
    for start, end in sorted(spans, reverse=True):
        rest = rest[:start] + " " + rest[end:]
    topic = tuple(w for w in query_words(rest, languages) if not _TOPIC_NOISE.intersection(w) and _has_content(w))
    kind = next((kind for kind, pattern in _KINDS if pattern.search(text)), Kind.OTHER)
    if asked and not topic:
        kind = Kind.VIEW
    return Question(
        text=text,
        kind=kind,
        outlets=tuple(o for o in asked if o in have),
        absent=tuple(o for o in asked if o not in have),
        topic=topic,
        subject=_subject(rest, topic, languages),
        names=_names(rest),
    )


def _subject(rest: str, topic: tuple[tuple[str, ...], ...], languages: Iterable[str | None]) -> str:
    known = {form for forms in topic for form in forms}
    kept = [
        w for w in re.findall(r"[\w.,'’-]*\w", rest) if any(known.intersection(f) for f in query_words(w, languages))
    ]
    return " ".join(kept)


def _has_content(forms: tuple[str, ...]) -> bool:
    return not set(forms) & {
        "do",
        "does",
        "did",
        "what",
        "how",
        "who",
        "why",
        "when",
        "where",
        "is",
        "are",
        "the",
        "was",
    }


def _names(text: str) -> tuple[str, ...]:
    found: list[str] = []
    for start, end in name_spans(text):
        first = not text[:start].strip()
        if not (first and len(text[start:end].split()) == 1):
            found.append(text[start:end])
    return tuple(dict.fromkeys(found))


def _asked_outlets(text: str, registry: OutletRegistry) -> tuple[list[str], list[tuple[int, int]]]:
    """Return the outlets that the question makes speak, in order, and their spans."""
    asked: list[str] = []
    spans: list[tuple[int, int]] = []
    candidates = [(m.start, m.end, m.outlet, m.ambiguous) for m in outlet_mentions(text, registry)]
    for start, end in name_spans(text):
        if not any(s < end and start < e for s, e, _, _ in candidates) and is_outlet_like(text[start:end]):
            candidates.append((start, end, registry.canonical(text[start:end]), True))
    for start, end, outlet, ambiguous in sorted(candidates):
        if _is_asked(text, start, end, ambiguous=ambiguous, after_asked=bool(spans) and spans[-1][1] <= start):
            asked.append(outlet)
            spans.append((start, end))
    return list(dict.fromkeys(asked)), spans


def _is_asked(text: str, start: int, end: int, *, ambiguous: bool, after_asked: bool) -> bool:
    before, after = text[:start], text[end:]
    if _ACCORDING.search(before) or _FOREIGN_ASK.search(before):
        return True
    if _ASKS.search(before) or (after_asked and _JOINED.search(before)):
        return True
    speaks_for_another = re.search(r"\b(?:of|at|from)\s+(?:the\s+)?$", before)
    if (
        not speaks_for_another
        and _SPEAKS.match(after)
        and not re.match(r"['’]s\s+(?:owner|editor|publisher|staff|building|director|offices?)\b", after)
    ):
        return True
    if _TALKED_ABOUT.search(before):
        return False
    return not ambiguous
