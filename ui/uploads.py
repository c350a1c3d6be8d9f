"""Articles that a visitor uploads: checked, copied into the home folder, and ingested like any other.

Each upload gets a folder of its own, named after what is in it, so that nobody's file replaces
somebody else's and the same upload again changes nothing. What a file means is `documents.reading`.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from documents.errors import BylineError, RequestError, StoreReadOnly
from documents.sources import KINDS
from ui.desk import Desk, checked_name
from ui.rendering import one_line

FOLDER = "uploads"
"""Inside the home folder."""
SUFFIXES = tuple(ending for ending, kind in KINDS.items() if kind != "warc")
"""Kinds of file that are accepted; what is inside is checked when it is read. Web archives are too large to upload."""
MAX_FILES = 50
"""Most files in one upload."""

_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an upload, in plain sentences.

    Attributes:
        summary: How many articles were added, updated, unchanged, failed.
        problems: ``file: reason`` for each that failed.
    """

    summary: str
    problems: tuple[str, ...]


def take_in(desk: Desk, files: Sequence[object], outlet: object, *, inbox: Path) -> Receipt:
    """Return what became of `files`, which must lie under `inbox`, the folder of received files.

    The received copies are removed once they were checked.

    Args:
        desk: Whose collection they go into.
        files: Paths as the page handed them over; not trusted.
        outlet: The outlet of all of them, or None or an empty string where it is not known.
        inbox: The only folder from which files are taken.

    Raises:
        RequestError: nothing to ingest, or a file of a kind, size or place that is not accepted.
        StoreError: the collection cannot be written now.
    """
    taken: list[Path] = []
    try:
        taken = received(files, inbox, desk.settings.max_upload_mb * 1_000_000)
        name = checked_name(outlet) if isinstance(outlet, str) and outlet.strip() else None
        folder, new = _keep(taken, desk.settings.home)
    finally:
        for path in taken:
            path.unlink(missing_ok=True)
    try:
        report = _ingest(desk, folder, name)
    except BylineError:
        if new:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    counts = report["articles"]
    if new and not counts["added"] + counts["updated"] + counts["unchanged"]:
        shutil.rmtree(folder, ignore_errors=True)
    return _receipt(report, folder)


def received(files: Sequence[object], inbox: Path, most: int, suffixes: Sequence[str] = SUFFIXES) -> list[Path]:
    """Return the paths of `files` after checking that each is an uploaded file that is accepted.

    Args:
        files: Paths as the page handed them over; not trusted.
        inbox: The folder of received files.
        most: Bytes of the largest file.
        suffixes: Kinds of file, in lower case.

    Raises:
        RequestError: too few or too many files, or one of a kind, size or place that is not accepted.
    """
    if not files or len(files) > MAX_FILES:
        raise RequestError(f"Expected 1 to {MAX_FILES} files, got {len(files)}; choose again")
    root = inbox.resolve()
    checked = []
    for file in files:
        if not isinstance(file, str) or not _was_received(file, root):
            raise RequestError("Expected files that were just uploaded, got something else; choose them again")
        path = Path(file)
        if path.suffix.lower() not in suffixes:
            kinds = ", ".join(suffixes)
            raise RequestError(f"Expected files ending in {kinds}, got “{one_line(path.name)}”; convert it")
        if path.stat().st_size > most:
            raise RequestError(
                f"Expected files of at most {most // 1_000_000} MB, got “{one_line(path.name)}” with more; split it"
            )
        checked.append(path)
    return checked


def received_only(body: bytes, inbox: Path) -> bytes | None:
    """Return an event's JSON in which every file is one that lies under `inbox`, or None to refuse the event.

    A file is any object with a path in it, wherever it stands. Mounted in another application, gradio
    takes such an object from anyone for any component, and copies or downloads what it names: so nothing
    but received files may get that far.
    """
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        return None
    root = inbox.resolve()
    waiting: list[Any] = [event]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            if "path" in value or "meta" in value:
                if not _was_received(value.get("path"), root):
                    return None
                value.pop("url", None)  # where the browser saw it; nothing here looks there
            waiting.extend(value.values())
    return json.dumps(event).encode() if isinstance(event, dict) else None


def _was_received(path: object, root: Path) -> bool:
    if not isinstance(path, str) or "\0" in path or not Path(path).is_absolute():
        return False
    return not Path(path).is_symlink() and Path(path).is_file() and Path(path).resolve().is_relative_to(root)


def _keep(received: Sequence[Path], home: Path) -> tuple[Path, bool]:
    """Copy the files into a folder named after their names and contents; also say whether it is new."""
    named: dict[str, Path] = {}
    for path in received:
        name = _tidy(path.name)
        while name in named:
            name = f"{Path(name).stem}-{len(named) + 1}{path.suffix.lower()}"
        named[name] = path
    hashed = hashlib.sha256()
    for name in sorted(named):
        hashed.update(hashlib.sha256(name.encode()).digest() + hashlib.sha256(named[name].read_bytes()).digest())
    folder = home / FOLDER / hashed.hexdigest()[:16]
    if folder.is_dir():
        return folder, False
    beside = folder.with_name(f"{folder.name}.part")
    try:
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(parents=True)
        for name, path in named.items():
            shutil.copyfile(path, beside / name)
        beside.rename(folder)
    except OSError as error:
        shutil.rmtree(beside, ignore_errors=True)
        reason = error.strerror or type(error).__name__
        raise StoreReadOnly(f"Expected a home folder that takes uploads, got: {reason}; ask who runs it") from None
    return folder, True


def _tidy(name: str) -> str:
    """Return a file name that is plain, visible, short and has no folder in it."""
    path = Path(unicodedata.normalize("NFC", one_line(name)))
    stem = re.sub(r"[^\w .,()+-]+", "_", path.stem).strip(" .")[:_LONGEST_NAME]
    return (stem or "article") + path.suffix.lower()


def _ingest(desk: Desk, folder: Path, outlet: str | None) -> dict[str, Any]:
    from documents.reading import ReadOptions
    from index.building import ingest

    settings = desk.settings
    report = ingest(
        settings.home,
        [folder],
        options=ReadOptions(outlet=outlet, max_bytes=settings.max_upload_mb * 1_000_000),
        encoder=desk.collection.encoder,
        store_url=settings.store,
        index_url=settings.index,
    )
    return report.to_dict()


def _receipt(report: dict[str, Any], folder: Path) -> Receipt:
    counts = report["articles"]
    parts = [f"{counts[key]} {key}" for key in ("added", "updated", "unchanged", "failed") if counts[key]]
    problems = tuple(
        f"{Path(failure['path']).name}: {one_line(failure['reason']).replace(str(folder), '').strip()}"
        + (f" (line {failure['line']})" if failure["line"] else "")
        for failure in report["failures"]
    )
    return Receipt(f"Articles: {', '.join(parts) or 'none found in these files'}", problems)
