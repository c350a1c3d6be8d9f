"""Who says the words of a citation: the speaker of its passage, or the one whom the article gives those very words to.

A passage names a speaker only where all of it is that person's; a citation may be one sentence of it. Checking
labels is `rag.gate`, finding speech is `documents.speech.statements`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from documents.articles import Article
from documents.speech.speakers import speaker_of
from index.store import Store
from rag.answers import Citation
from rag.sayers import registry_of


def with_speakers(citations: Iterable[Citation], store: Store) -> list[Citation]:
    """Return `citations`, each with the speaker of its words where the article names one; no speaker is replaced."""
    named: list[Citation] = []
    for citation in citations:
        article = store.article(citation.article_id) if citation.speaker is None else None
        speaker = None if article is None else speaker_in(article, citation.start, citation.end, store)
        named.append(citation if speaker is None else replace(citation, speaker=speaker))
    return named


def speaker_in(article: Article, start: int, end: int, store: Store) -> str | None:
    """Return the one person to whom the article gives most of `article.text[start:end]`, or None."""
    return speaker_of(article, start, end, registry_of(frozenset(store.outlet_names())))
