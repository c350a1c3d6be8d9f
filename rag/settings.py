"""The settings: one frozen value, read from four places, unknown names refused.

A value is taken from the first place that has it: what the caller passed, then the environment
(``BYLINE_PASSAGES=6``), then ``byline.toml`` in the home folder, then the default. Nothing is
created or written here, and no folder is needed: a home that does not exist yet is a valid one.
What the settings mean is the business of whoever reads them.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from documents.errors import SettingsError

FILE_NAME = "byline.toml"
"""The settings file, inside the home folder."""

PREFIX = "BYLINE_"

OTHER_VARIABLES = frozenset({"BYLINE_DOWNLOAD", "BYLINE_SEEDS", "BYLINE_POLNEAR", "BYLINE_FUNDUS"})
"""Variables of Byline's own that are no settings: permission to download a model; real articles to test and measure."""

NOT_IN_FILE = {
    "home": "the file already lies in it; use --home or BYLINE_HOME",
    "llm_key": "a key does not belong in a file; use the environment variable BYLINE_LLM_KEY",
}
"""Settings that `byline.toml` may not hold, and what to do instead."""

NO_LLM = "none"


def default_home() -> Path:
    """Return the user's data folder for Byline; it need not exist."""
    return platformdirs.user_data_path("byline", appauthor=False)


class Settings(BaseSettings):
    """Everything that can be set, with its default.

    Raises:
        SettingsError: a name is unknown or a value does not fit; one line that says which and where.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        validate_default=False,
        protected_namespaces=(),
    )

    home: Path = Field(
        default_factory=default_home,
        description="Folder that holds the articles, the index and `byline.toml`; made when first needed.",
    )
    store: str | None = Field(
        default=None,
        repr=False,
        description="SQLAlchemy URL of the database that holds the truth; empty means SQLite in the home folder.",
    )
    index: str | None = Field(
        default=None, description="Chroma server, `http://HOST:PORT`; empty means an embedded index in the home folder."
    )
    encoder: str = Field(
        default="all-MiniLM-L6-v2",
        min_length=1,
        description="Embedding model: the bundled one's name, a local folder, or a downloaded model's name.",
    )
    llm: str = Field(
        default=NO_LLM,
        description="Language model that words answers, `MODEL@BASE_URL` (OpenAI-compatible), or `none`.",
    )
    llm_key: SecretStr | None = Field(
        default=None, description="Key for the language model; only from the environment, never shown."
    )
    llm_timeout_s: float = Field(
        default=60.0, gt=0, le=3600, description="Seconds after which an unfinished model answer is given up."
    )
    llm_max_tokens: int = Field(default=800, ge=16, le=100_000, description="Longest model answer, in tokens.")
    passages: int = Field(default=8, ge=1, le=100, description="How many passages an answer may rest on.")
    sentences: int = Field(default=5, ge=1, le=20, description="Most sentences in an extractive answer.")
    max_file_mb: int = Field(default=20, ge=1, le=2000, description="Largest file that is read, in megabytes.")
    host: str = Field(default="127.0.0.1", min_length=1, description="Address the web page listens on.")
    port: int = Field(default=7860, ge=0, le=65535, description="Port the web page listens on.")
    max_upload_mb: int = Field(
        default=20, ge=1, le=2000, description="Largest file that the web page accepts, in megabytes."
    )
    queue_size: int = Field(
        default=32, ge=1, le=10_000, description="Questions that may wait on the web page; more are turned away."
    )
    concurrency: int = Field(default=4, ge=1, le=64, description="Questions that the web page answers at once.")

    @property
    def llm_base_url(self) -> str | None:
        """The address of the language model, or None when none is set."""
        _, at, rest = self.llm.partition("@http")
        return "http" + rest if at else None

    def __init__(self, **values: Any) -> None:
        _refuse_unknown(values, "Settings()")
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise SettingsError(_one_line(error)) from None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the sources, the strongest first: arguments, environment, `byline.toml`."""
        return init_settings, _Environment(settings_cls, env_settings), _HomeFile(settings_cls)

    @field_validator("home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        path = absolute_home(home)
        if os.path.lexists(path) and not os.path.isdir(path):  # noqa: PTH112  is_dir() raises where it may not look
            raise ValueError("expected a folder, or a name that is free")
        return path

    @field_validator("store")
    @classmethod
    def _database_url(cls, store: str | None) -> str | None:
        if store is not None and "://" not in store:
            raise ValueError("expected a SQLAlchemy URL such as postgresql+psycopg://USER@HOST/NAME")
        return store

    @field_validator("index")
    @classmethod
    def _server_url(cls, index: str | None) -> str | None:
        if index is not None and not _is_http(index):
            raise ValueError("expected a Chroma server's address such as http://127.0.0.1:8000")
        return index

    @field_validator("llm")
    @classmethod
    def _model_and_url(cls, llm: str) -> str:
        model, at, base_url = llm.partition("@http")
        if llm != NO_LLM and not (model.strip() and at and _is_http("http" + base_url)):
            raise ValueError("expected MODEL@BASE_URL such as llama3.2@http://127.0.0.1:11434/v1, or none")
        return llm


def load_settings(**overrides: Any) -> Settings:
    """Return the settings in force: `overrides` that are not None, then environment, file, defaults.

    Raises:
        SettingsError: a name is unknown or a value does not fit; one line that says which and where.
    """
    return Settings(**{name: value for name, value in overrides.items() if value is not None})


def absolute_home(home: Path) -> Path:
    """Return `home` with ``~`` expanded and made absolute; it need not exist.

    Raises:
        ValueError: ``~`` cannot be expanded because nobody's home folder is known.
    """
    if "\0" in str(home):
        raise ValueError("expected a folder's name, got one with a NUL character")
    try:
        return Path(os.path.abspath(home.expanduser()))  # noqa: PTH100  absolute() would keep ".."
    except RuntimeError:
        raise ValueError("expected a folder without ~, because the user's home folder is unknown") from None


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        return False
    # A name and password in the address would be shown wherever the address is: keys go into the environment.
    return parts.scheme in ("http", "https") and bool(parts.hostname) and port_fits and "@" not in parts.netloc


def _refuse_unknown(names: Iterable[str], place: str, *, as_variables: bool = False) -> None:
    for name in names:
        if name not in Settings.model_fields:
            near = difflib.get_close_matches(name.lower(), Settings.model_fields, n=1, cutoff=0.5)
            known, got = near or list(Settings.model_fields), name
            if as_variables:
                known, got = [PREFIX + k.upper() for k in known], PREFIX + name.upper()
            hint = f"did you mean {known[0]}?" if near else f"known are {', '.join(known)}"
            raise SettingsError(f"expected a known setting, got {got!r} in {place}; {hint}")


def _one_line(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False)[0]
    name = str(first["loc"][0]) if first["loc"] else "settings"
    reason = str(first["msg"]).removeprefix("Value error, ")
    got = "" if name == "llm_key" else f", got {_without_password(repr(first['input']))}"
    places = PREFIX + name.upper() + ("" if name in NOT_IN_FILE else f" or in {FILE_NAME}")
    return f"setting {name}: {reason[:1].lower()}{reason[1:]}{got}; set it with {places}"


def _without_password(url: str) -> str:
    return re.sub(r"//[^/\s]*@", "//...@", url)


class _Environment(PydanticBaseSettingsSource):
    """The ``BYLINE_*`` variables; a misspelt one is an error instead of silence."""

    def __init__(self, settings_cls: type[BaseSettings], inner: PydanticBaseSettingsSource) -> None:
        super().__init__(settings_cls)
        self._inner = inner

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return self._inner.get_field_value(field, field_name)

    def __call__(self) -> dict[str, Any]:
        ours = [name.upper() for name in os.environ if name.upper().startswith(PREFIX)]
        names = (name.removeprefix(PREFIX).lower() for name in sorted(ours) if name not in OTHER_VARIABLES)
        _refuse_unknown(names, "the environment", as_variables=True)
        return self._inner()


class _HomeFile(PydanticBaseSettingsSource):
    """``byline.toml`` in the home folder that the stronger sources name."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return None, field_name, False  # pragma: no cover  the whole file is read at once instead

    def __call__(self) -> dict[str, Any]:
        home = self.current_state.get("home") or default_home()
        try:
            path = absolute_home(Path(home)) / FILE_NAME
        except (TypeError, ValueError):
            return {}  # not a folder's name at all: the validation of `home` says so
        values = _read_toml(path)
        _refuse_unknown(values, str(path))
        for name, instead in NOT_IN_FILE.items():
            if name in values:
                raise SettingsError(f"expected no {name} in {path}, got one; {instead}")
        return values


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"expected UTF-8 text in {path}, got byte {error.start} that is none; save it as UTF-8"
        ) from None
    except OSError as error:
        raise SettingsError(f"expected a readable file {path}, got {error.strerror}; mend or remove it") from None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"expected TOML in {path}, got {error}; mend that line") from None
