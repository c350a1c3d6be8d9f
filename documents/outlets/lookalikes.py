"""What a name would read as if its look-alike letters were the real ones: "Hаndelsblatt" with a Cyrillic "а".

Gives readings only; whether one of them is a known outlet is `documents.outlets.registry`. Nothing here makes two
names one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import islice, product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from documents.articles import Article
    from documents.outlets.registry import OutletRegistry

_MOST_READINGS = 64
_MOST_LETTERS = 200
_DIGITS = {"0": "o", "1": "l", "3": "e", "5": "s"}
_TARGETS = ("LATIN", "CYRILLIC", "GREEK")


def readings(name: str) -> Iterator[str]:
    """Yield what `name` looks like, each other than `name`: without marks nobody sees, in one script, in usual width.

    Yields nothing for a name in plain letters; at most a few dozen readings.
    """
    if len(name) > _MOST_LETTERS:
        return
    if name.isascii():
        if (plain := _without_digits(name)) != name:
            yield plain
        return
    shown = "".join(c for c in name if unicodedata.category(c) not in ("Cf", "Mn", "Me", "Cc") or c in "\n\t")
    folded = unicodedata.normalize("NFKC", shown)
    seen = {name}
    for reading in (shown, folded):
        if reading not in seen:
            seen.add(reading)
            yield reading
    for target in _TARGETS:
        letters = [_alike(c, target) for c in folded]
        for some in islice(product(*letters), _MOST_READINGS):
            reading = "".join(some)
            if reading not in seen:
                seen.add(reading)
                yield reading


def unicode_host(host: str) -> str:
    """Return a host with its Punycode labels ("xn--...") as the letters they stand for, the others as given."""
    labels = []
    for label in host.split("."):
        try:
            labels.append(label[4:].encode("ascii").decode("punycode") if label.lower().startswith("xn--") else label)
        except UnicodeError:
            labels.append(label)
    return ".".join(labels)


def lookalike_notice(article: Article, registry: OutletRegistry) -> str | None:
    """Return a sentence that says which outlet an article's stated outlet or address only looks like, or None."""
    for what, stated in (("outlet", article.outlet), ("address", article.url)):
        real = registry.lookalike_of(stated) if stated else None
        if stated and real:
            shown = "".join(c if c.isascii() and c.isprintable() else f"[{ord(c):04X}]" for c in stated)
            return f"the {what} {stated!r} ({shown}) only looks like {real}; it is kept as written, apart from {real}"
    return None


def _without_digits(name: str) -> str:
    """Return `name` with digits between letters as the letters they resemble: "Hande1sblatt"."""
    letters = list(name)
    for at in range(1, len(name) - 1):
        if name[at] in _DIGITS and name[at - 1].isalpha() and name[at + 1].isalpha():
            letters[at] = _DIGITS[name[at]]
    return "".join(letters)


def _alike(character: str, target: str) -> tuple[str, ...]:
    """Return the letters of the script `target` that look like `character`; itself where there are none."""
    if not character.isalpha() or (character.isascii() and target == "LATIN"):
        return (character,)
    if unicodedata.name(character, "").startswith(target):
        return (character, *(c for c in _letters(character, target) if c.isascii()))
    return _letters(character, target) or (character,)


@cache
def _letters(character: str, target: str) -> tuple[str, ...]:
    from confusable_homoglyphs import confusables  # reads its tables, which only a suspicious name needs

    table = confusables.confusables_data
    found = [one["c"] for one in table.get(character, ())]
    for one in list(found):
        found += [other["c"] for other in table.get(one, ())]
    fits = [c for c in found if len(c) == 1 and c.isalpha() and unicodedata.name(c, "").startswith(target)]
    case = [c for c in fits if c.isupper() == character.isupper()]
    return tuple(dict.fromkeys(case or fits))[:4]
