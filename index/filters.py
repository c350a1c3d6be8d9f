"""The filter that a question carries to the truth: which outlets, from when, until when.

A filter is a plain frozen value. Turning it into SQL is `index.store_reading`; deciding which
outlets a question names is `rag`.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from documents.errors import RequestError

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ].*)?)?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which passages may be found; the default finds all.

    Attributes:
        outlets: Canonical names; a passage matches when its originating outlet is any of them.
        since: First day, inclusive, as YYYY-MM-DD; "2023" and "2023-05" mean the first day of it.
        until: Last day, inclusive, as YYYY-MM-DD; "2023" and "2023-05" mean the last day of it.

    An article without a date never matches a filter with `since` or `until`.

    Raises:
        RequestError: `since` or `until` is no ISO date, or `since` lies after `until`.
    """

    outlets: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "outlets", tuple(self.outlets))
        object.__setattr__(self, "since", _day("since", self.since, last=False))
        object.__setattr__(self, "until", _day("until", self.until, last=True))
        if self.since and self.until and self.since > self.until:
            raise RequestError(f"expected since not after until, got {self.since!r} and {self.until!r}; swap them")

    @property
    def is_empty(self) -> bool:
        """Whether every passage matches."""
        return not self.outlets and self.since is None and self.until is None


def _day(name: str, value: str | None, *, last: bool) -> str | None:
    if value is None or not value.strip():
        return None
    match = _DATE.fullmatch(value.strip())
    if match:
        year, month, day = (int(part) if part else None for part in match.groups())
        try:
            month = month or (12 if last else 1)
            day = day or (calendar.monthrange(year or 0, month)[1] if last else 1)
            return date(year or 0, month, day).isoformat()
        except ValueError:
            pass  # falls through to the one message: a thirteenth month is no better than a word
    raise RequestError(f"expected {name} as YYYY-MM-DD, got {value!r}; for example 2023-09-06")


EVERYTHING = Filter()
"""The filter that every passage matches."""
