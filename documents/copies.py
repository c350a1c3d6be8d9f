"""Which articles are near-copies of one another: the same text in several outlets, cut, edited or added to.

Candidates come from MinHash signatures (the library rensa) cut into bands: articles that share a band's
key are worth comparing. What decides is the exact share of word shingles that two texts have in common.
Keeping keys and clusters is `index.store_copies`; which agency a copy credits, `documents.outlets.agencies`.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice

from documents.articles import Article

SHINGLE_WORDS = 3
"""Words in a shingle: one changed word costs three of them."""
MIN_SHINGLES = 20
"""Texts with fewer distinct shingles are copies of nothing: a caption or a notice repeats by chance."""
MAX_SHINGLES = 4000
"""Of a longer text, only so many shingles count, from its beginning."""

BANDS, ROWS = 32, 3
"""A signature's 96 values as 32 keys of 3: texts that share half their shingles meet in 99 of 100 cases."""

MIN_OF_SHORTER = 0.6
"""Share of the shorter text's shingles that the longer one has: about one word in six may be changed."""
MIN_OF_LONGER = 0.3
"""Share of the longer text's shingles that the shorter one has: who quotes a paragraph copies no article."""
MIN_OF_MEMBER = 0.4
"""As `MIN_OF_SHORTER`, between two copies of a third text, both of which may have been edited."""
MIN_OF_FIGURES = 0.5
"""Share of the shorter text's figures that the longer one has: two market reports differ in little else."""
_FEW_FIGURES = 4
_PARTS, _PART_SHINGLES = 8, 12
_MIN_OF_PART = 0.3
"""Within one outlet, this share of each part of the shorter text must be in the longer: frames are in all articles."""
_COMPARED_MEMBERS = 8
_SEED = 20240501

_WORD = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]|\w+")  # scripts without spaces: a letter is a word
_FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")


@dataclass(frozen=True, slots=True)
class Wording:
    """What of an article is compared.

    Attributes:
        id: The article's id.
        outlet: Who published it, or None.
        published: Its date, or None.
        shingles: Its distinct word shingles in their order; empty when the text is too short to be a copy.
        figures: Its distinct numbers, as written.
    """

    id: str
    outlet: str | None
    published: str | None
    shingles: tuple[str, ...]
    figures: frozenset[str]
    known: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "known", frozenset(self.shingles))


def wording_of(article: Article) -> Wording:
    """Return what of `article` is compared; headline and byline are not."""
    words = _WORD.findall(article.text.casefold())
    every = (" ".join(words[i : i + SHINGLE_WORDS]) for i in range(len(words) - SHINGLE_WORDS + 1))
    shingles = tuple(islice(dict.fromkeys(every), MAX_SHINGLES))
    figures = frozenset(_FIGURE.findall(article.text))
    enough = shingles if len(shingles) >= MIN_SHINGLES else ()
    return Wording(article.id, article.outlet, article.published, enough, figures)


def band_keys(wording: Wording) -> tuple[int, ...]:
    """Return the text's keys (signed, 32 bits, `BANDS` of them); near-copies share one. None for a text too short."""
    if not wording.shingles:
        return ()
    values = _signature(wording.shingles)
    keys = []
    for band in range(BANDS):
        packed = struct.pack(f"<{ROWS + 1}I", band, *values[band * ROWS : (band + 1) * ROWS])
        keys.append(int.from_bytes(hashlib.blake2b(packed, digest_size=4).digest(), "little", signed=True))
    return tuple(keys)


@cache
def copies_identity() -> str:
    """Return the identity of what makes keys; another one, as of another rensa, makes stored keys useless."""
    probe = ",".join(map(str, _signature(("a probe of", "probe of the", "of the library"))))
    return f"shingles-{SHINGLE_WORDS}/{BANDS}x{ROWS}/{hashlib.sha256(probe.encode()).hexdigest()[:12]}"


def _signature(shingles: Sequence[str]) -> list[int]:
    from rensa import RMinHash  # compiled; only storing articles needs it

    made = RMinHash(num_perm=BANDS * ROWS, seed=_SEED)
    made.update(list(shingles))
    return list(made.digest())


def are_copies(one: Wording, other: Wording) -> bool:
    """Return whether one text is the other again: edited, cut or added to within limits.

    A text that quotes a part of the other, one that shares a frame with it (a footer, a liveblog's
    introduction) and one made from the same template with other figures are none.
    """
    shorter, longer = sorted((one, other), key=lambda wording: len(wording.shingles))
    shared = len(shorter.known & longer.known)
    if shared < MIN_OF_SHORTER * len(shorter.shingles) or shared < MIN_OF_LONGER * len(longer.shingles) or not shared:
        return False
    if min(len(shorter.figures), len(longer.figures)) >= _FEW_FIGURES:
        fewer = min(len(shorter.figures), len(longer.figures))
        if len(shorter.figures & longer.figures) < MIN_OF_FIGURES * fewer:
            return False
    return one.outlet != other.outlet or _is_shared_throughout(shorter, longer)


def _is_shared_throughout(shorter: Wording, longer: Wording) -> bool:
    size = len(shorter.shingles)
    parts = max(1, min(_PARTS, size // _PART_SHINGLES))
    for part in range(parts):
        stretch = shorter.shingles[size * part // parts : size * (part + 1) // parts]
        if sum(shingle in longer.known for shingle in stretch) < _MIN_OF_PART * len(stretch):
            return False
    return True


def clusters_among(wordings: Iterable[Wording]) -> list[list[Wording]]:
    """Return the groups of two or more near-copies, each by date and id; the same for any order of `wordings`.

    The longest text of a group leads it. Who joins is a copy of the leader and has enough in common with
    the other members, so that no chain of copies, roundup or frame ties unrelated articles together.
    """
    groups: list[list[Wording]] = []
    for wording in sorted(wordings, key=lambda w: (-len(w.shingles), w.id)):
        fitting = [group for group in groups if _belongs(wording, group)]
        if fitting:
            max(fitting, key=lambda group: len(group[0].known & wording.known)).append(wording)
        elif wording.shingles:
            groups.append([wording])
    return [sorted(group, key=lambda w: (w.published or "9999", w.id)) for group in groups if len(group) > 1]


def _belongs(wording: Wording, group: Sequence[Wording]) -> bool:
    if not are_copies(group[0], wording):
        return False
    return all(
        len(member.known & wording.known) >= MIN_OF_MEMBER * min(len(member.shingles), len(wording.shingles))
        for member in group[1 : 1 + _COMPARED_MEMBERS]
    )


def cluster_name(cluster: Sequence[Wording]) -> str:
    """Return the name of a group as `clusters_among` gives it: that of its first article."""
    return f"copy-{cluster[0].id}"
