"""Progress on standard error: a bar where a terminal shows it, nothing where none does."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ui.rendering import one_line

if TYPE_CHECKING:
    from index.building import Progress as Told
    from ui.cli_session import Session


FILE_STAGES = ("stored", "unchanged", "failed")
"""Stages that tell about one file each; their numbers are files."""


@contextlib.contextmanager
def counting(session: Session, noun: str) -> Iterator[Callable[[int, int], None]]:
    """Yield a function to call with (done, in all); it moves a bar, where one can be seen."""
    with _bar(session) as move:
        yield lambda done, total: move(noun, done, total)


@contextlib.contextmanager
def watching(session: Session) -> Iterator[Told]:
    """Yield what `index.building` tells its progress to: a bar, or with -v a line for each file."""
    with _bar(session) as move:

        def tell(stage: str, done: int, total: int, detail: str) -> None:
            if session.verbose and detail:
                session.note(f"{stage} {detail}")
            move("files" if stage in FILE_STAGES else stage, done, total)

        yield tell


@contextlib.contextmanager
def _bar(session: Session) -> Iterator[Callable[[str, int, int], None]]:
    if session.quiet or session.verbose or not sys.stderr.isatty():
        yield lambda what, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(file=sys.stderr, markup=False), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda what, done, total: bar.update(task, description=one_line(what), completed=done, total=total)
