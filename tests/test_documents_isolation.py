"""Parsers that hang, grow or die cost their own file and no other."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from documents.assembly import RawArticle
from documents.errors import ReadingError
from documents.formats.isolation import TAME_PAGE, Worker, close_worker, parse_bounded, read_page_bounded
from documents.formats.items import Item
from documents.formats.pages import read_page
from documents.outlets.registry import OutletRegistry
from documents.reading import ReadOptions, find_files, read_file

ROOT = Path(__file__).resolve().parents[1]
HOSTILE = str(Path(__file__).parent / "hostile_parser.py")
P = "<p>The bridge over the Reed was closed on Monday after engineers found cracks in two of its piers.</p>"
LARGE = f"<!DOCTYPE html><html><body><article><h1>Bridge closed</h1>{P * 500}</article></body></html>"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of memory are not there")


@pytest.fixture
def worker() -> Iterator[Worker]:
    started = Worker([HOSTILE], seconds=1.0)
    yield started
    started.close()


def found(worker: Worker, kind: str, data: bytes = b"text") -> list[Item | ReadingError]:
    return list(worker.parse(kind, data, ReadOptions()))


def pid(worker: Worker) -> str:
    last = found(worker, "who")[-1]
    assert isinstance(last, Item)
    return last.place


def test_what_a_worker_finds_comes_back_whole(worker: Worker) -> None:
    first, second = worker.parse("who", "ß𝄞\n\x00".encode(), ReadOptions("Wprost", {"text": "body"}, 5, 6), 2)
    assert first == Item("item 1", 7, RawArticle(text="ß𝄞\n\x00", senders=("a", "b"), page_names=("c",)))
    assert isinstance(second, Item)
    assert (second.line, second.alone) == (2, True)
    assert second.raw.text == repr(ReadOptions("Wprost", {"text": "body"}, 5, 6))


def test_what_was_found_before_the_end_comes_first(worker: Worker) -> None:
    entries = worker.parse("bad", b"text", ReadOptions())
    assert isinstance(next(entries), Item)
    said = next(entries)
    assert isinstance(said, ReadingError)
    assert (str(said), said.code, said.line) == ("expected good, got bad", "bad", 3)
    with pytest.raises(ReadingError, match="expected more") as caught:
        next(entries)
    assert (caught.value.code, caught.value.line) == ("cut", 4)


def test_one_worker_serves_many_files(worker: Worker) -> None:
    assert len({pid(worker) for _ in range(20)}) == 1


@pytest.mark.parametrize(
    ("kind", "code"), [("loop", "too-slow"), ("deaf", "too-slow"), ("allocate", "too-big"), ("crash", "crashed")]
)
def test_a_bad_file_costs_itself_only(worker: Worker, kind: str, code: str) -> None:
    before = pid(worker)
    started = time.monotonic()
    with pytest.raises(ReadingError) as caught:
        found(worker, kind)
    assert caught.value.code == code
    assert "\n" not in str(caught.value)
    assert time.monotonic() - started < 8
    assert pid(worker) != before


def test_a_worker_that_left_is_replaced(worker: Worker) -> None:
    before = pid(worker)
    with pytest.raises(ReadingError) as caught:
        found(worker, "leave")  # twice, so that it is the file's fault
    assert caught.value.code == "crashed"
    os.kill(int(pid(worker)), 9)
    time.sleep(0.1)
    assert pid(worker) != before


def test_closing_ends_the_process(worker: Worker) -> None:
    number = int(pid(worker))
    worker.close()
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)
    worker.close()


def test_threads_take_turns(worker: Worker) -> None:
    texts = [f"text {number}" * 1000 for number in range(8)]
    got: list[str] = []

    def read(text: str) -> None:
        for _ in range(5):
            (item,) = found(worker, "plain", text.encode())
            assert isinstance(item, Item)
            got.append(item.raw.text)

    threads = [threading.Thread(target=read, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == sorted(text for text in texts for _ in range(5))


def test_a_worker_that_cannot_begin() -> None:
    worker = Worker(["-c", "pass"])
    with pytest.raises(ReadingError) as caught:
        found(worker, "who")
    assert caught.value.code == "no-worker"


def test_nothing_outlives_whoever_started_it(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent(
            f"""
            import sys, threading, time
            from documents.formats.isolation import Worker
            from documents.sources import ReadOptions
            worker = Worker([{HOSTILE!r}], seconds=2.0)
            print(list(worker.parse("who", b"x", ReadOptions()))[-1].place, flush=True)
            threading.Thread(target=lambda: list(worker.parse("loop", b"x", ReadOptions())), daemon=True).start()
            time.sleep(60)
            """
        )
    )
    parent = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    time.sleep(0.3)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    ends = time.monotonic() + 10
    while _runs(child) and time.monotonic() < ends:
        time.sleep(0.1)
    assert not _runs(child)


def _runs(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def test_a_script_without_a_main_guard(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(LARGE)
    script = tmp_path / "script.py"
    script.write_text(
        "from documents.outlets.registry import OutletRegistry\n"
        "from documents.reading import ReadOptions, SourceFile, read_file\n"
        "from pathlib import Path\n"
        f"path = Path({str(page)!r})\n"
        "print(len(read_file(SourceFile(path, path), ReadOptions(), OutletRegistry.load()).articles))\n"
    )
    ended = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert (ended.stdout, ended.stderr) == ("1\n", "")


def test_files_are_read_there_as_here(tmp_path: Path) -> None:
    assert len(LARGE) > TAME_PAGE
    (entry,) = parse_bounded("page", LARGE.encode(), ReadOptions())
    assert isinstance(entry, Item)
    assert entry.raw == read_page(LARGE) == read_page_bounded(LARGE)
    with pytest.raises(ReadingError) as caught:
        read_page_bounded(f"<html><body><div hidden>{' ' * TAME_PAGE}</div></body></html>")
    assert caught.value.code == "no-text"
    (tmp_path / "1.html").write_text(LARGE)
    (tmp_path / "2.txt").write_text(LARGE)
    (tmp_path / "3.html").write_text("<html><body>" + "<div>" * 10_000 + P + "</div>" * 10_000)
    (tmp_path / "4.html").write_text(LARGE.replace("Monday", "Tuesday"))
    sources, _ = find_files([tmp_path])
    contents = [read_file(source, ReadOptions(), OutletRegistry.load()) for source in sources]
    assert [len(content.articles) for content in contents] == [1, 1, 0, 1]
    assert contents[2].failures[0].reason.startswith("too-large: ")
    close_worker()
