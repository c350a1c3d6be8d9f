"""Puts the tests' own folder on the path, and makes property tests the same on every run.

A check that gates a change must not depend on luck: examples are derived from the test itself. To look for new
failures, run with ``HYPOTHESIS_PROFILE=explore``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))

settings.register_profile("steady", derandomize=True)
settings.register_profile("explore", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
