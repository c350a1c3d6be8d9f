"""Who said which words in an article: quotations whose speaker is beyond doubt, for drafting questions.

Says nothing where two people speak in one paragraph, where the name does not stand beside the quotation, or where
a surname has no first name in the article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from documents.articles import Article, Passage
from documents.cues import is_country, is_office, is_outlet_like
from documents.names import name_spans
from documents.outlets.registry import OutletRegistry
from documents.quotes import quotations
from documents.splitting import paragraph_spans, sentence_spans
from rag.evaluation.draft_sentences import Sentence
from rag.sayers import persons_speaking

SAID_WORDS = (6, 30)
"""How many words a quotation has that is asked about."""

_NEAR = 70
"""Characters between a quotation and the name of its speaker, at most."""

_JOINING = frozenset(["and", "but", "or", "und", "aber", "et", "mais", "y", "pero", "e", "ma", "mas"])
_SPEECH_ENDS = re.compile(r"[.,!?…]$")


@dataclass(frozen=True, slots=True)
class Said:
    """Words that somebody said.

    Attributes:
        sentence: The words, without quotation marks.
        names: The speaker's name; a surname alone comes second.
        attributed: Whether the whole passage is known as that speaker's words.
    """

    sentence: Sentence
    names: tuple[str, ...]
    attributed: bool


def said_words(
    article: Article, passages: Sequence[Passage], sentences: Sequence[Sentence], registry: OutletRegistry
) -> Iterator[Said]:
    """Yield the words of the article whose speaker is known, in order.

    Args:
        article: The article.
        passages: Its passages.
        sentences: Its whole sentences: where an interview's answers stand without quotation marks.
        registry: The known outlets, which are no persons.
    """
    for passage in passages:
        speaker = passage.attribution.speaker
        if speaker is not None and len(speaker.split()) < 2:
            continue  # a surname, which several people may have
        marks = [q for q in quotations(article.text, passage.start, passage.end) if q.closed]
        if speaker is None:
            yield from _in_running_text(article, passage, registry)
        elif marks:
            for mark in marks:
                yield from _said(article, passage, mark.start + 1, mark.end - 1, (speaker,), attributed=True)
        else:
            inside = [s for s in sentences if passage.start <= s.start < passage.end]
            yield from (Said(s, (speaker,), True) for s in inside if _is_fit(s))


def _in_running_text(article: Article, passage: Passage, registry: OutletRegistry) -> Iterator[Said]:
    for start, end in paragraph_spans(article.text, passage.start, passage.end):
        paragraph = article.text[start:end]
        speakers = set(persons_speaking(paragraph))
        names = _full_name(speakers.pop(), article) if len(speakers) == 1 else ()
        if not names or registry.mentions(names[0]):
            continue
        for mark in quotations(paragraph):
            said = paragraph[mark.start + 1 : mark.end - 1].strip()
            near = paragraph[max(0, mark.start - _NEAR) : mark.start] + paragraph[mark.end : mark.end + _NEAR]
            if mark.closed and _SPEECH_ENDS.search(said) and names[-1] in near:
                left, right = start + mark.start + 1, start + mark.end - 1
                yield from _said(article, passage, left, right, names, attributed=False)


def _said(
    article: Article, passage: Passage, start: int, end: int, names: tuple[str, ...], *, attributed: bool
) -> Iterator[Said]:
    """Yield the longest sentence between `start` and `end` that is neither too short nor too long."""
    spans = sentence_spans(article.text, article.language, start, end)
    for left, right in sorted(spans, key=lambda span: span[0] - span[1])[:1]:
        text = article.text[left:right].rstrip(",;")
        sentence = Sentence(text, left, left + len(text), passage.attribution, article.language)
        if _is_fit(sentence):
            yield Said(sentence, names, attributed)


def _is_fit(sentence: Sentence) -> bool:
    """Whether words are long enough to be told apart, short enough to be asked about, and begin as a sentence does."""
    text = sentence.text
    fits = SAID_WORDS[0] <= len(sentence.words) <= SAID_WORDS[1] and text.split(" ", 1)[0].lower() not in _JOINING
    return fits and text[0].isupper() and not re.search(r"\.\.\.|[…\n\[\]“”„«»\"]", text)


def _full_name(name: str, article: Article) -> tuple[str, ...]:
    """Return the full name and the surname of a person, or nothing where the article does not tell it."""
    if is_office(name) or is_country(name) or is_outlet_like(name) or ". " in name:
        return ()  # ". " is where one sentence ends in a name and the next one begins with one
    surname = name.split()[-1]
    if len(name.split()) >= 2:
        return (name, surname)
    text = article.text
    full = {text[a:b] for a, b in name_spans(text) if text[a:b].split()[-1] == surname and _is_full(text[a:b])}
    return (full.pop(), surname) if len(full) == 1 else ()


def _is_full(name: str) -> bool:
    return " " in name and ". " not in name
