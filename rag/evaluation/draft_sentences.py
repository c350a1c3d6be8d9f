"""Which sentences of an article can be asked about, and which of their dates and figures can be left out.

A question drafted by rule is only as good as its sentence: whole, no heading, understood on its own. Whatever
is in doubt is left out, because a collection has more sentences than questions are wanted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from documents.articles import Article, Attribution, OutletBasis, Passage
from documents.cues import CALENDAR
from documents.dates import iso_date
from documents.names import name_spans
from documents.quotes import QUOTE_MARKS
from documents.splitting import sentence_spans
from rag.evaluation.draft_wording import LEANING, OPENERS, PERSONAL
from rag.figures import PERCENT, POINTS, STRICT, Figure, read_figures
from rag.lexicon import Lexicon, lexicon_of

MIN_PASSAGE = 60
"""Characters of a passage below which it is a heading, a question of an interview or nearly empty."""

WORDS = (7, 40)
"""How many words a sentence has at least and at most."""

NAMED_BY = 60
"""Within how many characters a sentence that opens with "The ..." must name somebody or something."""

_DEFINITE = frozenset(
    ["the", "der", "die", "das", "le", "la", "les", "el", "los", "las", "il", "lo", "i", "gli", "o", "a", "os", "as"]
)
_BACKWARD = frozenset(
    ["other", "others", "same", "former", "latter", "first", "second", "third", "rest", "two", "three"]
)
_WORD = re.compile(r"[^\W_]+(?:['’.,-][^\W_]+)*")
_ENDS = re.compile(r"[.!?…][”“»\"’']?$")
_ODD = re.compile(r"\.\.\.|…|\*\*|__|\||https?:|www\.|@|[\[\]{}<>#\n\t]")
_MARKUP = frozenset("*_#`|")
_BOILERPLATE = re.compile(
    r"©|\b(?:copyright|all rights reserved|may be reproduced|held responsible for|subscribe|newsletter|cookies?"
    r"|alle rechte vorbehalten|tous droits réservés|todos los derechos|tutti i diritti|todos os direitos)\b",
    re.IGNORECASE,
)
_DATELINE = re.compile(r"^[A-ZÀ-Ž][\w .,'’-]{0,40}(?:\([\w .]+\))? [–—-] ")
_MONTHS = {
    "en": "january february march april may june july august september october november december",
    "de": "januar jänner februar märz april mai juni juli august september oktober november dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
}
_DANGLING = re.compile(r"\b(?:it|them|him|her|this|these|those|one|ones|so)[.,;:!)]", re.IGNORECASE)
"""English words at the end of a clause that stand for something which may well be in the sentence before."""

_BEFORE_YEAR = {
    "en": "in|since|until|by|before|after",
    "de": "im Jahr|im Jahre|seit|bis|vor|nach",
    "fr": "en|depuis|jusqu['’]en|avant|après",
    "es": "en|desde|hasta|antes de|después de",
    "it": "nel|dal|fino al|prima del|dopo il",
    "pt": "em|desde|até|antes de|depois de",
}
_SCALES = frozenset(["mila", "milione", "milioni", "miliardo", "miliardi", "mil", "milhão", "milhões", "bilhões"])
"""Words that multiply a number, in languages that have no lexicon."""

_DIGITS = re.compile(r"\d(?:[\d.,'’\u00a0\u202f\u2009]*\d)?(?: \d{3}(?!\d))*")
_LINK = re.compile(r"\s*(?:[-–—/:]|to|bis|à|a|and|und|et|y|e|or|oder|ou|o)\s*|\s[^\W\d_]+\s")
"""What stands between two figures that are one amount or a range: "40 to 50", "1 minute 52 seconds"."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A whole sentence, `article.text[start:end]`, and who originated it."""

    text: str
    start: int
    end: int
    attribution: Attribution
    language: str | None

    @property
    def press_review(self) -> bool:
        """Whether the article quotes it from another outlet."""
        return self.attribution.basis is OutletBasis.QUOTED

    @property
    def words(self) -> list[str]:
        """Its words and numbers."""
        return _WORD.findall(self.text)


@dataclass(frozen=True, slots=True)
class Slot:
    """Words of a sentence that can be asked for: `text[start:end]`, and every way to write them."""

    start: int
    end: int
    answers: tuple[str, ...]


def whole_sentences(article: Article, passages: Sequence[Passage]) -> Iterator[Sentence]:
    """Yield the article's whole sentences in order: no headings, datelines, fragments or markup."""
    for passage in passages:
        if len(passage.text.strip()) < MIN_PASSAGE:
            continue
        for start, end in sentence_spans(article.text, article.language, passage.start, passage.end):
            text = article.text[start:end]
            beside = article.text[max(0, start - 1) : start] + article.text[end : end + 1]
            if _is_whole(text) and not _MARKUP & set(beside) and not _is_inside_quote(article.text, start, end):
                yield Sentence(text, start, end, passage.attribution, article.language)


def _is_whole(text: str) -> bool:
    count = len(_WORD.findall(text))
    if not WORDS[0] <= count <= WORDS[1] or text[0].islower() or not _ENDS.search(text):
        return False
    if _ODD.search(text) or _BOILERPLATE.search(text) or _DATELINE.match(text) or text.count("(") != text.count(")"):
        return False
    capitals: int = sum(word[0].isupper() for word in _WORD.findall(text))
    return capitals <= 0.6 * count  # else a heading or a list of names


def _is_inside_quote(text: str, start: int, end: int) -> bool:
    """Whether a quotation mark inside the sentence has its partner elsewhere, so that its voice is in doubt."""
    return sum(text[at] in QUOTE_MARKS for at in range(start, end)) % 2 == 1


def stands_alone(sentence: Sentence, slot: Slot) -> bool:
    """Whether the sentence without what is in `slot` is understood by whoever has not read the one before."""
    text, known = sentence.text, lexicon_of(sentence.language)
    words = [(m.start(), m.group().lower()) for m in _WORD.finditer(text)]
    if words[0][1] in OPENERS or any(mark in text for mark in QUOTE_MARKS) or text[-1] == "?":
        return False
    if any(word in PERSONAL for _, word in words) or (sentence.language == "en" and _DANGLING.search(text)):
        return False
    names = [
        (start, end)
        for start, end in name_spans(text)
        if (start > 0 or " " in text[start:end])
        and not (start < slot.end and slot.start < end)
        and not all(part.lower() in CALENDAR for part in text[start:end].split())
    ]
    if not names or (sentence.language == "de" and len(words) < 10):
        return False
    if words[0][1] in _DEFINITE and (names[0][0] > NAMED_BY or words[1][1] in _BACKWARD):
        return False  # "The club, which ...": which club? "The others ...": other than who?
    anaphors = LEANING | (known.anaphors if known is not None else frozenset())
    first = min(start for start, _ in names)
    return not any(word in anaphors and at < first for at, word in words)


def date_slots(sentence: Sentence) -> list[Slot]:
    """Return the dates of the sentence: day and month, month and year, with or without the rest, or a mere year."""
    language = sentence.language or ""
    if language not in _MONTHS:
        return []
    slots: list[Slot] = []
    for match in _date_pattern(language).finditer(sentence.text):
        if match["year_only"]:
            slots.append(Slot(match.start("year_only"), match.end("year_only"), (match["year_only"],)))
            continue
        day = match["day"] or match["day_after"]
        year = match["year"]
        if not (day or year) or iso_date(f"{day or 1} {match['month']} {year or 2024}", language) is None:
            continue
        written = match.group().strip()
        other = [f"{match['month']} {day}", f"{day} {match['month']}"] if language == "en" and day else []
        full = [f"{o}{c} {year}" if year else o for o, c in zip(other, (",", ""), strict=False)]
        slots.append(Slot(match.start(), match.start() + len(written), tuple(dict.fromkeys([written, *full]))))
    return slots


@lru_cache(maxsize=8)
def _date_pattern(language: str) -> re.Pattern[str]:
    months = "|".join(f"{name[0].upper()}{name[1:]}|{name}" for name in _MONTHS[language].split())
    if language == "en":
        months = months.replace("|may|", "|").replace("|march|", "|")
    year = r"(?:1[5-9]|20)\d\d(?!\d)"
    return re.compile(
        rf"(?<!\w)(?:(?P<day>[0-3]?\d)(?:\.|er|º|st|nd|rd|th)? (?:de |of )?)?(?P<month>{months})(?!\w)"
        rf"(?: (?P<day_after>[0-3]?\d)(?!\w|[.,:]\d))?(?:,? (?:de |del )?(?P<year>{year}))?"
        rf"|(?<!\w)(?:{_BEFORE_YEAR[language]}) (?P<year_only>{year})(?![\w%-])(?! (?:Uhr|h\b))"
    )


def figure_slots(sentence: Sentence) -> list[tuple[Figure, Slot]]:
    """Return the figures of the sentence that count or measure something, each with its number, without the unit."""
    text, known = sentence.text, lexicon_of(sentence.language)
    found = read_figures(text, known)
    dates = [(slot.start, slot.end) for slot in date_slots(sentence)]
    usable: list[tuple[Figure, Slot]] = []
    for number, figure in enumerate(found):
        if any(start < figure.end and figure.start < end for start, end in dates):
            continue
        end = _number_end(figure, text, known)
        near = [*found[max(0, number - 1) : number], *found[number + 1 : number + 2]]
        linked = any(_LINK.fullmatch(text[min(f.end, figure.end) : max(f.start, figure.start)]) for f in near)
        if linked or not _counts(figure, end, sentence, known):
            continue
        start = figure.start
        while start < end and not text[start].isalnum():
            start += 1  # a currency sign stays in the question
        slot = Slot(start, end, _spellings(text[start:end], figure, known))
        usable.append((figure, slot))
    return usable


def _number_end(figure: Figure, text: str, known: Lexicon | None) -> int:
    """Return where the number ends, words such as "million" included, its unit not."""
    digits = _DIGITS.search(text, figure.start, figure.end)
    parts = (frozenset(known.numbers) | frozenset(known.scales)) if known is not None else frozenset()
    end = digits.end() if digits else figure.start
    for word in re.compile(r"[\s\u00a0-]?([^\W\d_]+)").finditer(text, end):
        is_part = word[1].lower() in parts | _SCALES or (not digits and word.end() <= figure.end and not figure.unit)
        if word.start() != end or not is_part or (digits and word[1].lower() in ("m", "k", "half")):
            break
        end = word.end()
    return end


def _counts(figure: Figure, end: int, sentence: Sentence, known: Lexicon | None) -> bool:
    """Whether a figure is an amount with something that it counts, not a year, a score, an age or a label."""
    text = sentence.text
    if figure.unit in STRICT - {PERCENT, POINTS} or figure.value < 2 or end <= figure.start:
        return False
    before, rest = text[: figure.start], text[end:]
    if before[-1:] in ("-", "–", "/", ".", ",", ":", "(") or rest[:1] in ("-", "–", "/", ":", ")"):
        return False
    if figure.value == 2 and re.search(r"\b(?:the|these|those|all|die|les|las|los|le|as|os)\s$", before, re.IGNORECASE):
        return False  # "between the two countries" counts nothing
    if figure.unit is not None:
        return True
    if re.fullmatch(r"(?:1[5-9]|20|21)\d\d", text[figure.start : end]):
        return False
    if re.search(r"\S\s[A-ZÀ-Ž]\w*\s$", before) and sentence.language != "de":
        return False  # "under Article 14 members may ..."
    counted = re.match(r"[\s\u00a0](?:(?:de|di|d[’'])\s?)?([^\W\d_][\w-]+)", rest)
    if counted is None or (counted[1][0].isupper() and sentence.language != "de"):
        return False
    idle = known.function | known.prepositions | known.modals | known.ordinals.keys() if known else frozenset()
    return counted[1].lower() not in idle | CALENDAR and len(counted[1]) > 2


def _spellings(written: str, figure: Figure, known: Lexicon | None) -> tuple[str, ...]:
    """Return the number as written, and in digits or in a word where it is a small one."""
    found = [written]
    if known is not None and figure.value == figure.value.to_integral_value() and figure.value < 10_000:
        digits = str(int(figure.value))
        words = [word for word, value in known.numbers.items() if value == figure.value]
        found += [digits] if not written[0].isdigit() else words[:1] if figure.value <= 12 else []
    return tuple(dict.fromkeys(found))
