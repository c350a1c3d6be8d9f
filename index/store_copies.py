"""Clusters of near-copies inside the truth, kept right in the transaction that changes an article.

Each article has a row of keys by which its near-copies are found without reading the others. Whatever
is added, changed or removed, the clusters around it are made anew from the articles themselves, so they
depend on what is stored and not on its order. What a copy is, is `documents.copies`.
"""

from __future__ import annotations

import struct
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import Connection, delete, exists, func, insert, not_, select, update

from documents.articles import Article, OutletBasis
from documents.copies import Wording, are_copies, band_keys, cluster_name, clusters_among, copies_identity, wording_of
from documents.outlets.agencies import agency_of
from index.store_records import Cluster
from index.store_rows import CHUNK, COPIES_BY, chunks, meta, set_meta
from index.tables import ARTICLES, CLUSTERS, COPIES, COPY_KEYS

MAX_CANDIDATES = 40
"""How many articles, those with most keys in common, one is compared with."""
_MAX_HOLDERS = 200
"""How many of the articles with one key, those stored first, are looked at."""
_MAX_TOGETHER = 2000
"""From this many linked articles on, no further ones are looked for in one transaction."""


def settle_identity(connection: Connection) -> None:
    """Throw away keys and clusters that another version of `documents.copies` made; record the present one."""
    if meta(connection, COPIES_BY) == copies_identity():
        return
    for table in (COPIES, COPY_KEYS, CLUSTERS):
        connection.execute(delete(table))
    connection.execute(update(ARTICLES).where(ARTICLES.c.cluster.is_not(None)).values(cluster=None))
    set_meta(connection, COPIES_BY, copies_identity())


def mark(connection: Connection, article_id: str, article: Article) -> None:
    """Keep the keys of an article that has none, and the agency it credits; `regroup` is to follow."""
    wording = wording_of(article)
    keys = band_keys(wording)
    row = {
        "article_id": article_id,
        "agency": agency_of(article),
        "bands": struct.pack(f"<{len(keys)}i", *keys),
    }
    seq = connection.execute(insert(COPIES).values(**row).returning(COPIES.c.seq)).scalar_one()
    if keys:
        connection.execute(insert(COPY_KEYS), [{"key": key, "seq": seq} for key in set(keys)])


def unmark(connection: Connection, article_id: str) -> set[str]:
    """Remove an article's keys and dissolve its cluster; return the ids of the other members, to be regrouped."""
    row = connection.execute(select(COPIES.c.seq, COPIES.c.bands).where(COPIES.c.article_id == article_id)).first()
    if row is not None:
        keys = _unpacked(row.bands)
        if keys:
            connection.execute(delete(COPY_KEYS).where(COPY_KEYS.c.key.in_(keys), COPY_KEYS.c.seq == row.seq))
        connection.execute(delete(COPIES).where(COPIES.c.seq == row.seq))
    name = connection.execute(select(ARTICLES.c.cluster).where(ARTICLES.c.id == article_id)).scalar()
    if name is None:
        return set()
    members = set(connection.execute(select(ARTICLES.c.id).where(ARTICLES.c.cluster == name)).scalars())
    _dissolve(connection, [name])
    return members - {article_id}


def mark_missing(connection: Connection, after: str, batch: int) -> str | None:
    """Mark and group the next `batch` articles without keys, of ids above `after`; return the last one's, if any."""
    unmarked = not_(exists().where(COPIES.c.article_id == ARTICLES.c.id))
    query = select(ARTICLES).where(ARTICLES.c.id > after, unmarked).order_by(ARTICLES.c.id).limit(batch)
    rows = connection.execute(query).all()
    for row in rows:
        basis = OutletBasis(row.outlet_basis)
        article = Article(row.text, outlet=row.outlet, outlet_basis=basis, author=row.author, id=row.id)
        mark(connection, row.id, article)
    regroup(connection, [row.id for row in rows])
    return rows[-1].id if rows else None


def all_are_marked(connection: Connection) -> bool:
    """Return whether every stored article has keys that the present code made."""
    articles, marked = (connection.execute(select(func.count()).select_from(t)).scalar() for t in (ARTICLES, COPIES))
    return articles == marked and (not articles or meta(connection, COPIES_BY) == copies_identity())


def regroup(connection: Connection, article_ids: Iterable[str]) -> None:
    """Make the clusters around these articles anew; ids that are not stored are passed over."""
    linked, before = _linked(connection, article_ids)
    if not linked:
        return
    after = {cluster_name(cluster): sorted(w.id for w in cluster) for cluster in clusters_among(linked.values())}
    there = {}
    for name in set(before.values()):
        there[name] = sorted(article_id for article_id, cluster in before.items() if cluster == name)
    _dissolve(connection, [name for name, members in there.items() if after.get(name) != members])
    for name, members in sorted(after.items()):
        if there.get(name) == members:
            continue
        connection.execute(insert(CLUSTERS).values(id=name, agency=_agency(connection, members)))
        for chunk in chunks(members):
            connection.execute(update(ARTICLES).where(ARTICLES.c.id.in_(chunk)).values(cluster=name))


def cluster_of(connection: Connection, name: str) -> Cluster | None:
    """Return the cluster of this name, or None."""
    row = connection.execute(select(CLUSTERS).where(CLUSTERS.c.id == name)).first()
    if row is None:
        return None
    query = select(ARTICLES.c.id, ARTICLES.c.published).where(ARTICLES.c.cluster == name)
    members = sorted(connection.execute(query).all(), key=lambda found: (found.published or "9999", found.id))
    return Cluster(row.id, tuple(member.id for member in members), row.agency)


def _linked(connection: Connection, article_ids: Iterable[str]) -> tuple[dict[str, Wording], dict[str, str]]:
    """Return what is linked to these articles by copies of copies or by a cluster, and its present clusters."""
    known: dict[str, Wording] = {}
    before: dict[str, str] = {}
    linked: set[str] = set()
    seen: set[str] = set()
    wave = set(article_ids)
    while wave:
        seen |= wave
        members = _clusters(connection, sorted(wave))
        before |= members
        linked.update(members)
        found = set(members)
        if len(linked) < _MAX_TOGETHER:
            for article_id, candidates in _candidates(connection, sorted(wave)).items():
                _read(connection, [article_id, *candidates], known)
                copies = [other for other in candidates if are_copies(known[article_id], known[other])]
                linked.update([article_id, *copies] if copies else [])
                found.update(copies)
        known = {article_id: wording for article_id, wording in known.items() if article_id in linked}
        wave = found - seen
    _read(connection, sorted(linked), known)
    return {article_id: known[article_id] for article_id in sorted(linked)}, before


def _clusters(connection: Connection, article_ids: Sequence[str]) -> dict[str, str]:
    """Return article id -> cluster, for those of these articles that are in one and for all its other members."""
    names: set[str] = set()
    for chunk in chunks(article_ids):
        query = select(ARTICLES.c.cluster).where(ARTICLES.c.id.in_(chunk), ARTICLES.c.cluster.is_not(None))
        names.update(connection.execute(query).scalars())
    found: dict[str, str] = {}
    for chunk in chunks(sorted(names)):
        query = select(ARTICLES.c.id, ARTICLES.c.cluster).where(ARTICLES.c.cluster.in_(chunk))
        found.update((row.id, row.cluster) for row in connection.execute(query))
    return found


def _candidates(connection: Connection, article_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return article id -> the articles that share keys with it, those that share most first; at most so many."""
    keys: dict[int, tuple[str, tuple[int, ...]]] = {}
    for chunk in chunks(article_ids):
        for row in connection.execute(select(COPIES).where(COPIES.c.article_id.in_(chunk))):
            keys[row.seq] = (row.article_id, _unpacked(row.bands))
    holders = _holders(connection, sorted({key for _, own in keys.values() for key in own}))
    shared: dict[str, Counter[int]] = {}
    for seq, (article_id, own) in keys.items():
        counts = Counter(other for key in own for other in holders.get(key, ()) if other != seq)
        if counts:
            shared[article_id] = counts
    names: dict[int, str] = {}
    wanted = sorted({seq for counts in shared.values() for seq in counts})
    for start in range(0, len(wanted), CHUNK):
        query = select(COPIES.c.seq, COPIES.c.article_id).where(COPIES.c.seq.in_(wanted[start : start + CHUNK]))
        names.update((row.seq, row.article_id) for row in connection.execute(query))
    return {
        article_id: sorted((names[seq] for seq in counts), key=_most_shared(counts, names))[:MAX_CANDIDATES]
        for article_id, counts in shared.items()
    }


def _most_shared(counts: Counter[int], names: dict[int, str]) -> Callable[[str], tuple[int, str]]:
    by_name = {names[seq]: count for seq, count in counts.items()}
    return lambda name: (-by_name[name], name)


def _holders(connection: Connection, keys: Sequence[int]) -> dict[int, list[int]]:
    """Return key -> the rows of `COPIES` that have it, at most `_MAX_HOLDERS`: a frame may be in thousands."""
    found: dict[int, list[int]] = defaultdict(list)
    place = func.row_number().over(partition_by=COPY_KEYS.c.key, order_by=COPY_KEYS.c.seq).label("place")
    for start in range(0, len(keys), CHUNK):
        placed = select(COPY_KEYS, place).where(COPY_KEYS.c.key.in_(keys[start : start + CHUNK])).subquery()
        query = select(placed.c.key, placed.c.seq).where(placed.c.place <= _MAX_HOLDERS)
        for key, seq in connection.execute(query):
            found[key].append(seq)
    return found


def _read(connection: Connection, article_ids: Sequence[str], known: dict[str, Wording]) -> None:
    """Add the wordings of these articles to `known`."""
    columns = (ARTICLES.c.id, ARTICLES.c.text, ARTICLES.c.outlet, ARTICLES.c.outlet_basis, ARTICLES.c.published)
    for chunk in chunks([article_id for article_id in article_ids if article_id not in known]):
        for row in connection.execute(select(*columns).where(ARTICLES.c.id.in_(chunk))):
            basis = OutletBasis(row.outlet_basis)
            article = Article(row.text, outlet=row.outlet, outlet_basis=basis, published=row.published, id=row.id)
            known[row.id] = wording_of(article)


def _agency(connection: Connection, article_ids: Sequence[str]) -> str | None:
    """Return the agency that most of these articles credit; of equals, the first by name."""
    counts: Counter[str] = Counter()
    for chunk in chunks(article_ids):
        query = select(COPIES.c.agency).where(COPIES.c.article_id.in_(chunk), COPIES.c.agency.is_not(None))
        counts.update(connection.execute(query).scalars())
    return min(counts, key=lambda name: (-counts[name], name), default=None)


def _dissolve(connection: Connection, names: Sequence[str]) -> None:
    for chunk in chunks(names):
        connection.execute(update(ARTICLES).where(ARTICLES.c.cluster.in_(chunk)).values(cluster=None))
        connection.execute(delete(CLUSTERS).where(CLUSTERS.c.id.in_(chunk)))


def _unpacked(blob: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(blob) // 4}i", blob)
