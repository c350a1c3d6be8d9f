"""Consistent copies of a SQLite truth, made while others read and write it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from index.store_engine import BUSY_SECONDS, open_readonly, publish_file


def copy_database(source: Path, copy: Path) -> None:
    """Write one committed state of the SQLite file `source` to the new file `copy`, compacted."""
    with closing(open_readonly(source)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))


def set_aside(path: Path, why: str) -> Path:
    """Return a consistent copy of the SQLite file at `path`, made beside it, named after `why` and the time."""
    final = beside(path, why)
    draft = final.with_name(f"{final.name}.new")
    try:
        copy_database(path, draft)
        publish_file(draft, final)
    finally:
        draft.unlink(missing_ok=True)
    return final


def beside(path: Path, why: str) -> Path:
    """Return a free name beside `path`, such as truth.sqlite3.before-restore-20240501T120000000000Z."""
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    return path.with_name(f"{path.name}.{why}-{moment}")


def overwrite(source: Path, target: Path) -> None:
    """Make the content of the SQLite file `target` equal to `source`, in one transaction of `target`.

    Processes that have `target` open see the old state until it is done, then the new one; killed in
    the middle, the old one stays.
    """
    with (
        closing(open_readonly(source)) as old,
        closing(sqlite3.connect(f"{target.as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS)) as new,
    ):
        new.execute("PRAGMA synchronous=FULL")
        old.backup(new)
