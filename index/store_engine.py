"""Opens the truth's database: which one, how, and whether it can be written.

SQLite files are opened with the settings that make "stored" true (WAL, synchronous=FULL, foreign
keys); a file that cannot be written is opened for reading alone. Tables and statements are not here.
"""

from __future__ import annotations

import os
import re
import sqlite3
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, insert, make_url, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.pool import NullPool, QueuePool
from sqlalchemy.schema import CreateTable

from documents.errors import StoreError, StoreTooNew
from index.store_errors import damaged, translated
from index.tables import COUNTERS, HEAD, METADATA, VERSION

FILE_NAME = "truth.sqlite3"
BUSY_SECONDS = 30.0
"""How long a statement waits for another process; readers in WAL mode hardly ever do."""
WRITES = {"byline_writes": True}
"""Execution options of a connection whose transaction takes the write lock at its beginning."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where the truth is: a SQLite file (`path`), or a server (`url`) when `path` is None."""

    url: URL
    path: Path | None

    @property
    def place(self) -> str:
        """How messages name it; never with a password."""
        return str(self.path) if self.path else self.url.render_as_string(hide_password=True)

    def stamp(self) -> tuple[int, int] | None:
        """Return what changes when another file takes its place; None while there is none."""
        if self.path is None:
            return (0, 0)
        try:
            status = self.path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return (status.st_dev, status.st_ino)


def locate(home: Path, url: str | None) -> Target:
    """Return where the truth of `home` is: `url` when given, else ``home/truth.sqlite3``.

    Raises:
        StoreError: `url` is not a database URL, or names SQLite without a file.
    """
    if url is None:
        path = home.absolute() / FILE_NAME
        return Target(URL.create("sqlite", database=str(path)), path)
    with translated(url):
        parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return Target(parsed, None)
    if not parsed.database or parsed.database == ":memory:" or parsed.query:
        raise StoreError(
            f"expected a SQLite URL that names a file, got {url!r}; write it as sqlite:////folder/truth.sqlite3"
        )
    return Target(parsed, Path(parsed.database).absolute())


def open_engine(target: Target) -> tuple[Engine, bool]:
    """Return an engine for an existing truth, and whether it can only be read.

    Raises:
        StoreError: or one of its kinds, when it cannot be opened or its header is damaged.
    """
    if target.path is None:
        with translated(target.place):
            return create_engine(target.url, pool_pre_ping=True), False
    path = target.path
    with translated(target.place):
        _check_length(path)
        if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
            engine = _sqlite_engine(lambda: _connect(path, "mode=rw"), pooled=True)
            try:
                with engine.connect():
                    return engine, False
            except OperationalError as error:
                engine.dispose()
                if not _may_be_read(error):
                    raise
        # No pool: each connection looks anew, so a reader without write permission follows a writer.
        engine = _sqlite_engine(lambda: open_readonly(path), pooled=False)
        with engine.connect():
            return engine, True


def empty_engine() -> Engine:
    """Return an engine over an empty truth in memory, for reading before anything was stored."""

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        connection.executescript(_empty_schema())
        return connection

    return _sqlite_engine(connect, pooled=False)


def create_database(target: Target) -> None:
    """Make an empty truth; the caller holds the writer lock.

    A SQLite file is made under another name and renamed, so that a truth without tables is always
    damage and never half a beginning.
    """
    with translated(target.place):
        if target.path is None:
            engine = create_engine(target.url)
            with engine.begin() as connection:
                _fill(connection)
            engine.dispose()
            return
        target.path.parent.mkdir(parents=True, exist_ok=True)
        sweep_drafts(target.path)
        draft = draft_of(target.path)
        try:
            engine = create_engine(URL.create("sqlite", database=str(draft)), poolclass=NullPool)
            with engine.begin() as connection:
                _fill(connection)
            engine.dispose()
            publish_file(draft, target.path)
        finally:
            draft.unlink(missing_ok=True)


def draft_of(path: Path) -> Path:
    """Return a new name beside `path` for a file that will take its place."""
    return path.with_name(f"{path.name}.{uuid.uuid4().hex}.new")


def sweep_drafts(path: Path) -> None:
    """Remove the drafts that killed processes left beside `path`; the caller holds the writer lock."""
    drafts = re.compile(re.escape(path.name) + r"\.[0-9a-f]{32}\.new(-wal|-shm|-journal)?")
    for stray in path.parent.iterdir():
        if drafts.fullmatch(stray.name):
            stray.unlink(missing_ok=True)


def publish_file(draft: Path, final: Path) -> None:
    """Rename `draft` to `final` so that a power cut leaves one or the other, whole."""
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.replace(final)
    folder = os.open(final.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def schema_version(engine: Engine, target: Target) -> str | None:
    """Return the truth's schema revision; None when a server's database holds no truth yet.

    Raises:
        StoreDamaged: a file without our tables.
        StoreTooNew: written by a newer Byline.
    """
    try:
        with engine.connect() as connection:
            version: str | None = connection.execute(select(VERSION.c.version_num)).scalar_one_or_none()
    except (OperationalError, ProgrammingError) as error:
        # Only "no such table" may mean an empty database; a lock or a bad disk must not look like one.
        if target.path is not None and "no such table" in str(error):
            raise damaged(target.place, "it has no version") from None
        if target.path is not None or not isinstance(error, ProgrammingError):
            raise
        return None
    if version is None:
        raise damaged(target.place, "it has no version")
    if version > HEAD:
        raise StoreTooNew(
            f"expected a truth of version {HEAD} or older at {target.place}, got {version!r}; install a newer Byline"
        )
    return version


def _fill(connection: Connection) -> None:
    METADATA.create_all(connection)
    connection.execute(insert(VERSION).values(version_num=HEAD))
    connection.execute(insert(COUNTERS).values(name="revision", value=0))


@cache
def _empty_schema() -> str:
    statements = [str(CreateTable(table).compile(dialect=sqlite.dialect())) for table in METADATA.sorted_tables]
    statements.append(f"INSERT INTO {VERSION.name} VALUES ('{HEAD}')")  # noqa: S608 - both are constants of ours
    return ";\n".join(statements)


def _sqlite_engine(connect: Callable[[], sqlite3.Connection], *, pooled: bool) -> Engine:
    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool if pooled else NullPool)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # Taken at once, the write lock cannot be refused halfway through a transaction.
        writes = connection.get_execution_options().get("byline_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _connect(path: Path, options: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.as_uri()}?{options}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,  # transactions begin where `_sqlite_engine` says, not where sqlite3 guesses
        check_same_thread=False,
    )
    try:
        if options == "mode=rw":
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def open_readonly(path: Path) -> sqlite3.Connection:
    """Return a connection that reads the SQLite file at `path`, also where nothing may be written.

    Raises:
        sqlite3.Error: it cannot be opened, or is no database.
    """
    try:
        return _connect(path, "mode=ro")
    except sqlite3.OperationalError:
        # A folder without write permission cannot hold SQLite's shared memory. Without a log beside
        # it the file alone is the whole truth; with one, leaving it out would lose articles silently.
        log = path.with_name(f"{path.name}-wal")
        if log.exists() and log.stat().st_size:
            raise
        return _connect(path, "mode=ro&immutable=1")


def _may_be_read(error: OperationalError) -> bool:
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


def _check_length(path: Path) -> None:
    """Refuse what is no database, or was cut off, before SQLite meets it; reads 100 bytes."""
    if path.is_dir():
        raise StoreError(f"expected a database file at {path}, got a folder; move it away or choose another --home")
    if not path.is_file():
        raise StoreError(
            f"expected a database file at {path}, got something else; move it away or choose another --home"
        )
    with path.open("rb") as file:
        header = file.read(100)
    if len(header) < 100 or not header.startswith(b"SQLite format 3\0"):
        raise damaged(str(path), "file is not a database" if header else "file is empty")
    size = int.from_bytes(header[16:18], "big")
    size = 65536 if size == 1 else size
    pages, counter, valid_for = (int.from_bytes(header[at : at + 4], "big") for at in (28, 24, 92))
    log = path.with_name(f"{path.name}-wal")
    settled = not (log.exists() and log.stat().st_size)  # with a log, the file may lag behind its header
    if settled and counter == valid_for and path.stat().st_size < pages * size:
        raise damaged(str(path), "file is cut off")
