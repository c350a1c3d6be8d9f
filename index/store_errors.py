"""Turns what SQLAlchemy, SQLite and the operating system raise into the StoreError family.

One line each: what was expected, what came, what to do next. Nothing here opens or writes anything.
"""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    NoSuchModuleError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from documents.errors import StoreBusy, StoreDamaged, StoreError, StoreReadOnly

_PRIMARY = 0xFF
"""SQLite's extended result codes carry the plain one in their lowest byte."""

_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_UNWRITABLE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


@contextmanager
def translated(place: str) -> Iterator[None]:
    """Raise every foreign error of the body as one of the StoreError family.

    Args:
        place: The truth's path, or its URL without password; messages name it.

    Raises:
        StoreError: or one of its kinds, in one line.
    """
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError, ImportError, UnicodeError) as error:
        raise translate(error, place) from error


def translate(error: Exception, place: str) -> StoreError:
    """Return the StoreError that says what `error` means for the truth at `place`."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    if isinstance(cause, sqlite3.Error):
        return _of_sqlite(cause, place)
    if isinstance(cause, OSError):
        return _of_system(cause, place)
    if isinstance(cause, ImportError):
        return StoreError(f"expected the database driver for {place}, got none ({_line(cause)}); install it with pip")
    if isinstance(cause, UnicodeError):
        return StoreError(f"expected text that is valid Unicode, got {_line(cause)}; clean it before storing")
    if isinstance(cause, NoSuchModuleError | ArgumentError):
        return StoreError(
            f"expected a database URL such as postgresql+psycopg://HOST/NAME or sqlite:////PATH, got {place!r} "
            f"({_line(cause)}); correct --store"
        )
    if isinstance(cause, PoolTimeout):
        return StoreBusy(f"expected a free connection to {place}, got none in time; try again")
    return StoreError(
        f"expected to reach the database {place}, got: {_line(cause)}; check that it runs and accepts you"
    )


def damaged(place: str, what: str) -> StoreDamaged:
    """Return the error for a damaged truth; `what` is a short clause saying what was seen."""
    return StoreDamaged(
        f"expected a sound database at {place}, got a damaged one ({what}); "
        "restore a backup (byline restore FILE), or move the file away and ingest the articles again"
    )


def _of_sqlite(error: sqlite3.Error, place: str) -> StoreError:
    code = getattr(error, "sqlite_errorcode", None)
    plain = code & _PRIMARY if isinstance(code, int) else None
    if plain in _DAMAGED:
        return damaged(place, _line(error))
    if plain in _BUSY:
        return StoreBusy(
            f"expected to use the database {place}, got: {_line(error)}; another process writes, try again"
        )
    if plain == sqlite3.SQLITE_READONLY:
        return StoreReadOnly(
            f"expected a database that can be written at {place}, got: {_line(error)}; check its permissions"
        )
    if plain == sqlite3.SQLITE_FULL:
        return _full(place)
    if plain == sqlite3.SQLITE_CANTOPEN:
        return _unopenable(error, place)
    if plain == sqlite3.SQLITE_IOERR:
        name = getattr(error, "sqlite_errorname", "") or "SQLITE_IOERR"
        return (
            _full(place)
            if _free(place) == 0
            else StoreError(
                f"expected the disk to answer for {place}, got: {_line(error)} ({name}); check the disk, then try again"
            )
        )
    return StoreError(f"expected the database {place} to answer, got: {_line(error)}; run byline doctor")


def _unopenable(error: sqlite3.Error, place: str) -> StoreError:
    path = Path(place)
    if path.is_dir():
        return StoreError(f"expected a database file at {place}, got a folder; move it away or choose another --home")
    if not path.exists():
        return StoreError(f"expected a database file at {place}, got none; ingest articles first")
    return StoreReadOnly(
        f"expected a database that can be opened at {place}, got: {_line(error)}; check its permissions"
    )


def _of_system(error: OSError, place: str) -> StoreError:
    where = error.filename if isinstance(error.filename, str) else place
    if error.errno in _UNWRITABLE:
        return StoreReadOnly(
            f"expected a place that can be written at {where}, got: {error.strerror}; check its permissions"
        )
    if error.errno in _FULL:
        return _full(place)
    return StoreError(
        f"expected to use {where}, got: {error.strerror or _line(error)}; choose another --home or repair it"
    )


def _full(place: str) -> StoreError:
    return StoreError(
        f"expected room on the disk for {place}, got a full one ({_free(place) or 0} bytes free); "
        "free some space, then run the same command again: what was said to be stored is stored"
    )


def _free(place: str) -> int | None:
    try:
        return shutil.disk_usage(Path(place).parent).free
    except OSError:
        return None


def _line(error: BaseException) -> str:
    """Return an error's message in one line."""
    return " ".join(str(error).split()) or type(error).__name__
