"""Every error that Byline raises on purpose, in one tree.

::

    BylineError
    |-- ReadingError            a file or one article in it cannot be read (has a reason code)
    |-- SettingsError           a setting is unknown or has a wrong value
    |-- RequestError            a question, filter, id or input file that cannot be worked with
    |   `-- QuestionSetError    a question set has a bad line
    |-- StoreError              the truth cannot be opened, read or written
    |   |-- StoreBusy           another process is the writer now
    |   |-- StoreReadOnly       the folder cannot be written
    |   |-- StoreDamaged        the truth's database is damaged
    |   `-- StoreTooNew         written by a newer Byline
    |-- GenerationError         a published index cannot be built, opened or searched
    |   `-- GenerationUnreachable   the server that holds its vectors is away
    |-- EncoderError            the embedding model cannot be loaded or run
    |   |-- EncoderMissing      no such model folder or package
    |   `-- EncoderMismatch     the collection was made with another encoder or splitter
    |-- GenerationModelError    the language model did not answer
    `-- ServeError              the web page cannot start

A message is one line: what was expected, what came, what to do next. Foreign errors that can cross
an adapter are turned into one of these where the adapter calls the foreign code. Nothing here
decides exit codes or wording on a screen; ``ui`` does.
"""

from __future__ import annotations


class BylineError(Exception):
    """Root of every error that Byline raises on purpose."""


class ReadingError(BylineError):
    """A file, or one article inside it, cannot be read.

    Attributes:
        code: A short machine-readable reason such as ``"not-text"`` or ``"too-large"``.
        line: The line of the file at fault, counted from 1, or ``None``.
    """

    def __init__(self, message: str, *, code: str, line: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.line = line


class SettingsError(BylineError):
    """A setting is unknown or has a wrong value."""


class RequestError(BylineError):
    """A question, filter, id or input file that cannot be worked with."""


class QuestionSetError(RequestError):
    """A question set has a bad line; the message names it."""


class StoreError(BylineError):
    """The truth cannot be opened, read or written."""


class StoreBusy(StoreError):
    """Another process is writing; the message names its holder."""


class StoreReadOnly(StoreError):
    """The folder or database cannot be written."""


class StoreDamaged(StoreError):
    """The truth's database is damaged; the message says how to restore it."""


class StoreTooNew(StoreError):
    """The truth was written by a newer Byline."""


class GenerationError(BylineError):
    """A published index cannot be built, opened or searched."""


class GenerationUnreachable(GenerationError):
    """The server that holds a published index's vectors does not answer."""


class EncoderError(BylineError):
    """The embedding model cannot be loaded or run."""


class EncoderMissing(EncoderError):
    """No such model folder or package."""


class EncoderMismatch(EncoderError):
    """The collection was made with another encoder or splitter."""


class GenerationModelError(BylineError):
    """The language model did not answer usefully."""


class ServeError(BylineError):
    """The web page cannot start."""
