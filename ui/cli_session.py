"""What every command shares: global options, output, and the boundary where errors become exit codes.

`add_command` makes a function a command, gives it the global options (they may stand before or after
the command's name; the later one wins) and runs it inside the boundary. What a command does
is in `ui.cli_collection` and `ui.cli_answers`.
"""

from __future__ import annotations

import contextlib
import inspect
import json
import logging
import os
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO, TypedDict

import typer

from documents.errors import BylineError
from ui.rendering import one_line, plain

if TYPE_CHECKING:
    from rich.console import RenderableType

    from index.store import Store
    from rag.settings import Settings

EVERYWHERE = "Options of every command"

Home = Annotated[
    Path | None,
    typer.Option("--home", metavar="DIR", help="Folder of the collection.", rich_help_panel=EVERYWHERE),
]
StoreUrl = Annotated[
    str | None,
    typer.Option("--store", metavar="URL", help="Database of the truth (SQLAlchemy URL).", rich_help_panel=EVERYWHERE),
]
IndexUrl = Annotated[
    str | None,
    typer.Option("--index", metavar="URL", help="Chroma server, http://HOST:PORT.", rich_help_panel=EVERYWHERE),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Say nothing but the result.", rich_help_panel=EVERYWHERE)]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Say what happens.", rich_help_panel=EVERYWHERE)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON value and nothing else.")]


class Globals(TypedDict):
    """The global options as they were given."""

    home: Path | None
    store: str | None
    index: str | None
    quiet: bool
    verbose: bool


@dataclass(frozen=True, slots=True)
class Session:
    """The global options of one run and where its output goes."""

    home: Path | None = None
    store: str | None = None
    index: str | None = None
    quiet: bool = False
    verbose: bool = False
    out: TextIO = field(default_factory=lambda: sys.stdout)

    def merged(self, given: Globals) -> Session:
        """Return the session with the options given after the command laid over these."""
        return replace(
            self,
            home=given["home"] or self.home,
            store=given["store"] or self.store,
            index=given["index"] or self.index,
            quiet=given["quiet"] or self.quiet,
            verbose=given["verbose"] or self.verbose,
        )

    def settings(self, **overrides: Any) -> Settings:
        """Return the settings in force, the global options and `overrides` laid over them."""
        from rag.settings import load_settings

        return load_settings(home=self.home, store=self.store, index=self.index, **overrides)

    @contextlib.contextmanager
    def opened(self) -> Iterator[Store]:
        """Open the collection's truth for reading; it may be empty."""
        from index.store import Store

        settings = self.settings()
        store = Store.open(settings.home, settings.store)
        try:
            yield store
        finally:
            store.close()

    def emit(self, value: object, *, compact: bool = False) -> None:
        """Write `value` as JSON to standard output; `compact` on one line."""
        self._write(json_text(value, compact=compact) + "\n")

    def say(self, text: str) -> None:
        """Write a line of text, made safe for a terminal, to standard output."""
        self._write(plain(text) + "\n")

    def show(self, content: RenderableType) -> None:
        """Write a table to standard output: as wide as the terminal, or uncut where there is none."""
        from rich.console import Console

        width = None if self.out.isatty() else 10_000
        console = Console(file=self.out, width=width, markup=False, highlight=False, emoji=False)
        with console.capture() as capture:
            console.print(content)
        # rich pads every line to the table's width, which only a terminal needs
        lines = capture.get().split("\n")
        self._write("\n".join(line if self.out.isatty() else line.rstrip() for line in lines))

    def _write(self, text: str) -> None:
        try:
            self.out.write(text)
            self.out.flush()
        except BrokenPipeError:
            raise typer.Exit(0) from None  # the reader has seen enough, as in `byline articles | head`

    def note(self, text: str) -> None:
        """Write a line to standard error, unless --quiet."""
        if not self.quiet:
            sys.stderr.write(one_line(text) + "\n")

    def fail(self, text: str) -> None:
        """Write an error as one line to standard error; with -v, the traceback under it."""
        sys.stderr.write("byline: " + one_line(text) + "\n")
        if self.verbose:
            sys.stderr.write(plain(traceback.format_exc()))


def json_text(value: object, *, compact: bool = False) -> str:
    """Return `value` as JSON, on one line where `compact`, in which only printable characters stand as themselves.

    Control, bidirectional and unpaired characters of articles become escapes: what reads the JSON
    gets them all, and a terminal that shows it obeys none.
    """
    text = json.dumps(value, ensure_ascii=False, indent=None if compact else 2)
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)


@contextlib.contextmanager
def boundary(session: Session) -> Iterator[None]:
    """Turn every error of the work inside into one line on standard error and exit code 1."""
    try:
        yield
    except (typer.Exit, typer.Abort, typer.BadParameter):
        raise
    except BylineError as error:
        session.fail(str(error))
        raise typer.Exit(1) from None
    except Exception as error:  # noqa: BLE001  the outermost boundary: nobody shall see a traceback unasked
        hint = "" if session.verbose else "; run it again with -v for details"
        session.fail(f"unexpected {type(error).__name__}: {error}{hint}")
        raise typer.Exit(1) from None


def add_command(app: typer.Typer, name: str, function: Callable[..., None]) -> None:
    """Make `function`, of a session and its own options, the command `name`, with the global options added."""
    own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]

    def run(ctx: typer.Context, **values: Any) -> None:
        given = Globals(**{key: values.pop(key) for key in Globals.__annotations__})  # type: ignore[typeddict-item]
        session = (ctx.obj or Session()).merged(given)
        silence_libraries(verbose=session.verbose)
        # whatever a library prints goes to standard error, so that standard output holds the result alone
        with boundary(session), contextlib.redirect_stdout(sys.stderr):
            function(session, **values)

    context = inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    parameters = [context, *own, *global_parameters()]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    run.__doc__ = function.__doc__
    app.command(name)(run)


def global_parameters() -> list[inspect.Parameter]:
    """Return the global options as parameters of a command's function."""
    return [
        _parameter("home", Home, None),
        _parameter("store", StoreUrl, None),
        _parameter("index", IndexUrl, None),
        _parameter("quiet", Quiet, False),
        _parameter("verbose", Verbose, False),
    ]


def _parameter(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def silence_libraries(*, verbose: bool) -> None:
    """Let only Byline's own messages through: warnings, or with `verbose` everything it has to say."""
    if not sys.warnoptions and not verbose:
        warnings.simplefilter("ignore")
    logging.getLogger().addHandler(logging.NullHandler())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OneLine("byline: %(message)s"))
    for package in ("byline", "documents", "index", "rag", "ui"):
        logger = logging.getLogger(package)
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(logging.INFO if verbose else logging.WARNING)


class _OneLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return one_line(super().format(record))


def prepare_environment() -> None:
    """Set what libraries read from the environment: no telemetry, no downloads unasked, no chatter.

    Called by `main` before anything heavy is imported; never at import.
    """
    os.environ |= {
        "ANONYMIZED_TELEMETRY": "False",
        "DO_NOT_TRACK": "1",
        "GRADIO_ANALYTICS_ENABLED": "False",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "TOKENIZERS_PARALLELISM": "false",
    }
    if os.environ.get("BYLINE_DOWNLOAD") != "1":
        os.environ["HF_HUB_OFFLINE"] = "1"
    for name, value in {
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        # Threads that wait by spinning take the cores from those that work: encoding one question took twice as long.
        "OMP_WAIT_POLICY": "PASSIVE",
        "TQDM_DISABLE": "1",
        "TRANSFORMERS_VERBOSITY": "error",
    }.items():
        os.environ.setdefault(name, value)
