"""Progress on standard error: a bar where a terminal shows it, nothing where none does."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ui.rendering import one_line

if TYPE_CHECKING:
    from ui.cli_session import Session


@contextlib.contextmanager
def counting(session: Session, noun: str) -> Iterator[Callable[[int, int], None]]:
    """Yield a function to call with (done, in all); it moves a bar, where one can be seen."""
    if session.quiet or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(file=sys.stderr, markup=False, highlight=False)
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(one_line(noun), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextlib.contextmanager
def watching(session: Session) -> Iterator[None]:
    """To be filled when building is there."""
    yield None
