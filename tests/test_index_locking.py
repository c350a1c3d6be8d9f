from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from documents.errors import StoreBusy, StoreError, StoreReadOnly
from index.locking import writer_lock

ROOT = Path(__file__).resolve().parents[1]

HOLD = """
import subprocess, sys, time
from pathlib import Path
from index.locking import writer_lock
with writer_lock(Path(sys.argv[1]), "ingest"):
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(30)"])
    print(child.pid, flush=True)
    time.sleep(30)
"""


def holder(home: Path) -> tuple[subprocess.Popen[str], int]:
    """A process that holds the lock and has a child of its own, and that child's pid."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    return process, int(process.stdout.readline())


def test_another_process_is_told_who_holds_it_and_a_dead_one_holds_nothing(tmp_path: Path) -> None:
    process, grandchild = holder(tmp_path)
    try:
        with pytest.raises(StoreBusy) as caught, writer_lock(tmp_path, "remove"):
            pass
        message = str(caught.value)
        assert str(process.pid) in message and "ingest" in message and "since 20" in message and "\n" not in message
        process.send_signal(signal.SIGKILL)
        process.wait()
        started = time.monotonic()
        with writer_lock(tmp_path, "remove"):
            assert json.loads((tmp_path / "writer.json").read_text())["pid"] == os.getpid()
        assert time.monotonic() - started < 1
        assert not (tmp_path / "writer.json").exists()
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
        os.kill(grandchild, signal.SIGKILL)


def test_two_threads_of_one_process_exclude_each_other(tmp_path: Path) -> None:
    with writer_lock(tmp_path, "ingest"):
        with pytest.raises(StoreBusy, match=str(os.getpid())), writer_lock(tmp_path, "ingest"):
            pass
        with pytest.raises(StoreBusy), writer_lock(tmp_path, "ingest", timeout=0.2):
            pass
    with writer_lock(tmp_path, "ingest"):
        pass


def test_one_who_waits_gets_it_next(tmp_path: Path) -> None:
    inside: list[float] = []

    def wait() -> None:
        with writer_lock(tmp_path, "second", timeout=20):
            inside.append(time.monotonic())

    thread = threading.Thread(target=wait)
    with writer_lock(tmp_path, "first"):
        thread.start()
        time.sleep(0.3)
        assert inside == []
        left = time.monotonic()
    thread.join()
    assert inside and inside[0] >= left


def test_an_error_inside_frees_it(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), writer_lock(tmp_path / "new" / "home", "ingest"):
        raise KeyboardInterrupt
    with writer_lock(tmp_path / "new" / "home", "ingest"):
        pass


def test_a_garbled_note_about_the_holder_is_no_traceback(tmp_path: Path) -> None:
    with writer_lock(tmp_path, "ingest"):
        for garbage in (b"", b"\xff\xfe", b"[1]", b'{"pid": "x"}'):
            (tmp_path / "writer.json").write_bytes(garbage)
            with pytest.raises(StoreBusy, match="another one"), writer_lock(tmp_path, "remove"):
                pass


def test_a_place_that_cannot_be_locked_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    for home in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/byline"), Path("/dev/null")):
        with pytest.raises(StoreError) as caught, writer_lock(home, "ingest"):
            pass
        assert "\n" not in str(caught.value) and str(caught.value).startswith("expected")


@pytest.mark.skipif(os.getuid() != 0, reason="needs root to mount")
def test_a_folder_that_cannot_be_written_is_said_to_be_so(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "ro,size=1m", "tmpfs", str(home)], check=False).returncode:
        pytest.skip("this machine lets nobody mount a disk")
    try:
        for place in (home, home / "below"):
            with pytest.raises(StoreReadOnly), writer_lock(place, "ingest"):
                pass
    finally:
        subprocess.run(["umount", "-l", str(home)], check=False)
