"""Drafts of questions about one article, made by rule, each with its gold.

Gives candidates and judges nothing beyond their article: whether the words stand in another article as well,
and which candidates become the set, is `rag.evaluation.drafting`'s. Wording is `draft_wording`'s, which sentences
are fit is `draft_sentences`'.

What counts as right, as `correct` of an evaluation has it:

- quote-back: the outlet that wrote the words is cited; headline and date are measured beside it;
- who-said: the speaker is the citation's, where the article's words are attributed to a speaker as a whole,
  else the answer names them;
- when, how-many: the answer holds the date or figure of the gap;
- swapped-figure: the question takes a wrong figure for true, and the answer holds the true one. A system that
  only refuses has not said what the article does, so the question counts as answerable;
- absent-outlet: refusing, for nothing of that outlet is here.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from documents.articles import Article, Passage
from documents.cues import CALENDAR, NOT_A_NAME, is_country, is_office, is_outlet_like
from documents.names import name_spans
from documents.outlets.registry import OutletRegistry
from documents.splitting import paragraph_spans
from rag.evaluation.draft_quotes import said_words
from rag.evaluation.draft_sentences import Sentence, Slot, date_slots, figure_slots, stands_alone, whole_sentences
from rag.evaluation.draft_wording import GAP, WELL_KNOWN, wording_of
from rag.evaluation.gold import FALSE_PREMISE, PRESS_REVIEW, QUOTE_BACK, GoldQuestion
from rag.figures import PERCENT, Figure
from rag.lexicon import lexicon_of

DRAFT = "draft"
"""Tag of every drafted question: nobody has looked at it yet."""

WHO_SAID = "who-said"
WHEN = "when"
HOW_MANY = "how-many"
ABSENT_OUTLET = "absent-outlet"
SWAPPED_FIGURE = "swapped-figure"

QUOTE_WORDS = (10, 30)
"""How many words a quoted sentence has; below ten, half of it could stand anywhere."""

LONGEST_CLOZE = 32
"""Words of a sentence with a gap, at most."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A candidate for the set.

    Attributes:
        kind: One of `KINDS`, or "model".
        question: The question with its gold; it has no id yet.
        article_id: The article that it was drafted from.
        place: Where in the article's text the words lie that it is about; empty spans overlap nothing.
        words: What must stand in no other article; empty for a question that no article answers.
        outlet: Whom it is about, so that a set spreads over outlets.
        topic: What no other question of the set is about; empty where its words say that.
    """

    kind: str
    question: GoldQuestion
    article_id: str
    place: tuple[int, int]
    words: str
    outlet: str
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """What drafts of one article are made from.

    Attributes:
        article: The article.
        passages: Its passages.
        name: How gold names it: its headline, or its id where it has none of its own.
        registry: The known outlets, the collection's among them.
        absent: Well-known outlets, by language, that the collection neither holds nor mentions.
    """

    article: Article
    passages: Sequence[Passage]
    name: str
    registry: OutletRegistry
    absent: Mapping[str, Sequence[str]]


def drafts_of(material: Material, kinds: Iterable[str], rng: random.Random, most: int) -> dict[str, list[Draft]]:
    """Return up to `most` drafts of each of `kinds` that the article gives, in random order."""
    sentences = list(whole_sentences(material.article, material.passages))
    rng.shuffle(sentences)
    return {kind: list(islice(KINDS[kind](material, sentences, rng), most)) for kind in kinds}


def gold(material: Material, sentence: Sentence, question: str, kind: str, *tags: str) -> GoldQuestion:
    """Return `question` with the gold that every answerable draft about `sentence` has."""
    outlet = sentence.attribution.outlet
    review = (PRESS_REVIEW,) if sentence.press_review else ()
    return GoldQuestion(
        question=question,
        outlets=(outlet,) if outlet else (),
        articles=(material.name,),
        quotes=(sentence.text,),
        answerable=True,
        tags=(DRAFT, kind, *tags, *review),
    )


def draft(material: Material, sentence: Sentence, kind: str, question: GoldQuestion) -> Draft:
    """Return the candidate for a question about `sentence`."""
    outlet = sentence.attribution.outlet or ""
    return Draft(kind, question, material.article.id, (sentence.start, sentence.end), sentence.text, outlet)


def _quote_back(material: Material, sentences: Sequence[Sentence], rng: random.Random) -> Iterator[Draft]:
    article = material.article
    for sentence in sentences:
        if not QUOTE_WORDS[0] <= len(sentence.words) <= QUOTE_WORDS[1] or re.search('[“”„«»"‘]', sentence.text):
            continue
        known = (sentence.attribution.outlet is not None, bool(article.title), article.published is not None)
        if not (known[0] or (known[1] and known[2])):
            continue  # too little to ask for
        asked = wording_of(article.language).quote_back(sentence.text, known, press_review=sentence.press_review)
        question = gold(material, sentence, asked, QUOTE_BACK)
        yield draft(material, sentence, QUOTE_BACK, replace(question, published=(article.published or "")[:10]))


def _who_said(material: Material, sentences: Sequence[Sentence], rng: random.Random) -> Iterator[Draft]:
    article = material.article
    wording = wording_of(article.language)
    for said in said_words(article, material.passages, sentences, material.registry):
        question = gold(material, said.sentence, wording.about(wording.who, said.sentence.text.rstrip(".")), WHO_SAID)
        names: dict[str, Any] = {"speakers" if said.attributed else "answers": said.names}
        if not any(name.casefold() in said.sentence.text.casefold() for name in said.names):
            yield draft(material, said.sentence, WHO_SAID, replace(question, **names))


def _when(material: Material, sentences: Sequence[Sentence], rng: random.Random) -> Iterator[Draft]:
    wording = wording_of(material.article.language)
    for sentence in sentences:
        slots = date_slots(sentence)
        if len(slots) == 1 and _can_gap(sentence, slots[0]):
            asked = wording.about(wording.date, _gapped(sentence, slots[0]))
            question = replace(gold(material, sentence, asked, WHEN), answers=slots[0].answers)
            yield draft(material, sentence, WHEN, question)


def _how_many(material: Material, sentences: Sequence[Sentence], rng: random.Random) -> Iterator[Draft]:
    wording = wording_of(material.article.language)
    for sentence in sentences:
        slots = [slot for _, slot in figure_slots(sentence) if _can_gap(sentence, slot)]
        if not slots:
            continue
        slot = rng.choice(slots)
        asked = _counting(sentence, slot) or wording.about(wording.figure, _gapped(sentence, slot))
        question = replace(gold(material, sentence, asked, HOW_MANY), answers=slot.answers)
        yield draft(material, sentence, HOW_MANY, question)


def _swapped_figure(material: Material, sentences: Sequence[Sentence], rng: random.Random) -> Iterator[Draft]:
    wording = wording_of(material.article.language)
    for sentence in sentences:
        slots = [(f, slot) for f, slot in figure_slots(sentence) if _can_gap(sentence, slot)]
        if not slots:
            continue
        figure, slot = rng.choice(slots)
        if re.search(r"\b(?:of|von|de|di)\s(?:[^\W\d]+\s){0,2}$", sentence.text[: slot.start]):
            continue  # "31 of the last 40 days": what is wrong must not be absurd as well
        wrong = _wrong(figure, sentence.text[slot.start : slot.end], material.article, rng)
        if wrong is None:
            continue
        statement = sentence.text[: slot.start] + wrong + sentence.text[slot.end :].rstrip(".!")
        asked = wording.true.format(_inside(statement, sentence.language) or wording.quoted(statement))
        question = gold(material, sentence, asked, SWAPPED_FIGURE, FALSE_PREMISE)
        yield draft(material, sentence, SWAPPED_FIGURE, replace(question, answers=slot.answers))


def _absent_outlet(material: Material, sentences: Sequence[Sentence], rng: random.Random) -> Iterator[Draft]:
    language = material.article.language if material.article.language in WELL_KNOWN else "en"
    outlets = material.absent.get(language or "en") or material.absent.get("en")
    topics = _topics(material)
    if not outlets or not topics:
        return
    for topic, outlet in zip(topics, rng.sample(outlets, len(outlets)), strict=False):
        asked = wording_of(language).reports.format(outlet=outlet, topic=topic)
        question = GoldQuestion(question=asked, answerable=False, tags=(DRAFT, ABSENT_OUTLET))
        yield Draft(ABSENT_OUTLET, question, material.article.id, (0, 0), "", outlet, topic)


KINDS: Mapping[str, Callable[[Material, Sequence[Sentence], random.Random], Iterator[Draft]]] = {
    QUOTE_BACK: _quote_back,
    WHO_SAID: _who_said,
    WHEN: _when,
    HOW_MANY: _how_many,
    ABSENT_OUTLET: _absent_outlet,
    SWAPPED_FIGURE: _swapped_figure,
}
"""Every kind of draft made by rule, and how an article gives it."""


def _can_gap(sentence: Sentence, slot: Slot) -> bool:
    """Whether the sentence can be asked for what is in `slot`: understood alone, and not saying it elsewhere."""
    if len(sentence.words) > LONGEST_CLOZE or not stands_alone(sentence, slot):
        return False
    rest = sentence.text[: slot.start] + GAP + sentence.text[slot.end :]
    return not any(re.search(rf"(?<!\w){re.escape(a)}(?!\w)", rest, re.IGNORECASE) for a in slot.answers)


def _gapped(sentence: Sentence, slot: Slot) -> str:
    return sentence.text[: slot.start] + GAP + sentence.text[slot.end :]


_COUNTED = {"en": ("How many", r"were|are|had|have|will|may|must|died|took|came|went|live|work|won|voted|\w{3,}ed"),
            "de": ("Wie viele", r"wurden|werden|sind|waren|haben|hatten|sollen|starben|kamen|leben")}  # fmt: skip
"""By language: how a question for a number begins, and the verbs that may follow what is counted."""


def _counting(sentence: Sentence, slot: Slot) -> str | None:
    """Return "How many lynx were set free?" for "Three lynx were set free.", or None where that is not safe."""
    begins, verbs = _COUNTED.get(sentence.language or "", ("", ""))
    rest = sentence.text[slot.end :]
    simple = begins and slot.start == 0 and len(sentence.words) <= 20 and not re.search(r"[,;:–—]| (?:and|und) ", rest)
    if simple and re.match(rf" [^\W\d_]+ (?:{verbs})\b", rest):
        return begins + rest.rstrip(".!") + "?"
    return None


_LOWERED = frozenset(["the", "a", "an", "in", "at", "on", "for", "of", "from", "with", "about", "more", "some", "all"])


def _inside(statement: str, language: str | None) -> str | None:
    """Return an English statement as it stands behind "that", or None where its first word may be a name."""
    first = statement.split(" ", 1)[0]
    return statement[0].lower() + statement[1:] if language == "en" and first.lower() in _LOWERED else None


def _wrong(figure: Figure, written: str, article: Article, rng: random.Random) -> str | None:
    """Return another number, written as `written` is, that the article does not have; None where there is none."""
    known = lexicon_of(article.language)
    candidates: list[str] = []
    if first := re.search("[1-9]", written):
        others = [d for d in "123456789" if 0 < abs(int(d) - int(first.group())) <= 3]
        candidates = [written[: first.start()] + digit + written[first.end() :] for digit in others]
        if figure.unit == PERCENT and figure.value > 99:
            candidates = []
    elif known is not None and written.isalpha():
        words = {
            value: word for word, value in reversed(list(known.numbers.items())) if 2 <= value <= 19 and value % 1 == 0
        }
        far = [word for value, word in words.items() if 2 <= abs(value - figure.value) <= 5]
        candidates = [word.capitalize() if written[0].isupper() else word for word in far] if len(words) > 5 else []
        candidates = candidates if figure.value in words else []
    rng.shuffle(candidates)
    unused = (c for c in candidates if not re.search(rf"(?<!\w){re.escape(c)}(?!\w)", article.text, re.IGNORECASE))
    return next(unused, None)


def _topics(material: Material) -> list[str]:
    """Return names that the article has at least twice, full names first: no outlets, countries, bodies or days."""
    counted: Counter[str] = Counter()
    parts: set[str] = set()  # "Maid" is part of "Skerra Maid", and a surname of a full name
    known = lexicon_of(material.article.language)
    idle = known.function | known.prepositions | known.modals if known is not None else None
    text = material.article.text
    for left, right in paragraph_spans(text):
        line = text[left:right]
        for start, end in name_spans(line):
            words = line[start:end].split()
            if len(words) > 1:
                parts.update(words)
            following = re.match(r" ([a-zà-ž]+|\d)", line[end:])
            if following and idle is not None and following[1] not in idle:
                continue  # "North Korean soldiers", "Article 4"
            enough = len(words) > 1 or (len(words[0]) > 4 and material.article.language != "de")
            if start > 0 and enough and len(words) <= 4 and words[0].lower() not in NOT_A_NAME:
                counted[line[start:end]] += 1
    often = sorted(counted.items(), key=lambda item: (" " not in item[0], -item[1], item[0]))
    return [
        name
        for name, times in often
        if times >= 2
        and name not in parts
        and (" " in name or not re.search(rf"\b{re.escape(name.lower())}\b", text))
        and not (CALENDAR & set(name.lower().split()))
        and not (is_office(name) or is_outlet_like(name) or is_country(name))
        and not material.registry.mentions(name)
    ]
