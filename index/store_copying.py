"""Consistent copies of a SQLite truth, made while others read and write it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from index.store_checking import database_problems, problems_of
from index.store_engine import BUSY_SECONDS, Target, open_readonly, publish_file, schema_version
from index.tables import HEAD


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


def check_copy(file: Path) -> list[str]:
    """Return one sentence for each thing that is wrong with the truth in `file`, which nobody else has open.

    Raises:
        StoreDamaged: it is not a truth at all.
        StoreTooNew: a newer Byline made it.
    """
    engine = create_engine("sqlite://", creator=lambda: open_readonly(file), poolclass=NullPool)
    version = schema_version(engine, Target(engine.url, file))
    with engine.connect() as connection:
        # An older one is migrated when it is opened in its place; here its bytes are what matters.
        return problems_of(connection) if version == HEAD else list(database_problems(connection))


def raise_revision(file: Path, above: int) -> None:
    """Let the truth in `file` count as later than revision `above`, so that readers of the other one notice."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE counters SET value = max(value, ?) + 1 WHERE name = 'revision'", (above,))
        connection.commit()
