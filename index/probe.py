"""Tries one generation in a process of its own: ``python -m index.probe FOLDER [SERVER_URL]``.

Opens both parts as every reader does and looks for a sample of passages by their own vectors. Prints
what it counted as JSON and ends with 0; or one line on standard error and 1. A native library that
takes its process down takes down this one.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from documents.errors import GenerationError
from index.manifest import read_manifest
from index.opening import OpenedGeneration, open_parts

_NEIGHBOURS = 100
_SAME = 1e-4
"""Cosine distance below which two vectors are one: any of them then stands for the other."""

_LEAST_SHARE = 0.99


def own_vector_share(opened: OpenedGeneration, hashes: list[str], vectors: np.ndarray) -> float:
    """Return the share of `hashes` that `opened` finds by their own `vectors` [hashes, dimension]; 1 for none.

    A text also counts as found when all that was found in its place has the same vector.

    Raises:
        GenerationError: the vectors are missing or cannot be searched.
    """
    if not hashes:
        return 1.0
    if opened.vectors is None:
        raise GenerationError("; ".join(opened.troubles) or "expected vectors, got none")
    found = 0
    for text_hash, near in zip(hashes, opened.vectors.nearest(vectors, _NEIGHBOURS), strict=True):
        same = [hash_ for hash_, cosine in near if cosine > 1 - _SAME]
        found += text_hash in same or (len(same) == len(near) == _NEIGHBOURS)
    return found / len(hashes)


def try_generation(folder: Path, index_url: str | None) -> dict[str, float]:
    """Return what the generation in `folder` holds: texts, passages, and the share of a sample it found.

    Raises:
        GenerationError: a part cannot be opened, or too many of the sample were not found.
    """
    manifest = read_manifest(folder)
    opened = open_parts(folder, manifest, index_url)
    try:
        if opened.troubles or opened.vectors is None or opened.words is None:
            raise GenerationError("; ".join(opened.troubles))
        with np.load(folder / "probe.npz", allow_pickle=False) as sample:
            share = own_vector_share(opened, [str(one) for one in sample["hashes"]], sample["vectors"])
        if share < _LEAST_SHARE:
            raise GenerationError(f"expected passages to be found by their own vectors, got {share:.1%} of a sample")
        return {"texts": opened.vectors.count(), "passages": opened.words.count(), "share": share}
    finally:
        opened.close()


def main(arguments: list[str]) -> int:
    """Try the generation that the arguments name and return the exit status."""
    try:
        found = try_generation(Path(arguments[0]), arguments[1] if len(arguments) > 1 else None)
    except GenerationError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
