"""Stand-ins for tests only: an explainable encoder, and where the real articles lie."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embedding import EncoderIdentity

SEEDS = Path(os.environ.get("BYLINE_SEEDS", Path(__file__).resolve().parents[2] / "shared" / "seeds"))
"""The folder of real articles; tests that read it skip where it is absent."""

SAMPLES = Path(__file__).resolve().parents[1] / "documents" / "samples"


class HashEncoder:
    """Bag of words: each lower-cased word adds 1 to one of 256 dimensions, then the row is scaled to length 1.

    Two texts are as similar as the words they share, so a test can say why a passage is near.
    """

    def __init__(self, dimension: int = 256, name: str = "fake-hash-256") -> None:
        self._identity = EncoderIdentity(name=name, dimension=dimension, fingerprint="fake")
        self.calls = 0
        self.texts = 0

    @property
    def identity(self) -> EncoderIdentity:
        return self._identity

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.calls += 1
        self.texts += len(texts)
        rows = np.zeros((len(texts), self._identity.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()):
                row[int(hashlib.sha256(word.encode()).hexdigest(), 16) % self._identity.dimension] += 1
            if not row.any():
                row[0] = 1
            row /= np.linalg.norm(row)
        return rows
