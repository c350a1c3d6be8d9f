"""Drafting a question set from the user's own collection: by rule, and by a language model where there is one.

Every draft has its gold and the tag "draft": a person should read it before its score means anything. Which
questions an article gives is `drafts_by_rule` and `drafts_by_model`; here they are chosen, spread over outlets
and articles, and those are left out whose words stand in more than one article, because several would be right.

The collection is read as a stream: once for its outlets and headlines, then a sample of articles, then once more
to see which words are distinctive.
"""

from __future__ import annotations

import hashlib
import heapq
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import zip_longest

from documents.errors import RequestError
from documents.outlets.registry import OutletRegistry
from index.store import Store
from rag.evaluation.draft_uniqueness import distinctive
from rag.evaluation.draft_wording import WELL_KNOWN
from rag.evaluation.drafts_by_model import MODEL, ask_for_drafts
from rag.evaluation.drafts_by_rule import KINDS, Draft, Material, drafts_of
from rag.evaluation.gold import KEYS, GoldQuestion
from rag.evaluation.metrics import SEED
from rag.generation import LanguageModel

OVERSAMPLING = 3
"""Candidates gathered for each wanted question: some turn out not to be distinctive."""

MIN_ARTICLES = 100
"""Articles looked at at least, if there are so many."""

ARTICLES_PER_QUESTION = 10
"""Articles looked at at most for each question wanted."""

RARE = 100
"""A kind that not one in so many articles gives is not looked for any longer."""


@dataclass(frozen=True, slots=True)
class Drafts:
    """A drafted set and what it took.

    Attributes:
        questions: The questions.
        asked: How often a language model was asked.
        dropped: How many of its replies were of no use.
        trouble: The language model's last error, or "".
    """

    questions: list[GoldQuestion]
    asked: int = 0
    dropped: int = 0
    trouble: str = ""


@dataclass(slots=True)
class _Overview:
    """What one reading of the collection tells: article ids by outlet, how often a headline occurs, who is absent."""

    ids: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    titles: Counter[str] = field(default_factory=Counter)
    absent: dict[str, list[str]] = field(default_factory=dict)

    def order(self) -> Iterator[str]:
        """Yield the sampled articles, one of each outlet, then a second of each, and so on."""
        rounds = zip_longest(*(sorted(ids) for _, ids in sorted(self.ids.items(), key=lambda item: sorted(item[1]))))
        yield from (article_id for turn in rounds for entry in turn if entry for article_id in entry[1:])


def draft_questions(
    store: Store, count: int, *, seed: int = SEED, model: LanguageModel | None = None
) -> list[GoldQuestion]:
    """Return `count` drafted questions, fewer where the collection gives no more; the same for the same seed.

    Args:
        store: The collection.
        count: How many questions.
        seed: Seed of every random draw.
        model: Drafts half of the questions; what it does not give is drafted by rule.

    Raises:
        RequestError: `count` is below 1, or the collection is empty or gives no question at all.
    """
    return draft(store, count, seed=seed, model=model).questions


def draft(store: Store, count: int, *, seed: int = SEED, model: LanguageModel | None = None) -> Drafts:
    """Return the drafted set with what it took; arguments and errors are those of `draft_questions`."""
    if count < 1:
        raise RequestError(f"expected a number of questions of 1 or more, got {count!r}")
    if not store.counts().articles:
        raise RequestError("expected a collection with articles, got an empty one; add some with: byline ingest PATH")
    registry = OutletRegistry.load(store.outlet_names())
    overview = _overview(store, registry, count, seed)
    pools = _gathered(store, registry, overview, count, seed)
    asked, dropped, trouble = 0, 0, ""
    if model is not None:
        wanted = -(-count // 2)
        materials = (m for m, _ in _materials(store, registry, overview, OVERSAMPLING * wanted, seed))
        made = ask_for_drafts(model, materials, wanted, seed)
        pools[MODEL], asked, dropped, trouble = list(made.drafts), made.asked, made.dropped, made.trouble
    drafts = [d for pool in pools.values() for d in pool]
    kept: dict[str, list[Draft]] = {kind: [] for kind in pools}
    for d in [*(d for d in drafts if not d.words), *distinctive(store, drafts)]:
        kept[d.kind].append(d)
    chosen = _chosen({kind: pool[: 2 * count] for kind, pool in kept.items()}, count)
    if not chosen:
        raise RequestError(
            "expected articles with whole sentences to ask about, got none that give a question; "
            "write the set by hand: one JSON object a line"
        )
    return Drafts(_named(chosen), asked, dropped, trouble)


def to_jsonl(questions: Sequence[GoldQuestion]) -> str:
    """Return `questions` as JSON lines, as question sets are written; keys without a value are left out."""
    lines = []
    for question in questions:
        plain = {key: value for key, value in asdict(question).items() if key in KEYS and value not in ("", (), None)}
        lines.append(json.dumps({"id": question.id, **plain} if question.id else plain, ensure_ascii=False) + "\n")
    return "".join(lines)


def _overview(store: Store, registry: OutletRegistry, count: int, seed: int) -> _Overview:
    """Return what the whole collection tells, keeping of each outlet a random sample of articles."""
    seen = _Overview()
    limit = _visited(count)
    here = {registry.canonical(name) for name in store.outlet_names()}
    left = {name for names in WELL_KNOWN.values() for name in names.split(";")} - here
    for batch in store.iter_articles():
        for article in batch:
            kept = seen.ids[article.outlet or ""]
            # the smallest hashes of all are a random sample, the same in whatever order articles come
            rank = hashlib.sha256(f"{seed} {article.id}".encode()).hexdigest()
            entry = (_flipped(rank), article.id)
            heapq.heappush(kept, entry) if len(kept) < limit else heapq.heappushpop(kept, entry)
            seen.titles[(article.title or "").casefold()] += 1
            left = {name for name in left if name not in article.text}
    seen.ids = {outlet: [(_flipped(rank), i) for rank, i in kept] for outlet, kept in seen.ids.items()}
    seen.absent = {code: [n for n in names.split(";") if n in left] for code, names in WELL_KNOWN.items()}
    return seen


_FLIP = str.maketrans("0123456789abcdef", "fedcba9876543210")


def _flipped(rank: str) -> str:
    """Return a hash that sorts the other way round, for a heap that gives up its smallest."""
    return rank.translate(_FLIP)


def _visited(count: int) -> int:
    return max(MIN_ARTICLES, ARTICLES_PER_QUESTION * count)


def _materials(
    store: Store, registry: OutletRegistry, overview: _Overview, limit: int, seed: int
) -> Iterator[tuple[Material, random.Random]]:
    """Yield up to `limit` of the sampled articles, each with a source of chance of its own."""
    for _, article_id in zip(range(limit), overview.order(), strict=False):
        article = store.article(article_id)
        if article is None:
            continue  # removed meanwhile
        alone = article.title and overview.titles[article.title.casefold()] == 1
        name = article.title if article.title and alone else article.id
        material = Material(article, store.passages_of(article_id), name, registry, overview.absent)
        yield material, random.Random(f"{seed} {article_id}")  # noqa: S311  no secret hangs on it


def _gathered(
    store: Store, registry: OutletRegistry, overview: _Overview, count: int, seed: int
) -> dict[str, list[Draft]]:
    """Return candidates of each kind; articles are read until every kind has enough, or proves rare."""
    pools: dict[str, list[Draft]] = {kind: [] for kind in KINDS}
    articles: Counter[str] = Counter()
    enough = OVERSAMPLING * -(-count // len(KINDS))
    most = max(2, OVERSAMPLING * enough // max(1, sum(map(len, overview.ids.values()))))
    for seen, (material, rng) in enumerate(_materials(store, registry, overview, _visited(count), seed)):
        rare = {kind for kind in pools if seen >= MIN_ARTICLES and articles[kind] * RARE < seen}
        wanted = [kind for kind in pools if articles[kind] < enough and kind not in rare]
        if not wanted:
            break
        for kind, found in drafts_of(material, wanted, rng, most).items():
            pools[kind] += found
            articles[kind] += bool(found)
    return {kind: _interleaved(pool) for kind, pool in pools.items()}


def _interleaved(pool: Sequence[Draft]) -> list[Draft]:
    """Return `pool` with the first draft of every article before the second of any."""
    groups: dict[str, list[Draft]] = defaultdict(list)
    for one in pool:
        groups[one.article_id].append(one)
    return [one for turn in zip_longest(*groups.values()) for one in turn if one is not None]


def _chosen(pools: Mapping[str, Sequence[Draft]], count: int) -> list[Draft]:
    """Return up to `count` drafts: kinds in turn, each time the draft whose article and outlet were used least.

    Where there are drafts by a model, every other one is.
    """
    rules = [kind for kind in pools if kind != MODEL]
    turns = [kind for rule in rules for kind in ((MODEL, rule) if MODEL in pools else (rule,))]
    left = {kind: list(pool) for kind, pool in pools.items()}
    chosen: list[Draft] = []
    used: Counter[tuple[str, ...]] = Counter()
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    asked: set[str] = set()
    while len(chosen) < count and any(left.values()):
        for kind in turns:
            pool = [d for d in left[kind] if _subject(d) not in asked and not _taken(d, places)]
            left[kind] = pool
            if not pool or len(chosen) == count:
                continue
            best = min(pool, key=lambda d: (used[kind, d.article_id], used[kind, "", d.outlet], used[(d.article_id,)]))
            pool.remove(best)
            chosen.append(best)
            asked.add(_subject(best))
            places[best.article_id].append(best.place)
            for key in ((kind, best.article_id), (kind, "", best.outlet), (best.article_id,)):
                used[key] += 1
    return chosen


def _subject(one: Draft) -> str:
    return one.topic.casefold() or one.question.question


def _taken(one: Draft, places: Mapping[str, Sequence[tuple[int, int]]]) -> bool:
    """Whether another question is about the same words, and may give the answer away."""
    return any(one.place[0] < end and start < one.place[1] for start, end in places.get(one.article_id, ()))


def _named(chosen: Sequence[Draft]) -> list[GoldQuestion]:
    """Return the questions of `chosen` kind by kind, each with its id."""
    kinds = (*KINDS, MODEL)
    questions: list[GoldQuestion] = []
    for kind in kinds:
        drafts = [draft for draft in chosen if draft.kind == kind]
        questions += [replace(d.question, id=f"draft-{kind}-{n}") for n, d in enumerate(drafts, 1)]
    return questions
