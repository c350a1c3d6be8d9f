from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from fakes import HashEncoder

from documents.articles import Article, Attribution, Passage
from documents.errors import RequestError, StoreBusy, StoreDamaged, StoreError, StoreReadOnly, StoreTooNew
from index.backups import backup, restore
from index.locking import writer_lock
from index.manifest import read_pointer, write_pointer
from index.store import ArticleWrite, FileRead, Store

ROOT = Path(__file__).resolve().parents[1]
ENCODER = HashEncoder()


def put(home: Path, *texts: str) -> None:
    """Store one-passage articles."""
    store = Store.open(home, create=True)
    store.adopt(ENCODER.identity, "test-1")
    writes, files = [], []
    for text in texts:
        article = Article(text=text)
        passage = Passage(article.id, 0, len(text), text, Attribution())
        vectors = {passage.text_hash: ENCODER.encode([text])[0]}
        writes.append(ArticleWrite(article, "", f"/{text}", [passage], vectors))
        files.append(FileRead(f"/{text}", "f", frozenset({("", article.content_hash)})))
    store.write(writes, files)
    store.close()


def texts_of(home: Path) -> list[str]:
    store = Store.open(home)
    try:
        return sorted(article.text for article in store.articles())
    finally:
        store.close()


def one_line(error: BaseException) -> str:
    assert "\n" not in str(error) and str(error).startswith("expected") and "got" in str(error)
    return str(error)


def test_a_backup_is_one_file_and_brings_everything_back(tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "out.sqlite3"
    put(home, "Alpha.", "Beta.")
    counts = backup(home, file)
    assert (counts.articles, counts.passages, counts.texts) == (2, 2, 2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "out.sqlite3"]
    other = tmp_path / "other"
    restored = restore(other, file)
    assert restored.counts == counts and restored.kept is None
    assert texts_of(other) == ["Alpha.", "Beta."]
    first, second = Store.open(home), Store.open(other)
    passages = [one for page in first.iter_passages() for one in page]
    assert [one for page in second.iter_passages() for one in page] == passages
    hashes = [one.passage.text_hash for one in passages]
    assert np.array_equal(first.vectors(hashes)[1], second.vectors(hashes)[1])
    assert second.fingerprints(["/Alpha."]) == first.fingerprints(["/Alpha."]) and second.problems() == []
    put(other, "Gamma.")  # and it can be written, as any other
    assert texts_of(other) == ["Alpha.", "Beta.", "Gamma."]


def test_restoring_keeps_the_old_truth_drops_the_index_and_readers_follow(tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "out.sqlite3"
    put(home, "Alpha.")
    backup(home, file)
    put(home, "Beta.")
    (home / "generations").mkdir()
    write_pointer(home, "0123456789abcdef")
    reader = Store.open(home)
    before, revision = reader.max_seq(), reader.revision()
    restored = restore(home, file)
    assert restored.kept is not None and restored.kept.name.startswith("truth.sqlite3.before-restore-20")
    assert [article.text for article in reader.articles()] == ["Alpha."]
    assert reader.revision() > revision and reader.max_seq() < before
    assert read_pointer(home) is None
    kept = Store.open(tmp_path, f"sqlite:///{restored.kept}")
    assert sorted(article.text for article in kept.articles()) == ["Alpha.", "Beta."]
    kept.close()
    assert restore(home, restored.kept).counts.articles == 2
    assert texts_of(home) == ["Alpha.", "Beta."] and Store.open(home).problems() == []
    assert len(list(home.glob("truth.sqlite3.before-restore-*Z"))) == 2
    reader.close()


@pytest.mark.parametrize("damage", ["garbage", "empty", "cut", "missing"])
def test_a_damaged_truth_is_replaced_and_kept_as_it_was(tmp_path: Path, damage: str) -> None:
    home, file = tmp_path / "home", tmp_path / "out.sqlite3"
    put(home, *(f"Words of {n}." for n in range(50)))
    backup(home, file)
    truth = home / "truth.sqlite3"
    content = {"garbage": b"nothing " * 999, "empty": b"", "cut": truth.read_bytes()[:9000], "missing": b""}[damage]
    truth.write_bytes(content)
    (home / "truth.sqlite3-wal").write_bytes(b"a log of nobody")
    if damage == "missing":
        truth.unlink()
        (home / "generations").mkdir()
        write_pointer(home, "0123456789abcdef")
    with pytest.raises(StoreDamaged):
        Store.open(home)
    restored = restore(home, file)
    assert restored.counts.articles == 50 and len(texts_of(home)) == 50
    if damage != "missing":
        assert restored.kept is not None and restored.kept.read_bytes() == content
    assert Store.open(home).problems() == []


def test_what_is_no_sound_backup_changes_nothing(tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "out.sqlite3"
    put(home, *(f"Words of {n}. " * 30 for n in range(60)))
    backup(home, file)
    before = texts_of(home)
    whole = file.read_bytes()
    rng = random.Random(5)
    broken = bytearray(whole)
    broken[40_000:44_000] = rng.randbytes(4000)
    bad = {"garbage": b"x" * 5000, "empty": b"", "cut": whole[: len(whole) // 2], "broken": bytes(broken)}
    for name, content in bad.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(StoreDamaged, match="nothing was changed") as caught:
            restore(home, tmp_path / name)
        assert name in one_line(caught.value)
    connection = sqlite3.connect(tmp_path / "foreign")
    connection.execute("CREATE TABLE t (x)")
    connection.close()
    shutil.copy(file, tmp_path / "newer")
    shutil.copy(file, tmp_path / "changed")
    for name, statement in {
        "newer": "UPDATE alembic_version SET version_num = '9999'",
        "changed": "UPDATE articles SET text = 'Other words.' WHERE id = (SELECT min(id) FROM articles)",
    }.items():
        connection = sqlite3.connect(tmp_path / name)
        connection.execute(statement)
        connection.commit()
        connection.close()
    for name, kind in {"foreign": StoreDamaged, "changed": StoreDamaged, "newer": StoreTooNew}.items():
        with pytest.raises(kind) as known:
            restore(home, tmp_path / name)
        one_line(known.value)
    for wrong in (tmp_path / "none", tmp_path, home / "truth.sqlite3"):
        with pytest.raises(RequestError) as refused:
            restore(home, wrong)
        one_line(refused.value)
    assert texts_of(home) == before
    assert sorted(path.name for path in home.iterdir() if path.name.startswith("truth.sqlite3.")) == []


def test_a_backup_replaces_only_a_backup(tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "out.sqlite3"
    with pytest.raises(StoreError, match="ingest articles first"):
        backup(home, file)
    put(home, "Alpha.")
    (tmp_path / "letter.txt").write_text("Dear reader")
    for wrong in (tmp_path / "letter.txt", home / "truth.sqlite3", tmp_path, tmp_path / "no" / "folder.sqlite3"):
        with pytest.raises(RequestError) as caught:
            backup(home, wrong)
        one_line(caught.value)
    assert (tmp_path / "letter.txt").read_text() == "Dear reader" and texts_of(home) == ["Alpha."]
    backup(home, file)
    put(home, "Beta.")
    assert backup(home, file).articles == 2
    with pytest.raises(StoreError, match="pg_dump") as caught_url:
        backup(home, file, store_url="postgresql+psycopg://user:secret@host/name")
    assert "secret" not in one_line(caught_url.value)


def test_another_writer_keeps_a_restore_out(tmp_path: Path) -> None:
    put(tmp_path / "home", "Alpha.")
    backup(tmp_path / "home", tmp_path / "out.sqlite3")
    with writer_lock(tmp_path / "home", "ingest"), pytest.raises(StoreBusy, match="ingest"):
        restore(tmp_path / "home", tmp_path / "out.sqlite3")


@pytest.mark.skipif(os.getuid() != 0 or shutil.which("mount") is None, reason="needs to mount a small disk")
def test_a_full_or_read_only_disk_leaves_no_half_backup(tmp_path: Path) -> None:
    home, small = tmp_path / "home", tmp_path / "small"
    put(home, *(f"Words of {n}. " * 100 for n in range(200)))
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(small)], check=False).returncode:
        pytest.skip("this machine lets nobody mount a disk")
    try:
        with pytest.raises(StoreError, match="full") as caught:
            backup(home, small / "out.sqlite3")
        one_line(caught.value)
        assert list(small.iterdir()) == []
        subprocess.run(["mount", "-o", "remount,ro", str(small)], check=True)
        with pytest.raises(StoreReadOnly):
            backup(home, small / "out.sqlite3")
    finally:
        subprocess.run(["umount", "-l", str(small)], check=False)


def test_backups_while_another_writes_are_each_one_committed_state(tmp_path: Path) -> None:
    home = tmp_path / "home"
    put(home, "Words 0 a.", "Words 0 b.")
    ended = threading.Event()

    def write() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            put(home, f"Words {number} a.", f"Words {number} b.")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        sizes = []
        for number in range(4):
            sizes.append(backup(home, tmp_path / f"{number}.sqlite3").articles)
            restored = tmp_path / f"home{number}"
            restore(restored, tmp_path / f"{number}.sqlite3")
            pairs = texts_of(restored)
            assert len(pairs) == sizes[-1] and len(pairs) % 2 == 0  # both of a transaction, or neither
    finally:
        ended.set()
        writer.join()
    assert sizes == sorted(sizes)


CHILD = """
import sys
from pathlib import Path
from index.backups import restore
print("ready", flush=True)
restore(Path(sys.argv[1]), Path(sys.argv[2]))
"""


@pytest.mark.slow
def test_a_killed_restore_leaves_the_old_state_or_the_new_one(tmp_path: Path) -> None:
    home, file, rng = tmp_path / "home", tmp_path / "out.sqlite3", random.Random(3)
    new = [f"New words of {n}. " * 50 for n in range(300)]
    old = [f"Old words of {n}. " * 50 for n in range(300)]
    put(tmp_path / "source", *new)
    backup(tmp_path / "source", file)
    for kill in range(8):
        shutil.rmtree(home, ignore_errors=True)
        put(home, *old)
        process = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(home), str(file)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(rng.random() * 0.5)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        found = texts_of(home)
        assert found in (sorted(old), sorted(new)), kill
        assert Store.open(home).problems() == []
    restore(home, file)
    assert texts_of(home) == sorted(new)
