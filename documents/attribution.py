"""Who originated each span of an article: press reviews, quoted paragraphs, speakers, self-stated publishers.

Works on shapes that hold across outlets - a lead-in that names somebody, then a quoted paragraph - and on
names that the registry knows or that stand where only a publisher can stand. Where the evidence does not
decide, the outlet stays unknown: a wrong attribution is worse than none. Does not cut passages
(`documents.splitting`) and reads no files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from documents.articles import Article, Attribution, OutletBasis
from documents.outlets.registry import OutletRegistry
from documents.quotes import quotations
from documents.reviews.detection import read_review
from documents.reviews.naming import Origin, speaker_of_direct_speech, who_is_quoted
from documents.reviews.voicing import Review
from documents.speech.interviews import answer_speakers
from documents.speech.speakers import spoken_spans, within

ATTRIBUTION = "attribution-3"
"""Changes whenever the rules here may attribute an unchanged article differently."""

Kind = Literal["plain", "heading", "quoted"]

_LINE = re.compile(r"[^\n]+")
_INLINE_LEAD = re.compile(r":\s+(?=[“„«»\"])")


@dataclass(frozen=True, slots=True)
class AttributedSpan:
    """A span `text[start:end]` with its one attribution; the spans of an article partition its text."""

    start: int
    end: int
    attribution: Attribution


@dataclass(frozen=True, slots=True)
class _Paragraph:
    start: int
    end: int
    text: str
    kind: Kind


def attribute(article: Article, registry: OutletRegistry) -> list[AttributedSpan]:
    """Return the attributed spans of `article`, in order; together they cover `article.text` exactly."""
    own = Attribution(article.outlet, article.outlet_basis)
    reading = read_review(article, registry)
    if reading is not None:
        return _fill(article.text, list(_review_marks(reading, article, own)), own)
    paragraphs = _paragraphs(article.text)
    marks: list[AttributedSpan] = []
    origin: Origin | None = None
    answers = answer_speakers([p.text for p in paragraphs], article.author)
    spoken = [] if answers else spoken_spans(article, registry)
    for index, paragraph in enumerate(paragraphs):
        if paragraph.kind == "quoted" and index:
            lead = paragraphs[index - 1]
            if lead.kind == "plain":
                origin = who_is_quoted(lead.text, registry, review=False)
                if not lead.text.rstrip().endswith(":"):
                    # "The BBC reported his resignation." and then a quote: it may be anybody's, not the BBC's.
                    origin = Origin(None, origin.speaker)
                if origin.outlet is not None:
                    marks.append(AttributedSpan(lead.start, lead.end, _quoted(origin, article)))
            elif lead.kind == "heading":
                origin = None
            if origin is not None and (origin.outlet or origin.speaker):
                marks.append(AttributedSpan(paragraph.start, paragraph.end, _quoted(origin, article)))
            else:
                marks.extend(AttributedSpan(*part) for part in within(spoken, paragraph.start, paragraph.end))
            continue
        inline = _inline(paragraph, registry) if paragraph.kind == "plain" else None
        if inline is not None and inline.outlet is not None:
            marks.append(AttributedSpan(paragraph.start, paragraph.end, _quoted(inline, article)))
        elif paragraph.kind == "plain":
            parts = within(spoken, paragraph.start, paragraph.end)
            marks.extend(AttributedSpan(*part) for part in parts)
            speaker = answers.get(index) or speaker_of_direct_speech(paragraph.text, registry)
            if speaker and not parts:
                marks.append(AttributedSpan(paragraph.start, paragraph.end, replace(own, speaker=speaker)))
    return _fill(article.text, marks, own)


def _review_marks(reading: Review, article: Article, own: Attribution) -> Iterator[AttributedSpan]:
    for start, end, who in reading.said():
        if who.own or who.outlet == article.outlet:
            given = replace(own, speaker=who.speaker)
        elif who.outlet is None:
            given = Attribution(via=article.outlet, speaker=who.speaker)
        else:
            given = Attribution(who.outlet, OutletBasis.QUOTED, via=article.outlet, speaker=who.speaker)
        yield AttributedSpan(start, end, given)


def _quoted(origin: Origin, article: Article) -> Attribution:
    """Return the attribution of words that the carrier quotes from `origin`."""
    if origin.outlet is None or origin.outlet == article.outlet:
        return Attribution(article.outlet, article.outlet_basis, speaker=origin.speaker)
    return Attribution(origin.outlet, OutletBasis.QUOTED, via=article.outlet, speaker=origin.speaker)


def _paragraphs(text: str) -> list[_Paragraph]:
    lines = [(m.start(), m.end(), m.group()) for m in _LINE.finditer(text) if m.group().strip()]
    found: list[_Paragraph] = []
    unclosed = False
    for index, (start, end, line) in enumerate(lines):
        kind: Kind = "plain"
        stripped = line.strip().lstrip(">*- ")
        marks = quotations(stripped)
        if marks and marks[0].start == 0 and _covers(stripped, marks[0].end, marks[0].closed):
            kind = "quoted"
        elif unclosed and not marks:
            kind = "plain"
        elif index + 1 < len(lines) and _is_heading(stripped):
            kind = "heading"
        unclosed = kind == "quoted" and not marks[0].closed
        found.append(_Paragraph(start, end, line, kind))
    return found


def _covers(line: str, end: int, closed: bool) -> bool:
    """Whether a quotation that starts the line is the whole of it (a note in brackets may follow)."""
    rest = line[end:].strip(" .,;*_")
    return not closed or not rest or (rest[0] in "([" and rest[-1] in ")]" and len(rest) < 60)


def _is_heading(line: str) -> bool:
    """Whether a line is a heading: short, and no sentence ends in it (a question may)."""
    return (
        bool(line)
        and len(line) <= 90
        and len(line.split()) <= 14
        and line[-1] not in '.!:;,…"”»“'
        and not quotations(line)
    )


def _inline(paragraph: _Paragraph, registry: OutletRegistry) -> Origin | None:
    """Return who is quoted in `lead-in: "quote"` on one line, or None if the line has not this shape."""
    for match in _INLINE_LEAD.finditer(paragraph.text):
        rest = paragraph.text[match.end() :].strip()
        marks = quotations(rest)
        if marks and marks[0].start == 0 and _covers(rest, marks[0].end, marks[0].closed):
            return who_is_quoted(paragraph.text[: match.start() + 1], registry, review=False)
    return None


def _fill(text: str, marks: list[AttributedSpan], own: Attribution) -> list[AttributedSpan]:
    """Return `marks` stretched over the white space behind them, with `own` filling what lies between."""
    spans: list[AttributedSpan] = []
    for mark in marks:
        start = spans[-1].end if spans else 0
        if text[start : mark.start].strip():
            spans.append(AttributedSpan(start, mark.start, own))
            start = mark.start
        end = mark.end
        while end < len(text) and text[end].isspace():
            end += 1
        spans.append(AttributedSpan(start, end, mark.attribution))
    start = spans[-1].end if spans else 0
    if start < len(text):
        spans.append(AttributedSpan(start, len(text), own))
    merged: list[AttributedSpan] = []
    for span in spans:
        if merged and merged[-1].attribution == span.attribution:
            merged[-1] = replace(merged[-1], end=span.end)
        else:
            merged.append(span)
    return merged


def stated_publisher(text: str, registry: OutletRegistry) -> str | None:
    """Return the outlet that an article's text states as its own publisher, or None.

    See `documents.imprint` for the statements that count.
    """
    from documents.imprint import find_publisher

    return find_publisher(text, registry)
