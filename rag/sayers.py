"""Who a sentence says is speaking: the outlets and persons it names as saying what it tells.

"According to X", "X writes", "says X", "X: “...”", "A, B and C: ...". A name that is only talked about is
no sayer. Whether the sayer is the right one is `rag.gate`'s to decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from documents.cues import ACCORDING, PRESS_NOUNS, SAYING
from documents.names import name_spans
from documents.outlets.registry import OutletRegistry
from rag.claim_words import Kind, Word
from rag.claims import read_claims
from rag.lexicon import language_of
from rag.quoting import quoted_spans

_NOT_TALK = frozenset(
    [
        "takes",
        "took",
        "put",
        "puts",
        "drew",
        "draws",
        "finds",
        "found",
        "sees",
        "saw",
        "fand",
        "findet",
        "sah",
        "sieht",
        "hopes",
        "hoped",
        "hofft",
        "juge",
        "teme",
        "analysis",
        "expects",
        "expected",
        "demands",
        "demanded",
        "fordert",
        "forderte",
        "resume",
        "ricorda",
        "calls",
        "called",
        "counters",
    ]
)
_BASE_FORMS = frozenset(
    [
        "say",
        "write",
        "report",
        "note",
        "observe",
        "comment",
        "conclude",
        "argue",
        "warn",
        "think",
        "stress",
        "explain",
        "point",
        "add",
        "state",
        "claim",
        "declare",
        "describe",
        "suggest",
        "tell",
        "believe",
        "criticise",
        "praise",
        "blame",
        "schreiben",
        "berichten",
        "meinen",
        "sagen",
        "melden",
        "meldet",
        "meldete",
        "zitiert",
        "escriben",
        "informan",
        "dicen",
        "señalan",
        "écrivent",
        "disent",
        "rapportent",
        "reporting",
        "saying",
        "writing",
        "quoted",
        "told",
        "tells",
    ]
)
_TALK = (SAYING - _NOT_TALK) | _BASE_FORMS
_ASIDE = re.compile(r"\s*\([^()]{0,80}\)")
_APPOSITION = re.compile(r"\s*,[^,:;“”\"]{2,60},")
_COLON = re.compile(r"\s*:")
_JOINED = re.compile(
    r"\s*(?:\([^()]{0,80}\))?\s*(?:,|,?\s*(?:and|und|y|e|et|&|sowie|as well as))\s*(?:the |die |der |das |la |el |le )?"
)
_WORD = re.compile(r"[\w'’-]+")
_LEAD_WORDS = re.compile(r"((?:[a-zß-öø-ÿ][\w’'-]*\s+){1,5})$")
_DESCRIBED = re.compile(r"\b(?:the|der|die|das|dem|den|el|la|le|il|o|a|an)\s+((?:[a-zß-öø-ÿ][\w-]*\s+){1,3})$")
_OWN_PIECE = re.compile(
    r"['’]s?\s+(?:\w+\s+)?(?:editorial|report|article|comment|commentary|column|analysis|correspondent|reporter|view)\b"
)
_INSIDE = re.compile(r"\s*,\s*(?:in|im|en|dans)\s+(?:the |der |die |dem |den |la |el |le )?")
_FOR = frozenset(["for", "für", "pour", "para", "per"])
_CLAUSE_ENDS = ("", *",;:.!?…”“\"»’'–—)")
_IN = re.compile(
    r"\b(?:in|im|en|dans|telling|told|with|by|bei|gegenüber)\s+(?:the |der |die |dem |den |la |el |le )?$", re.I
)


_INTRODUCING = (Kind.FUNCTION, Kind.SAYING)


@dataclass(frozen=True, slots=True)
class Sayer:
    """A name at `sentence[start:end]`.

    Attributes:
        name: The outlet's canonical name, or the person as written.
        is_outlet: Whether it is an outlet.
        speaks: Whether the sentence makes it say something, rather than talk about it.
        ambiguous: Whether the outlet's name is also an everyday word.
        lead: Where the words that only introduce it start ("the liberal daily X"), else `start`.
    """

    start: int
    end: int
    name: str
    is_outlet: bool
    speaks: bool
    lead: int
    ambiguous: bool = False


@lru_cache(maxsize=16)
def registry_of(names: frozenset[str]) -> OutletRegistry:
    """Return the known outlets together with `names`, the collection's own."""
    return OutletRegistry.load(sorted(names))


def find_sayers(sentence: str, registry: OutletRegistry, quoted: Sequence[tuple[int, int]] = ()) -> list[Sayer]:
    """Return the outlets that `sentence` names and the persons it makes speak, in order.

    Args:
        sentence: The sentence.
        registry: The outlets to know.
        quoted: Spans inside quotation marks; names there belong to whoever is quoted.
    """
    outlets = [m for m in registry.mentions(sentence) if not _touches(m.start, m.end, quoted)]
    speaking = [_speaks(sentence, m.start, m.end, outlet=True) for m in outlets]
    _join(sentence, [(m.start, m.end) for m in outlets], speaking)
    found = [
        Sayer(m.start, m.end, m.outlet, True, speaks, _lead(sentence, m.start), m.ambiguous)
        for m, speaks in zip(outlets, speaking, strict=True)
    ]
    taken = [(s.start, s.end) for s in found]
    for start, end in name_spans(sentence):
        if _touches(start, end, quoted) or _touches(start, end, taken):
            continue
        inside = any(_INSIDE.fullmatch(sentence[end : s.start]) for s in found if s.is_outlet and s.speaks)
        if inside or _speaks(sentence, start, end, outlet=False):
            found.append(Sayer(start, end, sentence[start:end], False, True, start))
    return sorted(found, key=lambda s: s.start)


def persons_speaking(text: str) -> list[str]:
    """Return the persons whom `text` makes speak outside its quotation marks, as written."""
    quoted = quoted_spans(text)
    return [text[a:b] for a, b in name_spans(text) if not _touches(a, b, quoted) and _speaks(text, a, b, outlet=False)]


def speaks_in(text: str, name: str) -> bool:
    """Return whether `text` itself has `name` and makes it say something."""
    pattern = rf"(?<!\w){re.escape(name)}(?!\w)"
    return any(_speaks(text, m.start(), m.end(), outlet=False) for m in re.finditer(pattern, text))


def _touches(start: int, end: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(a < end and start < b for a, b in spans)


def _speaks(text: str, start: int, end: int, *, outlet: bool) -> bool:
    before, after = text[:start], text[end:]
    according = ACCORDING.search(before)
    if according and (
        according.group().lower().split()[0] not in _FOR or before[: according.start()].rstrip()[-1:] in _CLAUSE_ENDS
    ):
        return True
    if _OWN_PIECE.match(after):
        return True
    rest = after
    for aside in (_ASIDE, _APPOSITION):
        if match := aside.match(rest):
            rest = rest[match.end() :]
    if _COLON.match(rest):
        return True
    following = [w.group().lower() for w in _WORD.finditer(rest[:60])][:3]
    if rest[:1].isspace() and any(w in _TALK for w in following[:2]) and following[0] not in ("and", "und", "y", "et"):
        return True
    lead = _LEAD_WORDS.search(before)
    words = lead.group(1).lower().split() if lead and before[: lead.start()].rstrip()[-1:] in _CLAUSE_ENDS else []
    if any(w in _TALK for w in words) and not any(w in ("that", "dass", "que", "about", "to", "of") for w in words):
        return True
    return outlet and bool(_IN.search(before)) and any(w in _TALK for w in _WORD.findall(before.lower()))


def _join(text: str, spans: Sequence[tuple[int, int]], speaking: list[bool]) -> None:
    """Make outlets speak that stand in one list with one that speaks: "A, B and C: ...", "according to A and B"."""
    for i in list(range(len(spans) - 1, 0, -1)) + list(range(1, len(spans))):
        if _JOINED.fullmatch(text[spans[i - 1][1] : spans[i][0]]) and (speaking[i] or speaking[i - 1]):
            speaking[i] = speaking[i - 1] = True


def _lead(text: str, start: int) -> int:
    """Return where the words that describe the outlet start: "the liberal daily X"."""
    match = _DESCRIBED.search(text[:start])
    if match is None:
        return start
    words = match.group(1).lower().split()
    return match.start(1) if words[-1] in PRESS_NOUNS or len(words) <= 2 else start


def widened(text: str, start: int, end: int, quoted: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return the span with the little words around it: "according to the ...", "... writes that"."""
    words = [w for w in read_claims(text, language_of(text) or "en").words if not _inside(w, quoted)]
    for word in reversed([w for w in words if w.end <= start]):
        if word.kind not in _INTRODUCING or _seam(text[word.end : start]):
            break
        start = word.start
    for word in [w for w in words if w.start >= end]:
        reports = word.lower in SAYING and end == word.start - 1
        if (word.kind not in _INTRODUCING and not reports) or _seam(text[end : word.start]):
            break
        end = word.end
    return start, end


def _inside(word: Word, spans: Iterable[tuple[int, int]]) -> bool:
    return any(a <= word.start < b for a, b in spans)


def _seam(between: str) -> bool:
    return bool(between.strip(" \t\n(),'’“”\"„«»‘"))
