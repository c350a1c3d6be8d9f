"""Who says what inside an article's own text: direct and indirect speech, with the speaker where the text names one.

Rules over words and marks, in time linear in the text; a speaker left out costs a reader little, a wrong
one a lot. Which passages this makes is `documents.attribution`'s, what a press review quotes is
`documents.reviews.naming`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from documents.speech.clauses import Clause, clauses_of
from documents.speech.cues import Lexicon, lexicon
from documents.speech.names import name_source
from documents.speech.people import NameBook
from documents.speech.tokens import Token, plain_marks, sentences_of, tokens_of

Directness = Literal["direct", "mixed", "indirect"]

DIRECT_SHARE = 0.5
"""From this share of its characters inside quotation marks on, content is direct speech."""

_LINE = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True)
class Speech:
    """One statement and whose it is; every span is `text[start:end]`.

    Attributes:
        content: The spans that are said, in order, without overlap.
        cue: What reports it ("said", "according to").
        source: The words that name who speaks, as they stand there ("he", "Mr. Lind, who runs the shipyard,").
        extent: From the start of its first sentence to the end of its last, the clause of saying included.
        speaker: The name in the fullest form that the article gave before, or None where it names nobody.
        role: What the text says the speaker is ("a commentator of Y"), or None.
        affiliation: The body that `role` belongs to, or None.
        directness: Whether the words stand in quotation marks: all or most, some, or none.
        words: Whether words are reported; False for a stance ("supports", "plans to").
        rule: How it was recognised: verb, what follows it, what stands before it.
    """

    content: tuple[tuple[int, int], ...]
    cue: tuple[int, int]
    source: tuple[int, int]
    extent: tuple[int, int]
    speaker: str | None
    role: str | None
    affiliation: str | None
    directness: Directness
    words: bool
    rule: str


def find_speech(text: str, language: str | None) -> list[Speech]:
    """Return the statements in `text` that it gives to somebody, in order; their contents do not overlap.

    Args:
        text: An article's text, one paragraph a line.
        language: ISO 639-1 code; unknown is read as English.
    """
    lex = lexicon(language)
    marked = plain_marks(text)
    book = NameBook(lex)
    found: list[Speech] = []
    runs_on = False  # the last quotation of the paragraph before was not closed: this one may go on with it
    for line in _LINE.finditer(marked):
        tokens = tokens_of(marked, line.start(), line.end())
        if not tokens:
            continue
        book.enter(tokens)
        spoken = _paragraph(tokens, lex, book)
        continues = tokens[0].quoted and bool(found) and _free(tokens[0], spoken)
        if found and not found[-1].content:  # "Ada Brook said:" and a quoted paragraph
            if continues:
                found[-1] = _longer(found[-1], tokens[0])
            else:
                found.pop()
        elif runs_on and continues and found[-1].directness != "indirect":
            found[-1] = _longer(found[-1], tokens[0])
        else:
            continues = False
        runs_on = tokens[-1].kind == "u" and bool(spoken or continues)
        found.extend(spoken)
    return [speech for speech in found if speech.content]


def _free(token: Token, spoken: list[Speech]) -> bool:
    """Whether no statement of the paragraph holds its first quotation."""
    return all(end <= token.start or token.end <= start for speech in spoken for start, end in speech.content)


def _longer(speech: Speech, token: Token) -> Speech:
    spans = (*speech.content, (token.start, token.end))
    extent = (speech.extent[0], token.end)
    return replace(speech, content=spans, extent=extent, directness=speech.directness if speech.content else "direct")


def _paragraph(tokens: list[Token], lex: Lexicon, book: NameBook) -> list[Speech]:
    found: list[Speech] = []
    joined = occasion = False
    sentences = sentences_of(tokens, lex.inverted)
    for index, sentence in enumerate(sentences):
        clauses = clauses_of(sentence, lex)
        spoken = list(_speeches(sentence, clauses, lex, book, last=index == len(sentences) - 1))
        alone = sentence[0].quoted and len(sentence) <= 2
        if spoken:
            found.extend(spoken)
            joined = any(t.quoted for t in sentence)
            occasion = not joined and clauses[-1].frame == "adjunct"
        elif alone and occasion:  # "She said in a statement." and then her words
            found[-1] = _longer(replace(found[-1], content=()), sentence[0])
            joined, occasion = True, False
        elif alone and joined:
            found[-1] = _longer(found[-1], sentence[0])
        else:
            joined = occasion = False
    return found


def _speeches(
    sentence: list[Token], clauses: list[Clause], lex: Lexicon, book: NameBook, *, last: bool
) -> Iterator[Speech]:
    """Yield the statements of one sentence; one that ends its paragraph with a colon may still be empty."""
    for clause in clauses:
        subject = sentence[clause.subject.first : clause.subject.last]
        content = tuple((sentence[a].start, sentence[b - 1].end) for a, b in clause.content if a < b)
        if not content and not (last and sentence[-1].text == ":" and clause is clauses[-1]):
            continue
        named = name_source(book, sentence, clause.subject.first, clause.subject.last, clause.subject.kind)
        verb = lex.verbs.get(sentence[clause.cue[0]].low)
        yield Speech(
            content=content,
            cue=(sentence[clause.cue[0]].start, sentence[clause.cue[1] - 1].end),
            source=(subject[0].start, subject[-1].end),
            extent=(sentence[0].start, sentence[-1].end),
            speaker=named.speaker,
            role=named.role,
            affiliation=named.affiliation,
            directness=_directness([t for a, b in clause.content for t in sentence[a:b]]),
            words=verb is None or "inverted" in verb.frames or "any" in verb.frames,
            rule=f"{clause.lemma}.{clause.form}/{clause.frame}/{clause.place}/{clause.subject.kind}",
        )


def _directness(tokens: list[Token]) -> Directness:
    quoted = sum(t.end - t.start for t in tokens if t.quoted)
    every = sum(t.end - t.start for t in tokens)
    if not quoted:
        return "indirect"
    return "direct" if quoted >= DIRECT_SHARE * every else "mixed"
