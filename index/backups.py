"""One file that holds the whole collection, and the way back from it.

A backup is the truth itself: one SQLite file, compacted, one committed state. Settings, encoders and
indexes are not in it: settings belong to the machine, the rest is made from the truth. A truth on a
database server is backed up with that server's own tools.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from documents.errors import RequestError, StoreDamaged, StoreError, StoreReadOnly, StoreTooNew
from index.locking import writer_lock
from index.manifest import POINTER, generations_folder, sync
from index.store import Counts, Store
from index.store_copying import beside, check_copy, copy_database, overwrite, raise_revision, set_aside
from index.store_engine import draft_of, locate, publish_file, sweep_drafts
from index.store_errors import translated


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: how much is in the collection now, and where the old truth was kept, if there was one."""

    counts: Counts
    kept: Path | None


def backup(home: Path, file: Path, *, store_url: str | None = None) -> Counts:
    """Write the collection's committed state to `file`, and return how much it holds.

    Others may read and write meanwhile. An earlier backup at `file` is replaced by one rename;
    anything else there is refused.

    Raises:
        RequestError: `file` is something else than a backup, or the collection itself.
        StoreError: or one of its kinds: nothing to back up, damaged, no room.
    """
    source = _own_file(home, store_url)
    file = file.absolute()
    if file.exists() and source.exists() and file.samefile(source):
        raise RequestError(f"expected a new file for the backup, got the collection itself ({str(file)!r})")
    if file.exists() and not _is_truth(file):
        raise RequestError(f"expected a new file, or an earlier backup, got {str(file)!r}; choose another name")
    if not file.parent.is_dir():
        raise RequestError(f"expected a file name in an existing folder, got {str(file)!r}")
    if not os.access(file.parent, os.W_OK):
        raise StoreReadOnly(f"expected a folder that can be written for the backup, got {str(file.parent)!r}")
    store = Store.open(home, store_url)
    try:
        if not store.exists:
            raise StoreError(f"expected a collection to back up in {home}, got none; ingest articles first")
        draft = draft_of(file)
        with translated(str(file)):
            try:
                copy_database(source, draft)
                problems = check_copy(draft)
                if problems:
                    raise StoreDamaged(f"expected a sound collection to back up, got: {problems[0]} Run byline doctor")
                counts = _counts(draft)
                publish_file(draft, file)
            finally:
                _discard(draft)
    finally:
        store.close()
    return counts


def restore(home: Path, file: Path, *, store_url: str | None = None) -> Restored:
    """Put the state of a backup in place of the collection, and return what was done.

    The backup is looked through first; nothing is touched when it is not sound. The old truth stays
    beside the new one as ``truth.sqlite3.before-restore-TIME``. Indexes are dropped: questions are
    answered by exact search until a new one is published. Processes that read the collection follow.

    Raises:
        RequestError: `file` is not there, or is the collection itself.
        StoreDamaged: `file` is no sound backup.
        StoreTooNew: it was made by a newer Byline.
        StoreError: or one of its other kinds, such as StoreBusy.
    """
    target = _own_file(home, store_url)
    file = file.absolute()
    if not file.is_file():
        raise RequestError(f"expected a backup made by byline backup, got {str(file)!r}, which is no file")
    if target.exists() and file.samefile(target):
        raise RequestError(f"expected a backup, got the collection itself ({str(file)!r})")
    with writer_lock(home, "restore"):
        draft = draft_of(target)
        with translated(str(target)):
            try:
                sweep_drafts(target)
                _draw(file, draft)
                kept = _swap_in(home, store_url, draft, target)
            finally:
                _discard(draft)
        store = Store.open(home, store_url)
        try:
            return Restored(store.counts(), kept)
        finally:
            store.close()


def _own_file(home: Path, store_url: str | None) -> Path:
    target = locate(home, store_url)
    if target.path is None:
        raise StoreError(
            f"expected a collection in a SQLite file, got one at {target.place}; "
            "use that database's own backup, such as pg_dump"
        )
    return target.path


def _draw(file: Path, draft: Path) -> None:
    """Copy the backup to `draft` and look through it."""
    try:
        copy_database(file, draft)
        problems = check_copy(draft)
    except (sqlite3.DatabaseError, StoreDamaged) as error:
        raise _no_backup(file, str(error)) from error
    if problems:
        raise _no_backup(file, problems[0])


def _no_backup(file: Path, why: str) -> StoreDamaged:
    return StoreDamaged(
        f"expected a sound backup made by byline backup, got {str(file)!r} ({why}); nothing was changed"
    )


def _swap_in(home: Path, store_url: str | None, draft: Path, target: Path) -> Path | None:
    """Put `draft` in place of the truth; return where the old one was kept.

    The pointer goes first: a truth never meets an index that was built from another one.
    """
    if target.exists() or target.is_symlink():
        try:
            store = Store.open(home, store_url)
            revision = store.revision()
            store.close()
        except (StoreDamaged, StoreTooNew):
            kept = _move_aside(target)
        else:
            kept = set_aside(target, "before-restore")
            raise_revision(draft, revision)
            _drop_pointer(home)
            overwrite(draft, target)
            return kept
    else:
        kept = None
    _drop_pointer(home)
    publish_file(draft, target)
    return kept


def _move_aside(target: Path) -> Path:
    """Keep a damaged truth under another name, with the log that belongs to it."""
    kept = beside(target, "before-restore")
    with suppress(OSError):  # some disks know no second name for a file; then it is renamed below
        os.link(target, kept)
    for ending in ("-wal", "-shm"):
        companion = target.with_name(target.name + ending)
        if companion.exists():
            companion.replace(kept.with_name(kept.name + ending))
    if not kept.exists():
        target.replace(kept)
    return kept


def _drop_pointer(home: Path) -> None:
    folder = generations_folder(home)
    (folder / POINTER).unlink(missing_ok=True)
    if folder.is_dir():
        sync(folder)


def _is_truth(file: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            return connection.execute("SELECT version_num FROM alembic_version").fetchone() is not None
    except sqlite3.Error:
        return False


def _counts(file: Path) -> Counts:
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        numbers = [
            int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - three names of ours
            for table in ("articles", "passages", "vectors")
        ]
    return Counts(*numbers)


def _discard(draft: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        draft.with_name(draft.name + ending).unlink(missing_ok=True)
