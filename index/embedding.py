"""Encoders: texts in, unit vectors out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

DEFAULT_ENCODER = "all-MiniLM-L6-v2"


@dataclass(frozen=True, slots=True)
class EncoderIdentity:
    """What must be equal for two vectors to be comparable.

    Attributes:
        name: What `load_encoder` takes.
        dimension: Length of a vector.
        fingerprint: SHA-256 (64 hex digits) of the weights.
    """

    name: str
    dimension: int
    fingerprint: str


class Encoder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def identity(self) -> EncoderIdentity:
        """Name, dimension and fingerprint."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a matrix [len(texts), dimension] of unit rows, float32."""
        ...


def load_encoder(name: str = DEFAULT_ENCODER) -> Encoder:
    """Return the encoder called `name`."""
    raise NotImplementedError


class LazyEncoder:
    """An encoder that loads on first use; being filled in."""

    def __init__(self, name: str = DEFAULT_ENCODER) -> None:
        self.name = name

    @property
    def identity(self) -> EncoderIdentity:
        """Name, dimension and fingerprint."""
        raise NotImplementedError

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a matrix [len(texts), dimension] of unit rows, float32."""
        raise NotImplementedError
