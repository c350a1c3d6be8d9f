"""Kills writers at random moments and looks, from a fresh process, whether anything was lost.

``python tests/kill_driver.py FOLDER KILLS SEED`` prints one JSON object. The encoder is loaded once;
every writer and every reader is a fork of this process, which never opens the collection itself, so
each starts as fresh as a new one without paying for the model again.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import select
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ |= {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}  # threads do not survive a fork

import numpy as np
from numpy.typing import NDArray

import index.generations
from documents.sources import ReadOptions
from documents.splitting import embedded_text
from index.building import ingest, rebuild, remove
from index.collection import Collection
from index.embedding import Encoder, EncoderIdentity, load_encoder
from index.store import Store

WINDOWS = {"start": 0.2, "embed": 0.4, "write": 0.03, "words": 0.15, "vectors": 0.3, "probe": 1.0, "swap": 0.02}
"""Stage -> how many seconds after its beginning the kill comes, at most; made shorter where a machine is faster."""

MAX_TRIES = 4
"""Writers started for each kill wanted, at most; one that ended before its kill came was not killed."""

OPERATIONS: dict[str, tuple[str, ...]] = {
    "ingest": tuple(WINDOWS),
    "change": tuple(WINDOWS),
    "remove": ("start", "write", "words", "vectors", "probe", "swap"),
    "rebuild": ("start", "words", "vectors", "probe", "swap"),
}
"""Operation -> the stages it goes through."""

_WORDS = (
    "harbour council ferry budget strike orchard tunnel minister glacier vote museum drought bridge theatre refinery "
    "court pension railway storm archive lighthouse census quarry festival tariff hospital reservoir union satellite"
)


@dataclass
class Expected:
    """What each file may be stored as: texts' hashes, None for not at all. One left means it must be so."""

    files: dict[str, set[str | None]] = field(default_factory=dict)
    current: dict[str, str] = field(default_factory=dict)

    def may_be(self, path: Path, text: str | None) -> None:
        self.files.setdefault(str(path), {None}).add(_hash(text) if text else None)
        if text:
            self.current[str(path)] = _hash(text)

    def is_stored(self, path: str) -> None:
        self.files[path] = {self.current[path]}

    def is_gone(self, path: str) -> None:
        self.files[path] = {None}


class OwnVectors:
    """An encoder whose texts are text hashes and whose vectors are the stored ones: a search by them alone."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def identity(self) -> EncoderIdentity:
        identity = self._store.encoder_identity()
        assert identity is not None
        return identity

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._store.vectors(texts)[1]


def _hash(text: str) -> str:
    return hashlib.sha256(text.strip().encode()).hexdigest()


def write_file(path: Path, rng: random.Random) -> str:
    """Write an invented article to `path` and return its text."""
    words = _WORDS.split()
    paragraphs = [
        " ".join(f"{' '.join(rng.choices(words, k=9)).capitalize()} {rng.randrange(10**6)}." for _ in range(7))
        for _ in range(3)
    ]
    text = "\n\n".join(paragraphs)
    header = f'---\ntitle: "{" ".join(rng.choices(words, k=3))}"\noutlet: "Paper {rng.randrange(5)}"\n---\n'
    path.write_text(header + text + "\n", encoding="utf-8")
    return text


class Driver:
    """One collection, killed again and again."""

    def __init__(self, folder: Path, seed: int, encoder: Encoder) -> None:
        self.home, self.articles = folder / "home", folder / "articles"
        self.articles.mkdir(parents=True)
        self.rng = random.Random(seed)
        self.encoder = encoder
        self.expected = Expected()
        self.windows = dict(WINDOWS)
        self.stages: Counter[str] = Counter()
        self.failures: list[str] = []
        self.first_answers: list[float] = []
        self.written = 0

    def prepare(self, operation: str) -> Callable[[Callable[..., None]], Any]:
        """Change the files as `operation` needs it and return what the writer will run."""
        there = sorted(self.articles.glob("*.md"))
        if operation == "ingest" or len(there) < 8:
            for _ in range(4):
                path = self.articles / f"{self.written:04d}.md"
                self.written += 1
                self.expected.may_be(path, write_file(path, self.rng))
        elif operation == "change":
            for path in self.rng.sample(there, 4):
                self.expected.may_be(path, write_file(path, self.rng))
        elif operation == "remove":
            return self.prepare_removal(there)
        elif operation == "rebuild":
            return lambda tell: rebuild(self.home, encoder=self.encoder, progress=tell)
        return lambda tell: ingest(
            self.home, [self.articles], options=ReadOptions(), encoder=self.encoder, progress=tell
        )

    def prepare_removal(self, there: Sequence[Path]) -> Callable[[Callable[..., None]], Any]:
        chosen = self.rng.sample(list(there), max(3, len(there) - 16))
        for path in chosen:
            self.expected.may_be(path, None)
            path.unlink()

        def run(tell: Callable[..., None]) -> None:
            store = Store.open(self.home)
            paths = {str(path) for path in chosen}
            ids = [article.id for article in store.articles() if paths & set(article.paths)]
            store.close()
            tell("embed", 1, 1, "")  # from here on it writes
            remove(self.home, ids, progress=tell)

        return run

    def kill_once(self, operation: str) -> None:
        work = self.prepare(operation)
        stage = self.rng.choice(OPERATIONS[operation])
        delay = self.rng.uniform(0, self.windows[stage])
        marks, finished = run_and_kill(work, stage, delay)
        if finished or landed(marks) != stage:
            self.windows[stage] *= 0.6
        self.stages["finished" if finished else landed(marks)] += 1
        for name, _, _, detail in marks:
            if name in ("stored", "unchanged"):
                self.expected.is_stored(detail)
        if finished and operation == "remove":
            for path in [p for p, may in self.expected.files.items() if None in may and not Path(p).exists()]:
                self.expected.is_gone(path)
        self.look(f"kill {sum(self.stages.values())} ({operation}, {'finished' if finished else landed(marks)})")

    def look(self, when: str) -> None:
        """Open the collection in a fresh process and compare what is there with what must be."""
        found = in_child(lambda: examine(self.home, self.encoder))
        if isinstance(found, str):
            self.failures.append(f"{when}: {found}")
            return
        self.first_answers.append(found["first_answer"])
        self.failures += [f"{when}: {one}" for one in found["wrong"]]
        for path, may in self.expected.files.items():
            stored = found["stored"].get(path, [])
            if len(stored) > 1:
                self.failures.append(f"{when}: {path} is stored {len(stored)} times")
            elif (stored[0] if stored else None) not in may:
                self.failures.append(f"{when}: {path} is not what was acknowledged")
            self.expected.files[path] = {stored[0] if stored else None}  # committed: it stays so

    @property
    def kills(self) -> int:
        return self.stages.total() - self.stages["finished"]

    def report(self) -> dict[str, Any]:
        return {
            "kills": self.kills,
            "stages": dict(self.stages),
            "failures": self.failures,
            "slowest_first_answer": max(self.first_answers, default=0.0),
            "passages": in_child(lambda: Store.open(self.home).counts().passages),
        }


Mark = tuple[str, int, int, str]


def run_and_kill(work: Callable[[Callable[..., None]], Any], stage: str, delay: float) -> tuple[list[Mark], bool]:
    """Run `work` in a fork, kill it `delay` seconds after `stage` began; return its marks, and whether it had ended."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        run_child(lambda: work(lambda *mark: os.write(writing, (json.dumps(mark) + "\n").encode())))
    os.close(writing)
    data, begun, deadline = b"", stage == "start", time.monotonic() + 120
    kill_at = time.monotonic() + delay
    while time.monotonic() < (kill_at if begun else deadline):
        until = (kill_at if begun else deadline) - time.monotonic()
        if select.select([reading], [], [], max(0, until))[0]:
            chunk = os.read(reading, 65536)
            if not chunk:
                break
            data += chunk
            if not begun and any(stage_of(mark) == stage for mark in parsed(data)):
                begun, kill_at = True, time.monotonic() + delay
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    while chunk := os.read(reading, 65536):
        data += chunk
    os.close(reading)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit(f"a writer failed by itself: status {os.WEXITSTATUS(status)}")
    return parsed(data), os.WIFEXITED(status)


def parsed(data: bytes) -> list[Mark]:
    return [tuple(json.loads(line)) for line in data.split(b"\n")[:-1]]  # type: ignore[misc]


def stage_of(mark: Mark) -> str:
    name, done, total, _ = mark
    return "write" if name == "embed" and done >= total else name


def landed(marks: Sequence[Mark]) -> str:
    return stage_of(marks[-1]) if marks else "start"


def run_child(work: Callable[[], Any]) -> None:
    """Run `work` and end this process without running anything that its parent registered."""
    status = 1
    try:
        work()
        status = 0
    finally:
        if status:
            traceback.print_exc()
        os._exit(status)


def in_child(work: Callable[[], Any]) -> Any:
    """Return what `work` returns in a fork, or a sentence when the fork died."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)

        def send() -> None:
            with os.fdopen(writing, "w") as pipe:
                json.dump(work(), pipe)

        run_child(send)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    _, status = os.waitpid(pid, 0)
    return json.loads(told) if status == 0 else f"the fresh process ended with status {status}"


def examine(home: Path, encoder: Encoder) -> dict[str, Any]:
    """Ask a real question, then look for every stored passage by its own vector."""
    wrong: list[str] = []
    started = time.monotonic()
    with Collection.open(home, encoder=encoder) as collection:
        hits = collection.search("the harbour council votes on a ferry")
        first_answer = time.monotonic() - started
        store = collection.store
        total = store.counts().passages
        if len(hits) != min(20, total):
            wrong.append(f"expected {min(20, total)} hits, got {len(hits)}")
    stored: dict[str, list[str]] = {}
    store = Store.open(home)
    with Collection.open(home, encoder=OwnVectors(store)) as collection:
        for article in store.articles():
            passages = store.passages_of(article.id)
            for path in article.paths:
                stored.setdefault(path, []).append(_hash(article.text))
            if "".join(passage.text for passage in passages) != article.text:
                wrong.append(f"the passages of {article.id} do not partition its text")
            for passage in passages:
                near = collection.search(passage.text_hash, limit=5)
                if [hit.passage.passage.id for hit in near].count(passage.id) != 1:
                    wrong.append(f"passage {passage.id} is not found once by its own vector")
                if near and (near[0].cosine or 0) < 0.999:
                    wrong.append(f"the nearest to {passage.id} is {near[0].cosine}")
    store.close()
    return {"wrong": wrong, "stored": stored, "first_answer": first_answer}


def vectors_are_real(home: Path, encoder: Encoder) -> list[str]:
    """Return which stored vectors are not what the encoder makes of what should have been embedded."""
    store = Store.open(home)
    texts: dict[str, list[str]] = {}
    for article in store.articles():
        for passage in store.passages_of(article.id):
            texts.setdefault(passage.text_hash, []).append(embedded_text(article, passage))
    hashes, matrix = store.vectors(list(texts))
    fresh = encoder.encode([texts[one][0] for one in hashes])
    return [one for one, cosine in zip(hashes, (matrix * fresh).sum(axis=1), strict=True) if cosine < 0.999]


def main(folder: Path, kills: int, seed: int) -> None:
    import chromadb.api.rust
    import tantivy
    import torch

    assert chromadb.api.rust and tantivy  # imported once here, for all forks
    torch.set_num_threads(1)
    index.generations._LEAST_NEW = 1  # so that generations are built all the time
    encoder = load_encoder()
    encoder.encode(["warm"])
    driver = Driver(folder, seed, encoder)
    for number in range(kills * MAX_TRIES):
        if driver.kills < kills:
            driver.kill_once(list(OPERATIONS)[number % len(OPERATIONS)])
    finish = in_child(lambda: driver.prepare("ingest")(lambda *mark: None) and None)
    if finish is not None:
        driver.failures.append(f"the last ingest did not end: {finish}")
    unreal = in_child(lambda: vectors_are_real(driver.home, encoder))
    if unreal:
        driver.failures.append(f"vectors that are not the encoder's: {unreal}")
    for path in list(driver.expected.files):
        if Path(path).exists():
            driver.expected.is_stored(path)
    driver.look("at the end")
    sys.stdout.write(json.dumps(driver.report()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
