"""Clusters in the truth: right after every change, the same whatever the order, and made for older truths too."""

from __future__ import annotations

import json
import random
import sqlite3
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import stored
from copy_cases import EDITS, Newsroom, cases
from fakes import SAMPLES, HashEncoder

import index.store_copies
from documents.articles import Article
from documents.outlets.registry import OutletRegistry
from documents.reading import find_files, read_file
from documents.sources import ReadOptions
from index.building import ingest, rebuild, remove
from index.collection import Collection
from index.store import Cluster, Store

ENCODER = HashEncoder()
_NO_GENERATION = SimpleNamespace(manifest=SimpleNamespace(id="none"))
REGISTRY = OutletRegistry.load()


def groups(store: Store) -> dict[str, set[str]]:
    """Return cluster -> outlets, having checked that what is known of each cluster fits its articles."""
    found: dict[str, set[str]] = {}
    members: dict[str, set[str]] = {}
    for article in store.articles():
        if article.cluster:
            found.setdefault(article.cluster, set()).add(str(article.outlet))
            members.setdefault(article.cluster, set()).add(article.id)
    for name, ids in members.items():
        cluster = store.cluster(name)
        assert cluster is not None and set(cluster.article_ids) == ids and len(ids) > 1
        assert cluster.id == f"copy-{cluster.article_ids[0]}"
    assert store.path is not None
    with sqlite3.connect(store.path) as connection:
        assert {row[0] for row in connection.execute("SELECT id FROM clusters")} == set(members)
        assert connection.execute("SELECT count(*) FROM copies").fetchone() == (store.counts().articles,)
        keys = "SELECT count(*) FROM copy_keys WHERE seq NOT IN (SELECT seq FROM copies)"
        assert connection.execute(keys).fetchone() == (0,)
    return found


def read_in(home: Path, articles: Path, **options: Any) -> Store:
    ingest(home, [articles], options=ReadOptions(), encoder=ENCODER, **options)
    return Store.open(home)


def put(folder: Path, name: str, text: str, outlet: str, published: str = "2024-05-01") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.md"
    head = f'---\ntitle: "Headline of {name}"\noutlet: "{outlet}"\npublished: {published}\n---\n'
    path.write_text(head + text + "\n", encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def unpublished(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the indexes, which know nothing of clusters and take their time."""
    monkeypatch.setattr("index.building._publish_if_due", lambda *given: ())
    monkeypatch.setattr("index.building.publish", lambda *given, **named: _NO_GENERATION)


@pytest.fixture
def newsroom() -> Newsroom:
    return Newsroom(11, words=2000)


@pytest.fixture
def story(newsroom: Newsroom, tmp_path: Path) -> tuple[Path, str]:
    """Three outlets print one text, a fourth prints its own."""
    folder, text = tmp_path / "articles", newsroom.body(5)
    put(folder, "a", "LONDON (AP) – " + text, "Harbour Gazette")
    put(folder, "b", EDITS["cut 30 %"](newsroom, text) + "\n\nap/ks", "Quill Review", "2024-05-02")
    put(folder, "c", EDITS["5 % of words"](newsroom, text), "Lorn Courier", "2024-05-03")
    put(folder, "d", newsroom.body(5), "Bay Times")
    return folder, text


def test_the_samples_have_one_cluster(tmp_path: Path) -> None:
    store = Store.open(tmp_path, create=True)
    sources, _ = find_files([SAMPLES])
    read = [one.article for source in sources for one in read_file(source, ReadOptions(), REGISTRY).articles]
    stored.write(store, list({article.content_hash: article for article in read}.values()), ENCODER)
    (name,) = groups(store)
    cluster = store.cluster(name)
    assert cluster is not None and cluster.agency == "Meridian Press Agency"
    assert groups(store)[name] == {"Tolvern Herald", "Port Lowen Mercury", "Ashby Vale Gazette"}
    assert {a.agency for a in store.articles() if a.cluster is None} == {None}
    counts = {o.outlet: o.articles for o in store.outlets()}
    assert all(counts[outlet] >= 1 for outlet in groups(store)[name])  # every outlet keeps its own article
    assert sum(counts.values()) == sum(article.outlet is not None for article in store.articles())


def test_a_hit_knows_its_articles_cluster_and_agency(story: tuple[Path, str], tmp_path: Path) -> None:
    store = read_in(tmp_path / "home", story[0])
    (name,) = groups(store)
    with Collection.open(tmp_path / "home", encoder=ENCODER) as collection:
        hits = collection.search(story[1][:200], limit=5)
    in_cluster = {hit.passage.passage.article_id for hit in hits if hit.passage.cluster == name}
    assert len(in_cluster) > 1
    assert {hit.passage.agency for hit in hits if hit.passage.cluster} == {"Associated Press"}


def test_copies_that_come_later_join(story: tuple[Path, str], newsroom: Newsroom, tmp_path: Path) -> None:
    folder, text = story
    home = tmp_path / "home"
    assert list(groups(read_in(home, folder)).values()) == [{"Harbour Gazette", "Quill Review", "Lorn Courier"}]
    put(folder, "e", EDITS["paragraph added"](newsroom, text), "Marsh Post", "2024-05-04")
    ((name, outlets),) = groups(read_in(home, folder)).items()
    assert outlets == {"Harbour Gazette", "Quill Review", "Lorn Courier", "Marsh Post"}
    put(folder, "f", text, "Early Bird", "2024-04-30")  # the first from now on
    ((renamed, outlets),) = groups(read_in(home, folder)).items()
    assert renamed != name and len(outlets) == 5


def test_updates_and_removals_keep_clusters_right(story: tuple[Path, str], newsroom: Newsroom, tmp_path: Path) -> None:
    folder, text = story
    home = tmp_path / "home"
    read_in(home, folder).close()
    put(folder, "c", newsroom.body(5), "Lorn Courier", "2024-05-03")
    store = read_in(home, folder)
    assert list(groups(store).values()) == [{"Harbour Gazette", "Quill Review"}]
    put(folder, "c", text, "Lorn Courier", "2024-05-03")
    store = read_in(home, folder)
    ((name, outlets),) = groups(store).items()
    assert len(outlets) == 3
    first = store.cluster(name)
    assert first is not None
    assert remove(home, [first.article_ids[0]]) == 1
    ((renamed, outlets),) = groups(Store.open(home)).items()
    assert renamed == f"copy-{first.article_ids[1]}" and outlets == {"Quill Review", "Lorn Courier"}
    (folder / "b.md").unlink()
    (folder / "a.md").unlink()
    store = read_in(home, folder, prune=True)
    assert groups(store) == {} and store.cluster(renamed) is None


def test_clusters_are_those_of_the_articles_in_any_order_and_any_batches(tmp_path: Path) -> None:
    collection = [case.article for case in cases(stories=3, seed=5)]
    expected: dict[str, set[str]] | None = None
    for seed, batch in ((1, 200), (2, 7), (3, 3)):
        random.Random(seed).shuffle(collection)
        store = Store.open(tmp_path / str(seed), create=True)
        for start in range(0, len(collection), batch):
            stored.write(store, collection[start : start + batch], ENCODER)
        found = groups(store)
        assert expected is None or found == expected
        expected = found
        assert len(found) >= 3


def test_an_older_truth_gets_its_clusters_with_the_next_ingest(story: tuple[Path, str], tmp_path: Path) -> None:
    home = tmp_path / "home"
    expected = groups(read_in(home, story[0]))
    path = home / "truth.sqlite3"

    def take_back() -> None:
        with sqlite3.connect(path) as connection:
            for name in ("copies", "copy_keys", "clusters"):
                connection.execute(f"DROP TABLE {name}")
            connection.execute("DROP INDEX ix_articles_cluster")
            connection.execute("UPDATE articles SET cluster = NULL")
            connection.execute("DELETE FROM meta WHERE key = 'copies_by'")
            connection.execute("UPDATE alembic_version SET version_num = '0001'")
        connection.close()

    for again in (lambda: read_in(home, story[0]), lambda: rebuild(home, encoder=ENCODER)):
        take_back()
        migrated = Store.open(home)
        assert migrated.counts().articles == 4 and migrated.problems() == []
        assert {article.cluster for article in migrated.articles()} == {None}
        migrated.close()
        again()
        assert groups(Store.open(home)) == expected


def test_interrupted_marking_goes_on(story: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    expected = groups(read_in(home, story[0]))
    monkeypatch.setattr("index.store._MARKED_AT_ONCE", 1)
    monkeypatch.setattr(index.store_copies, "copies_identity", lambda: "another library")
    real, calls = index.store_copies.mark, iter(range(100))

    def killed(*given: Any) -> None:
        if next(calls) == 2:
            raise KeyboardInterrupt
        real(*given)

    monkeypatch.setattr(index.store_copies, "mark", killed)
    store = Store.open(home)
    with pytest.raises(KeyboardInterrupt):
        store.mark_copies()
    monkeypatch.setattr(index.store_copies, "mark", real)
    store.close()
    assert groups(read_in(home, story[0])) == expected
    revision = Store.open(home).revision()
    Store.open(home).mark_copies()
    assert Store.open(home).revision() == revision  # nothing to do, nothing written


def test_a_write_that_fails_leaves_the_clusters_as_they_were(
    story: tuple[Path, str], newsroom: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    store = read_in(home, story[0])
    before = groups(store)

    def fails(*given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("index.store_writing.regroup", fails)
    with pytest.raises(KeyboardInterrupt):
        put(story[0], "late", story[1], "Late Post")
        read_in(home, story[0])
    monkeypatch.undo()
    assert groups(Store.open(home)) == before


def test_damaged_clusters_are_found(story: tuple[Path, str], tmp_path: Path) -> None:
    store = read_in(tmp_path / "home", story[0])
    assert store.problems() == []
    with sqlite3.connect(tmp_path / "home" / "truth.sqlite3") as connection:
        connection.execute("UPDATE articles SET cluster = 'copy-none' WHERE outlet = 'Bay Times'")
    assert store.problems() == ["The near-copies of copy-none are not those that were found together."]


def test_many_copies_are_all_found_and_the_work_stays_bounded(newsroom: Newsroom, tmp_path: Path) -> None:
    text = newsroom.body(4)
    articles: list[Article] = [
        newsroom.article(f"Paper {n}", EDITS["5 % of words"](newsroom, text)) for n in range(120)
    ]
    store = Store.open(tmp_path, create=True)
    for start in range(0, len(articles), 30):
        stored.write(store, articles[start : start + 30], ENCODER)
    sizes = sorted(len(outlets) for outlets in groups(store).values())
    assert sizes[-1] >= 110 and sum(sizes) >= 118
    names = [article.cluster for article in store.articles()]
    assert isinstance(store.cluster(str(max(names, key=names.count))), Cluster)


def test_precision_and_recall_on_edited_copies(tmp_path: Path) -> None:
    from bench_copies import score

    figures = score(cases(stories=10, seed=3), tmp_path)
    assert figures["precision"] > 0.99 and figures["recall"] > 0.9, json.dumps(figures, indent=1)
