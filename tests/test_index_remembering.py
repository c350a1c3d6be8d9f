"""The memory of vectors: nothing is encoded twice while it is remembered, and it never grows beyond its size."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from fakes import SAMPLES, HashEncoder
from numpy.typing import NDArray

from documents.errors import EncoderError
from documents.sources import ReadOptions
from index.building import ingest, rebuild
from index.embedding import LazyEncoder
from index.remembering import RememberingEncoder, without_memory
from rag.pipeline import open_collection
from rag.settings import Settings


def test_what_was_encoded_is_not_encoded_again() -> None:
    inner = HashEncoder()
    encoder = RememberingEncoder(inner)
    first = encoder.encode(["a storm", "the harbour", "a storm"])
    assert (inner.calls, inner.texts, len(encoder)) == (1, 2, 2)
    again = encoder.encode(["the harbour", "a ferry", "a storm"])
    assert (inner.calls, inner.texts) == (2, 3)
    assert np.array_equal(first, HashEncoder().encode(["a storm", "the harbour", "a storm"]))
    assert np.array_equal(again, HashEncoder().encode(["the harbour", "a ferry", "a storm"]))
    encoder.encode(["a ferry"])
    assert inner.calls == 2


def test_no_text_gives_an_empty_matrix() -> None:
    assert RememberingEncoder(HashEncoder()).encode([]).shape == (0, 256)


def test_the_one_unused_for_longest_is_forgotten() -> None:
    inner = HashEncoder()
    encoder = RememberingEncoder(inner, capacity=2)
    for text in ("one", "two", "one", "three"):  # forgets "two"
        encoder.encode([text])
    assert inner.texts == 3 and len(encoder) == 2
    encoder.encode(["one", "three"])
    assert inner.texts == 3
    encoder.encode(["two"])
    assert inner.texts == 4 and len(encoder) == 2


def test_a_batch_beyond_its_size_is_answered_whole() -> None:
    encoder = RememberingEncoder(HashEncoder(), capacity=3)
    texts = [f"text {number}" for number in range(10)]
    assert np.array_equal(encoder.encode(texts), HashEncoder().encode(texts)) and len(encoder) == 3
    with pytest.raises(ValueError, match="capacity"):
        RememberingEncoder(HashEncoder(), capacity=0)


def test_what_it_gives_may_be_changed_without_harm() -> None:
    encoder = RememberingEncoder(HashEncoder())
    encoder.encode(["a storm"])[:] = 0
    assert np.array_equal(encoder.encode(["a storm"]), HashEncoder().encode(["a storm"]))


def test_a_failure_is_passed_on_and_remembers_nothing() -> None:
    class Failing(HashEncoder):
        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            raise EncoderError("expected vectors, got none")

    encoder = RememberingEncoder(Failing())
    with pytest.raises(EncoderError):
        encoder.encode(["a"])
    assert len(encoder) == 0


def test_threads_get_what_they_asked_for() -> None:
    encoder, plain = RememberingEncoder(HashEncoder(), capacity=20), HashEncoder()

    def work(number: int) -> bool:
        texts = [f"text {(number * 7 + n) % 50}" for n in range(10)]
        return np.array_equal(encoder.encode(texts), plain.encode(texts))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(200)))
    assert len(encoder) == 20


def test_its_identity_is_the_one_inside_and_loads_nothing() -> None:
    lazy = LazyEncoder()
    encoder = RememberingEncoder(lazy)
    assert encoder.identity == lazy.identity and not lazy.loaded
    assert without_memory(encoder) is lazy and without_memory(lazy) is lazy
    assert without_memory(RememberingEncoder(encoder)) is lazy


def test_filling_a_collection_is_not_remembered(tmp_path: Path) -> None:
    inner = HashEncoder()
    encoder = RememberingEncoder(inner)
    paths = sorted(SAMPLES.glob("**/*.md"))[:3]
    report = ingest(tmp_path, paths, options=ReadOptions(), encoder=encoder)
    assert report.added >= 1 and inner.texts > 0
    rebuild(tmp_path, encoder=encoder)
    assert len(encoder) == 0
    # not loaded, of unknown identity: still recognised by its name alone
    ingest(tmp_path / "empty", [], options=ReadOptions(), encoder=RememberingEncoder(LazyEncoder("some/folder")))


def test_an_opened_collection_remembers(tmp_path: Path) -> None:
    with open_collection(Settings(home=tmp_path)) as collection:
        assert isinstance(collection.encoder, RememberingEncoder)
        assert isinstance(collection.encoder.inner, LazyEncoder) and not collection.encoder.inner.loaded
