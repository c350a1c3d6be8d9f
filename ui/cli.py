"""The command line: a thin second face of the library, without decisions of its own.

`main` prepares the process; the commands are in `ui.cli_collection` (what is kept),
`ui.cli_answers` (what is asked of it) and `ui.cli_evaluation` (how good the answers are). Exit codes:
0 done, 1 a failure said in one line, 2 wrong usage, 130 Ctrl-C, 143 SIGTERM. Importing this module
imports nothing heavy.
"""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Annotated, NoReturn

import typer

from ui import cli_answers, cli_collection, cli_evaluation
from ui.cli_session import Home, IndexUrl, Quiet, Session, StoreUrl, Verbose, add_command, prepare_environment

app = typer.Typer(
    name="byline",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _name, _function in (
    ("ingest", cli_collection.ingest),
    ("ask", cli_answers.ask),
    ("chat", cli_answers.chat),
    ("serve", cli_answers.serve),
    ("evaluate", cli_evaluation.evaluate),
    ("verify", cli_answers.verify),
    ("articles", cli_collection.articles),
    ("show", cli_collection.show),
    ("remove", cli_collection.remove),
    ("outlets", cli_collection.outlets),
    ("doctor", cli_collection.doctor),
    ("rebuild", cli_collection.rebuild),
    ("backup", cli_collection.backup),
    ("restore", cli_collection.restore),
):
    add_command(app, _name, _function)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        sys.stdout.write(f"byline {version('byline')}\n")
        raise typer.Exit


@app.callback()
def _start(
    ctx: typer.Context,
    home: Home = None,
    store: StoreUrl = None,
    index: IndexUrl = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Answers questions from news articles and cites the outlet that originated each passage."""
    ctx.obj = Session(home=home, store=store, index=index, quiet=quiet, verbose=verbose)


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with its code."""
    prepare_environment()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a letter shows "?", not a traceback
    signal.signal(signal.SIGTERM, _terminated)
    try:
        app(args=argv, prog_name="byline")
    except KeyboardInterrupt:
        code: int | str | None = 130
    except SystemExit as ended:
        code = ended.code
    _leave(code)


def _leave(code: int | str | None) -> NoReturn:
    """Flush and exit; a reader that has gone away, as in ``byline articles | head``, is no failure."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # the interpreter flushes once more at exit: let that go nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    with contextlib.suppress(BrokenPipeError):
        sys.stderr.flush()
    sys.exit(code)


def _terminated(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    main()
