"""Who says what in one sentence: verbs of saying with their subject, and the span that is said.

Direct and indirect speech, before, behind or around its clause of saying. What runs on from sentence to
sentence is `documents.speech.statements`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from documents.speech.cues import Lexicon, Verb
from documents.speech.frames import frame_of
from documents.speech.inverted import subject_after
from documents.speech.phrases import Subject
from documents.speech.sources import Left, subject_before
from documents.speech.subjects import agrees, first_phrase, fronted, unreal
from documents.speech.tokens import Token, word_set

_ENDS = frozenset([".", "!", "?", "…", ")", "]"])
_JOINS = word_set("and but while whereas und aber et mais y pero e ma mas")
_CLITIC = re.compile(r"([^-]+)-(?:t-)?(?:il|elle|on|ils|elles)$")
_CONCESSIVE = word_set("though although yet then where which for")
_TEMPORAL = word_set("after as when because since once")


class Clause(NamedTuple):
    """One clause of saying, as token indices of its sentence."""

    subject: Subject
    cue: tuple[int, int]
    content: tuple[tuple[int, int], ...]
    lemma: str
    frame: str
    place: str
    form: str = ""


class _Reader:
    """Reads one sentence from left to right; `free` is the first token that no content holds yet."""

    def __init__(self, sentence: list[Token], lex: Lexicon) -> None:
        self.sentence = sentence
        self.lex = lex
        self.end = len(sentence)
        while self.end and sentence[self.end - 1].text in _ENDS:
            self.end -= 1
        self.free = 0
        self.found: list[Clause] = []

    def read(self) -> list[Clause]:
        at = 0
        while at < self.end:
            token = self.sentence[at]
            clause = None
            if token.kind == "w":
                clause = self._according(at) or (self._clitic(at) if "-" in token.low else None)
                verb = self.lex.verbs.get(token.low)
                if clause is None and verb is not None and not token.capital:
                    clause = self._verb(at, verb)
            if clause is not None:
                self.found.append(clause)
                self.free = max(self.free, at + 1)
                at = max(at + 1, self._resume(clause))
            else:
                at += 1
        return self.found

    def _resume(self, clause: Clause) -> int:
        """Return where reading goes on: behind what was said."""
        last = max(clause.content, default=(0, 0))
        self.free = max(self.free, clause.cue[1], clause.subject.last, last[1])
        return self.free

    def _according(self, at: int) -> Clause | None:
        if self.sentence[at].low not in self.lex.opens_according:
            return None
        for words in self.lex.according:
            stop = at + len(words)
            if tuple(t.low for t in self.sentence[at:stop]) != words:
                continue
            subject = subject_after(self.sentence[: self.end], stop - 1, self.lex, whole=False)
            if subject is None:
                return None
            before = (self._trim_left(self.free), at)
            while before[1] > before[0] and self.sentence[before[1] - 1].text in (",", "(", "—", "–", "-"):
                before = (before[0], before[1] - 1)
            if before[1] - before[0] >= 2:
                return Clause(subject, (at, stop), (before,), "according", "according", "after")
            start = next((i for i in range(stop, self.end) if self.sentence[i].text == ","), self.end)
            subject = subject._replace(last=min(subject.last, start))
            if self.lex.german and subject.last < min(start, self.end) and self.end - subject.last > 2:
                content = self._to_end(subject.last)  # "Laut Anna Berg ist der Hafen zu"
                return Clause(subject, (at, stop), (content,), "according", "according", "before")
            if start < self.end and self.sentence[start].text == ",":
                content = self._to_end(start + 1)
                return Clause(subject, (at, stop), (content,), "according", "according", "before")
            return None
        return None

    def _clitic(self, at: int) -> Clause | None:
        """Return the clause of French "..., dit-il" and "..., a-t-elle ajouté"."""
        match = _CLITIC.match(self.sentence[at].low)
        if match is None or self.lex.english or at <= self.free:
            return None
        following = self.sentence[at + 1] if at + 1 < self.end else None
        stop = at + 1
        if match.group(1) in self.lex.auxiliaries and following is not None and following.low in self.lex.verbs:
            stop = at + 2
        elif match.group(1) not in self.lex.verbs:
            return None
        content = self._said_before(at)
        if content is None:
            return None
        after = self._goes_on(stop, "", self.end)
        spans = (content, after) if after else (content,)
        return Clause(Subject(at, at + 1, "pronoun"), (at, stop), spans, "dire", "inverted", "quote")

    def _trim_left(self, start: int) -> int:
        while start < self.end and (self.sentence[start].text in ",;:—–-" or self.sentence[start].low in _JOINS):
            start += 1
        return start

    def _verb(self, at: int, verb: Verb) -> Clause | None:
        if verb.form == "g":
            return self._participle(at, verb)
        left = subject_before(self.sentence, at, self.free, self.lex)
        if left.infinitive or left.passive or unreal(self.sentence[left.begin : at]):
            return None
        if left.subject is None:
            return self._inverted(at, verb, left)
        if self.lex.german and fronted(self.sentence[: self.end], left.subject, at, self.lex):
            return None
        place = self._place(left.subject.first)
        if place == "intro" and left.subject.kind != "who" and self._subordinate(left.subject.first, verb):
            return None
        if place in ("quote", "clause") and not agrees(self.sentence, left.subject, verb, self.lex):
            return None
        frame, start = frame_of(self.sentence[: self.end], at, verb, self.lex)
        content = self._content(left.subject, at, verb, place, frame, start)
        if not content:
            return None
        return Clause(left.subject, (at, at + 1), content, verb.lemma, frame, place, verb.form)

    def _subordinate(self, first: int, verb: Verb) -> bool:
        """Whether the word before the subject makes its clause a condition, a question or part of a name."""
        low = self.sentence[first - 1].low
        if self.sentence[first - 1].kind != "w" or low in _JOINS or low in _CONCESSIVE:
            return False
        return not self.lex.english or low not in _TEMPORAL or "inverted" not in verb.frames

    def _place(self, first: int) -> str:
        """Return what stands before the subject: "start", "quote", "clause" or "intro"."""
        at = first - 1
        if at < self.free:
            return "start"
        if self.sentence[at].text in ("—", "–", "-", "--", ",") and at - 1 >= self.free:
            if self.sentence[at - 1].quoted:
                return "quote"
            return "clause" if self._is_statement(self.free, at) else "intro"
        if self.sentence[at].quoted:
            return "quote"
        if self.sentence[at].low == "as" and at - 1 > self.free and self.sentence[at - 1].text == ",":
            return "clause"
        return "start" if self._trim_left(self.free) >= first else "intro"

    def _is_statement(self, start: int, end: int) -> bool:
        start = self._trim_left(start)
        if end - start < 3:
            return False
        return any(t.quoted for t in self.sentence[start:end]) or (
            self.sentence[start].low not in self.lex.introduces and not self.sentence[start].low.endswith("ing")
        )

    def _to_end(self, start: int) -> tuple[int, int]:
        """Return the content from `start` to where the sentence or this half of it ends."""
        for at in range(start + 2, self.end - 2):
            if self.sentence[at].text not in (",", ";"):
                continue
            following = at + 1 + (self.sentence[at + 1].low in _JOINS)
            if following > at + 1 and self._says_soon(following):
                return start, at
        return start, self.end

    def _says_soon(self, at: int) -> bool:
        """Whether a new clause of saying begins here: "(, and) he said", "(, but) Ada Brook, who runs it, said"."""
        for index in range(at, min(at + 7, self.end)):
            token = self.sentence[index]
            if token.quoted or token.text in (",", ";"):
                return False
            verb = self.lex.verbs.get(token.low)
            if verb is not None and "inverted" in verb.frames and verb.form in "sd" and index > at:
                return subject_before(self.sentence, index, at, self.lex).subject is not None
        return False

    def _said_before(self, first: int) -> tuple[int, int] | None:
        """Return what is said before the subject at `first`, back to the last content or the sentence's start."""
        end = first
        while end > self.free and self.sentence[end - 1].text in (",", "—", "–", "-", "--", "as"):
            end -= 1
        start = self._trim_left(self.free)
        return (start, end) if end > start else None

    def _content(
        self, subject: Subject, at: int, verb: Verb, place: str, frame: str, start: int
    ) -> tuple[tuple[int, int], ...]:
        saying = "clause" in verb.frames
        if subject.kind != "who" and saying and (place == "quote" or (place == "clause" and frame in ("end", "comma"))):
            before = self._said_before(subject.first)
            if before is None:
                return ()
            after = self._goes_on(at + 1, frame, start)
            return (before, after) if after else (before,)
        if not agrees(self.sentence, subject, verb, self.lex):
            return ()
        if frame == "comma" and "inverted" in verb.frames and verb.form in "sd" and place in ("start", "intro"):
            return self._around(subject.first, at, start)
        if frame == "clause" and (saying or "person" in verb.frames):
            return (self._to_end(start),)
        if "bare" in verb.frames and (frame == "bare" or (frame == "object" and "any" in verb.frames)):
            return (self._to_end(start),)
        if frame == "bare" and "object" in verb.frames and subject.kind != "who":
            return (self._object(start),)
        if frame in verb.frames and subject.kind != "who":
            return (self._object(start),)
        if "any" in verb.frames and frame in ("adjunct", "person"):
            return (self._to_end(start),)
        return ()

    def _around(self, first: int, at: int, start: int) -> tuple[tuple[int, int], ...]:
        """Return what is said around "(In 2008,) he said, (nobody asked)"."""
        low = self.sentence[start].low if start < self.end else ""
        if self.end - start < 4 or low.endswith("ing") or low in _JOINS or low in ("who", "which"):
            return ()
        before = self._said_before(first)
        if before is None:
            return ()
        return (before, (start, self.end)) if self.sentence[at + 1].text == "," else ()

    def _goes_on(self, after: int, frame: str, start: int) -> tuple[int, int] | None:
        """Return what goes on behind the clause of saying ("..., he said, "and nobody asked."")."""
        for at in range(after, self.end):
            if self.sentence[at].quoted:
                return at, self.end
        if frame == "comma" and start < self.end - 2 and not self.sentence[start].low.endswith("ing"):
            follows = self.sentence[start].low
            if follows not in _JOINS and follows not in self.lex.introduces and follows not in self.lex.that:
                return start, self.end
        return None

    def _object(self, start: int) -> tuple[int, int]:
        for at in range(start + 1, self.end):
            if self.sentence[at].text in (",", ";", "—", "–"):
                return start, at
        return start, self.end

    def _inverted(self, at: int, verb: Verb, left: Left) -> Clause | None:
        """Return the clause of "..., said Ada Brook, a pollster"."""
        if "inverted" not in verb.frames or left.begin <= self.free:
            return None
        if left.begin != at and self.lex.english:
            return None
        before = self.sentence[left.begin - 1]
        if not (before.quoted or before.text in (",", "—", "–", "-", "--")):
            return None
        content = self._said_before(left.begin)
        if content is None:
            return None
        quoted = before.quoted or self.sentence[content[1] - 1].quoted
        if not quoted and not self._is_statement(*content):
            return None
        subject = subject_after(self.sentence[: self.end], at, self.lex)
        if subject is None or (subject.kind == "noun" and not quoted and verb.lemma != "say"):
            return None
        after = self._goes_on(subject.last, "", self.end)
        spans = (content, after) if after else (content,)
        return Clause(subject, (at, at + 1), spans, verb.lemma, "inverted", "quote" if quoted else "clause", verb.form)

    def _participle(self, at: int, verb: Verb) -> Clause | None:
        """Return the clause of "..., adding that ...": its subject is the sentence's."""
        if not at or self.sentence[at - 1].text != "," or not self.lex.english:
            return None
        subject = self.found[-1].subject if self.found else first_phrase(self.sentence[: self.end], self.lex)
        if subject is None:
            return None
        frame, start = frame_of(self.sentence[: self.end], at, verb, self.lex)
        content: tuple[tuple[int, int], ...] = ()
        if frame == "clause" and ("clause" in verb.frames or "person" in verb.frames):
            content = (self._to_end(start),)
        elif frame in verb.frames or (frame == "object" and "bare" in verb.frames):
            content = (self._to_end(start) if "bare" in verb.frames else self._object(start),)
        if not content:
            return None
        return Clause(subject, (at, at + 1), content, verb.lemma, frame, "participle", "g")


def clauses_of(sentence: list[Token], lex: Lexicon) -> list[Clause]:
    """Return the clauses of saying in `sentence`, from left to right; their contents do not overlap."""
    return _Reader(sentence, lex).read()
