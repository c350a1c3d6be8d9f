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
from index.opening import open_parts

_LEAST_SHARE = 0.99


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
            found = opened.vectors.finds([str(one) for one in sample["hashes"]], sample["vectors"])
        share = sum(found) / len(found) if found else 1.0
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
