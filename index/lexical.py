"""The lexical (BM25) index: passages found by their words, headline, outlets, speaker and date.

One document per stored passage. An index lies in a folder, written once, or in memory, growing with
what came since. Several indexes are searched as if they were one: a word's rarity is counted over
all of them, so a passage scores the same wherever it lies. Says nothing about what was removed from
the truth: the caller joins. The words themselves are `index.words`'s.
"""

from __future__ import annotations

import math
from collections.abc import Collection as Group
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from documents.errors import GenerationError
from index.words import index_words, query_words

if TYPE_CHECKING:  # the process that only tries an index needs no database library
    from index.filters import Filter
    from index.store import StoredPassage

WEIGHTS: Mapping[str, float] = {"text": 1.0, "title": 0.7, "outlet": 1.0, "carrier": 0.5, "speaker": 0.5, "date": 0.5}
"""How much a word counts in each field; chosen on questions about news that name outlets and dates."""

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
        """Add `passages`; they are found once `commit` or `finish` is called."""
        import tantivy

        if self._writer is None:
            raise GenerationError("expected an index that is being built, got one opened for reading")
        seen = set(self.languages)
        for stored in passages:
            self._writer.add_document(tantivy.Document.from_dict(_fields(stored), self._index.schema))
            seen.add(stored.language)
        self.languages = frozenset(seen)

    def commit(self) -> None:
        """Make everything added so far searchable."""
        if self._writer is not None:
            self._writer.commit()
            self._index.reload()

    def finish(self) -> None:
        """Write everything to the folder and close the writer; searching goes on."""
        if self._writer is not None:
            self._writer.commit()
            self._writer.wait_merging_threads()
            self._writer = None
            self._index.reload()

    def count(self) -> int:
        """Return the number of passages in the index."""
        return int(self._index.searcher().num_docs)

    def ids(self) -> set[str]:
        """Return the ids of all passages in the index.

        Raises:
            GenerationError: the index cannot be read.
        """
        from tantivy import Query

        searcher = self._index.searcher()
        return {match.id for match in _run(searcher, Query.all_query(), [], searcher.num_docs)}

    def snapshot(self) -> Any:
        """Return the index's schema and a searcher that later additions do not change."""
        return self._index.schema, self._index.searcher()


class WordQuery:
    """A question's words, weighted over all the indexes that together make up the collection.

    Args:
        indexes: Those indexes, as they are now; later additions are not seen.
        query: Plain words; no character in it has a special meaning.
        weights: How much a word counts in each field; `WEIGHTS` unless told.

    Source:
        BM25 as in Robertson and Zaragoza, "The Probabilistic Relevance Framework" (2009), k1 1.2 and
        b 0.75, for the text; for the short fields its inverse document frequency alone. A word's score
        is the weighted sum over fields; of its forms the best counts.
    """

    def __init__(self, indexes: Sequence[LexicalIndex], query: str, weights: Mapping[str, float] = WEIGHTS) -> None:
        self._weights = weights
        self._snapshots = [index.snapshot() for index in indexes]
        self._total = sum(searcher.num_docs for _, searcher in self._snapshots)
        languages = frozenset[str | None]().union(*(index.languages for index in indexes))
        self._terms = query_words(query, languages) if self._total else []

    @property
    def full_score(self) -> float:
        """What a passage of average length scores that has each word once in its text."""
        return sum(_rarity(max(map(self._having_text, forms)), self._total) for forms in self._terms)

    def best(self, at: int, limit: int, *, only: Filter | None = None, ids: Group[str] | None = None) -> list[Match]:
        """Return up to `limit` passages of index number `at` that have any of the words, best first.

        Args:
            at: Position of the index in `indexes`; scores compare across them.
            limit: How many.
            only: Passages of these originating outlets and dates only.
            ids: Passages with these ids only; so a passage found elsewhere gets its score.

        Raises:
            GenerationError: the index cannot be read.
        """
        schema, searcher = self._snapshots[at]
        scored = self._scored(schema, searcher)
        if scored is None:
            return []
        return _run(searcher, scored, [*_filter_queries(schema, only), *_id_queries(schema, ids)], limit)

    def _having_text(self, form: str) -> int:
        return sum(int(searcher.doc_freq("text", form)) for _, searcher in self._snapshots)

    def _scored(self, schema: Any, searcher: Any) -> Any | None:
        """Return the query whose score for a passage is as if all indexes were one, or None when no word occurs."""
        from tantivy import Occur, Query

        parts: list[tuple[Any, Any]] = []
        for forms in self._terms:
            for field, weight in self._weights.items():
                scored = []
                for form in forms:
                    here = searcher.doc_freq(field, form)
                    if not here:
                        continue
                    everywhere = sum(other.doc_freq(field, form) for _, other in self._snapshots)
                    rarity = weight * _rarity(everywhere, self._total)
                    term = Query.term_query(schema, field, form, "freq")
                    if field == "text":
                        scored.append(Query.boost_query(term, rarity / _rarity(here, searcher.num_docs)))
                    else:
                        # How long a headline or name is, and how often it has the word, says nothing.
                        scored.append(Query.const_score_query(term, rarity))
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
        "text": " ".join(index_words(stored.passage.text, stored.language)),
        "title": " ".join(index_words(stored.title or "", stored.language)),
        "outlet": " ".join(index_words(origin.outlet or "", None)),
        "carrier": " ".join(index_words(stored.carrier or "", None)),
        "speaker": " ".join(index_words(origin.speaker or "", None)),
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


_MONTHS = "january february march april may june july august september october november december"


def _date_words(published: str | None) -> str:
    """Return the words a question may name the date by: the whole date, the year, the month in English."""
    day = _day(published)
    if day is None:
        return ""
    return " ".join([str(day), str(day // 10_000), _MONTHS.split()[day // 100 % 100 - 1]])


def _line(error: Exception) -> str:
    return repr(" ".join(str(error).split())[:200])
