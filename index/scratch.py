"""Private folders for files that a native library opens, removed with their process.

Opening an index changes files beside or inside it; a published generation must never change. So each
reader works on copies in a folder of its own, under the system's temporary folder. What a killed
process left behind is removed by the next one, which knows by the lock that nobody holds any more.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import time
from pathlib import Path

from filelock import FileLock, Timeout

from documents.errors import GenerationError

_PREFIX = "byline-index-"
_LOCK = ".lock"
_ABANDONED_SECONDS = 3600.0


class Scratch:
    """A private folder at `path`; `close` removes it, and so does the end of the process.

    Raises:
        GenerationError: the temporary folder cannot be written.
    """

    def __init__(self) -> None:
        try:
            self.path = Path(tempfile.mkdtemp(prefix=_PREFIX))
            self._lock = FileLock(self.path / _LOCK, thread_local=False)
            self._lock.acquire(timeout=0)
        except OSError as error:
            raise GenerationError(
                f"expected a temporary folder that can be written, got {error.strerror or error}; set TMPDIR"
            ) from None
        self._owner = os.getpid()
        atexit.register(self.close)

    def close(self) -> None:
        """Remove the folder; a second call does nothing."""
        atexit.unregister(self.close)
        if self._owner != os.getpid():
            return  # a forked child must not remove its parent's
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.release()


def sweep() -> None:
    """Remove the folders that killed processes of this user left behind."""
    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            if path.stat().st_uid != os.getuid():
                continue
            _remove_if_dead(path)
        except OSError:
            continue  # gone meanwhile, or not ours to touch


def _remove_if_dead(path: Path) -> None:
    lock_file = path / _LOCK
    if not lock_file.exists():
        if time.time() - path.stat().st_mtime > _ABANDONED_SECONDS:
            shutil.rmtree(path, ignore_errors=True)
        return
    lock = FileLock(lock_file, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return  # alive
    try:
        shutil.rmtree(path, ignore_errors=True)
    finally:
        lock.release()
