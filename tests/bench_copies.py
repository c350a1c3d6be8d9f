"""How well near-copies are found on invented articles, and what looking for them costs in a large collection.

``python tests/bench_copies.py [ARTICLES...]`` prints JSON: pairwise precision and recall with their
numbers of pairs, and for each collection size processor time, memory and bytes on disk.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from copy_cases import EDITS, Case, Newsroom, cases
from sqlalchemy import insert, text

from documents.articles import Article, Attribution, Passage
from index.embedding import EncoderIdentity
from index.store import ArticleWrite, Store
from index.store_copies import mark, regroup, settle_identity
from index.store_rows import article_values
from index.tables import ARTICLES

_IDENTITY = EncoderIdentity("none", 4, "none")
_VECTOR = np.array([1, 0, 0, 0], dtype=np.float32)


def store_plainly(store: Store, articles: Sequence[Article], batch: int = 50) -> None:
    """Store articles as one passage each, with a vector that means nothing."""
    store.adopt(_IDENTITY, "whole")
    for start in range(0, len(articles), batch):
        writes = []
        for article in articles[start : start + batch]:
            passage = Passage(article.id, 0, len(article.text), article.text, Attribution())
            writes.append(ArticleWrite(article, "", article.id, [passage], {passage.text_hash: _VECTOR}))
        store.write(writes)


def score(collection: Sequence[Case], home: Path) -> dict[str, Any]:
    """Return pairwise precision and recall of the clusters, over all pairs and by what was done to the copy."""
    store = Store.open(home, create=True)
    store_plainly(store, [case.article for case in collection])
    found = {article.id: article.cluster for article in store.articles()}
    store.close()
    groups: dict[str, list[Case]] = defaultdict(list)
    stories: dict[int, list[Case]] = defaultdict(list)
    unique = {case.article.id: case for case in collection}
    for case in unique.values():
        if (name := found[case.article.id]) is not None:
            groups[name].append(case)
        if case.story is not None:
            stories[case.story].append(case)
    given = [(a, b) for group in groups.values() for a, b in combinations(group, 2)]
    right = [(a, b) for a, b in given if a.story is not None and a.story == b.story]
    true = [(a, b) for story in stories.values() for a, b in combinations(story, 2)]
    wrong = Counter(" + ".join(sorted((a.kind, b.kind))) for a, b in given if a.story is None or a.story != b.story)
    by_edit = {}
    for name in EDITS:
        pairs = [(a, b) for a, b in true if {a.kind, b.kind} == {"original", name}]
        hits = sum(found[a.article.id] is not None and found[a.article.id] == found[b.article.id] for a, b in pairs)
        by_edit[name] = {"recall": hits / len(pairs) if pairs else None, "n": len(pairs)}
    return {
        "articles": len(unique),
        "precision": len(right) / len(given),
        "pairs_given": len(given),
        "recall": len(right) / len(true),
        "pairs_true": len(true),
        "copy_of_original": by_edit,
        "wrong": dict(wrong),
    }


def cost(count: int, home: Path) -> dict[str, Any]:
    """Return what near-copies cost in a collection of `count` articles, one in five of them a copy.

    The articles are put into the truth without passages and vectors, 50 in a transaction, so that what
    is measured is finding near-copies alone.
    """
    newsroom = Newsroom(count)
    store = Store.open(home, create=True)
    spent, steps, stored = 0.0, [], 0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for page in _pages(newsroom, count):
        with store._writing() as connection:
            connection.execute(insert(ARTICLES), [{"id": a.id, **article_values(a)} for a in page])
            started = time.process_time()
            settle_identity(connection)
            for article in page:
                mark(connection, article.id, article)
            regroup(connection, [article.id for article in page])
            spent += time.process_time() - started
        stored += len(page)
        if stored % (count // 4) == 0:
            steps.append(round(spent, 1))
    with store._reading() as connection:
        sizes = dict(connection.execute(text("SELECT name, sum(pgsize) FROM dbstat GROUP BY name")).all())
        clusters = connection.execute(text("SELECT count(*) FROM clusters")).scalar()
    store.close()
    ours = sum(size for name, size in sizes.items() if "cop" in name or "cluster" in name)
    return {
        "articles": count,
        "clusters": clusters,
        "cpu_seconds": round(spent, 1),
        "cpu_seconds_after_each_quarter": steps,
        "cpu_ms_per_article": round(1000 * spent / count, 2),
        "peak_memory_grew_mb": round((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024),
        "bytes_per_article": round(ours / count),
    }


def _pages(newsroom: Newsroom, count: int, size: int = 50) -> Iterator[list[Article]]:
    recent: list[str] = []
    edits = list(EDITS.values())
    for start in range(0, count, size):
        page = []
        for number in range(start, start + size):
            if recent and newsroom.rng.random() < 0.2:
                body = newsroom.rng.choice(edits)(newsroom, newsroom.rng.choice(recent))
            else:
                body = newsroom.body(newsroom.rng.randint(4, 9))
                recent = [*recent[-400:], body]
            page.append(newsroom.article(f"Paper {newsroom.rng.randrange(300)}", body, number % 300))
        yield page


def main(sizes: Sequence[int]) -> dict[str, Any]:
    """Return all figures."""
    with tempfile.TemporaryDirectory() as folder:
        found = score(cases(), Path(folder) / "score")
        costs = [cost(size, Path(folder) / str(size)) for size in sizes]
    return {"found": found, "costs": costs}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main([int(given) for given in sys.argv[1:]]), indent=2) + "\n")
