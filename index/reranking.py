"""Models that read two texts together: pairs in, one probability for each of the model's labels out.

Loads a cross-encoder from a folder or the local Hugging Face cache, under the same rules as `index.embedding`:
nothing reaches the network unless BYLINE_DOWNLOAD=1 asks for it, weights are safetensors, and no model brings code
of its own. Ranks nothing yet; who asks and what a label means is the caller's business.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from documents.errors import EncoderError, EncoderMissing
from index.embedding import hub_folder, one_line, quiet_loading

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_BATCH = 16


class PairModel(Protocol):
    """Classifies pairs of texts; safe to use from several threads."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, lower-case, in the order of the columns of `classify`."""
        ...

    def classify(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """Return a matrix [len(pairs), len(labels)]; each row sums to 1."""
        ...


class PairClassifier:
    """A cross-encoder in memory.

    Args:
        name: Its folder, or its id on the Hugging Face Hub (``OWNER/MODEL``), which must be in the local cache
            unless BYLINE_DOWNLOAD is 1.

    Raises:
        EncoderMissing: there is no such folder or cached model.
        EncoderError: the model cannot be loaded, or tells no labels apart.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._model = _load(_folder(name))
        self._guard = threading.Lock()  # its tokenizer must not be used by two threads at once
        labels = getattr(self._model.config, "id2label", None) or {}
        self.labels = tuple(str(labels[number]).strip().lower() for number in sorted(labels))
        if len(self.labels) < 2:
            raise EncoderError(
                f"expected a model that tells at least two labels apart, got {name!r} with {len(self.labels)}; "
                "choose a natural language inference model"
            )

    def classify(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """Return a matrix [len(pairs), len(labels)], float32; each row sums to 1. Overlong texts are cut.

        Raises:
            EncoderError: the model failed, or gave something else than probabilities.
        """
        if not pairs:
            return np.zeros((0, len(self.labels)), dtype=np.float32)
        import torch

        try:
            with self._guard:
                raw = self._model.predict(
                    list(pairs),
                    batch_size=_BATCH,
                    show_progress_bar=False,
                    activation_fn=torch.nn.Identity(),  # a sigmoid that the folder asks for would come before softmax
                    apply_softmax=True,
                )
        except (RuntimeError, ValueError, TypeError, KeyError, IndexError, MemoryError) as error:
            raise EncoderError(f"expected probabilities from {self.name!r}, got: {one_line(error)}") from error
        rows = np.asarray(raw, dtype=np.float32)
        shape = (len(pairs), len(self.labels))
        if rows.shape != shape or not (np.abs(rows.sum(axis=1) - 1) < 1e-3).all():  # false for NaN, too
            raise EncoderError(f"expected probabilities of shape {shape} from {self.name!r}, got shape {rows.shape}")
        return rows


def _folder(name: str) -> Path:
    folder = Path(name).expanduser()
    if not name.strip() or not folder.is_dir():
        if name.count("/") != 1 or name.startswith(("/", ".", "~")):
            raise EncoderMissing(f"expected the folder of a model or OWNER/MODEL, got {name!r}, where there is none")
        folder = hub_folder(name)
    if not (folder / "config.json").is_file():
        raise EncoderMissing(f"expected a model's folder with config.json, got {str(folder)!r}")
    return folder


def _load(folder: Path) -> CrossEncoder:
    if not any(folder.rglob("*.safetensors")):
        raise EncoderError(f"expected weights as .safetensors in {folder}, got none; other formats can run code")
    import torch
    from safetensors import SafetensorError
    from sentence_transformers import CrossEncoder

    how = {"use_safetensors": True, "dtype": torch.float32}
    broken = (OSError, ValueError, LookupError, TypeError, AttributeError, RuntimeError, ImportError, SafetensorError)
    try:
        with quiet_loading():
            model: CrossEncoder = CrossEncoder(
                str(folder), local_files_only=True, trust_remote_code=False, model_kwargs=how
            )
            model.eval()
            return model
    except broken as error:
        raise EncoderError(f"expected a model that loads from {folder}, got: {one_line(error)[:300]}") from error
