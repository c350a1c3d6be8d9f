"""Milliseconds spent in each step of one answer."""

from __future__ import annotations

import time

from rag.answers import Timings


class Clock:
    """Starts when it is made; each `lap` gives the time since the one before to a step."""

    def __init__(self) -> None:
        self._started = self._last = time.perf_counter()
        self._spent = {"retrieve": 0.0, "answer": 0.0, "check": 0.0}

    def lap(self, step: str) -> None:
        """Count the time since the last call as spent in `step`: retrieve, answer or check."""
        now = time.perf_counter()
        self._spent[step] += (now - self._last) * 1000
        self._last = now

    def timings(self) -> Timings:
        """Return what was counted so far, and the whole time since the start."""
        total = (time.perf_counter() - self._started) * 1000
        return Timings(**{step: round(ms, 1) for step, ms in self._spent.items()}, total=round(total, 1))
