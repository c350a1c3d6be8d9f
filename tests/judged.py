"""Three invented articles in memory, and outcomes made from them: what tests of judging need of a collection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from documents.articles import Article, Attribution, OutletBasis, Passage
from documents.outlets.registry import OutletRegistry
from index.store import StoredPassage
from rag.answers import Answer, AnswerSentence, Citation, Verdict
from rag.evaluation.evidence import Evidence
from rag.evaluation.gold import GoldQuestion
from rag.evaluation.judging import Judge
from rag.evaluation.outcomes import Found, Outcome, Scores

GIVEN = OutletBasis.GIVEN
PARTS = {
    "review": (
        ("The review quotes others. ", Attribution("Harbour Digest", GIVEN)),
        (
            "Kestrel Courier writes: the bridge stays shut until May. ",
            Attribution("Kestrel Courier", OutletBasis.QUOTED, via="Harbour Digest"),
        ),
        ("Nobody else commented.", Attribution("Harbour Digest", GIVEN)),
    ),
    "dam": (
        ("The dam in Osby held on Tuesday. ", Attribution("Lindal Gazette", GIVEN)),
        (
            "“We counted 14 cracks in the wall,” said Dr Anna Kovač. ",
            Attribution("Lindal Gazette", GIVEN, speaker="Dr Anna Kovač"),
        ),
        ("Engineers will return in June.\nThe dam in Osby held on Tuesday.", Attribution("Lindal Gazette", GIVEN)),
    ),
    "leaflet": (("The museum in Osby opens at nine.", Attribution()),),
}
TEXTS = {name: "".join(text for text, _ in parts) for name, parts in PARTS.items()}
ARTICLES = {
    "review": Article(TEXTS["review"], title="Morning review", outlet="Harbour Digest", outlet_basis=GIVEN),
    "dam": Article(
        TEXTS["dam"],
        title="“Dam holds”",
        outlet="Lindal Gazette",
        outlet_basis=GIVEN,
        url="https://www.lindalgazette.example/dam/",
        published="2024-05-02",
        language="en",
        paths=("/press/dam.html",),
    ),
    "leaflet": Article(TEXTS["leaflet"], title="Morning review", paths=("/press/leaflet.txt",)),
}
REGISTRY = OutletRegistry.load(["Kestrel Courier", "Harbour Digest", "Lindal Gazette"])


class MemoryStore:
    """The calls that judging makes of a store, counted."""

    def __init__(self) -> None:
        self.reads = 0

    def article(self, article_id: str) -> Article | None:
        self.reads += 1
        return next((a for a in ARTICLES.values() if a.id.startswith(article_id) and article_id), None)

    def articles(self, outlet: str | None = None) -> list[Article]:
        self.reads += 1
        return list(ARTICLES.values())

    def passages_of(self, article_id: str) -> list[Passage]:
        self.reads += 1
        name = next((n for n, a in ARTICLES.items() if a.id == article_id), None)
        return [stored(name, number).passage for number in range(len(PARTS[name]))] if name else []


def memory() -> Any:
    return MemoryStore()


def evidence() -> Evidence:
    return Evidence(memory(), REGISTRY)


def stored(name: str, number: int) -> StoredPassage:
    """Return one passage of an article, by the article's short name."""
    article, parts = ARTICLES[name], PARTS[name]
    start = sum(len(text) for text, _ in parts[:number])
    text, attribution = parts[number]
    passage = Passage(article.id, start, start + len(text), text, attribution)
    return StoredPassage(
        number, passage, article.title, article.url, article.published, article.language, None, article.outlet
    )


def citation(number: int, name: str, quote: str, /, **changes: Any) -> Citation:
    """Return the true citation of a quote, with changes."""
    article = ARTICLES[name]
    start = article.text.index(quote)
    part = next(p for p in (stored(name, n).passage for n in range(len(PARTS[name]))) if start < p.end)
    true = Citation(
        number=number,
        outlet=part.attribution.outlet,
        outlet_basis=part.attribution.basis.value,
        via=part.attribution.via,
        speaker=part.attribution.speaker,
        title=article.title,
        url=article.url,
        published=article.published,
        article_id=article.id,
        quote=quote,
        start=start,
        end=start + len(quote),
        verdict=Verdict.VERBATIM,
    )
    return replace(true, **changes)


def foreign(number: int, quote: str, /, **said: Any) -> Citation:
    """Return a citation as another system may give it: words without offsets, and whatever else it says."""
    nothing: dict[str, Any] = dict.fromkeys(("outlet", "via", "speaker", "title", "url", "published"))
    known = {"outlet_basis": "unknown", "article_id": "doc-7", "verdict": Verdict.UNSUPPORTED}
    return Citation(**{**nothing, **known, "number": number, "quote": quote, "start": 0, "end": 0, **said})


def answered(*citations: Citation, text: str = "The bridge stays shut until May.") -> Answer:
    sentence = AnswerSentence(text, tuple(c.number for c in citations))
    return Answer("When?", "When?", "answered", sentence.marked, (sentence,), citations)


def refused(*nearest: Citation) -> Answer:
    return Answer("When?", "When?", "no_evidence", "The articles do not say.", (), nearest)


def judged(
    question: GoldQuestion, answer: Answer | None, *found: StoredPassage, error: str = "", ranks: bool = True
) -> Scores:
    """Return the scores of an outcome; without `ranks` the system does not show what it retrieved."""
    shown: Sequence[Found] = [Found((one,)) for one in found]
    outcome = Outcome(question, answer, tuple(shown) if ranks else None, 0.1, error)
    return Judge(memory(), REGISTRY).score(outcome)
