from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from fakes import HashEncoder
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.articles import Article, Attribution, OutletBasis, Passage, digest
from documents.errors import (
    EncoderMismatch,
    RequestError,
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreReadOnly,
    StoreTooNew,
)
from index import store_engine
from index.filters import Filter
from index.store import ArticleWrite, FileRead, Store
from index.store_engine import Target, create_database, open_engine
from index.tables import HEAD, METADATA

ENCODER = HashEncoder()
SPLITTER = "test-1"
NOBODY = 65534


def write_of(
    text: str,
    path: str = "/news/a.txt",
    item: str = "",
    cuts: Sequence[int] = (),
    attributions: Sequence[Attribution] = (),
    siblings: Sequence[str] = (),
    encoder: HashEncoder = ENCODER,
    **fields: object,
) -> ArticleWrite:
    """An article cut at `cuts`, each passage embedded as it stands."""
    if "outlet" in fields:
        fields.setdefault("outlet_basis", OutletBasis.GIVEN)
    article = Article(text=text, **fields)  # type: ignore[arg-type]
    edges = [0, *cuts, len(text)]
    whose = list(attributions) or [Attribution(article.outlet, article.outlet_basis)] * (len(edges) - 1)
    passages = [
        Passage(article.id, start, end, text[start:end], one)
        for start, end, one in zip(edges, edges[1:], whose, strict=False)
    ]
    hashes = [passage.text_hash for passage in passages]
    vectors = dict(zip(hashes, encoder.encode([passage.text for passage in passages]), strict=True))
    embedded = {passage.text_hash: digest(passage.text) for passage in passages}
    own = frozenset({*siblings, article.content_hash})
    return ArticleWrite(article, item, path, passages, vectors, embedded, own)


def file_of(*writes: ArticleWrite, fingerprint: str | None = "f") -> FileRead:
    return FileRead(writes[0].path, fingerprint, frozenset((one.item, one.article.content_hash) for one in writes))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = Store.open(tmp_path, create=True)
    opened.adopt(ENCODER.identity, SPLITTER)
    return opened


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Store:
    opened = Store.open(tmp_path_factory.mktemp("shared"), create=True)
    opened.adopt(ENCODER.identity, SPLITTER)
    return opened


# ---- before anything is stored, and following


def test_before_the_first_ingest_everything_is_empty(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "none")
    assert not store.exists and not store.readonly
    assert store.articles() == [] and store.article("0123456789abcdef") is None
    assert (store.revision(), store.max_seq(), store.counts().articles) == (0, 0, 0)
    assert store.vectors(["0" * 64])[1].shape == (0, 0)
    assert list(store.iter_passages()) == [] and list(store.iter_vectors()) == []
    assert store.encoder_identity() is None and store.outlets() == [] and store.problems() == []
    assert not (tmp_path / "none").exists()
    with pytest.raises(StoreError, match="ingest articles first"):
        store.write([write_of("A text.")])


def test_a_reader_follows_a_truth_that_appears_changes_and_is_replaced(tmp_path: Path) -> None:
    reader = Store.open(tmp_path)
    writer = Store.open(tmp_path, create=True)
    writer.adopt(ENCODER.identity, SPLITTER)
    assert reader.exists
    before = reader.revision()
    writer.write([write_of("The ferry sank.")])
    assert [article.text for article in reader.articles()] == ["The ferry sank."]
    assert reader.revision() > before
    writer.close()
    other = Store.open(tmp_path / "other", create=True)
    other.adopt(ENCODER.identity, SPLITTER)
    other.write([write_of("The ferry floats.")])
    other.close()
    for ending in ("-wal", "-shm"):  # the log of the old file must not be taken for the new one's
        (tmp_path / f"truth.sqlite3{ending}").unlink(missing_ok=True)
    (tmp_path / "other" / "truth.sqlite3").replace(tmp_path / "truth.sqlite3")
    assert [article.text for article in reader.articles()] == ["The ferry floats."]


def test_a_missing_truth_with_an_index_of_it_is_not_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "generations").mkdir()
    (tmp_path / "generations" / "CURRENT").write_text("0123456789abcdef\n")
    with pytest.raises(StoreDamaged, match="restore a backup"):
        Store.open(tmp_path)


# ---- what is stored comes back


TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n"), min_size=1, max_size=60
).filter(str.strip)


@settings(max_examples=25, deadline=None)
@given(texts=st.lists(TEXTS, min_size=1, max_size=5, unique=True), seed=st.integers(0, 1000))
def test_every_passage_comes_back_as_it_was_cut(shared: Store, texts: list[str], seed: int) -> None:
    store, rng = shared, random.Random(seed)
    store.remove([article.id for article in store.articles()])
    writes = []
    for number, text in enumerate(texts):
        cuts = sorted({rng.randrange(1, len(text)) for _ in range(3)}) if len(text) > 1 else []
        writes.append(write_of(text, f"/{number}", cuts=cuts, title=f"T{number}"))
    store.write(writes, [file_of(one) for one in writes])
    expected = [passage for one in writes for passage in one.passages]
    stored = [one for page in store.iter_passages(batch=2) for one in page]
    assert [one.passage for one in stored] == expected
    assert [one.seq for one in stored] == sorted({one.seq for one in stored})
    for one in writes:
        article = store.article(one.article.id)
        assert article is not None and article.text == one.article.text and article.paths == (one.path,)
        assert "".join(p.text for p in store.passages_of(article.id)) == article.text
    hashes, rows = store.vectors([p.text_hash for p in expected])
    by_hash = {h: v for one in writes for h, v in one.vectors.items()}
    assert all(np.array_equal(row, by_hash[h]) for h, row in zip(hashes, rows, strict=True))
    paged = [h for page, _ in store.iter_vectors(batch=2) for h in page]
    assert paged == list(dict.fromkeys(p.text_hash for p in expected))
    assert store.problems() == []


def test_an_article_is_found_by_a_unique_beginning_of_its_id(store: Store) -> None:
    store.write(
        [write_of("One text.", "/1", id="abcdef0000000001"), write_of("Two text.", "/2", id="abcdef1000000002")]
    )
    found = store.article("abcdef1")
    assert found is not None and found.text == "Two text."
    assert store.article("abcde") is None and store.article("' OR 1=1") is None and store.article("ffffff") is None
    with pytest.raises(RequestError, match="begins several"):
        store.article("ABCDEF")


def test_counts_and_outlets_by_role(store: Store) -> None:
    quoted = Attribution("Skerry Courier", OutletBasis.QUOTED, via="Brenholm Lantern")
    own = Attribution("Brenholm Lantern", OutletBasis.GIVEN)
    store.write(
        [
            write_of(
                "Own words. Quoted words.", "/1", cuts=[11], attributions=[own, quoted], outlet="Brenholm Lantern"
            ),
            write_of("Nobody said who prints this.", "/2"),
        ]
    )
    assert [(one.outlet, one.articles, one.quoted_passages) for one in store.outlets()] == [
        ("Brenholm Lantern", 1, 0),
        ("Skerry Courier", 0, 1),
    ]
    assert store.outlet_names() == ["Brenholm Lantern", "Skerry Courier"]
    assert store.publishers() == ["Brenholm Lantern"]
    counts = store.counts()
    assert (counts.articles, counts.passages, counts.texts) == (2, 3, 3)


def test_filters_by_originating_outlet_and_inclusive_dates(store: Store) -> None:
    dates = {"/1": "2024-05-01", "/2": "2024-05-02T23:59:00+02:00", "/3": "2024-05-03", "/4": None}
    writes = [
        write_of(
            f"Text of {path}.", path, published=date, outlet="Skerry Courier" if path < "/3" else "Brenholm Lantern"
        )
        for path, date in dates.items()
    ]
    store.write(writes)

    def found(**only: object) -> list[str]:
        hashes = [one.passages[0].text_hash for one in writes]
        chosen = Filter(**only)  # type: ignore[arg-type]
        passages = store.passages_with_text(hashes, chosen)
        assert sorted(p.passage.text_hash for p in passages) == store.filtered_texts(chosen)
        by_id = store.passages_by_id([one.passages[0].id for one in reversed(writes)], chosen)
        assert sorted(p.seq for p in by_id) == [p.seq for p in passages]
        return [p.passage.text[8:10] for p in passages]

    assert found() == ["/1", "/2", "/3", "/4"]
    assert found(outlets=("Skerry Courier",)) == ["/1", "/2"]
    assert found(outlets=("Skerry Courier", "Brenholm Lantern")) == ["/1", "/2", "/3", "/4"]
    assert found(since="2024-05-02") == ["/2", "/3"]
    assert found(until="2024-05-02") == ["/1", "/2"]
    assert found(since="2024-05", until="2024-05") == ["/1", "/2", "/3"]
    assert found(since="2025") == [] and found(outlets=("Nobody",)) == []


@pytest.mark.parametrize("value", ["yesterday", "2024-13", "2024-02-30", "24-01-01", "2024-05-01; --", "٢٠٢٤-٠١-٠١"])
def test_a_filter_refuses_what_is_no_date(value: str) -> None:
    with pytest.raises(RequestError, match="YYYY-MM-DD"):
        Filter(since=value)


def test_a_filter_knows_the_days_of_months_and_the_order_of_dates() -> None:
    assert Filter(since="2024", until="2024-02") == Filter(since="2024-01-01", until="2024-02-29")
    assert Filter(until="2023-09-06T12:00:00Z").until == "2023-09-06"
    assert Filter().is_empty and not Filter(since="2024").is_empty
    with pytest.raises(RequestError, match="swap"):
        Filter(since="2024-02-01", until="2024-01-01")


def test_any_number_of_hashes_and_ids_can_be_asked_for(store: Store) -> None:
    one = write_of("The only text.")
    store.write([one])
    noise = [digest(str(number)) for number in range(3000)]
    assert len(store.passages_with_text([*noise, one.passages[0].text_hash])) == 1
    assert len(store.passages_by_id([*(h[:16] for h in noise), one.passages[0].id])) == 1
    assert store.vectors([*noise, one.passages[0].text_hash])[0] == [one.passages[0].text_hash]


# ---- whose article it is


def test_a_changed_article_keeps_its_id_and_replaces_all_passages_and_fields(store: Store) -> None:
    first = write_of("Old words here.", cuts=[4], title="Old", author="A. Writer", url="https://old.example/1")
    store.write([first], [file_of(first)])
    seq = store.max_seq()
    second = write_of("New words there.", cuts=[5], outlet="Skerry Courier")
    result = store.write([second], [file_of(second)])
    assert [one.status for one in result.outcomes] == ["updated"] and result.removed == ()
    [article] = store.articles()
    assert article.id == first.article.id != second.article.id
    assert (article.text, article.title, article.author, article.url) == ("New words there.", None, None, None)
    assert article.content_hash == second.article.content_hash
    stored = [one for page in store.iter_passages() for one in page]
    assert [one.passage.text for one in stored] == ["New w", "ords there."] and min(one.seq for one in stored) > seq
    assert store.vectors([p.text_hash for p in first.passages])[0] == []
    assert store.counts().texts == 2 and store.problems() == []


def test_one_article_under_two_names_is_one_article_with_both_paths(store: Store) -> None:
    result = store.write([write_of("Same words.", "/a"), write_of("Same words.", "/b")])
    assert [one.status for one in result.outcomes] == ["added", "unchanged"]
    [article] = store.articles()
    assert article.paths == ("/a", "/b")
    [duplicate] = store.duplicates(["/b"])
    assert (duplicate.article_id, duplicate.paths) == (article.id, ("/a", "/b"))
    assert store.duplicates(["/c"]) == []


def test_an_article_that_stands_elsewhere_too_is_not_overwritten(store: Store) -> None:
    store.write([write_of("Same words.", "/a"), write_of("Same words.", "/b")])
    changed = write_of("Other words.", "/a")
    result = store.write([changed], [file_of(changed)])
    assert [one.status for one in result.outcomes] == ["added"]
    assert {article.text: article.paths for article in store.articles()} == {
        "Same words.": ("/b",),
        "Other words.": ("/a",),
    }


def test_content_that_moves_to_another_file_in_the_same_batch_survives(store: Store) -> None:
    first = write_of("Words that move.", "/a")
    store.write([first], [file_of(first)])
    changed, moved = write_of("Words that replace.", "/a"), write_of("Words that move.", "/b")
    store.write([changed, moved], [file_of(changed), file_of(moved)])
    assert {article.text: article.paths for article in store.articles()} == {
        "Words that move.": ("/b",),
        "Words that replace.": ("/a",),
    }


def test_a_file_that_became_a_copy_of_another_gives_up_its_old_article(store: Store) -> None:
    a, b = write_of("First words.", "/a"), write_of("Second words.", "/b")
    store.write([a, b], [file_of(a), file_of(b)])
    copy = write_of("First words.", "/b")
    result = store.write([copy], [file_of(copy)])
    assert result.outcomes[0].status == "unchanged" and result.removed == (b.article.id,)
    assert [article.paths for article in store.articles()] == [("/a", "/b")]
    assert store.counts().texts == 1 and store.problems() == []


def lines(*texts: str, path: str = "/f.jsonl") -> tuple[list[ArticleWrite], FileRead]:
    hashes = [Article(text=text).content_hash for text in texts]
    writes = [write_of(text, path, f"line {n}", siblings=hashes) for n, text in enumerate(texts, 1)]
    return writes, file_of(*writes)


def store_lines(store: Store, *texts: str, prune: bool = False) -> list[str]:
    writes, file = lines(*texts)
    return [one.status for one in store.write(writes, [file], prune=prune).outcomes]


def test_lines_that_move_inside_a_file_are_unchanged(store: Store) -> None:
    store_lines(store, "Alpha text.", "Beta text.", "Gamma text.")
    ids = {article.text: article.id for article in store.articles()}
    assert store_lines(store, "New text.", "Alpha text.", "Beta text.", "Gamma text.") == [
        "added", "unchanged", "unchanged", "unchanged",
    ]  # fmt: skip
    assert {a.text: a.id for a in store.articles() if a.text in ids} == ids
    assert store.articles_at("/f.jsonl") == {
        f"line {n}": store.stored_contents([Article(text=t).content_hash])[Article(text=t).content_hash]
        for n, t in enumerate(["New text.", "Alpha text.", "Beta text.", "Gamma text."], 1)
    }


def test_a_changed_line_is_an_update_and_its_neighbours_are_not(store: Store) -> None:
    store_lines(store, "Alpha text.", "Beta text.")
    ids = {article.text: article.id for article in store.articles()}
    assert store_lines(store, "Alpha text.", "Beta text, changed.") == ["unchanged", "updated"]
    assert {a.text: a.id for a in store.articles()} == {
        "Alpha text.": ids["Alpha text."],
        "Beta text, changed.": ids["Beta text."],
    }


@pytest.mark.parametrize("prune", [False, True])
def test_a_line_that_vanished_is_kept_unless_pruned(store: Store, prune: bool) -> None:
    store_lines(store, "Alpha text.", "Beta text.", "Gamma text.")
    assert store_lines(store, "Beta text.", "Gamma text.", prune=prune) == ["unchanged", "unchanged"]
    left = {"Beta text.", "Gamma text."} if prune else {"Alpha text.", "Beta text.", "Gamma text."}
    assert {article.text for article in store.articles()} == left
    # What vanished before is not what stands at its old place now: another new line is a new article.
    assert store_lines(store, "Beta text.", "Gamma text.", "Delta text.", prune=prune)[2] == "added"
    assert store.problems() == []


def test_a_file_that_was_not_read_completely_takes_nothing_away(store: Store) -> None:
    store_lines(store, "Alpha text.", "Beta text.")
    writes, _ = lines("Alpha text.")
    result = store.write(writes, [file_of(*writes, fingerprint=None)], prune=True)
    assert result.removed == () and store.counts().articles == 2
    assert store.fingerprints(["/f.jsonl"]) == {}


def test_other_content_with_the_same_id_gets_an_id_of_its_own_always_the_same(tmp_path: Path) -> None:
    ids = []
    for name in ("one", "two"):
        store = Store.open(tmp_path / name, create=True)
        store.adopt(ENCODER.identity, SPLITTER)
        taken = write_of("First content.", "/1", id="0123456789abcdef")
        store.write([taken])
        result = store.write([write_of("Second content.", "/2", id="0123456789abcdef")])
        ids.append(result.outcomes[0].article_id)
        assert store.counts().articles == 2
        assert store.passages_of(ids[-1])[0].article_id == ids[-1] != "0123456789abcdef"
    assert ids[0] == ids[1]


def test_forgotten_files_take_only_articles_that_stand_nowhere_else(store: Store) -> None:
    store.write([write_of("Shared.", "/a"), write_of("Shared.", "/b"), write_of("Alone.", "/a", "2")])
    assert store.forget_files(["/a"]) == [Article(text="Alone.").id]
    assert [article.paths for article in store.articles()] == [("/b",)]
    assert store.forget_files(["/b"]) and store.counts() == type(store.counts())(0, 0, 0)


@settings(max_examples=15, deadline=None)
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["/f", "/g"]),
            st.lists(st.sampled_from("ABCDE"), max_size=4),
            st.integers(1, 4),
        ),
        min_size=1,
        max_size=7,
    )
)
def test_after_any_history_of_two_files_the_truth_holds_what_they_hold(
    shared: Store, steps: list[tuple[str, list[str], int]]
) -> None:
    """Lines are rewritten, moved, doubled and dropped; batches end anywhere in a file."""
    shared.remove([article.id for article in shared.articles()])
    files: dict[str, list[str]] = {"/f": [], "/g": []}
    for path, names, batch in steps:
        files[path] = names
        writes = lines(*(f"Text {name}." for name in names), path=path)[0] if names else []
        items = frozenset((one.item, one.article.content_hash) for one in writes)
        for start in range(0, len(writes), batch):
            shared.write(writes[start : start + batch])
        shared.write([], [FileRead(path, "f", items)], prune=True)
        expected: dict[str, set[str]] = {}
        for where, held in files.items():
            for name in held:
                expected.setdefault(f"Text {name}.", set()).add(where)
        assert {article.text: set(article.paths) for article in shared.articles()} == expected
        doubled = {name for name in "ABCDE" if sum(held.count(name) for held in files.values()) > 1}
        assert len(shared.duplicates(["/f", "/g"])) == len(doubled)
        assert shared.problems() == [] and shared.counts().texts == len(expected)


# ---- vectors


def test_one_vector_per_text_kept_while_anybody_has_it(store: Store) -> None:
    a = write_of("Shared. Own to a.", "/a", cuts=[8])
    b = write_of("Shared. Own to b.", "/b", cuts=[8])
    store.write([a, b])
    assert store.counts().passages == 4 and store.counts().texts == 3
    shared = a.passages[0].text_hash
    assert len(store.passages_with_text([shared])) == 2
    assert store.remove([a.article.id]) == 1
    assert store.vectors([shared])[0] == [shared] and store.counts().texts == 2
    store.remove([b.article.id[:8]])
    assert store.counts().texts == 0 and store.problems() == []


def test_a_given_vector_replaces_the_old_one_only_for_the_sole_owner(store: Store) -> None:
    def shout(one: ArticleWrite) -> ArticleWrite:
        flipped = {text_hash: -vector for text_hash, vector in one.vectors.items()}
        return ArticleWrite(one.article, one.item, one.path, one.passages, flipped, one.embedded, one.siblings)

    a = write_of("Kept. Tail.", "/a", cuts=[6])
    store.write([a])
    kept = a.passages[0].text_hash
    store.write([shout(write_of("Kept. Other tail.", "/a", cuts=[6]))])
    assert np.array_equal(store.vectors([kept])[1][0], -a.vectors[kept])
    store.write([write_of("Kept. By b, too.", "/b", cuts=[6])])
    store.write([write_of("Kept. Third tail.", "/a", cuts=[6])])
    assert np.array_equal(store.vectors([kept])[1][0], -a.vectors[kept])


def test_another_encoder_or_splitter_is_refused_by_name(store: Store) -> None:
    store.adopt(HashEncoder(name="other").identity, SPLITTER)  # nothing is stored yet: nothing to contradict
    store.adopt(ENCODER.identity, SPLITTER)
    store.write([write_of("Some words.")])
    store.adopt(ENCODER.identity, SPLITTER)
    with pytest.raises(EncoderMismatch, match=r"'fake-hash-256'.*'other'.*byline rebuild --encoder other"):
        store.adopt(HashEncoder(name="other").identity, SPLITTER)
    with pytest.raises(EncoderMismatch, match=r"'test-1'.*byline rebuild"):
        store.check_maker("fake-hash-256", "test-2")
    with pytest.raises(EncoderMismatch, match="byline rebuild --encoder some/model"):
        store.check_maker("some/model", SPLITTER)  # its name alone says so: nothing needs loading


@pytest.mark.parametrize("damage", ["short", "nan", "missing", "not a partition"])
def test_a_write_that_does_not_fit_stores_nothing_at_all(store: Store, damage: str) -> None:
    bad = write_of("Bad words.", "/bad")
    vector = bad.vectors[bad.passages[0].text_hash]
    vectors = {
        "short": {bad.passages[0].text_hash: vector[:5]},
        "nan": {bad.passages[0].text_hash: np.full_like(vector, np.nan)},
        "missing": {},
        "not a partition": bad.vectors,
    }[damage]
    passages = bad.passages if damage != "not a partition" else [Passage("0" * 16, 0, 3, "Bad", Attribution())]
    before = store.revision()
    with pytest.raises(ValueError, match="expected"):
        store.write([write_of("Good words.", "/good"), ArticleWrite(bad.article, "", "/bad", passages, vectors)])
    assert store.counts().articles == 0 and store.revision() == before


def test_nothing_is_removed_when_one_id_is_unknown(store: Store) -> None:
    one = write_of("Words.")
    store.write([one])
    with pytest.raises(RequestError, match="'ffffffffffff'"):
        store.remove([one.article.id, "ffffffffffff"])
    assert store.counts().articles == 1 and store.remove([]) == 0


def test_seq_is_never_used_twice(store: Store) -> None:
    seen: list[int] = []
    for number in range(4):
        one = write_of(f"Words {number}.")
        store.write([one])
        seen.append(store.max_seq())
        store.remove([store.articles()[0].id])
    assert len(set(seen)) == 4 and seen == sorted(seen)


# ---- staging, as a rebuild does it


def test_staged_vectors_are_unseen_until_the_swap(store: Store) -> None:
    one = write_of("Alpha. Beta.", cuts=[7])
    store.write([one])
    other = HashEncoder(dimension=16, name="other")
    rows = dict(zip([p.text_hash for p in one.passages], other.encode(["Alpha. ", "Beta."]), strict=True))
    store.begin_staging(other.identity)
    store.stage(dict([next(iter(rows.items()))]), {})
    assert store.vectors(list(rows))[1].shape == (2, 256)
    with pytest.raises(ValueError, match="old encoder"):
        store.swap((), other.identity, SPLITTER)
    assert store.encoder_identity() == ENCODER.identity
    store.begin_staging(other.identity)
    assert len(store.staged_texts(list(rows))) == 1  # what was set aside before is still there
    store.stage(dict([list(rows.items())[1]]), {})
    merged = [Passage(one.article.id, 0, 12, "Alpha. Beta.", Attribution())]
    store.stage({merged[0].text_hash: other.encode(["x"])[0]}, {})
    store.swap([(one.article.id, merged)], other.identity, "test-2")
    assert store.encoder_identity() == other.identity and store.splitter() == "test-2"
    assert [p.text for p in store.passages_of(one.article.id)] == ["Alpha. Beta."]
    assert store.counts().texts == 1 and store.problems() == []
    store.begin_staging(ENCODER.identity)
    assert store.staged_texts(list(rows)) == set()


# ---- errors: real situations, one line each, of the family


def one_line(error: BaseException) -> str:
    text = str(error)
    assert "\n" not in text and text.startswith("expected") and ("got" in text)
    return text


def filled(home: Path, articles: int = 1) -> Path:
    store = Store.open(home, create=True)
    store.adopt(ENCODER.identity, SPLITTER)
    store.write([write_of(f"Words of article {n}. " * 20, f"/{n}") for n in range(articles)])
    store.close()
    return home / "truth.sqlite3"


def damage_garbage(path: Path) -> None:
    path.write_bytes(b"garbage " * 500)


def damage_empty(path: Path) -> None:
    path.write_bytes(b"")


def damage_cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def damage_header(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(16)
        file.write(b"\x00\x03")


def damage_no_tables(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE other (x)")
    connection.commit()
    connection.close()


def damage_no_version(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("DELETE FROM alembic_version")
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    "damage",
    [damage_garbage, damage_empty, damage_cut, damage_header, damage_no_tables, damage_no_version],
    ids=lambda damage: damage.__name__,
)
def test_a_damaged_truth_is_refused_at_opening_with_advice(tmp_path: Path, damage: object) -> None:
    damage(filled(tmp_path, 30))  # type: ignore[operator]
    with pytest.raises(StoreDamaged) as caught:
        Store.open(tmp_path)
    assert "byline restore" in one_line(caught.value)


@pytest.mark.parametrize("seed", range(6))
def test_random_damage_inside_is_found_or_harmless(tmp_path: Path, seed: int) -> None:
    path = filled(tmp_path, 40)
    sound = [article.text for article in Store.open(tmp_path).articles()]
    content = bytearray(path.read_bytes())
    rng = random.Random(seed)
    start = rng.randrange(4096, len(content) - 3000)
    content[start : start + 3000] = rng.randbytes(3000)
    path.write_bytes(content)
    try:
        store = Store.open(tmp_path)
        problems = store.problems()
        texts = [article.text for article in store.articles()]
    except StoreDamaged as error:
        one_line(error)
    else:
        assert problems or texts == sound


def test_a_silent_change_of_stored_content_is_found(tmp_path: Path) -> None:
    path = filled(tmp_path, 2)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE articles SET text = replace(text, 'article 1', 'article 7')")
    connection.execute('UPDATE passages SET "end" = "end" - 1 WHERE article_id = (SELECT max(id) FROM articles)')
    connection.execute(
        "UPDATE vectors SET vector = zeroblob(1024) WHERE text_hash = (SELECT max(text_hash) FROM vectors)"
    )
    connection.commit()
    connection.close()
    problems = Store.open(tmp_path).problems()
    assert len(problems) == 3 and all(problem.endswith(".") for problem in problems)
    assert "content" in " ".join(problems) and "cover" in " ".join(problems) and "vector" in " ".join(problems)


def test_a_newer_truth_is_refused(tmp_path: Path) -> None:
    connection = sqlite3.connect(filled(tmp_path))
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    with pytest.raises(StoreTooNew, match="newer Byline") as caught:
        Store.open(tmp_path)
    one_line(caught.value)


def test_a_folder_a_pipe_and_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "a" / "truth.sqlite3").mkdir(parents=True)
    (tmp_path / "b").mkdir()
    os.mkfifo(tmp_path / "b" / "truth.sqlite3")
    (tmp_path / "c").write_text("a file where the folder should be")
    for name in ("a", "b"):
        with pytest.raises(StoreError, match=r"got (a folder|something else)") as caught:
            Store.open(tmp_path / name)
        one_line(caught.value)
    assert not Store.open(tmp_path / "c").exists
    with pytest.raises(StoreError) as caught:
        Store.open(tmp_path / "c", create=True)
    one_line(caught.value)


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("nonsense", "correct --store"),
        ("nosuch://host/name", "correct --store"),
        ("postgresql+psycopg://user:secret@127.0.0.1:1/byline", "driver"),
        ("oracle+cx_oracle://user:secret@127.0.0.1:1/byline", "driver"),
        ("sqlite://", "names a file"),
        ("sqlite:///:memory:", "names a file"),
    ],
)
def test_a_url_that_cannot_work_is_one_line_without_the_password(tmp_path: Path, url: str, what: str) -> None:
    with pytest.raises(StoreError, match=what) as caught:
        Store.open(tmp_path, url)
    assert "secret" not in one_line(caught.value)


def test_a_sqlite_url_names_another_place(tmp_path: Path) -> None:
    filled(tmp_path / "elsewhere")
    store = Store.open(tmp_path / "home", f"sqlite:///{tmp_path / 'elsewhere' / 'truth.sqlite3'}")
    assert store.counts().articles == 1 and not (tmp_path / "home").exists()


def test_text_that_is_no_unicode_is_one_line_and_stores_nothing(store: Store) -> None:
    with pytest.raises(StoreError, match="valid Unicode") as caught:
        store.write([write_of("Good words.", "/1"), write_of("Bad title.", "/2", title="half a \ud800 pair")])
    one_line(caught.value)
    assert store.counts().articles == 0


def test_a_locked_truth_is_busy_but_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_engine, "BUSY_SECONDS", 0.1)
    path = filled(tmp_path)
    store = Store.open(tmp_path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy) as caught:
        store.write([write_of("More words.", "/more")])
    one_line(caught.value)
    assert store.counts().articles == 1
    other.execute("ROLLBACK")
    other.close()
    store.write([write_of("More words.", "/more")])
    assert store.counts().articles == 2


def as_nobody(home: Path) -> str:
    """What reading and writing `home` says in a process without root's rights: root may write everywhere."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        said = "nothing"
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            said = _use(home)
        except BaseException as error:  # noqa: BLE001 - a child of a test must not become a second test run
            said = f"unforeseen {error!r}"
        finally:
            os.write(writing, said.encode())
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said


def _use(home: Path) -> str:
    try:
        store = Store.open(home)
        said = f"read {store.counts().articles} {store.readonly} {[a.text[:5] for a in store.articles()]}\n"
    except StoreError as error:
        return f"{type(error).__name__} {one_line(error)}"
    try:
        store.write([write_of("More words.", "/more")])
    except StoreError as error:
        return f"{said}{type(error).__name__} {one_line(error)}"
    return f"{said}wrote"


@pytest.fixture
def public(tmp_path: Path) -> Iterator[Path]:
    """A folder that anybody may look into, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(os.getuid() != 0, reason="needs root to become somebody else")
def test_a_folder_that_cannot_be_written_is_read_and_nothing_more(public: Path) -> None:
    home = public / "home"
    filled(home)
    assert not (home / "truth.sqlite3-wal").exists()
    said = as_nobody(home).splitlines()
    assert said[0] == "read 1 True ['Words']" and said[1].startswith("StoreReadOnly expected")
    # While somebody else has it open and its log holds the newest article, that one is read as well.
    writer = Store.open(home)
    writer.write([write_of("Fresh words.", "/fresh")])
    assert as_nobody(home).splitlines()[0] == "read 2 True ['Fresh', 'Words']"
    writer.close()
    (home / "truth.sqlite3").chmod(0o600)
    assert "Permission denied" in as_nobody(home)


@pytest.mark.skipif(os.getuid() != 0, reason="needs root to become somebody else")
def test_a_log_that_cannot_be_read_is_never_left_out_silently(public: Path) -> None:
    home, copy = public / "home", public / "copy"
    filled(home)
    # As a killed writer leaves it, but without the shared memory file, which a reader would have to make.
    writer = Store.open(home)
    writer.write([write_of("Fresh words.", "/fresh")])
    copy.mkdir()
    for name in ("truth.sqlite3", "truth.sqlite3-wal"):
        shutil.copy(home / name, copy / name)
    writer.close()
    assert as_nobody(copy).startswith(("read 2", "StoreReadOnly", "StoreError"))


def mounted(folder: Path, *options: str) -> bool:
    folder.mkdir(exist_ok=True)
    done = subprocess.run(["mount", "-t", "tmpfs", *options, "tmpfs", str(folder)], capture_output=True, check=False)
    return done.returncode == 0


@pytest.mark.skipif(os.getuid() != 0 or shutil.which("mount") is None, reason="needs to mount a small disk")
def test_a_full_disk_says_so_keeps_what_was_stored_and_goes_on_answering(tmp_path: Path) -> None:
    home = tmp_path / "small"
    if not mounted(home, "-o", "size=2m"):
        pytest.skip("this machine lets nobody mount a disk")
    try:
        store = Store.open(home, create=True)
        store.adopt(ENCODER.identity, SPLITTER)
        stored = 0
        with pytest.raises(StoreError, match="full") as caught:
            for number in range(2000):
                store.write([write_of(f"Words of number {number}. " * 100, f"/{number}")])
                stored += 1
        assert "bytes free" in one_line(caught.value) and stored > 3
        (home / "filler").write_bytes(b"")
        with (home / "filler").open("ab", buffering=0) as filler:
            try:
                while True:
                    filler.write(b"x" * 512)
            except OSError:
                pass
        assert store.counts().articles == stored
        store.close()
        again = Store.open(home)
        assert again.counts().articles == stored == len(again.articles())
        again.close()
        (home / "filler").unlink()
        subprocess.run(["mount", "-o", "remount,size=4m", str(home)], check=True)
        last = Store.open(home)
        assert last.problems() == []
        last.write([write_of("Room again.", "/room")])
        assert last.counts().articles == stored + 1
        last.close()
        # A disk that can only be read is no disk that cannot be asked.
        subprocess.run(["mount", "-o", "remount,ro", str(home)], check=True)
        read = Store.open(home)
        assert read.readonly and read.counts().articles == stored + 1
        with pytest.raises(StoreReadOnly):
            read.write([write_of("Not here.", "/no")])
        read.close()
    finally:
        subprocess.run(["umount", "-l", str(home)], check=False)


# ---- versions


def test_the_tables_and_the_revisions_say_the_same(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory
    from sqlalchemy import URL, create_engine

    from index.store_migrating import REVISIONS

    config = Config()
    config.set_main_option("script_location", str(REVISIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]
    target = Target(URL.create("sqlite", database=str(tmp_path / "made.sqlite3")), tmp_path / "made.sqlite3")
    create_database(target)
    engine = create_engine(f"sqlite:///{tmp_path / 'migrated.sqlite3'}")
    config.attributes["connection"] = connection = engine.connect()
    from alembic import command

    command.upgrade(config, "head")
    connection.commit()
    assert compare_metadata(MigrationContext.configure(connection), METADATA) == []

    def schema(path: Path) -> set[str]:
        rows = sqlite3.connect(path).execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {" ".join(row[0].split()).replace("CONSTRAINT alembic_version_pkc ", "") for row in rows}

    assert schema(tmp_path / "made.sqlite3") == schema(tmp_path / "migrated.sqlite3")


def later_revisions(folder: Path, body: str) -> Path:
    from index.store_migrating import REVISIONS

    copy = folder / "migrations"
    shutil.copytree(REVISIONS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "versions" / "revision_0003.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        "revision, down_revision, branch_labels, depends_on = '0003', '0002', None, None\n"
        f"def upgrade():\n    op.add_column('articles', sa.Column('mood', sa.Text))\n    {body}\n"
    )
    return copy


def test_an_older_truth_is_migrated_after_a_copy_of_it_was_made(tmp_path: Path) -> None:
    from index.store_migrating import migrate

    path = filled(tmp_path, 3)
    store = Store.open(tmp_path)
    target = store._target
    engine, _ = open_engine(target)
    copy = migrate(engine, target, revisions=later_revisions(tmp_path, "pass"), head="0003")
    assert copy is not None and copy.name.startswith("truth.sqlite3.before-0003-")
    assert "mood" in str(
        sqlite3.connect(path).execute("SELECT sql FROM sqlite_master WHERE name='articles'").fetchone()
    )
    assert sqlite3.connect(copy).execute("SELECT version_num FROM alembic_version").fetchone() == ("0002",)
    assert sqlite3.connect(copy).execute("SELECT count(*) FROM articles").fetchone() == (3,)
    with pytest.raises(StoreTooNew):
        Store.open(tmp_path)
    engine.dispose()


def test_a_migration_that_fails_leaves_the_old_version_whole(tmp_path: Path) -> None:
    from index.store_migrating import migrate

    path = filled(tmp_path)
    target = Store.open(tmp_path)._target
    engine, _ = open_engine(target)
    with pytest.raises(RuntimeError):
        migrate(engine, target, revisions=later_revisions(tmp_path, "raise RuntimeError"), head="0003")
    engine.dispose()
    assert "mood" not in str(sqlite3.connect(path).execute("SELECT sql FROM sqlite_master").fetchall())
    assert Store.open(tmp_path).counts().articles == 1


def test_opening_loads_neither_alembic_nor_a_model() -> None:
    code = (
        "import sys; from index.store import Store; from pathlib import Path; import tempfile\n"
        "home = Path(tempfile.mkdtemp()); Store.open(home, create=True).close(); Store.open(home).counts()\n"
        "print([m for m in ('alembic', 'torch', 'chromadb', 'sentence_transformers', 'tantivy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# ---- several at once


def test_readers_in_threads_see_whole_states_while_one_writes(tmp_path: Path) -> None:
    filled(tmp_path)
    store = Store.open(tmp_path)
    wrong: list[object] = []
    ended = threading.Event()

    def read() -> None:
        try:
            while not ended.is_set():
                for article in store.articles():
                    passages = store.passages_of(article.id)
                    if passages and "".join(p.text for p in passages) not in (article.text, article.text[::-1]):
                        wrong.append(article)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test must see it
            wrong.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    text = "Forwards and back."
    for number in range(15):
        one = write_of(text if number % 2 else text[::-1], "/same", cuts=[3, 9])
        store.write([one], [file_of(one)])
    ended.set()
    for thread in threads:
        thread.join()
    assert wrong == [] and store.problems() == []
