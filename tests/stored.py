"""Small collections for tests of what lies over the truth: invented articles, written without reading files."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from documents.articles import Article, Attribution, OutletBasis, Passage
from index.embedding import Encoder
from index.store import ArticleWrite, Store

SPLITTER = "lines"

_WORDS = (
    "harbour council ferry budget strike orchard tunnel minister glacier vote museum drought bridge "
    "theatre refinery court pension railway storm archive lighthouse census quarry festival tariff "
    "hospital reservoir union satellite market bakery inquiry tram parliament vineyard port airline "
    "forest treaty library "
)

OUTLETS = ("Harbour Gazette", "Nordmark Tageblatt", "El Faro de Levante", "The Quill Review")


def invented(count: int, seed: int = 0, lines: int = 3) -> list[Article]:
    """Return `count` articles of random words, `lines` passages each, of four outlets, a day apart."""
    rng = random.Random(seed)
    articles = []
    for number in range(count):
        text = "\n".join(
            f"Line {number}-{line}: " + " ".join(rng.choices(_WORDS.split(), k=12)) + f" in {rng.randrange(10_000)}."
            for line in range(lines)
        )
        articles.append(
            Article(
                text,
                title=" ".join(rng.choices(_WORDS.split(), k=3)).capitalize(),
                outlet=OUTLETS[number % len(OUTLETS)],
                outlet_basis=OutletBasis.GIVEN,
                published=f"2024-{1 + number % 12:02d}-{1 + number % 28:02d}",
                language="en",
            )
        )
    return articles


def passages_by_line(article: Article) -> list[Passage]:
    """Return one passage per line of the article, its line end included, with the article's own outlet."""
    passages, start = [], 0
    for line in article.text.splitlines(keepends=True):
        origin = Attribution(article.outlet, article.outlet_basis)
        passages.append(Passage(article.id, start, start + len(line), line, origin))
        start += len(line)
    return passages


def write(
    store: Store,
    articles: Sequence[Article],
    encoder: Encoder,
    paths: Sequence[str] | None = None,
    splitter: str = SPLITTER,
) -> list[str]:
    """Store `articles`, each at its own path unless told; an article's vector is of its bare text. Return their ids."""
    store.adopt(encoder.identity, splitter)
    split = {article.id: passages_by_line(article) for article in articles}
    texts = {p.text_hash: p.text for passages in split.values() for p in passages}
    vectors = dict(zip(texts, encoder.encode(list(texts.values())), strict=True)) if texts else {}
    batch = [
        ArticleWrite(
            article=article,
            item="",
            path=path,
            passages=split[article.id],
            vectors={p.text_hash: vectors[p.text_hash] for p in split[article.id]},
        )
        for article, path in zip(articles, paths or [f"/invented/{a.id}.txt" for a in articles], strict=True)
    ]
    return [outcome.article_id for outcome in store.write(batch).outcomes]


def filled(home: Path, articles: Sequence[Article], encoder: Encoder, splitter: str = SPLITTER) -> Store:
    """Return the open truth of `home` with `articles` in it."""
    store = Store.open(home, create=True)
    write(store, articles, encoder, splitter=splitter)
    return store
