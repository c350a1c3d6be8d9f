"""Invented articles, their edited copies, and what looks like a copy and is none; the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from documents.articles import Article, OutletBasis

_ONSETS = [
    "b",
    "br",
    "c",
    "ch",
    "d",
    "dr",
    "f",
    "g",
    "gl",
    "h",
    "j",
    "k",
    "l",
    "m",
    "n",
    "p",
    "pr",
    "qu",
    "r",
    "s",
    "st",
    "t",
    "tr",
    "v",
    "w",
]
_VOWELS = ["a", "e", "i", "o", "u", "ai", "ea", "ou"]
_CODAS = ["n", "r", "l", "s", "t", "nd", "st", "ck", "m", "rt"]
_SMALL = [
    "the",
    "of",
    "and",
    "to",
    "in",
    "a",
    "for",
    "on",
    "that",
    "with",
    "by",
    "as",
    "at",
    "from",
    "was",
    "is",
    "has",
    "were",
    "had",
    "will",
    "its",
    "their",
    "after",
    "over",
    "into",
]
_VERBS = [
    "said",
    "told",
    "approved",
    "rejected",
    "opened",
    "closed",
    "expects",
    "plans",
    "warned",
    "announced",
    "blamed",
    "praised",
    "moved",
    "signed",
]


def _lexicon(rng: random.Random, count: int) -> list[str]:
    def syllable() -> str:
        return rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS)

    return ["".join(syllable() for _ in range(rng.randint(1, 3))) for _ in range(count)]


class Newsroom:
    """Writes articles of words that come as often as words do: few often, most seldom."""

    def __init__(self, seed: int, words: int = 12_000) -> None:
        self.rng = random.Random(seed)
        self.words = _lexicon(self.rng, words)
        self._weights = [0.0]
        for rank in range(1, words + 1):
            self._weights.append(self._weights[-1] + 1 / rank)
        del self._weights[0]

    def sentence(self, topic: Sequence[str]) -> str:
        """Return a sentence that mixes everyday words with those of its topic."""
        rng = self.rng
        count = rng.randint(9, 26)
        words = rng.choices(self.words, cum_weights=self._weights, k=count)
        for place, kind in enumerate(rng.random() for _ in range(count)):
            if kind < 0.4:
                words[place] = rng.choice(_SMALL)
            elif kind < 0.5:
                words[place] = rng.choice(topic)
            elif kind < 0.56:
                words[place] = rng.choice(_VERBS)
            elif kind < 0.59:
                words[place] = f"{rng.randrange(2, 9000):,}"
        return (words[0].capitalize() + " " + " ".join(words[1:])).strip() + "."

    def body(self, paragraphs: int, topic: Sequence[str] | None = None) -> str:
        """Return so many paragraphs on one topic."""
        topic = topic or [word.capitalize() for word in self.rng.choices(self.words, k=12)]
        return "\n\n".join(
            " ".join(self.sentence(topic) for _ in range(self.rng.randint(2, 4))) for _ in range(paragraphs)
        )

    def article(self, outlet: str, text: str, day: int = 1) -> Article:
        """Return an article of `outlet`."""
        title = self.sentence(self.words[:5])[:60]
        date = f"2024-{1 + day // 28 % 12:02d}-{1 + day % 28:02d}"
        return Article(text, title=title, outlet=outlet, outlet_basis=OutletBasis.GIVEN, published=date, language="en")


def _cut(newsroom: Newsroom, text: str, share: float) -> str:
    sentences = text.split(". ")
    return ". ".join(sentences[: max(2, round(len(sentences) * (1 - share)))]).rstrip(".") + "."


def _replaced(newsroom: Newsroom, text: str, share: float) -> str:
    rng = newsroom.rng
    return " ".join(rng.choice(newsroom.words) if rng.random() < share else word for word in text.split(" "))


def _added(newsroom: Newsroom, text: str) -> str:
    paragraphs = text.split("\n\n")
    paragraphs.insert(newsroom.rng.randint(1, len(paragraphs)), newsroom.body(1))
    return "\n\n".join(paragraphs)


EDITS: dict[str, Callable[[Newsroom, str], str]] = {
    "unchanged": lambda n, t: t,
    "credit line": lambda n, t: f"LONDON (AP) – {t}\n\nMit Material von dpa",
    "cut 30 %": lambda n, t: _cut(n, t, 0.3),
    "cut 50 %": lambda n, t: _cut(n, t, 0.5),
    "5 % of words": lambda n, t: _replaced(n, t, 0.05),
    "10 % of words": lambda n, t: _replaced(n, t, 0.10),
    "paragraph added": _added,
    "cut 30 %, 5 % of words, paragraph added": lambda n, t: _added(n, _replaced(n, _cut(n, t, 0.3), 0.05)),
    "cut 50 %, 5 % of words": lambda n, t: _replaced(n, _cut(n, t, 0.5), 0.05),
}
"""Name -> what an outlet does to an agency's text."""


@dataclass(frozen=True, slots=True)
class Case:
    """An article; articles with the same `story` are copies of one text, None is nobody's copy."""

    article: Article
    story: int | None
    kind: str


def cases(stories: int = 200, seed: int = 1) -> list[Case]:
    """Return `stories` texts, each in its original and every edited form, and the hard cases that are no copies."""
    newsroom = Newsroom(seed)
    found: list[Case] = []
    originals = []
    for story in range(stories):
        text = newsroom.body(newsroom.rng.randint(4, 9))
        originals.append(text)
        found.append(Case(newsroom.article("Agency Desk", text, story), story, "original"))
        for number, (name, edit) in enumerate(EDITS.items()):
            copy = newsroom.article(f"Paper {number}", edit(newsroom, text), story)
            found.append(Case(copy, story, name))
    for number in range(stories):
        found += [Case(article, None, kind) for kind, article in _not_copies(newsroom, originals, number)]
    newsroom.rng.shuffle(found)
    return found


def _not_copies(newsroom: Newsroom, originals: Sequence[str], number: int) -> list[tuple[str, Article]]:
    rng = newsroom.rng
    topic = [word.capitalize() for word in rng.choices(newsroom.words, k=12)]
    statement = "“" + newsroom.sentence(topic) + " " + newsroom.sentence(topic) + "”"
    reports = [newsroom.body(3, topic) + "\n\n" + statement + "\n\n" + newsroom.body(2, topic) for _ in range(2)]
    quoted = [rng.choice(text.split("\n\n")) for text in rng.sample(list(originals), 3)]
    review = "\n\n".join(f"The Paper {i} comments:\n\n“{text}”" for i, text in enumerate(quoted))
    market = (
        f"Shares on the Lomea exchange closed {rng.randrange(1, 99)} points higher at {rng.randrange(9000, 9999)} on a "
        f"day of quiet trade. Turnover came to {rng.randrange(100, 999)} million florins, after {rng.randrange(100, 999)} "
        f"million the day before. Among the winners, {topic[0]} rose {rng.randrange(1, 99)} florins and {topic[1]} "
        f"{rng.randrange(100, 999)}; {topic[2]} lost {rng.randrange(100, 999)}. The florin stood at "
        f"{rng.randrange(1000, 1999)}. The exchange opens again at nine."
    )
    return [
        ("report of the same event", newsroom.article("Event Times", reports[0], number)),
        ("report of the same event", newsroom.article("Event Post", reports[1], number)),
        ("press review", newsroom.article("Review", review, number)),
        ("brief with a long footer", newsroom.article("Letter", newsroom.body(1, topic) + "\n\n" + FOOTER, number)),
        ("liveblog entry in a frame", newsroom.article("Live", FRAME + "\n\n" + newsroom.body(1, topic), number)),
        ("market report", newsroom.article("Exchange Wire", market, number)),
    ]


_FRAMES = Newsroom(99)
FOOTER = "This letter is written for you every morning. " + _FRAMES.body(3)
FRAME = "Follow our live coverage of the day. " + _FRAMES.body(3)
