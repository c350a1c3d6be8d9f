"""Where quotes and citations stand in the collection's articles, found once and remembered.

Takes citations as any system gives them: with our ids and offsets, or with no more than an address, a headline
and a quote. Says where the words are and whose they are; what that is worth is `rag.evaluation.judging`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote

from documents.articles import Article, Attribution, Passage
from documents.cleaning import clean
from documents.errors import RequestError
from documents.outlets.registry import OutletRegistry
from index.store import Store
from rag.answers import Citation, Verdict
from rag.evaluation.speakers import same_person
from rag.quoting import find_words

Span = tuple[int, int]
"""First character and one past the last, as offsets into an article's text."""

_SCHEME = re.compile(r"https?://(?:www\.)?", re.IGNORECASE)
_MARKS = str.maketrans({c: "'" for c in '‘’‚‛‹›“”„‟«»"`´'} | {c: "-" for c in "‐‑–—−"})


@dataclass(frozen=True, slots=True)
class Placed:
    """A citation and where its words stand.

    Attributes:
        citation: The citation as the system gave it.
        article: The article it means; None when the collection has none such.
        spans: Where its words stand in that article; empty when they do not. Several where it gives no offsets and
            the article repeats the words; the whole article where it quotes nothing.
        verbatim: Whether its quote is the article's characters exactly, at its offsets where it gives any.
    """

    citation: Citation
    article: Article | None = None
    spans: tuple[Span, ...] = ()
    verbatim: bool = False


class Evidence:
    """One collection's articles as evidence; what was looked for once is not looked for again."""

    def __init__(self, store: Store, registry: OutletRegistry) -> None:
        self.registry = registry
        self._store = store
        self._articles: dict[str, Article | None] = {}
        self._collapsed: dict[str, str] = {}
        self._words: dict[str, tuple[str, ...]] = {}
        self._spans: dict[tuple[str, str], tuple[Span, ...]] = {}
        self._passages: dict[str, list[Passage]] = {}
        self._names: dict[str, list[str]] | None = None

    def article(self, article_id: str) -> Article | None:
        """Return the article with exactly this id, or None."""
        if article_id not in self._articles:
            try:
                found = self._store.article(article_id)
            except RequestError:  # the beginning of several ids
                found = None
            self._articles[article_id] = found if found is not None and found.id == article_id else None
        return self._articles[article_id]

    def named(self, name: str) -> tuple[str, ...]:
        """Return the ids of the articles whose id, address, headline or file name is `name`, however it is written."""
        if self._names is None:
            self._names = {}
            for article in self._store.articles():
                files = (Path(path).name for path in article.paths)
                for known in (article.id, article.url, article.title, *files):
                    if known:
                        ids = self._names.setdefault(loose(known), [])
                        if article.id not in ids:
                            ids.append(article.id)
        return tuple(self._names.get(loose(name), ()))

    def spans(self, quote: str, article_id: str) -> tuple[Span, ...]:
        """Return where the article has `quote`, white space apart; nothing else may differ."""
        key = (article_id, quote)
        if key not in self._spans:
            article = self.article(article_id)
            self._spans[key] = () if article is None else self._search(quote, article)
        return self._spans[key]

    def overlaps(self, quote: str, article_id: str, spans: Sequence[Span]) -> bool:
        """Return whether any of `spans` of the article shares a character with `quote`."""
        there = self.spans(quote, article_id)
        return any(start < b and a < end for a, b in there for start, end in spans)

    def passages(self, article_id: str) -> Sequence[Passage]:
        """Return the article's passages in order."""
        if article_id not in self._passages:
            self._passages[article_id] = self._store.passages_of(article_id)
        return self._passages[article_id]

    def origins(self, article: Article, span: Span) -> set[str | None]:
        """Return the outlets that originate the words of a span, canonical names; None stands for unknown."""
        found = (
            p.attribution.outlet
            for p in self.passages(article.id)
            if any(c.isalnum() for c in article.text[max(p.start, span[0]) : min(p.end, span[1])])
        )
        return {self.canonical(outlet) for outlet in found}

    def canonical(self, outlet: object) -> str | None:
        """Return an outlet's canonical name; None for None and for what is no name."""
        return self.registry.canonical(outlet) if isinstance(outlet, str) and outlet.strip() else None

    def place(self, citation: Citation) -> Placed:
        """Return where a citation's words stand; one that is malformed stands nowhere."""
        given = (citation.article_id, citation.url, citation.title, citation.quote)
        article_id, url, title, quote = (_text(value) for value in given)
        start, end = _offsets(citation.start, citation.end)
        known = self.article(article_id)
        ids = next((found for name in (article_id, url, title) if name and (found := self.named(name))), ())
        candidates = [known] if known else [article for i in ids if (article := self.article(i))]
        placed = [self._place_in(article, citation, quote, (start, end)) for article in candidates]
        # of several articles with one headline, it means the one that has its words
        return max(placed, key=lambda p: (p.verbatim, bool(p.spans)), default=Placed(citation))

    def origin(self, placed: Placed) -> tuple[Span, Attribution] | None:
        """Return the words that a citation means and who originated their beginning; None when they stand nowhere.

        Of several places, one that is the cited outlet's.
        """
        if placed.article is None or not placed.spans:
            return None
        outlet = self.canonical(placed.citation.outlet)
        whose = ((span, self.origins(placed.article, span)) for span in placed.spans)
        span = next((span for span, origins in whose if origins == {outlet}), placed.spans[0])
        covering = (p.attribution for p in self.passages(placed.article.id) if p.start <= span[0] < p.end)
        attribution = next(covering, None)
        return None if attribution is None else (span, attribution)

    def completed(self, placed: Placed) -> Citation | None:
        """Return a citation with the article's own characters, and its labels where the system gave none or nearly so.

        Its outlet, and a speaker who is somebody else, stay as the system has them. None when its words stand nowhere.
        """
        citation, article, found = placed.citation, placed.article, self.origin(placed)
        if article is None or found is None:
            return None
        (start, end), true = found
        outlet = self.canonical(citation.outlet)
        said, known = citation.speaker, true.speaker
        # a speaker whom the collection does not know cannot be checked, so naming one is no mistake here
        harmless = not isinstance(said, str) or known is None or same_person(said, known)
        return replace(
            citation,
            number=0,
            outlet=true.outlet if outlet == self.canonical(true.outlet) else outlet,
            outlet_basis=true.basis.value,
            via=true.via,
            speaker=known if harmless else said,
            title=article.title,
            url=article.url,
            published=article.published,
            article_id=article.id,
            quote=article.text[start:end],
            start=start,
            end=end,
            verdict=Verdict.VERBATIM,
        )

    def _place_in(self, article: Article, citation: Citation, quote: str, given: Span) -> Placed:
        start, end = given
        whole = len(article.text)
        if not quote.strip():
            return Placed(citation, article, (given if 0 <= start < end <= whole else (0, whole),))
        if 0 <= start < end <= whole and article.text[start:end] == quote:
            return Placed(citation, article, (given,), True)
        exact = start == end and quote in article.text
        spans = self.spans(quote, article.id)
        if not spans:
            found = find_words(quote, article.text)
            spans = found.pieces if found else ()
        return Placed(citation, article, spans, exact)

    def _search(self, quote: str, article: Article) -> tuple[Span, ...]:
        if quote not in self._words:
            self._words[quote] = tuple(clean(quote).split())
        words = self._words[quote]
        if article.id not in self._collapsed:
            self._collapsed[article.id] = " ".join(article.text.split())
        if not words or " ".join(words) not in self._collapsed[article.id]:
            return ()
        return tuple(match.span() for match in re.finditer(r"\s+".join(map(re.escape, words)), article.text))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _offsets(start: object, end: object) -> Span:
    return (start, end) if isinstance(start, int) and isinstance(end, int) else (0, 0)


def loose(name: str) -> str:
    """Return what a headline, an address or a file's name is compared by: case and kinds of quotation marks apart."""
    plain = " ".join(name.split()).casefold()
    if _SCHEME.match(plain):
        return unquote(_SCHEME.sub("", plain, count=1).partition("#")[0].rstrip("/"))
    return plain.translate(_MARKS)
