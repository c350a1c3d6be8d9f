"""Whose words each part of a press review is: its headings, lead-ins, quotations and reports, down to the clause.

Reads an article line by line and sentence by sentence; also decides whether an article is a press review at all.
What the carrier says itself stays the carrier's; quoted words that nothing gives to anybody are nobody's.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from documents.outlets.registry import OutletRegistry
from documents.reviews.chunks import Chunk, chunks_of
from documents.reviews.labels import keep_labels
from documents.reviews.lines import Line, lines_of
from documents.reviews.names import Cast
from documents.reviews.nouns import ANONYMOUS, OWN_EARS
from documents.reviews.state import OWN, UNKNOWN, Speaking, Who
from documents.reviews.text import Token, paragraph_tokens, quoted_words, sentences
from documents.reviews.verbs import words
from documents.reviews.voices import Voice, voices_of

MIN_QUOTED_WORDS = 5
"""A shorter quotation is a word in marks, and the sentence's around it."""

_PRO_DROP = frozenset(["es", "it", "pt"])
_JOINS = words(
    "while whereas and but und während aber doch tandis et mais y mientras pero e mentre ma enquanto mas though "
    "although wohingegen wogegen alors puis quand"
)


class Said(NamedTuple):
    """Whose words `text[start:end]` of the article is."""

    start: int
    end: int
    who: Who


@dataclass(slots=True)
class Paragraph:
    """A line and the sentences behind its label."""

    line: Line
    sentences: list[list[Token]]


class Review:
    """An article read as a press review.

    Attributes:
        paragraphs: Its lines.
        cast: Its names.
        told: The outlets that persons spoke to, once `said` has been read.
    """

    def __init__(
        self, text: str, registry: OutletRegistry, language: str | None = None, title: str | None = None
    ) -> None:
        self.text = text
        self.title = title or ""
        self._registry = registry
        self._language = language
        self.paragraphs = [Paragraph(line, []) for line in lines_of(text, registry)]
        self.cast = Cast(registry, language=language)
        self.cast.abbreviations(text)
        self._state = Speaking(self.cast)
        self._said: list[Said] = []
        self.told: set[str] = set()
        self._prepare()

    def _prepare(self) -> None:
        for paragraph in self.paragraphs:
            line = paragraph.line
            if line.kind in ("header", "credit") and line.name:
                line.name = self.cast.state(line.name)
        keep_labels([p.line for p in self.paragraphs], self.cast)
        for paragraph in self.paragraphs:
            line = paragraph.line
            if line.kind not in ("header", "credit", "country", "heading"):
                tokens = paragraph_tokens(self.text, self._body(line), line.end)
                paragraph.sentences = sentences(self.text, tokens)
        self.cast.learn(p.sentences for p in self.paragraphs)
        for paragraph in self.paragraphs:
            if paragraph.line.item and paragraph.sentences:
                self.cast.note_item(paragraph.sentences[0])

    def _body(self, line: Line) -> int:
        """Return where the words of a line begin, behind its label."""
        return line.rest if line.kind == "plain" and line.name else line.body

    def voices(self, sentence: list[Token]) -> tuple[list[Chunk], list[Voice]]:
        """Return the chunks of a sentence and who speaks in it."""
        chunks = chunks_of(sentence, self.cast, self._language)
        return chunks, voices_of(chunks, pro_drop=self._language in _PRO_DROP)

    # -- who said what -----------------------------------------------------------------------------

    def said(self) -> list[Said]:
        """Return whose words the parts of the article are, in order; what is left out is the carrier's."""
        if self._said:
            return self._said
        state = self._state
        lead: Who | None = None
        default = OWN
        for number, paragraph in enumerate(self.paragraphs):
            line = paragraph.line
            before = self.paragraphs[number - 1].line if number else None
            if line.kind == "heading" and before is not None and before.kind == "header" and lead is not None:
                self._give(line.start, line.end, lead)
            elif line.kind in ("heading", "country"):
                state.section()
                lead, default = None, OWN
            elif line.kind == "header":
                state.section()
                lead = default = Who(line.name)
                state.listen(lead)
                self._give(line.start, line.end, lead)
            elif line.kind == "credit":
                self._credit(number, Who(line.name))
            elif line.kind == "quoted":
                lead = self._quoted(line, paragraph, lead, default)
            else:
                state.paragraph()
                own_default = Who(line.name) if line.name else default
                if line.name:
                    state.listen(own_default)
                    self._give(line.start, self._body(line), own_default)
                for position, sentence in enumerate(paragraph.sentences):
                    self._sentence(sentence, own_default, item=line.item and position == 0)
                lead = self._leads(line)
                default = default if default.outlet and self._many(number) else OWN
        return self._said

    def _many(self, number: int) -> bool:
        """Whether sections under headers have several paragraphs each, as digests of lines do."""
        ends = [n for n, p in enumerate(self.paragraphs) if p.line.kind == "header"]
        sizes = [b - a - 1 for a, b in pairwise(ends)]
        later = [e for e in ends if e > number]
        return bool(sizes) and min(sizes) >= 1 and max(sizes) > 1 and (bool(later) or number - ends[-1] < max(sizes))

    def _leads(self, line: Line) -> Who | None:
        """Return whose a quoted paragraph behind this line would be."""
        state = self._state
        colon = line.text.rstrip(' "“„«').endswith(":")
        if line.unclosed or colon or (not state.last.own and state.last.outlet is not None):
            return state.last if not state.last.own or state.last.speaker else (UNKNOWN if colon else None)
        return None

    def _quoted(self, line: Line, paragraph: Paragraph, lead: Who | None, default: Who) -> Who:
        who = lead or (default if default.outlet else UNKNOWN)
        for sentence in paragraph.sentences:
            _chunks, voices = self.voices(sentence)
            named = [v for v in voices if v.kind == "outlet"]
            if named:
                who = Who(named[0].name, who.speaker if who.outlet == named[0].name else None)
        self._give(line.start, line.end, who)
        if who.outlet:
            self._state.listen(who)
        self._state.last = who
        return who

    def _credit(self, number: int, who: Who) -> None:
        """Give the quoted paragraphs above a credit line, and the line, to the outlet that it names."""
        line = self.paragraphs[number].line
        first = number
        while first and self.paragraphs[first - 1].line.kind == "quoted":
            first -= 1
        start = self.paragraphs[first].line.start
        self._said = [s for s in self._said if s.end <= start]
        self._give(start, line.end, who)
        self._state.section()

    def _sentence(self, sentence: list[Token], default: Who, *, item: bool) -> None:
        chunks, voices = self.voices(sentence)
        if item and voices and voices[0].role == "subject" and voices[0].kind == "outlet" and voices[0].at <= 1:
            voices = [voices[0]._replace(role="says")]
        if default.outlet is not None:
            voices = [v for v in voices if v.kind != "outlet" or (v.name and self.cast.sure(v.name))]
        state = self._state
        text = self.text[sentence[0].start : sentence[-1].end]
        long_quote = any(t.kind == "q" and quoted_words(self.text, t) >= MIN_QUOTED_WORDS for t in sentence)
        spoken = self._resolve(chunks, [v for v in voices if v.role != "subject"], text)
        start, end = sentence[0].start, sentence[-1].end
        if not spoken:
            who = self._silent(sentence, chunks, default, long_quote=long_quote and not OWN_EARS.search(text))
            self._give(start, end, who)
            self._topic(chunks, voices)
            state.person = next((v.name for v in voices if v.kind == "person" and v.role == "subject"), None)
            state.last = who
            return
        if default.outlet and not any(who.outlet for _, who in spoken) and not OWN_EARS.search(text):
            spoken = [(spoken[0][0], Who(default.outlet, spoken[0][1].speaker))]
        silent = state.active is None and not state.heard and not long_quote
        if silent and all(v.kind in ("unsure", "pronoun", "active") for v, _ in spoken):
            spoken = [(spoken[0][0], OWN)]  # nobody was heard yet: the carrier introduces its matter
        cuts = [start, *(self._cut(chunks, a, b) for (a, _), (b, _) in pairwise(spoken)), end]
        for (_, who), left, right in zip(spoken, cuts, cuts[1:], strict=False):
            self._give(left, right, who)
        outlets = [who for _, who in spoken if who.outlet]
        if not outlets and any(voice.kind == "unsure" and not who.own for voice, who in spoken):
            state.listen(UNKNOWN)
        for who in outlets:
            state.listen(who)
        if len({who.outlet for who in outlets}) > 1:
            state.heard = [who.outlet for who in outlets if who.outlet]
        state.last = spoken[-1][1]
        state.introduce(chunks, outlets)
        if ANONYMOUS.search(text) and not outlets:
            state.active = None

    def _silent(self, sentence: list[Token], chunks: list[Chunk], default: Who, *, long_quote: bool) -> Who:
        """Return whose a sentence is in which nobody is heard."""
        state = self._state
        words = [t for t in sentence if t.kind == "w"]
        quotes = [t for t in sentence if t.kind == "q"]
        if quotes and not words and not state.last.own:
            return state.last
        if default.outlet is not None:
            return default
        writer = state.active.speaker if state.active is not None and state.here else None
        meant = any(c.kind == "writer" for c in chunks[:2]) or (
            writer is not None and writer.split()[-1] == chunks[0].text.split()[-1]
        )
        if writer is not None and meant:
            return state.active or OWN
        return UNKNOWN if long_quote else OWN

    def _topic(self, chunks: list[Chunk], voices: list[Voice]) -> None:
        """Note the paper that a sentence is about, though it says nothing in it."""
        subjects = [v.name for v in voices if v.kind == "outlet" and v.role == "subject" and v.at <= 4]
        named = {c.name for c in chunks if c.kind == "outlet"}
        if subjects:
            self._state.listen(Who(subjects[0]))
        elif len(named) == 1:
            self._state.listen(Who(named.pop()))
        elif any(v.kind == "unsure" and v.role == "subject" for v in voices):
            self._state.listen(UNKNOWN)

    def _resolve(self, chunks: list[Chunk], voices: list[Voice], text: str) -> list[tuple[Voice, Who]]:
        """Return the voices that are heard with whom they mean, those of one and the same joined."""
        placed = [v for v in voices if v.role in ("within", "told")]
        persons = [v.name for v in voices if v.kind in ("person", "unsure") and v.role == "says"]
        named = [c.name for c in chunks if c.kind in ("person", "unsure")]
        found: list[tuple[Voice, Who]] = []
        self.told.update(v.name for v in voices if v.role == "told" and v.name)
        for voice in voices:
            if voice.kind in ("person", "unsure" if placed else "person") and (
                placed or any(v.kind in ("outlet", "paper") for v in voices)
            ):
                continue  # who speaks in a paper, to a paper or inside a paper's report is heard through it
            earlier = next((w for v, w in found if v.kind == "outlet" and w.outlet), None)
            other = voice.kind == "paper" and self._state.named_like(chunks[voice.at]) is not None
            if earlier is not None and voice.kind in ("paper", "pronoun", "writer", "active") and not other:
                continue
            nearby = {c.name for c in chunks[: voice.at] if c.kind == "outlet" and c.name}
            who = self._state.meant(voice, chunks, text)
            if (
                voice.kind == "pronoun"
                and len(nearby) == 1
                and not found
                and voice.name in ("it", "es", "elle", "il", "ella")
            ):
                who = Who(nearby.pop())  # "As for X, it ..."
            if voice.role in ("within", "told") and who.outlet:
                speaker = (persons or named or [self._state.person])[0]
                who = Who(who.outlet, speaker)
            if found and (found[-1][1].outlet, found[-1][1].own) == (who.outlet, who.own):
                continue
            if who.outlet is None and not who.own and any(w.outlet for _, w in found) and voice.kind != "unsure":
                continue
            found.append((voice, who))
        if len(found) > 1 and any(w.outlet for _, w in found):
            found = [(v, w) for v, w in found if w.outlet or w.own or v.kind == "unsure"] or found
        return found

    def _cut(self, chunks: list[Chunk], left: Voice, right: Voice) -> int:
        """Return where in a sentence one voice's words end and the next one's begin."""
        span = range(left.at + 1, right.at)
        marks = [i for i in span if chunks[i].text in (";", "–", "—")]
        if not marks:
            marks = [i for i in span if chunks[i].low in _JOINS and chunks[i - 1].text in (",", ";")] or marks
        if not marks:
            marks = [i for i in span if chunks[i].text == ","]
        if not marks:
            marks = [i for i in span if chunks[i].low in _JOINS]
        if not marks:
            return chunks[right.at].start
        at = marks[0] if right.behind else marks[-1]
        return chunks[at].end if chunks[at].kind == "p" else chunks[at].start

    def _give(self, start: int, end: int, who: Who) -> None:
        if end > start:
            self._said.append(Said(start, end, who))
