"""Whether an article is a press review, judged by what its lines are and how much of it papers say.

An ordinary report that quotes a paper, or persons who talked to one, is none. Whose words they are is
`documents.reviews.voicing`'.
"""

from __future__ import annotations

from itertools import pairwise

from documents.articles import Article
from documents.languages import detect_language
from documents.outlets.registry import OutletRegistry
from documents.reviews.nouns import MEANT, PRINTED
from documents.reviews.screen import calls_itself_review, may_be_review
from documents.reviews.text import Token
from documents.reviews.voicing import Review

MIN_OUTLETS = 3
"""From this many papers on that speak, an article is a press review if they fill enough of it."""

MIN_SHARE = 0.2
"""Share of an article that papers say, from which on it is a press review if it calls itself one; else twice that."""

MIN_DENSITY = 0.17
"""Papers heard for each sentence: ordinary news may lean on three papers, but not in ten sentences."""

MIN_PRESSED = 0.15
"""Share of sentences with a press noun, from which on an article is about the press."""


def read_review(article: Article, registry: OutletRegistry) -> Review | None:
    """Return the reading of an article that is a press review, or None for any other."""
    if not may_be_review(article.title, article.text, registry):
        return None
    language = article.language or detect_language(article.text)
    reading = Review(article.text, registry, language, article.title)
    return reading if is_review(reading) else None


def is_review(reading: Review) -> bool:
    """Whether papers that speak fill enough of the article."""
    lines = [p.line for p in reading.paragraphs]
    headers = {line.name for line in lines if line.kind in ("header", "credit")}
    labels = {line.name for line in lines if line.kind == "plain" and line.name}
    sure = {name for name in labels if name and reading.cast.sure(name)}
    called = calls_itself_review(reading.title, reading.text)
    sentences = [s for p in reading.paragraphs for s in p.sentences]
    pressed = sum(any(t.low in MEANT or t.low in PRINTED for t in s) for s in sentences)
    called = called or (pressed >= 3 and pressed >= MIN_PRESSED * len(sentences))
    countries = sum(line.kind == "country" for line in lines)
    if len(headers) >= 2 or len(headers | sure) >= 3 or (len(labels) >= 3 and (called or countries >= 2)):
        return True
    if reading.cast.papers() < MIN_OUTLETS - 1:
        return False
    if _lead_ins(reading) >= MIN_OUTLETS - called:
        return True
    said = reading.said()
    speaking = {part.who.outlet for part in said if part.who.outlet} - reading.told
    papers = sum(part.end - part.start for part in said if part.who.outlet in speaking)
    persons = sum(part.end - part.start for part in said if part.who.speaker and part.who.outlet not in speaking)
    share = papers / max(1, sum(part.end - part.start for part in said))
    density = len(speaking) / max(1, len(sentences))
    if papers <= persons or not _mostly_papers(reading, sentences):
        return False
    sure = {name for name in speaking if name and reading.cast.sure(name)}
    if len(sure) < MIN_OUTLETS + (not called) or 2 * len(speaking - sure) > len(sure):
        return False  # an ordinary report that leans on two or three papers, not a review
    if called:
        return len(speaking) >= MIN_OUTLETS - 1 and share >= MIN_SHARE and density >= MIN_DENSITY / 2
    if len(speaking) > MIN_OUTLETS:
        return share >= MIN_SHARE and density >= MIN_DENSITY
    enough = MIN_OUTLETS - (share >= 3 * MIN_SHARE and density >= 1.5 * MIN_DENSITY)
    return len(speaking) >= enough and share >= 2 * MIN_SHARE and density >= MIN_DENSITY


def _mostly_papers(reading: Review, sentences: list[list[Token]]) -> bool:
    """Whether papers are heard in no fewer sentences than persons who speak for none."""
    papers = persons = 0
    for sentence in sentences:
        voices = [v for v in reading.voices(sentence)[1] if v.role != "subject"]
        heard = any(v.kind in ("outlet", "paper", "active", "writer") and v.role != "told" for v in voices)
        papers += heard or any((v.name or "").lower() in ("it", "es") for v in voices if v.kind == "pronoun")
        persons += not heard and any(v.kind == "person" for v in voices)
    return papers >= persons


def _lead_ins(reading: Review) -> int:
    """Return how many papers lead-ins name that quoted paragraphs follow."""
    named: set[str] = set()
    for lead, quoted in pairwise(reading.paragraphs):
        if quoted.line.kind == "quoted" and lead.line.kind == "plain" and lead.sentences and len(lead.line.text) < 400:
            voices = reading.voices(lead.sentences[-1])[1]
            named.update(v.name for v in voices if v.kind == "outlet" and v.role != "subject" and v.name)
    return len(named)
