"""Whether a person said what a sentence makes them say: the speaker of the passage, or named beside the words.

Who speaks in a sentence is `rag.sayers`'; which outlet it is from is `rag.sentence_check`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from documents.cues import PERSON_CUES
from documents.quotes import quotations
from index.store import StoredPassage
from rag.lexicon import same_place
from rag.sayers import persons_speaking, speaks_in
from rag.support import Support, sentence_before, stretch

NAME_WORD = re.compile(r"[\w-]+")


def said_by(support: Support, name: Sequence[str]) -> Support | None:
    """Return the support, its start moved back to where the person is named, or None when somebody else speaks."""
    stored, speaker = support.stored, support.stored.passage.attribution.speaker
    labels = " ".join(label for label in (stored.passage.text, speaker, stored.author) if label)
    if not name or not re.search(r"\b" + r"\W+(?:\w+\W+){0,2}".join(map(re.escape, name)) + r"\b", labels):
        return None
    if any(word in NAME_WORD.findall(speaker or "") for word in name[-2:]):
        return support
    if speaker and not speaks_in(stored.passage.text, name[-1]):
        return None
    offset = stored.passage.start
    start = support.start - offset
    end = _speech_end(stored, support.end - offset)
    here = stored.passage.text[start:end]
    widened = Support(stored, support.start, offset + end, support.verdict)
    speaking = [set(NAME_WORD.findall(person)) for person in persons_speaking(here)]
    if any(_is_identity(person) for person in speaking) and not any(name[-1] in person for person in speaking):
        return None
    if any(name[-1] in person for person in speaking):
        return widened
    if name[-1] in NAME_WORD.findall(here[: stretch(stored, start, start + 1)[1] - start]):
        return support
    before = sentence_before(stored, start)
    if before is not None and name[-1] in NAME_WORD.findall(stored.passage.text[before[0] : before[1]]):
        return Support(stored, offset + before[0], support.end, support.verdict)
    if stored.author and name[-1] in stored.author:
        return support
    return None


def _speech_end(stored: StoredPassage, end: int) -> int:
    """Return the end of the sentence in which the quotation around `end` closes: its speaker is named there."""
    for mark in quotations(stored.passage.text):
        if mark.start < end < mark.end:
            return stretch(stored, end - 1, min(mark.end + 1, len(stored.passage.text)))[1]
    return end


def _is_identity(words: Iterable[str]) -> bool:
    """Return whether a name is more than a title or a people: "Orlov", not "Prime Minister"."""
    return any(w.lower() not in PERSON_CUES and not same_place(w.lower(), w.lower()) for w in words if w[0].isupper())
