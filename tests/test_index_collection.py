"""A collection opened for asking: always the truth as it is now, whatever became of its index."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from chroma_server import chroma_server
from fakes import HashEncoder
from stored import OUTLETS, filled, invented, write

from documents.articles import Article, OutletBasis
from documents.errors import EncoderMismatch, GenerationError, GenerationUnreachable, RequestError
from index.collection import Collection
from index.filters import Filter
from index.fusion import fused_scores
from index.generations import current_generation, publish, should_publish
from index.locking import writer_lock
from index.manifest import MANIFEST, POINTER, generations_folder
from index.opening import open_best
from index.store import Store
from index.vectors import open_on_server

QUESTIONS = ("storm over the harbour", "What did the minister say about the pension budget?", "Harbour Gazette ferry")


@pytest.fixture(scope="module")
def published_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A collection of 120 passages with a generation, to be copied."""
    home = tmp_path_factory.mktemp("published") / "home"
    with closing(filled(home, invented(40), HashEncoder())) as store:
        publish(home, store)
    return home


@pytest.fixture
def home(tmp_path: Path, published_home: Path) -> Path:
    shutil.copytree(published_home, tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    with closing(Store.open(home)) as opened:
        yield opened


@pytest.fixture
def collection(home: Path) -> Iterator[Collection]:
    with Collection.open(home, encoder=HashEncoder()) as opened:
        yield opened


def ids(collection: Collection, query: str, limit: int = 10, **options: object) -> list[str]:
    return [hit.passage.passage.id for hit in collection.search(query, limit=limit, **options)]  # type: ignore[arg-type]


def exact(home: Path, folder: Path) -> list[list[str]]:
    """Return the best ids for each question without any index."""
    folder.mkdir()
    shutil.copy(home / "truth.sqlite3", folder)
    with Collection.open(folder, encoder=HashEncoder()) as collection:
        return [ids(collection, question) for question in QUESTIONS]


class TestSearch:
    def test_finds_the_same_with_and_without_an_index(self, home: Path, collection: Collection, tmp_path: Path) -> None:
        assert [ids(collection, question) for question in QUESTIONS] == exact(home, tmp_path / "exact")
        assert collection.notices() == []

    @pytest.mark.slow
    def test_what_came_since_is_ranked_among_the_rest(self, home: Path, collection: Collection, store: Store) -> None:
        write(store, invented(30, seed=1), HashEncoder())
        half_exact = [collection.search(question, limit=40) for question in QUESTIONS]
        publish(home, store)
        for question, before in zip(QUESTIONS, half_exact, strict=True):
            after = {hit.passage.passage.id: hit for hit in collection.search(question, limit=500)}
            assert after[before[0].passage.passage.id].rank == 1
            assert any(hit.passage.seq > 120 for hit in before)
            for hit in before:  # only the average length of a passage differs between the two halves
                assert hit.score == pytest.approx(after[hit.passage.passage.id].score, abs=0.03)

    def test_scores_are_what_they_say(self, collection: Collection) -> None:
        hits = collection.search("storm over the harbour", limit=30)
        assert [hit.rank for hit in hits] == list(range(1, 31))
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        vector = HashEncoder().encode(["storm over the harbour"])[0]
        for hit in hits:
            own = HashEncoder().encode([hit.passage.passage.text])[0]
            assert hit.cosine == pytest.approx(float(own @ vector), abs=1e-5)
            assert 0 <= hit.score <= 1
            assert hit.bm25 is not None
            assert (hit.bm25 > 0) or not {"storm", "harbour"} & set(hit.passage.passage.text.lower().split())

    @pytest.mark.parametrize("limit", [1, 5, 120, 500])
    def test_gives_as_many_hits_as_there_are(self, collection: Collection, limit: int) -> None:
        found = ids(collection, "storm", limit=limit)
        assert len(found) == len(set(found)) == min(limit, 120)

    def test_a_filter_gives_all_that_match_and_nothing_else(self, collection: Collection) -> None:
        for only in (
            Filter(outlets=(OUTLETS[1],)),
            Filter(outlets=OUTLETS[:2], since="2024-03", until="2024-05"),
            Filter(until="2024-01-31"),
        ):
            expected = {
                one.passage.id
                for page in collection.store.iter_passages()
                for one in page
                if (not only.outlets or one.passage.attribution.outlet in only.outlets)
                and (only.since or "") <= (one.published or "") <= (only.until or "9")
            }
            assert expected
            assert set(ids(collection, "storm", limit=500, only=only)) == expected
            assert len(ids(collection, "storm", limit=3, only=only)) == 3

    def test_a_filter_that_nothing_matches_finds_nothing(self, collection: Collection) -> None:
        assert collection.search("storm", only=Filter(outlets=("No Such Paper",))) == []
        assert collection.search("storm", only=Filter(since="2031")) == []

    @pytest.mark.parametrize("query", ["", "   ", "???", 'AND (OR "', "\x00", "ж" * 3000])
    def test_any_text_may_be_asked(self, collection: Collection, query: str) -> None:
        assert len(collection.search(query, limit=5)) == 5

    @pytest.mark.parametrize(("limit", "per_text"), [(0, None), (-1, None), (5, 0)])
    def test_no_hits_wanted_is_refused(self, collection: Collection, limit: int, per_text: int | None) -> None:
        with pytest.raises(RequestError, match="1 or more"):
            collection.search("storm", limit=limit, per_text=per_text)

    def test_a_filter_with_too_many_texts_for_exact_search_holds_too(
        self, collection: Collection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        only = Filter(outlets=(OUTLETS[2],))
        few = ids(collection, "storm", limit=500, only=only)
        monkeypatch.setattr("index.view.FILTERED_TEXTS", 3)
        assert ids(collection, "storm over", limit=500, only=only) == ids(
            collection, "storm over", limit=500, only=only
        )
        assert set(ids(collection, "storm", limit=500, only=only)) == set(few)


class TestFollowing:
    def test_what_comes_is_found_at_once_and_what_goes_is_not(self, collection: Collection, store: Store) -> None:
        assert "zeppelin" not in collection.search("zeppelin", limit=1)[0].passage.passage.text
        (article_id,) = write(store, [Article("A zeppelin moored at the lighthouse.", language="en")], HashEncoder())
        hit = collection.search("zeppelin", limit=1)[0]
        assert hit.passage.passage.text == "A zeppelin moored at the lighthouse."
        store.remove([article_id])
        assert all("zeppelin" not in hit.passage.passage.text for hit in collection.search("zeppelin", limit=500))

    def test_what_went_from_the_generation_is_made_up_for(
        self, collection: Collection, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("index.searching.DEPTH", 5)
        gone = [article.id for article in store.articles()[:36]]
        store.remove(gone)
        hits = collection.search("storm over the harbour", limit=12)
        assert len(hits) == 12
        assert not {hit.passage.passage.article_id for hit in hits} & set(gone)

    def test_a_corrected_outlet_replaces_the_old_one(self, collection: Collection, store: Store) -> None:
        article = next(one for one in store.articles() if one.outlet == OUTLETS[0])
        found = ids(collection, OUTLETS[0], limit=500, only=Filter(outlets=(OUTLETS[0],)))
        corrected = replace(article, outlet="The Tidewater Ledger", id="", paths=())
        write(store, [corrected], HashEncoder(), paths=[article.paths[0]])
        after = ids(collection, OUTLETS[0], limit=500, only=Filter(outlets=(OUTLETS[0],)))
        assert len(after) == len(found) - 3
        hits = collection.search("Tidewater Ledger", limit=3)
        assert {hit.passage.passage.attribution.outlet for hit in hits} == {"The Tidewater Ledger"}
        # the generation still holds these passages under the old name; that must not count
        old_name = {hit.passage.passage.attribution.outlet: hit.bm25 for hit in collection.search("Gazette", limit=500)}
        assert old_name["The Tidewater Ledger"] == 0

    @pytest.mark.slow
    def test_a_new_generation_takes_over_while_searches_run(
        self, home: Path, collection: Collection, store: Store
    ) -> None:
        write(store, invented(2, seed=1), HashEncoder())
        before = [ids(collection, question)[0] for question in QUESTIONS]
        stop = threading.Event()

        def ask() -> int:
            asked = 0
            while not stop.is_set():
                assert [ids(collection, question)[0] for question in QUESTIONS] == before
                asked += 1
            return asked

        with ThreadPoolExecutor(4) as threads:
            running = [threads.submit(ask) for _ in range(4)]
            try:
                publish(home, store)
            finally:
                stop.set()
            assert all(one.result() > 0 for one in running)
        assert collection.search("storm", limit=1)
        view = collection._view
        assert view is not None
        assert view.exact_texts() == 0  # everything is in the generation now
        assert collection.notices() == []

    def test_a_replaced_truth_is_noticed(self, home: Path, tmp_path: Path) -> None:
        shutil.rmtree(generations_folder(home))
        with Collection.open(home, encoder=HashEncoder()) as collection:
            collection.search("storm")
            with closing(filled(tmp_path / "other", invented(30, seed=7, lines=5), HashEncoder())) as other:
                expected = {one.passage.id for page in other.iter_passages() for one in page}
            for name in ("truth.sqlite3-wal", "truth.sqlite3-shm"):
                (home / name).unlink(missing_ok=True)
            (tmp_path / "other" / "truth.sqlite3").replace(home / "truth.sqlite3")
            assert set(ids(collection, "storm", limit=500)) == expected

    def test_another_encoder_is_refused_by_name(self, home: Path) -> None:
        other = Collection.open(home, encoder=HashEncoder(name="another"))
        with other, pytest.raises(EncoderMismatch, match=r"fake-hash-256.*another"):
            other.search("storm")


class TestEmpty:
    def test_answers_nothing_without_loading_an_encoder(self, tmp_path: Path) -> None:
        encoder = HashEncoder()
        with Collection.open(tmp_path / "nothing", encoder=encoder) as collection:
            assert collection.search("storm") == []
            assert collection.notices() == []
            collection.repair()
        assert encoder.calls == 0
        assert not (tmp_path / "nothing").exists()

    def test_the_first_article_is_found_by_a_collection_opened_before(self, tmp_path: Path) -> None:
        with Collection.open(tmp_path / "home", encoder=HashEncoder()) as collection:
            assert collection.search("storm") == []
            filled(tmp_path / "home", invented(1), HashEncoder()).close()
            assert len(collection.search("storm")) == 3
            assert "no search index yet" in collection.notices()[0]


@pytest.mark.slow
def test_identical_copies_are_all_found(tmp_path: Path) -> None:
    stories = ["The northern ferry line will close in March.", "A refinery fire darkened the eastern sky."]
    copies = [
        Article(story, title=f"Copy {n}", outlet=f"Outlet {n}", outlet_basis=OutletBasis.GIVEN, language="en")
        for story in stories
        for n in range(300)
    ]
    with closing(filled(tmp_path, [*copies, *invented(30)], HashEncoder())) as store:
        publish(tmp_path, store)
        assert store.counts().texts == 92
    with Collection.open(tmp_path, encoder=HashEncoder()) as collection:
        for story in stories:
            hits = collection.search(story, limit=300)
            assert {hit.passage.passage.text for hit in hits} == {story}
            assert len({hit.passage.passage.attribution.outlet for hit in hits}) == 300
        assert len(collection.search(stories[0], limit=690)) == 690
        once = collection.search(stories[0], limit=40, per_text=1)
        assert len({hit.passage.passage.text for hit in once}) == 40
        one = collection.search(stories[0], limit=5, only=Filter(outlets=("Outlet 217",)))
        assert [hit.passage.passage.text for hit in one] == stories


@pytest.mark.slow
def test_churn_leaves_everything_findable(tmp_path: Path) -> None:
    """Rounds of removing, adding and replacing without a new generation."""
    rng, encoder = random.Random(3), HashEncoder()
    with closing(filled(tmp_path, invented(100), encoder)) as store:
        publish(tmp_path, store)
        with Collection.open(tmp_path, encoder=encoder) as collection:
            for round_ in range(1, 4):
                articles = store.articles()
                store.remove([article.id for article in rng.sample(articles, 25)])
                write(store, invented(25, seed=round_ * 10), encoder)
                changed = rng.sample(store.articles(), 10)
                newer = [replace(a, text=a.text + f"\nCorrected {round_}.", id="", paths=()) for a in changed]
                write(store, newer, encoder, paths=[a.paths[0] for a in changed])
                for one in rng.sample([one for page in store.iter_passages() for one in page], 60):
                    hits = collection.search(one.passage.text, limit=3, per_text=1)
                    assert one.passage.text in {hit.passage.passage.text for hit in hits}
                assert len(collection.search("storm", limit=1000)) == store.counts().passages


class TestRepair:
    def test_builds_what_is_missing_once(self, home: Path, collection: Collection) -> None:
        shutil.rmtree(generations_folder(home))
        assert "no search index yet" in collection.notices()[0]
        collection.repair()
        assert collection.notices() == []
        generation = current_generation(home)
        collection.repair()
        assert current_generation(home) == generation

    def test_mends_what_is_damaged(self, home: Path, collection: Collection, tmp_path: Path) -> None:
        generation = current_generation(home)
        assert generation is not None
        next(generation.folder.glob("vectors/*/data_level0.bin")).write_bytes(b"")
        assert "damaged" in collection.notices()[0]
        assert [ids(collection, question) for question in QUESTIONS] == exact(home, tmp_path / "exact")
        collection.repair()
        assert collection.notices() == []
        assert [ids(collection, question) for question in QUESTIONS] == exact(home, tmp_path / "again")

    def test_is_left_to_whoever_is_writing(self, home: Path, collection: Collection) -> None:
        shutil.rmtree(generations_folder(home))
        with writer_lock(home, "a long ingest"):
            collection.repair()
        assert not generations_folder(home).exists()

    def test_a_failure_is_told(self, home: Path, collection: Collection) -> None:
        shutil.rmtree(generations_folder(home))
        generations_folder(home).write_text("in the way")
        collection.repair()
        assert any("could not be rebuilt" in notice for notice in collection.notices())
        assert len(collection.search("storm", limit=5)) == 5

    def test_a_server_that_is_away_costs_nothing_but_speed(self, home: Path, tmp_path: Path) -> None:
        generation = current_generation(home)
        assert generation is not None
        there = replace(generation.manifest, server="http://127.0.0.1:9", collection="byline-x")
        _rewrite(generation.folder, there)
        with Collection.open(home, index_url="http://127.0.0.1:9", encoder=HashEncoder()) as collection:
            assert [ids(collection, question) for question in QUESTIONS] == exact(home, tmp_path / "exact")
            assert "index server is away" in collection.notices()[0]
            collection.repair()
            assert current_generation(home) is not None
        with Collection.open(home, encoder=HashEncoder()) as collection:  # a server that nobody names is not asked
            assert "--index http://127.0.0.1:9" in collection.notices()[0]


@pytest.mark.slow
def test_vectors_on_a_server_are_searched_and_outlive_its_absence(
    home: Path, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.collection._RETRY_SECONDS", 0.5)
    expected = exact(home, tmp_path / "exact")
    with chroma_server(tmp_path / "server") as server:
        local = current_generation(home)
        assert should_publish(home, store, server.url)
        first = publish(home, store, index_url=server.url)
        assert not should_publish(home, store, server.url)
        with Collection.open(home, index_url=server.url, encoder=HashEncoder()) as collection:
            assert [ids(collection, question) for question in QUESTIONS] == expected
            assert collection.notices() == []
            server.stop()
            assert [ids(collection, question) for question in QUESTIONS] == expected
            assert "index server is away" in collection.notices()[0]
            server.start()
            time.sleep(0.6)
            assert [ids(collection, question) for question in QUESTIONS] == expected
            assert collection.notices() == []
            second, third = (publish(home, store, index_url=server.url) for _ in range(2))
            assert collection.notices() == []
        for generation in (local, first):
            assert generation is not None
            assert not generation.folder.exists()
        with pytest.raises(GenerationError):
            open_on_server(server.url, first.manifest.collection or "")
        for generation in (second, third):
            open_on_server(server.url, generation.manifest.collection or "").close()
        with Collection.open(home, encoder=HashEncoder()) as collection:  # moved back into the home
            assert server.url in collection.notices()[0]
            collection.repair()
            assert collection.notices() == []
        server.stop()
        with pytest.raises(GenerationUnreachable):
            publish(home, store, index_url=server.url)
        assert open_best(home, store).troubles == ()


def _rewrite(folder: Path, manifest: object) -> None:
    from index.manifest import write_manifest

    write_manifest(folder, manifest)  # type: ignore[arg-type]


Change = Callable[[Path, random.Random], object]
Damage = Callable[[Path, Path, random.Random], object]


def _damages() -> dict[str, Damage]:
    """Return what can happen to a generation's folder, by name: called with the generations' and its own folder."""

    def each(
        change: Callable[[Path, random.Random], None], pattern: str
    ) -> Callable[[Path, Path, random.Random], None]:
        def apply(root: Path, folder: Path, rng: random.Random) -> None:
            for path in sorted(folder.glob(pattern)):
                change(path, rng)

        return apply

    def overwrite(path: Path, rng: random.Random) -> None:
        data = bytearray(path.read_bytes())
        for _ in range(max(1, len(data) // 200)):
            data[rng.randrange(len(data))] ^= rng.randrange(1, 256)
        path.write_bytes(data)

    changes: dict[str, Change] = {
        "removed": lambda path, rng: path.unlink(),
        "emptied": lambda path, rng: path.write_bytes(b""),
        "halved": lambda path, rng: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
        "zeroed": lambda path, rng: path.write_bytes(bytes(path.stat().st_size)),
        "random": lambda path, rng: path.write_bytes(rng.randbytes(path.stat().st_size)),
        "scratched": overwrite,
        "longer": lambda path, rng: path.write_bytes(path.read_bytes() + b"\0" * 4096),
    }
    files = {
        "database": "vectors/chroma.sqlite3",
        "vectors": "vectors/*/data_level0.bin",
        "header": "vectors/*/header.bin",
        "links": "vectors/*/link_lists.bin",
        "lengths": "vectors/*/length.bin",
        "labels": "vectors/*/index_metadata.pickle",
        "terms": "words/*.term",
        "postings": "words/*.idx",
        "fast": "words/*.fast",
        "meta": "words/meta.json",
        "managed": "words/.managed.json",
        "manifest": MANIFEST,
    }
    damages = {f"{file} {how}": each(change, files[file]) for file in files for how, change in changes.items()}
    return damages | {
        "segment folder removed": lambda root, folder, rng: shutil.rmtree(next(folder.glob("vectors/*-*"))),
        "vectors removed": lambda root, folder, rng: shutil.rmtree(folder / "vectors"),
        "words removed": lambda root, folder, rng: shutil.rmtree(folder / "words"),
        "all removed": lambda root, folder, rng: shutil.rmtree(folder),
        "a file in its place": lambda root, folder, rng: (shutil.rmtree(folder), folder.write_text("x")),
        "pointer to nowhere": lambda root, folder, rng: (root / POINTER).write_text("0123456789abcdef"),
        "pointer is garbage": lambda root, folder, rng: (root / POINTER).write_bytes(b"\xff\x00../.."),
        "pointer emptied": lambda root, folder, rng: (root / POINTER).write_bytes(b""),
        "pointer removed": lambda root, folder, rng: (root / POINTER).unlink(),
    }


DAMAGES = _damages()
_FEW = (
    "database scratched", "vectors emptied", "header halved", "labels removed", "meta zeroed", "postings random",
    "manifest emptied", "segment folder removed", "all removed", "pointer to nowhere", "pointer is garbage",
)  # fmt: skip


def _undamaged(home: Path) -> None:
    """Bring the home's generations back to what the copy beside it holds."""
    shutil.rmtree(generations_folder(home), ignore_errors=True)
    shutil.copytree(home.with_name("good"), generations_folder(home))


def _check_damage(home: Path, name: str, seed: int, expected: list[list[str]]) -> str | None:
    """Apply a damage, search, and return what went wrong; None for nothing."""
    _undamaged(home)
    generation = current_generation(home)
    assert generation is not None
    before = {p: p.read_bytes() for p in generations_folder(home).rglob("*") if p.is_file()}
    DAMAGES[name](generations_folder(home), generation.folder, random.Random(seed))
    changed = before != {p: p.read_bytes() for p in generations_folder(home).rglob("*") if p.is_file()}
    with Collection.open(home, encoder=HashEncoder()) as collection:
        if [ids(collection, question) for question in QUESTIONS] != expected:
            return f"{name}: other hits"
        if changed and not collection.notices():
            return f"{name}: nothing said"
        if not changed and collection.notices():
            return f"{name}: said {collection.notices()} of nothing"
    return None


def test_damage_is_told_and_changes_no_answer(home: Path, tmp_path: Path) -> None:
    shutil.copytree(generations_folder(home), home.with_name("good"))
    expected = exact(home, tmp_path / "exact")
    assert [wrong for name in _FEW if (wrong := _check_damage(home, name, 0, expected))] == []


@pytest.mark.slow
def test_every_damage_is_told_and_changes_no_answer(home: Path, tmp_path: Path) -> None:
    """In a child process: a native library that dies of a damaged file must not take the tests with it."""
    shutil.copytree(generations_folder(home), home.with_name("good"))
    code = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1]); import test_index_collection as t\n"
        "home = Path(sys.argv[2]); expected = t.exact(home, home.with_name('exact'))\n"
        "wrong = [w for n in t.DAMAGES for s in range(3) if (w := t._check_damage(home, n, s, expected))]\n"
        "sys.exit('; '.join(wrong) if wrong else 0)"
    )
    child = subprocess.run(
        [sys.executable, "-c", code, str(Path(__file__).parent), str(home)], capture_output=True, text=True, check=False
    )
    assert child.returncode == 0, child.stderr


class TestFusion:
    def test_is_the_weighted_sum_of_the_scaled_scores(self) -> None:
        scores = fused_scores([0.5, 0.25, -0.1], [2.0, 4.0, 0.0], full_score=4.0)
        assert scores.tolist() == pytest.approx([0.6 * 0.5 + 0.4, 0.6 + 0.4 * 0.5, 0.0])

    def test_a_poor_best_match_is_not_taken_for_a_whole_one(self) -> None:
        assert fused_scores([0.0], [1.0], full_score=20.0).tolist() == pytest.approx([0.6 * 0.1])

    def test_nothing_known_is_zero(self) -> None:
        assert fused_scores([0.0, 0.0], [0.0, 0.0], full_score=0.0).tolist() == [0.0, 0.0]
        assert fused_scores([], [], full_score=1.0).shape == (0,)
        assert np.isfinite(fused_scores([-1.0], [0.0], 0.0)).all()
