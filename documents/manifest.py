"""The file beside articles that says what they are: `articles.csv` or `articles.json`, a row for each file.

A manifest names files in a column or key `file` and holds no text itself; without that, a file of
this name is an ordinary table of articles. Its rows count over what the files say of themselves.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from documents.decoding import decode
from documents.errors import ReadingError
from documents.fields import SYNONYMS, field_text, normal, outlet_text, pick
from documents.formats.jsonfiles import articles_in
from documents.formats.tables import Table, text_lines
from documents.sources import KINDS, Failure, kind_of, kind_of_entry, open_regular

NAMES = ("articles.csv", "articles.json")
_FILE = "file"
_LIMIT = 20_000_000
"""Bytes of a manifest, characters of a row."""
_FIELDS = ("title", "outlet", "url", "published", "author", "language")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the manifests of one folder say.

    Attributes:
        paths: The manifests themselves, which are not articles.
        rows: For each file named, our field -> what its row states.
        lines: For each file named, the manifest's path and the line (None in JSON).
        failures: Rows that name nothing that can be read.
    """

    paths: list[Path] = field(default_factory=list)
    rows: dict[Path, Mapping[str, str]] = field(default_factory=dict)
    lines: dict[Path, tuple[Path, int | None]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)


def read_manifest(folder: Path) -> Manifest:
    """Return what `articles.csv` and `articles.json` in `folder` (resolved) say; empty when there is neither."""
    manifest = Manifest()
    for name in NAMES:
        path = folder / name
        if path.is_symlink() or not path.is_file():
            continue
        rows = _rows(path)
        if rows is not None:
            manifest.paths.append(path)
            for line, row in rows:
                _add(manifest, path, line, row)
    return manifest


def _rows(path: Path) -> list[tuple[int | None, Mapping[str, object] | ReadingError]] | None:
    """Return the rows of a manifest, or None when the file is none (or cannot be read: then its reader says why)."""
    try:
        with open_regular(path) as handle:
            return _rows_in(handle, path.name)
    except (ReadingError, OSError):
        return None


def _rows_in(handle: BinaryIO, name: str) -> list[tuple[int | None, Mapping[str, object] | ReadingError]] | None:
    if name.endswith(".json"):
        return _json_rows(decode(handle.read(_LIMIT)))
    table = Table(text_lines(handle, _LIMIT), tabs=False, limit=_LIMIT)
    return list(_table_rows(table)) if _is_manifest(table.columns) else None


def manifest_rows(data: bytes, name: str) -> dict[str, Mapping[str, str]] | None:
    """Return what a manifest that is no file of its own says, by the names it has for files; None when it is none.

    A row that cannot be read, or whose file is not there, says nothing: there is no folder to look in.

    Args:
        data: What is in it.
        name: One of `NAMES`.
    """
    try:
        rows = _rows_in(BytesIO(data), name)
    except ReadingError:
        return None
    if rows is None:
        return None
    found: dict[str, Mapping[str, str]] = {}
    for _, row in rows:
        if not isinstance(row, ReadingError):
            named = next((value for key, value in row.items() if normal(str(key)) == _FILE), None)
            if isinstance(named, str):
                found.setdefault(named.strip().replace("\\", "/").removeprefix("./"), _said(row))
    return found


def _is_manifest(names: list[str]) -> bool:
    known = {normal(name) for name in names}
    return _FILE in known and not known.intersection(SYNONYMS["text"])


def _table_rows(table: Table) -> Iterator[tuple[int | None, Mapping[str, object] | ReadingError]]:
    for row in table:
        yield (row.line, row) if isinstance(row, ReadingError) else (row.line, row.cells)


def _json_rows(text: str) -> list[tuple[int | None, Mapping[str, object] | ReadingError]] | None:
    try:
        members = articles_in(json.loads(text.removeprefix("\ufeff")))
    except (ValueError, RecursionError):
        return None
    objects = [member for member in members or [] if isinstance(member, dict)]
    if not objects or not all(_is_manifest(list(map(str, member))) for member in objects):
        return None
    return [(None, member) for member in objects]


def _add(manifest: Manifest, path: Path, line: int | None, row: Mapping[str, object] | ReadingError) -> None:
    try:
        if isinstance(row, ReadingError):
            raise row
        target = _target(path.parent, row)
        if target in manifest.rows:
            raise ReadingError(f"expected one row for each file, got another for {target.name!r}", code="manifest")
    except ReadingError as error:
        manifest.failures.append(Failure.of(path, ReadingError(str(error), code=error.code, line=line)))
        return
    manifest.rows[target] = _said(row)
    manifest.lines[target] = (path, line)


def _said(row: Mapping[str, object]) -> dict[str, str]:
    """Return our fields that a row states, by their names."""
    values = pick(row)
    read = {"outlet": outlet_text}
    return {name: text for name in _FIELDS if (text := read.get(name, field_text)(values.get(name)))}


def _target(folder: Path, row: Mapping[str, object]) -> Path:
    """Return the file that a row names: a regular file of a kind that is read, inside the manifest's folder."""
    named = next((value for key, value in row.items() if normal(str(key)) == _FILE), None)
    if not isinstance(named, str) or not named.strip() or "\x00" in named:
        raise ReadingError(f"expected a file's name in the column {_FILE!r}, got {named!r}", code="manifest")
    relative = PurePosixPath(named.strip().replace("\\", "/"))
    if relative.is_absolute() or ".." in relative.parts or ":" in relative.parts[0]:
        raise ReadingError(f"expected a file inside the manifest's folder, got {named!r}", code="manifest")
    target = folder / relative
    if kind_of_entry(target) == "nothing readable":
        raise ReadingError(f"expected a file beside the manifest, got {named!r}, which is not there", code="missing")
    if target.resolve() != target or not target.is_file():
        raise ReadingError(
            f"expected a regular file, got {named!r}, which is {kind_of_entry(target)} or behind one", code="not-a-file"
        )
    if kind_of(target.name) is None:
        raise ReadingError(f"expected a file that can be read ({', '.join(KINDS)}), got {named!r}", code="unsupported")
    return target
