"""Opening the truth and keeping it open: connections, transactions, following its file.

What is read and written over them is `index.store_reading` and `index.store`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, Engine

from documents.errors import StoreDamaged, StoreError, StoreReadOnly
from index.manifest import pointer_bytes
from index.store_engine import (
    WRITES,
    create_database,
    empty_engine,
    locate,
    open_engine,
    schema_version,
)
from index.store_errors import translated
from index.store_reading import StoreReading
from index.store_writing import bump_revision
from index.tables import HEAD


class OpenedStore(StoreReading):
    """The part of `index.store.Store` that holds the database open; reading is safe from any thread."""

    def __init__(self, home: Path, url: str | None = None) -> None:
        self._target = locate(home, url)
        self._home = home
        self._own = url is None
        self._guard = threading.RLock()
        self._engine: Engine | None = None
        self._stamp: tuple[int, int] | None = None
        self._exists = False
        self._readonly = False

    @classmethod
    def open(cls, home: Path, url: str | None = None, *, create: bool = False) -> Self:
        """Return the truth of `home`, or of the SQLAlchemy `url`.

        Args:
            home: The folder that holds ``truth.sqlite3`` when there is no `url`.
            url: Such as ``postgresql+psycopg://HOST/NAME``.
            create: Make an empty one where there is none; the caller holds the writer lock.

        Raises:
            StoreError: or one of its kinds: damaged, too new, not to be reached.
        """
        store = cls(home, url)
        store._current()
        if create and not store.exists:
            create_database(store._target)
            store._stamp = None
            store._current()
        return store

    def close(self) -> None:
        """Close the connections; the truth itself needs no closing."""
        with self._guard:
            if self._engine is not None:
                self._engine.dispose()
            self._engine = None

    @property
    def place(self) -> str:
        """Where the truth is: a path, or a URL without its password."""
        return self._target.place

    @property
    def path(self) -> Path | None:
        """The SQLite file, or None for a server's database."""
        return self._target.path

    @property
    def exists(self) -> bool:
        """Whether there is a truth; False before the first ingest."""
        self._current()
        return self._exists

    @property
    def readonly(self) -> bool:
        """Whether it can only be read, because its file or folder cannot be written."""
        self._current()
        return self._readonly

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        engine = self._current()
        with translated(self.place), engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        self._check_writable()
        engine = self._current()
        with (
            translated(self.place),
            engine.connect().execution_options(**WRITES) as connection,
            connection.begin(),
        ):
            yield connection
            bump_revision(connection)

    def _check_writable(self) -> None:
        if not self.exists:
            raise StoreError(f"expected a truth at {self.place}, got none; ingest articles first")
        if self.readonly:
            raise StoreReadOnly(f"expected a place that can be written at {self.place}, got one that can only be read")

    def _current(self) -> Engine:
        """Return the engine of the truth as it is now; an empty one while there is none."""
        with translated(self.place):
            stamp = self._target.stamp()
        if self._engine is not None and self._is_current(stamp):
            return self._engine
        with self._guard:
            if self._engine is not None and self._is_current(stamp):  # another thread opened it meanwhile
                return self._engine
            if self._engine is not None:
                self._engine.dispose()
            self._engine = None
            self._exists = False
            if stamp is not None:
                self._engine, self._readonly = open_engine(self._target)
                with translated(self.place):
                    version = schema_version(self._engine, self._target)
                    if version is not None and version < HEAD:
                        self._migrate(self._engine)
                self._exists = version is not None
            else:
                self._check_missing()
            if self._engine is None or not self._exists:
                self._engine = empty_engine()
            self._stamp = stamp
            return self._engine

    def _is_current(self, stamp: tuple[int, int] | None) -> bool:
        return stamp == self._stamp and (self._exists or self.path is not None)

    def _check_missing(self) -> None:
        """Refuse a truth that is gone while an index of it is there: empty answers would hide the loss."""
        if self._own and pointer_bytes(self._home) is not None:
            raise StoreDamaged(
                f"expected the database {self.place}, of which there is an index, got none; restore a backup "
                "(byline restore FILE), name it with --store, or remove the folder generations to begin anew"
            )

    def _migrate(self, engine: Engine) -> None:
        if self._readonly:
            raise StoreReadOnly(
                f"expected a truth of version {HEAD} at {self.place}, got an older one that cannot be written; "
                "open it once where it can be written"
            )
        from index.store_migrating import migrate  # brings alembic

        migrate(engine, self._target)
