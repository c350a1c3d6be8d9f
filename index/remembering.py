"""An encoder that remembers the vectors of the texts it last encoded, so that none is made twice in a row.

Answers to related questions read the same sentences again and again. Holds at most so many texts and forgets
the one unused for longest first. Making vectors is `index.embedding`; filling a collection has no use for a
memory and takes the encoder inside (`without_memory`).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.embedding import Encoder, EncoderIdentity

CAPACITY = 20_000
"""Texts whose vectors are kept: about 35 MB with the bundled model."""


class RememberingEncoder:
    """Encodes with `inner` what it does not remember; as safe to use from several threads as `inner` is.

    A vector may differ in its last bits from one made alone: models round a little differently in each batch.

    Args:
        inner: Makes the vectors.
        capacity: Texts to remember at most, at least 1.
    """

    def __init__(self, inner: Encoder, capacity: int = CAPACITY) -> None:
        if capacity < 1:
            raise ValueError(f"expected a capacity of 1 or more, got {capacity}")
        self.inner = inner
        self.capacity = capacity
        self._known: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._guard = threading.Lock()

    def __len__(self) -> int:
        return len(self._known)

    @property
    def identity(self) -> EncoderIdentity:
        """Name, dimension and fingerprint of `inner`."""
        return self.inner.identity

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a new matrix [len(texts), dimension] of unit rows, float32.

        Raises:
            EncoderError: or EncoderMissing, as `inner` does; nothing is remembered then.
        """
        with self._guard:
            held = {text: self._known[text] for text in texts if text in self._known}
            for text in held:
                self._known.move_to_end(text)
        missing = list(dict.fromkeys(text for text in texts if text not in held))
        if missing or not texts:
            # Outside the lock, so that who asks for what is known never waits for the model.
            made = self.inner.encode(missing)
            if not texts:
                return made
            # A row of its own each: a view would keep the whole batch in memory for as long as any row of it.
            fresh = {text: row.copy() for text, row in zip(missing, made, strict=True)}
            self._remember(fresh)
            held |= fresh
        return np.stack([held[text] for text in texts])

    def _remember(self, fresh: dict[str, NDArray[np.float32]]) -> None:
        with self._guard:
            for text, row in fresh.items():
                self._known[text] = row
                self._known.move_to_end(text)
            while len(self._known) > self.capacity:
                self._known.popitem(last=False)


def without_memory(encoder: Encoder) -> Encoder:
    """Return the encoder inside a `RememberingEncoder`, or `encoder` itself when it is none."""
    while isinstance(encoder, RememberingEncoder):
        encoder = encoder.inner
    return encoder
