"""One question with its filters: checked, made to stand alone and understood, ready to be searched.

Bad input is refused here, before anything is loaded. Searching and answering are `rag.pipeline`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from documents.errors import RequestError
from documents.outlets.registry import OutletRegistry
from index.filters import Filter
from index.store import Store
from rag.conversation import standalone
from rag.questions import MAX_QUESTION_CHARACTERS, Question, understand


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of the collection.

    Attributes:
        asked: The question as typed, white space tidied.
        question: The question as it stands alone, understood.
        only: The filters that the reader set; outlets that the collection lacks are left out of it.
        lacking: Outlets in the reader's filter that the collection lacks.
    """

    asked: str
    question: Question
    only: Filter
    lacking: tuple[str, ...]

    @property
    def absent(self) -> tuple[str, ...]:
        """Outlets asked for, in words or by the filter, that the collection lacks."""
        return tuple(dict.fromkeys((*self.question.absent, *self.lacking)))

    @property
    def searches(self) -> list[Filter]:
        """The filters to search with, one for each asked outlet; none when all that is asked for is absent."""
        if self.lacking and not self.only.outlets:
            return []
        if not self.question.outlets:
            return [self.only]
        allowed = [o for o in self.question.outlets if not self.only.outlets or o in self.only.outlets]
        return [Filter((outlet,), self.only.since, self.only.until) for outlet in allowed]


class RequestReader:
    """Reads requests against one collection's outlets; follows the collection as it changes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: tuple[int, OutletRegistry, tuple[str, ...]] | None = None

    def read(
        self,
        question: str,
        previous: Question | None = None,
        outlets: Sequence[str] = (),
        since: str | None = None,
        until: str | None = None,
    ) -> Request:
        """Return the request that `question` makes after `previous`.

        Raises:
            RequestError: an empty or overlong question, or a date that is none.
        """
        text = " ".join(question.split())
        if not text:
            raise RequestError("expected a question, got an empty one; type what you want to know")
        if len(question) > MAX_QUESTION_CHARACTERS:
            raise RequestError(
                f"expected a question of at most {MAX_QUESTION_CHARACTERS} characters, got {len(question)}; shorten it"
            )
        registry, present = self._outlets()

        def read(words: str) -> Question:
            return understand(words, registry, present)

        alone = read(standalone(text, read(text), previous, read))
        named = tuple(dict.fromkeys(registry.canonical(name) for name in outlets))
        return Request(
            asked=text,
            question=alone,
            only=Filter(tuple(o for o in named if o in present), _day(since, "since"), _day(until, "until")),
            lacking=tuple(o for o in named if o not in present),
        )

    def _outlets(self) -> tuple[OutletRegistry, tuple[str, ...]]:
        revision = self._store.revision()
        if self._known is None or self._known[0] != revision:
            present = tuple(self._store.outlet_names())
            self._known = (revision, OutletRegistry.load(present), present)
        return self._known[1], self._known[2]


def _day(value: str | None, name: str) -> str | None:
    if value is None or not value.strip():
        return None
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip()):
        try:
            return date.fromisoformat(value.strip()).isoformat()
        except ValueError:
            pass
    raise RequestError(f"expected {name} as a day such as 2024-05-31, got {value!r}")
