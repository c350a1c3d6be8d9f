"""Generations: built from the truth, tried in a child, swapped at once, never written again, damage noticed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes import HashEncoder
from stored import filled, invented, write

from documents.errors import GenerationError
from index.embedding import EncoderIdentity
from index.generations import SAMPLE_FILE, Generation, current_generation, publish, should_publish
from index.manifest import (
    MANIFEST,
    POINTER,
    Manifest,
    generations_folder,
    pointer_bytes,
    read_manifest,
    read_pointer,
    write_manifest,
    write_pointer,
)
from index.opening import check_files, open_best, open_generation
from index.probe import main as probe_main
from index.store import Store


@pytest.fixture(scope="module")
def published_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A collection of 60 passages with a generation, to be copied: building one takes a second."""
    home = tmp_path_factory.mktemp("published") / "home"
    with closing(filled(home, invented(20), HashEncoder())) as store:
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
def published(home: Path) -> Generation:
    generation = current_generation(home)
    assert generation is not None
    return generation


def content(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def names(home: Path) -> set[str]:
    return {path.name for path in generations_folder(home).iterdir()}


def test_a_generation_holds_everything_and_says_so(home: Path, store: Store, published: Generation) -> None:
    manifest = published.manifest
    assert (manifest.passages, manifest.texts) == (60, 60)
    assert manifest.upto_seq == store.max_seq()
    assert manifest.encoder == HashEncoder().identity
    assert manifest.languages == ("en",)
    assert check_files(published.folder, manifest) == []
    on_disk = {p.relative_to(published.folder).as_posix() for p in published.folder.rglob("*") if p.is_file()}
    assert on_disk == {*manifest.files, MANIFEST}
    opening = open_best(home, store)
    assert opening.generation is not None
    with closing(opening.generation) as opened:
        assert opening.troubles == ()
        assert opened.vectors is not None
        assert opened.words is not None
        hashes, matrix = store.vectors([text for page in store.iter_vectors() for text in page[0]])
        assert all(opened.vectors.finds(hashes, matrix))
        assert opened.words.ids() == {one.passage.id for page in store.iter_passages() for one in page}


def test_reading_changes_no_byte_and_no_time(home: Path, store: Store) -> None:
    before = content(generations_folder(home))
    for _ in range(2):
        opening = open_best(home, store)
        assert opening.generation is not None
        assert opening.generation.vectors is not None
        opening.generation.vectors.nearest(HashEncoder().encode(["storm over the harbour"]), 5)
        opening.generation.close()
    assert content(generations_folder(home)) == before


def test_private_copies_go_when_closed(home: Path, store: Store) -> None:
    opening = open_best(home, store)
    assert opening.generation is not None
    scratch = opening.generation.scratch.path
    assert scratch.is_dir()
    opening.generation.close()
    assert not scratch.exists()


@pytest.mark.slow
def test_one_old_generation_is_kept_however_many_come(home: Path, store: Store) -> None:
    ids = [publish(home, store).manifest.id for _ in range(3)]
    assert names(home) == {POINTER, ids[1], ids[2]}
    assert read_pointer(home) == ids[2]


def test_a_new_one_keeps_the_old_one_and_no_strays(home: Path, store: Store, published: Generation) -> None:
    stray = generations_folder(home) / ".building-0123456789abcdef"
    (stray / "words").mkdir(parents=True)
    (stray / "words" / "meta.json").write_text("{")
    half = generations_folder(home) / "00000000000000aa"  # renamed, but the pointer never came
    half.mkdir()
    second = publish(home, store)
    assert current_generation(home) == second
    assert names(home) == {POINTER, published.manifest.id, second.manifest.id}


def test_a_draft_that_does_not_pass_leaves_the_old_one(home: Path, store: Store, published: Generation) -> None:

    def spoil(step: str, done: int, total: int) -> None:
        if step == "probe":
            (draft,) = generations_folder(home).glob(".building-*")
            with next(draft.glob("vectors/*/data_level0.bin")).open("r+b") as file:
                file.write(b"\xff" * 64)

    with pytest.raises(GenerationError, match="old one stays"):
        publish(home, store, progress=spoil)
    assert current_generation(home) == published
    assert names(home) == {POINTER, published.manifest.id}


def test_a_child_that_dies_of_a_signal_is_a_failed_probe(
    home: Path, store: Store, published: Generation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # every Python started from here on kills itself as a crashing native library would
    (tmp_path / "crash").mkdir()
    (tmp_path / "crash" / "sitecustomize.py").write_text("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "crash"))
    with pytest.raises(GenerationError, match="signal 11"):
        publish(home, store)
    assert current_generation(home) == published
    assert names(home) == {POINTER, published.manifest.id}


def test_the_probe_notices_what_is_not_found(published: Generation, capsys: pytest.CaptureFixture[str]) -> None:
    assert probe_main([str(published.folder)]) == 0
    assert json.loads(capsys.readouterr().out) == {"texts": 60, "passages": 60, "share": 1.0}
    with np.load(published.folder / SAMPLE_FILE) as sample:
        hashes, vectors = sample["hashes"], sample["vectors"]
    np.savez(published.folder / SAMPLE_FILE, hashes=hashes, vectors=np.roll(vectors, 1, axis=1))
    assert probe_main([str(published.folder)]) == 1
    assert "own vectors" in capsys.readouterr().err


def test_where_nothing_can_be_written_the_error_says_so(home: Path, store: Store) -> None:
    shutil.rmtree(generations_folder(home))
    generations_folder(home).write_text("a file in its place")
    with pytest.raises(GenerationError, match="expected to write an index"):
        publish(home, store)


@pytest.mark.slow
def test_an_emptied_collection_can_be_published(home: Path, store: Store) -> None:
    store.remove([article.id for article in store.articles()])
    published = publish(home, store)
    assert (published.manifest.passages, published.manifest.texts) == (0, 0)
    opening = open_best(home, store)
    assert opening.troubles == ()
    assert opening.generation is not None
    opening.generation.close()


class TestShouldPublish:
    def test_when_there_is_none(self, home: Path, store: Store) -> None:
        (generations_folder(home) / POINTER).unlink()
        assert should_publish(home, store)
        store.remove([article.id for article in store.articles()])
        assert not should_publish(home, store)

    def test_for_much_more_and_not_for_a_little(self, home: Path, store: Store) -> None:
        assert not should_publish(home, store)
        write(store, invented(5, seed=1), HashEncoder())
        assert not should_publish(home, store)
        write(store, invented(20, seed=2, lines=60), HashEncoder())
        assert should_publish(home, store)

    def test_for_much_less(self, home: Path, store: Store, published: Generation) -> None:
        write_manifest(published.folder, replace(published.manifest, passages=1_060))
        assert not should_publish(home, store)
        write_manifest(published.folder, replace(published.manifest, passages=1_061))
        assert should_publish(home, store)

    def test_for_another_place_or_a_damaged_pointer(self, home: Path, store: Store) -> None:
        assert should_publish(home, store, "http://127.0.0.1:9")
        (generations_folder(home) / POINTER).write_text("nonsense")
        assert should_publish(home, store)


class TestManifest:
    whole = Manifest(
        id="0" * 16,
        upto_seq=3,
        revision=7,
        passages=3,
        texts=2,
        languages=("en", None),
        encoder=EncoderIdentity("fake", 3, "f"),
        splitter="lines",
        files={"words/meta.json": (3, "ab")},
    )

    def test_is_read_back(self, tmp_path: Path) -> None:
        write_manifest(tmp_path, self.whole)
        assert read_manifest(tmp_path) == self.whole

    def test_any_changed_byte_is_noticed(self, tmp_path: Path) -> None:
        write_manifest(tmp_path, self.whole)
        path = tmp_path / MANIFEST
        original = path.read_bytes()
        parsed = json.loads(original)
        for at in range(0, len(original), 3):
            path.write_bytes(original[:at] + bytes([original[at] ^ 1]) + original[at + 1 :])
            try:
                assert json.loads(path.read_bytes()) == parsed  # the change did not change the meaning
            except (ValueError, AssertionError):
                with pytest.raises(GenerationError):
                    read_manifest(tmp_path)

    @pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"null", b"\xff\xfe", b'{"checksum": 1}', b"[" * 100_000])
    def test_what_is_none_is_one_error(self, tmp_path: Path, data: bytes) -> None:
        (tmp_path / MANIFEST).write_bytes(data)
        with pytest.raises(GenerationError) as caught:
            read_manifest(tmp_path)
        assert "\n" not in str(caught.value)


class TestPointer:
    def test_is_read_back_and_absent_at_first(self, tmp_path: Path) -> None:
        assert read_pointer(tmp_path) is None
        generations_folder(tmp_path).mkdir()
        write_pointer(tmp_path, "a" * 16)
        assert read_pointer(tmp_path) == "a" * 16
        assert names(tmp_path) == {POINTER}

    @pytest.mark.parametrize("data", [b"", b"..", b"../../etc/passwd", b"A" * 16, b"\x00" * 16, b"a" * 17, b"\xff\xfe"])
    def test_garbage_is_refused(self, home: Path, data: bytes) -> None:
        (generations_folder(home) / POINTER).write_bytes(data)
        with pytest.raises(GenerationError, match=POINTER):
            read_pointer(home)

    @pytest.mark.slow
    def test_a_folder_in_its_place_is_damage_and_is_replaced(self, home: Path, store: Store) -> None:
        (generations_folder(home) / POINTER).unlink()
        (generations_folder(home) / POINTER).mkdir()
        assert pointer_bytes(home) is not None
        opening = open_best(home, store)
        assert opening.troubles
        assert opening.generation is not None
        opening.generation.close()
        assert publish(home, store) == current_generation(home)


def test_a_generation_of_another_truth_or_encoder_is_refused(home: Path, published: Generation, tmp_path: Path) -> None:
    with closing(Store.open(tmp_path / "young", create=True)) as young:
        assert young.revision() < published.manifest.revision
        young.adopt(HashEncoder().identity, "lines")
        late = replace(published.manifest, revision=young.revision() + 1)
        write_manifest(published.folder, late)
        with pytest.raises(GenerationError, match="later state"):
            open_generation(home, late.id, young)
    another = filled(tmp_path / "other", invented(3), HashEncoder(name="another"))
    with closing(another), pytest.raises(GenerationError, match="another"):
        open_generation(home, late.id, another)


@pytest.mark.slow
def test_a_pointer_to_a_damaged_one_falls_back_to_the_old_one(home: Path, store: Store, published: Generation) -> None:
    write(store, invented(3, seed=5), HashEncoder())
    second = publish(home, store)
    (second.folder / MANIFEST).write_text("{}")
    opening = open_best(home, store)
    assert opening.troubles
    assert opening.generation is not None
    assert opening.generation.manifest.id == published.manifest.id
    opening.generation.close()


def test_without_a_pointer_no_folder_is_trusted(home: Path, store: Store) -> None:
    (generations_folder(home) / POINTER).unlink()
    opening = open_best(home, store)
    assert opening.missing
    assert opening.generation is None


@pytest.mark.skipif(os.getuid() != 0, reason="only root can start a process that may not write here")
def test_a_home_that_cannot_be_written_is_searched(home: Path) -> None:
    code = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
import chromadb.api.rust, tantivy
from fakes import HashEncoder
from index.collection import Collection
os.chdir("/")
os.setuid(65534)
try:
    Path(sys.argv[1], "generations", "x").touch()
except PermissionError:
    collection = Collection.open(Path(sys.argv[1]), encoder=HashEncoder())
    assert len(collection.search("storm over the harbour")) == 20
    assert collection.notices() == [], collection.notices()
    collection.repair()
    collection.close()
    print("searched")
"""
    for path in (home, *home.parents):
        path.chmod(path.stat().st_mode | 0o055)
    child = subprocess.run(
        [sys.executable, "-c", code, str(home), str(Path(__file__).parent)], capture_output=True, text=True, check=False
    )
    assert (child.returncode, child.stdout) == (0, "searched\n"), child.stderr
