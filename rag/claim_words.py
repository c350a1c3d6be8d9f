"""One word of a sentence, as the gate sees it: what it does, what it is compared by, how far it reaches.

Plain values; reading a text into them is `rag.claims`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rag.figures import Figure


class Kind(StrEnum):
    """What a word does in its sentence."""

    FUNCTION = "function"
    SAYING = "saying"
    NEGATOR = "negator"
    MODAL = "modal"
    CONTENT = "content"
    NAME = "name"
    FIGURE = "figure"


class Role(StrEnum):
    """How a name stands in its sentence."""

    BARE = "bare"
    """subject or object"""
    CIRCUMSTANCE = "circumstance"
    """after a preposition"""
    AGENT = "agent"
    """the doer of a passive"""
    OWNER = "owner"
    """with a possessive ending"""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a reading: `text[start:end]` of the text that was read.

    Attributes:
        key: What it is compared by: the stem, or the folded name.
        initial: Whether it opens a sentence or quotation, so that its capital says nothing.
        noun: Whether its capital may only be that of a German noun.
        determined: Whether an article, figure or adjective stands right before it, as before common nouns.
        is_date: Whether it names a month or a day of the week.
        clause: Number of the stretch between two punctuation marks or conjunctions.
        scope: Number of the stretch that a negation reaches over.
        segment: Number of the stretch between two punctuation marks, whatever conjunctions it holds.
        sentence: Number of the sentence.
    """

    start: int
    end: int
    lower: str
    key: str
    kind: Kind
    clause: int
    scope: int
    segment: int = 0
    sentence: int = 0
    initial: bool = False
    noun: bool = False
    determined: bool = False
    role: Role = Role.BARE
    is_date: bool = False
    figure: Figure | None = None

    @property
    def counts(self) -> bool:
        """Whether the word carries part of the claim."""
        return self.kind in (Kind.CONTENT, Kind.NAME, Kind.FIGURE)

    @property
    def is_owner(self) -> bool:
        """Whether the word is a name with a possessive ending."""
        return self.kind is Kind.NAME and self.role is Role.OWNER
