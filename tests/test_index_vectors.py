"""Vectors in ChromaDB: everything is found again, the folder is only read, every foreign error is one of ours."""

from __future__ import annotations

import hashlib
import shutil
import socket
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from chroma_server import ChromaServer, chroma_server, free_port

from documents.errors import GenerationError, GenerationUnreachable
from index.vectors import (
    DATABASE,
    build_folder,
    build_on_server,
    drop_from_server,
    open_folder,
    open_on_server,
    server_address,
)


def unit_vectors(count: int, dimension: int = 32, seed: int = 0) -> tuple[list[str], np.ndarray]:
    matrix = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    return [hashlib.sha256(f"{seed}-{n}".encode()).hexdigest() for n in range(count)], matrix


def content(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def reader_copy(folder: Path, target: Path) -> Path:
    """Copy the database and link the rest, as a reader of a large generation does."""
    for path in folder.rglob("*"):
        copy = target / path.relative_to(folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if path.name == DATABASE:
            shutil.copy(path, copy)
        elif path.is_file():
            copy.symlink_to(path)
    return target


@pytest.mark.parametrize("count", [2, 3, 777, 1_001])
def test_every_vector_is_found_and_reading_changes_nothing(tmp_path: Path, count: int) -> None:
    hashes, matrix = unit_vectors(count)
    folder = tmp_path / "built"
    folder.mkdir()
    assert build_folder(folder, [(hashes[:1], matrix[:1]), (hashes[1:], matrix[1:])]) == count
    before = content(folder)
    with closing(open_folder(reader_copy(folder, tmp_path / "copy"))) as index:
        assert index.count() == count
        assert all(index.finds(hashes, matrix))
        near = index.nearest(matrix[:1], count)[0]
        assert len(near) == count
        assert near[0] == (hashes[0], pytest.approx(1.0, abs=1e-5))
        exact = dict(zip(hashes, (matrix @ matrix[0]).tolist(), strict=True))
        assert dict(near) == pytest.approx(exact, abs=1e-4)
    assert content(folder) == before


def test_an_opened_index_outlives_its_folder(tmp_path: Path) -> None:
    hashes, matrix = unit_vectors(300)
    folder = tmp_path / "built"
    folder.mkdir()
    build_folder(folder, [(hashes, matrix)])
    with closing(open_folder(reader_copy(folder, tmp_path / "copy"))) as index:
        shutil.rmtree(folder)
        assert all(index.finds(hashes, matrix))


@pytest.mark.parametrize("count", [0, 1])
def test_none_and_one_are_collections_too(tmp_path: Path, count: int) -> None:
    hashes, matrix = unit_vectors(count)
    build_folder(tmp_path, [(hashes, matrix)] if count else [])
    with closing(open_folder(tmp_path)) as index:
        assert index.count() == count
        assert index.finds(hashes, matrix) == [True] * count


def test_finds_says_no_when_it_is_not_there(tmp_path: Path) -> None:
    hashes, matrix = unit_vectors(200)
    build_folder(tmp_path, [(hashes[:150], matrix[:150])])
    with closing(open_folder(tmp_path)) as index:
        assert index.finds(hashes, matrix) == [True] * 150 + [False] * 50


def test_a_text_among_many_with_its_vector_counts_as_found(tmp_path: Path) -> None:
    hashes, _ = unit_vectors(300)
    same = np.tile(np.eye(1, 8, dtype=np.float32), (300, 1))
    build_folder(tmp_path, [(hashes, same)])
    with closing(open_folder(tmp_path)) as index:
        assert all(index.finds(hashes, same))


def test_a_folder_without_a_collection_is_one_error(tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match="byline rebuild") as caught:
        open_folder(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_vector_of_another_length_is_one_error(tmp_path: Path) -> None:
    hashes, matrix = unit_vectors(10)
    build_folder(tmp_path, [(hashes, matrix)])
    with closing(open_folder(tmp_path)) as index, pytest.raises(GenerationError):
        index.nearest(np.zeros((1, 5), np.float32), 3)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8000", ("127.0.0.1", 8000, False)),
        ("http://index.example/", ("index.example", 8000, False)),
        ("https://index.example", ("index.example", 443, True)),
        (" http://[::1]:9 ", ("::1", 9, False)),
    ],
)
def test_server_addresses(url: str, expected: tuple[str, int, bool]) -> None:
    assert server_address(url) == expected


@pytest.mark.parametrize(
    "url", ["", "127.0.0.1:8000", "ftp://x:1", "http://", "http://x:99999", "http://x:1/path", "http://me:secret@x:1"]
)
def test_what_is_no_server_address_is_refused(url: str) -> None:
    with pytest.raises(GenerationError, match="http://HOST:PORT"):
        server_address(url)


def test_a_server_that_is_away_is_named() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(GenerationUnreachable, match=url):
        open_on_server(url, "byline-x")


@pytest.mark.slow
def test_a_server_that_says_nothing_does_not_hold_us() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        started = time.monotonic()
        with pytest.raises(GenerationUnreachable):
            open_on_server(f"http://127.0.0.1:{silent.getsockname()[1]}", "byline-x")
        assert time.monotonic() - started < 10


@pytest.mark.slow
def test_a_real_server_keeps_finds_and_drops(tmp_path: Path) -> None:
    hashes, matrix = unit_vectors(2_500)
    with chroma_server(tmp_path) as server:
        _use_server(server, hashes, matrix)


def _use_server(server: ChromaServer, hashes: list[str], matrix: np.ndarray) -> None:
    url = server.url
    assert build_on_server(url, "byline-one", [(hashes, matrix)]) == 2_500
    with closing(open_on_server(url, "byline-one")) as index:
        assert index.count() == 2_500
        assert sum(index.finds(hashes, matrix)) >= 2_495
        with pytest.raises(GenerationError, match="already exists"):
            build_on_server(url, "byline-one", [])
        drop_from_server(url, "byline-one")
        drop_from_server(url, "byline-one")
        with pytest.raises(GenerationError) as gone:
            index.nearest(matrix[:1], 1)
        assert not isinstance(gone.value, GenerationUnreachable)
        with pytest.raises(GenerationError):
            open_on_server(url, "byline-one")
        server.stop()
        with pytest.raises(GenerationUnreachable, match=url):
            index.nearest(matrix[:1], 1)
