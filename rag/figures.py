"""The numbers of a text: their values and units, however they are written.

"1.6 million", "1,600,000" and "1 600 000" are one value; "10 %" is not "10". What a number counts is
not known here; `rag.comparing` looks at the words beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from rag.lexicon import Lexicon, lexicon_of

PERCENT = "%"
POINTS = "points"
ORDINAL = "ordinal"
CLOCK = "clock"
DECADE = "decade"
VAGUE = "vague"
"""Unit of "dozens", "thousands" and the like, which name no exact value."""

STRICT = frozenset({PERCENT, POINTS, ORDINAL, CLOCK, DECADE, VAGUE})
"""Units that a sentence may not drop: "10" is no way to write "10 %"."""

_SYMBOLS = {"$": "usd", "€": "eur", "£": "gbp", "¥": "jpy", "₽": "rub", "₴": "uah", "zł": "pln", "₺": "try", "₹": "inr"}
_CURRENCIES = {
    "usd": "usd", "dollar": "usd", "dollars": "usd", "dólar": "usd", "dólares": "usd",
    "eur": "eur", "euro": "eur", "euros": "eur", "gbp": "gbp", "pound": "gbp", "pounds": "gbp", "pfund": "gbp",
    "libras": "gbp", "livres": "gbp", "yen": "jpy", "jpy": "jpy", "rubles": "rub", "roubles": "rub", "rouble": "rub",
    "ruble": "rub", "rubel": "rub", "rublos": "rub", "franken": "chf", "francs": "chf", "chf": "chf", "franc": "chf",
    "złoty": "pln", "zloty": "pln", "złotys": "pln", "yuan": "cny", "kronor": "sek", "kroner": "nok", "pesos": "peso",
    "peso": "peso", "rupees": "inr", "lira": "try", "crowns": "crown", "kronen": "crown",
}  # fmt: skip
_NUMBER = re.compile(
    r"(?P<sign>(?<![\w.,–-])[-−](?=\d))?"
    r"(?P<symbol>(?:[A-Z]{1,2})?[$€£¥₽₴₺₹]\s?)?"
    r"(?<![\w.])(?<!\d,)"
    r"(?P<digits>(?>\d{4}-\d{2}-\d{2}(?!\d)|\d{1,2}:\d{2}(?!\d)"
    r"|\d{1,3}(?:[.,'’\u00a0\u202f\u2009 ]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?))"  # atomic: "30A" holds no 3
    r"(?P<suffix>(?:st|nd|rd|th|er|e|º|ª)\b|['’]?s\b|(?:bn|mn|tn|m|k)\b)?(?![^\W\d_])"
)
_GROUPED = re.compile(r"\d{1,3}(?:[.,'’\u00a0\u202f\u2009 ]\d{3})+")
_LETTERS = re.compile(r"[^\W\d_]+")
_GAP = re.compile(r"[\s\u00a0-]{1,2}")
_AFTER_ONE = frozenset(["of", "another", "who", "that", "day", "thing", "can", "way", "more", "side", "hand"])
_SHORT_SCALES = {
    "bn": Decimal(10**9),
    "mn": Decimal(10**6),
    "tn": Decimal(10**12),
    "m": Decimal(10**6),
    "k": Decimal(1000),
}
_VAGUE = frozenset(
    [
        "dozens",
        "hundreds",
        "thousands",
        "millions",
        "billions",
        "hunderte",
        "tausende",
        "millionen",
        "milliarden",
        "cientos",
        "miles",
        "millones",
        "centaines",
        "milliers",
        "milliards",
    ]
)
_LINKS = re.compile(r"\s*(?:[-–—]|to|and|or|bis|und|oder|a|y|o|à|et|ou)\s*")


@dataclass(frozen=True, slots=True)
class Figure:
    """One number in a text: `text[start:end]`, unit included.

    Attributes:
        value: Its value; 1600000 for "1.6 million".
        unit: "%", a currency code, one of the units above, or None.
        mark: What it is compared by besides value and unit: the written form of dates and clock times.
    """

    start: int
    end: int
    value: Decimal
    unit: str | None = None
    mark: str = ""

    def agrees(self, other: Figure) -> bool:
        """Return whether this figure of a sentence may rest on `other` of an article."""
        if self.value != other.value or self.mark != other.mark:
            return False
        return self.unit == other.unit or (self.unit is None and other.unit not in STRICT)


def read_figures(text: str, known: Lexicon | None) -> list[Figure]:
    """Return the figures of `text` in order; number words are understood in the language of `known` only."""
    found = _written(text, known)
    if known is not None:
        taken = [(f.start, f.end) for f in found]
        found += [f for f in _spelled(text, known) if not any(a < f.end and f.start < b for a, b in taken)]
    found.sort(key=lambda f: f.start)
    return _inherit([_with_unit(f, text, known) for f in found], text)


def _written(text: str, known: Lexicon | None) -> list[Figure]:
    found = []
    for match in _NUMBER.finditer(text):
        digits, suffix = match["digits"], (match["suffix"] or "").lower()
        unit = _SYMBOLS.get((match["symbol"] or " ").strip()[-1:]) if match["symbol"] else None
        if unit and len(match["symbol"].strip()) > 1 and match["symbol"].strip() not in ("US$",):
            unit = match["symbol"].strip().lower()  # A$, HK$: their own currencies
        if ":" in digits or digits.count("-") == 2:
            found.append(Figure(match.start(), match.end("digits"), Decimal(0), CLOCK, digits))
            continue
        value = _value(digits) * (-1 if match["sign"] else 1)
        end = match.end("digits")
        if suffix in _SHORT_SCALES and (unit or suffix != "m"):
            value, end = value * _SHORT_SCALES[suffix], match.end("suffix")
        elif suffix.endswith("s") and suffix != "ts":
            unit, end = DECADE, match.end("suffix")
        elif suffix and suffix not in _SHORT_SCALES:
            unit, end = ORDINAL, match.end("suffix")
        value, end = _scaled(value, text, end, known)
        found.append(Figure(match.start(), end, value, unit))
    return found


def _value(digits: str) -> Decimal:
    """Return the value of digits with separators: groups of three are thousands, others decimals."""
    grouped = _GROUPED.match(digits)
    if grouped and not digits.startswith("0"):
        whole, rest = grouped.group(), digits[grouped.end() :]
        if len(set(re.sub(r"\d", "", whole))) == 1:
            return Decimal(re.sub(r"\D", "", whole) + ("." + rest[1:] if rest else ""))
        digits = re.sub(r"[^\d]", "", whole[:-4]) + "." + whole[-3:]  # 1.234,567
    return Decimal(digits.replace(",", "."))


def _scaled(value: Decimal, text: str, end: int, known: Lexicon | None) -> tuple[Decimal, int]:
    """Return the value times the words "thousand", "million" after it, and where they end."""
    while known is not None and (gap := _GAP.match(text, end)) and (word := _LETTERS.match(text, gap.end())):
        scale = known.scales.get(word.group().lower())
        if scale is None:
            break
        value, end = value * scale, word.end()
    return value, end


def _spelled(text: str, known: Lexicon) -> list[Figure]:
    """Return the figures written in words: "twenty-one", "three hundred thousand", "zweiundvierzig", "dozens"."""
    found: list[Figure] = []
    units = [m.span() for m in re.finditer(rf"(?:{known.percent})(?!\w)", text, re.IGNORECASE)]  # "por ciento"
    words = [m for m in _LETTERS.finditer(text) if not any(a <= m.start() < b for a, b in units)]
    i = 0
    while i < len(words):
        run, j = [words[i].group().lower()], i + 1
        if _part(run[0], known) is None:
            i += 1
            continue
        while j < len(words) and _joined(text[words[j - 1].end() : words[j].start()]):
            word = words[j].group().lower()
            if _part(word, known) is None and not (
                word in ("and", "y", "et") and j + 1 < len(words) and _part(words[j + 1].group().lower(), known)
            ):
                break
            run.append(word)
            j += 1
        figure = _read(run, words[i].start(), words[j - 1].end(), text, known)
        if figure is not None:
            found.append(figure)
        i = j
    return found


def _joined(between: str) -> bool:
    return bool(_GAP.fullmatch(between))


@lru_cache(maxsize=4096)
def _compound(word: str, language: str) -> Decimal | None:
    """Return the value of a German number word such as "dreiundzwanzig" or "zweihundert", or None."""
    known = lexicon_of(language)
    if language != "de" or known is None:
        return None
    for scale in ("tausend", "hundert"):
        head, found, tail = word.partition(scale)
        if found:
            first = Decimal(1) if not head else _plain(head, known)
            rest = Decimal(0) if not tail else _plain(tail.removeprefix("und"), known)
            return first * known.scales[scale] + rest if first is not None and rest is not None else None
    units, found, tens = word.partition("und")
    if found and tens in known.numbers and units in known.numbers and known.numbers[tens] >= 20:
        return known.numbers[tens] + known.numbers[units]
    return None


def _plain(word: str, known: Lexicon) -> Decimal | None:
    value = known.numbers.get(word)
    return value if value is not None else _compound(word, known.language)


def _part(word: str, known: Lexicon) -> Decimal | None:
    for table in (known.numbers, known.scales, known.ordinals):
        if word in table:
            return table[word]
    return _compound(word, known.language)


def _read(run: list[str], start: int, end: int, text: str, known: Lexicon) -> Figure | None:
    """Return the figure that a run of number words spells, or None for a mere article ("one of them", "ein")."""
    if len(run) == 1 and known.numbers.get(run[0]) == 1:
        following = _LETTERS.search(text, end)
        is_count = run[0] == "one" and following is not None and text[end : following.start()] == " "
        if not is_count or following is None or following.group().lower() in _AFTER_ONE | known.function:
            return None
    if run[-1] in known.ordinals:
        before = sum((_part(word, known) or Decimal(0) for word in run[:-1]), Decimal(0))
        return Figure(start, end, before + known.ordinals[run[-1]], ORDINAL)
    if run[0] in known.scales and len(run) == 1:
        return Figure(start, end, known.scales[run[0]], VAGUE if run[0] in _VAGUE else None)
    return Figure(start, end, _sum(run, known))


def _sum(run: list[str], known: Lexicon) -> Decimal:
    total, current, last = Decimal(0), Decimal(0), Decimal(0)
    for word in run:
        scale = known.scales.get(word)
        if scale is None:
            value = _plain(word, known) or Decimal(0)
            times = (value == 12 and 0 < current < 12) or (word.startswith("vingt") and current == 4)
            current = current * value if times else current + value
        elif not current and total and scale > last:
            total *= scale  # "mil millones"
        elif scale < 1000:
            current = (current or Decimal(1)) * scale
        else:
            total, current = total + (current or Decimal(1)) * scale, Decimal(0)
        last = scale or Decimal(0)
    return total + current


def _with_unit(figure: Figure, text: str, known: Lexicon | None) -> Figure:
    """Return `figure` with the unit that is written after it, or as it is."""
    if figure.unit in STRICT:
        return figure
    rest = text[figure.end :]
    if known is not None and (match := re.match(rf"[\s\u00a0-]?(?:{known.points})\b", rest, re.IGNORECASE)):
        return Figure(figure.start, figure.end + match.end(), figure.value, POINTS)
    if match := re.match(r"\s?[%٪]", rest):
        return Figure(figure.start, figure.end + match.end(), figure.value, PERCENT)
    if known is not None and (match := re.match(rf"[\s\u00a0-]?(?:{known.percent})(?!\w)", rest, re.IGNORECASE)):
        return Figure(figure.start, figure.end + match.end(), figure.value, PERCENT)
    if match := re.match(r"\s?([$€£¥₽₴₺₹]|zł)", rest):
        return Figure(figure.start, figure.end + match.end(), figure.value, _SYMBOLS[match[1]])
    if match := re.match(r"[\s\u00a0](?:(?:US|U\.S\.|of|de|d['’])\s?)?([^\W\d_]+)", rest):
        code = _CURRENCIES.get(match[1].lower())
        if code and figure.unit in (None, code):
            return Figure(figure.start, figure.end + match.end(), figure.value, code)
    return figure


def _inherit(found: list[Figure], text: str) -> list[Figure]:
    """Return the figures, the first of a range having the second one's unit: "40 to 50 %" is 40 % to 50 %."""
    for i in range(len(found) - 2, -1, -1):
        left, right = found[i], found[i + 1]
        if left.unit is None and right.unit and _LINKS.fullmatch(text[left.end : right.start]):
            found[i] = Figure(left.start, left.end, left.value, right.unit)
    return found
