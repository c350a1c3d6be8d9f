"""The lexical (BM25) index: passages found by their words, headline, outlets, speaker and date.

One document per stored passage. An index lies in a folder, written once, or in memory, growing with
what came since. Several indexes are searched as if they were one: a word's rarity is counted over
all of them, so a passage scores the same wherever it lies. Says nothing about what was removed from
the truth: the caller joins. The words themselves are `index.words`'s.
"""

from __future__ import annotations

import math
from collections.abc import Collection as Group
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from documents.errors import GenerationError
from index.filters import Filter
from index.store import StoredPassage
from index.words import query_words, words

FORMAT = 1
"""Version of the fields below; an index of another version is rebuilt."""

WEIGHTS = {"text": 1.0, "title": 0.5, "outlet": 1.0, "carrier": 0.5, "speaker": 0.5, "date": 0.5}
"""How much a word counts in each field."""

_HEAP = 64_000_000
_SMALL_HEAP = 15_000_000  # the least that tantivy accepts


@dataclass(frozen=True, slots=True)
class Match:
    """One passage's id (16 hex digits) and its BM25 score."""

    id: str
    score: float


class LexicalIndex:
    """One index: `create` or `in_memory`, then `add`; or `open` for reading. Safe to search from any thread."""

    def __init__(self, index: Any, writer: Any | None = None) -> None:
        self._index = index
        self._writer = writer
        self.languages: frozenset[str | None] = frozenset()

    @classmethod
    def in_memory(cls) -> LexicalIndex:
        """Return an empty index that lives in memory and can grow."""
        import tantivy

        index = tantivy.Index(_schema())
        return cls(index, index.writer(_SMALL_HEAP, num_threads=1))

    @classmethod
    def create(cls, folder: Path) -> LexicalIndex:
        """Return an empty index in the empty `folder`; call `finish` when everything is added."""
        import tantivy

        index = tantivy.Index(_schema(), str(folder), reuse=False)
        return cls(index, index.writer(_HEAP, num_threads=1))

    @classmethod
    def open(cls, folder: Path, languages: Iterable[str | None] = ()) -> LexicalIndex:
        """Return the index in `folder`, whose passages are in `languages`, for reading.

        Raises:
            GenerationError: there is no index, or it cannot be read.
        """
        import tantivy

        try:
            opened = cls(tantivy.Index.open(str(folder)))
            opened.count()
        except (ValueError, OSError) as error:
            raise GenerationError(f"expected a lexical index, got {_line(error)}; run byline rebuild") from None
        opened.languages = frozenset(languages)
        return opened

    def add(self, passages: Iterable[StoredPassage]) -> None:
        """Add `passages` and make them searchable."""
        import tantivy

        if self._writer is None:
            raise GenerationError("expected an index that is being built, got one opened for reading")
        seen = set(self.languages)
        for stored in passages:
            self._writer.add_document(tantivy.Document.from_dict(_fields(stored), self._index.schema))
            seen.add(stored.language)
        self._writer.commit()
        self._index.reload()
        self.languages = frozenset(seen)

    def finish(self) -> None:
        """Write everything to the folder and close the writer; searching goes on."""
        if self._writer is not None:
            self._writer.commit()
            self._writer.wait_merging_threads()
            self._writer = None

    def count(self) -> int:
        """Return the number of passages in the index."""
        return int(self._index.searcher().num_docs)

    def snapshot(self) -> Any:
        """Return the index's schema and a searcher that later additions do not change."""
        return self._index.schema, self._index.searcher()


def search_words(
    indexes: Sequence[LexicalIndex],
    query: str,
    *,
    limit: int,
    only: Filter | None = None,
    ids: Group[str] | None = None,
    weights: dict[str, float] | None = None,
) -> list[list[Match]]:
    """Return for each index its best `limit` passages, best first; scores compare across indexes.

    Args:
        indexes: The indexes that together make up the collection.
        query: Plain words; no character in it has a special meaning.
        limit: How many passages to return from each index.
        only: Passages of these originating outlets and dates only.
        ids: Passages with these ids only; this is how a passage found elsewhere gets its score.
        weights: Weight per field instead of `WEIGHTS`.

    Source:
        BM25 as in Robertson and Zaragoza, "The Probabilistic Relevance Framework" (2009), k1 1.2 and
        b 0.75; a word's score is the sum over fields, weighted.
    """
    languages = frozenset[str | None]().union(*(index.languages for index in indexes))
    terms = query_words(query, languages)
    snapshots = [index.snapshot() for index in indexes]
    total = sum(searcher.num_docs for _, searcher in snapshots)
    found: list[list[Match]] = []
    for schema, searcher in snapshots:
        scored = _scored_query(schema, searcher, [s for _, s in snapshots], terms, total, weights or WEIGHTS)
        restricted = [*_filter_queries(schema, only), *_id_queries(schema, ids)]
        found.append(_run(searcher, scored, restricted, limit) if scored is not None and searcher.num_docs else [])
    return found


def _scored_query(
    schema: Any,
    searcher: Any,
    searchers: Sequence[Any],
    terms: Sequence[tuple[str, ...]],
    total: int,
    weights: dict[str, float],
) -> Any | None:
    """Return the query that scores a passage by `terms`, each weighted to its rarity over all `searchers`."""
    from tantivy import Occur, Query

    parts: list[tuple[Any, Any]] = []
    for forms in terms:
        for field, weight in weights.items():
            scored = []
            for form in forms:
                here = searcher.doc_freq(field, form)
                if not here or not weight:
                    continue
                everywhere = sum(s.doc_freq(field, form) for s in searchers)
                factor = weight * _rarity(everywhere, total) / _rarity(here, searcher.num_docs)
                scored.append(Query.boost_query(Query.term_query(schema, field, form, "freq"), factor))
            if scored:
                parts.append((Occur.Should, scored[0] if len(scored) == 1 else Query.disjunction_max_query(scored)))
    return Query.boolean_query(parts) if parts else None


def _rarity(having: int, total: int) -> float:
    """Return a word's inverse document frequency as tantivy counts it."""
    return math.log(1 + (total - having + 0.5) / (having + 0.5))


def _run(searcher: Any, scored: Any, restricted: Sequence[Any], limit: int) -> list[Match]:
    from tantivy import Occur, Query

    if restricted:
        musts = [(Occur.Must, Query.const_score_query(query, 0.0)) for query in restricted]
        scored = Query.boolean_query([(Occur.Must, scored), *musts])
    try:
        hits = searcher.search(scored, limit=max(1, limit), count=False).hits
        keys = searcher.fast_field_values("key", [address for _, address in hits]) if hits else []
    except (ValueError, OSError) as error:
        raise GenerationError(f"expected the lexical index to answer, got {_line(error)}; run byline rebuild") from None
    return [Match(f"{key:016x}", float(score)) for (score, _), key in zip(hits, keys, strict=True)]


def _filter_queries(schema: Any, only: Filter | None) -> list[Any]:
    from tantivy import FieldType, Occur, Query

    if only is None:
        return []
    queries = []
    if only.outlets:
        exact = [(Occur.Should, Query.term_query(schema, "origin", name, "basic")) for name in only.outlets]
        queries.append(Query.boolean_query(exact))
    if only.since or only.until:
        since, until = _day(only.since) or 1, _day(only.until) or 99991231
        queries.append(Query.range_query(schema, "day", FieldType.Unsigned, since, until))
    return queries


def _id_queries(schema: Any, ids: Group[str] | None) -> list[Any]:
    from tantivy import Query

    return [] if ids is None else [Query.term_set_query(schema, "key", [int(one, 16) for one in ids])]


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("key", indexed=True, fast=True)
    builder.add_unsigned_field("day", indexed=True, fast=True)
    builder.add_text_field("origin", tokenizer_name="raw", index_option="basic")
    for field in WEIGHTS:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _fields(stored: StoredPassage) -> dict[str, Any]:
    """Return one passage as a document; text fields hold ready index words, parted by spaces."""
    origin = stored.passage.attribution
    fields: dict[str, Any] = {
        "key": int(stored.passage.id, 16),
        "text": " ".join(words(stored.passage.text, stored.language)),
        "title": " ".join(words(stored.title or "", stored.language)),
        "outlet": " ".join(words(origin.outlet or "", None)),
        "carrier": " ".join(words(stored.carrier or "", None)),
        "speaker": " ".join(words(origin.speaker or "", None)),
        "date": _date_words(stored.published),
    }
    if origin.outlet:
        fields["origin"] = origin.outlet
    if day := _day(stored.published):
        fields["day"] = day
    return fields


def _day(published: str | None) -> int | None:
    """Return an ISO date or time as the number yyyymmdd, or None when it is neither."""
    try:
        day = date.fromisoformat((published or "")[:10])
    except ValueError:
        return None
    return day.year * 10_000 + day.month * 100 + day.day


_MONTHS = "january february march april may june july august september october november december".split()


def _date_words(published: str | None) -> str:
    """Return the words a question may name the date by: the whole date, the year, the month in English."""
    day = _day(published)
    if day is None:
        return ""
    return " ".join([str(day), str(day // 10_000), _MONTHS[day // 100 % 100 - 1]])


def _line(error: Exception) -> str:
    return repr(" ".join(str(error).split())[:200])
