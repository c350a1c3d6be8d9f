"""Puts the tests' own folder on the path, so that `from fakes import HashEncoder` works everywhere."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
