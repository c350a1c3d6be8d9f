"""The nouns: article, passage, attribution, and the invariants that hold for each.

These are plain frozen values. Reading them from files is `documents.reading`, deciding an
attribution is `documents.attribution`, cutting passages is `documents.splitting`, keeping them is
`index.store`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum

ID_LENGTH = 16
"""Hexadecimal digits in an article's or passage's id (64 bits)."""


class OutletBasis(StrEnum):
    """How an outlet value is known."""

    GIVEN = "given"
    """Front matter, manifest, feed, column or option said so."""
    PAGE = "page"
    """The page's own metadata said so."""
    DOMAIN = "domain"
    """The article's URL belongs to a known outlet."""
    QUOTED = "quoted"
    """The carrier names it as the origin of the quoted words."""
    TEXT = "text"
    """The article's text states its own publisher."""
    UNKNOWN = "unknown"
    """Nobody said; the outlet is None."""


def digest(*parts: str | None) -> str:
    """Return the SHA-256 hex digest (64 digits) of `parts`, unambiguous as to where each part ends."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode("ascii")).hexdigest()


def _check_outlet(outlet: str | None, basis: OutletBasis) -> None:
    if (outlet is None) != (basis is OutletBasis.UNKNOWN):
        raise ValueError(
            f"expected an outlet exactly when its basis is known, got {outlet!r} with basis {basis.value!r}"
        )
    if outlet is not None and not outlet.strip():
        raise ValueError("expected an outlet's name or None, got an empty string")


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who originated a passage's words, and how that is known.

    Attributes:
        outlet: The originating outlet's canonical name, or None when nobody stated it.
        basis: How `outlet` is known; `OutletBasis.UNKNOWN` exactly when `outlet` is None.
        via: The carrier outlet, when the passage was quoted from elsewhere and the carrier is known.
        speaker: The person whose words these are, as the article names them.

    Raises:
        ValueError: `outlet` and `basis` contradict each other.
    """

    outlet: str | None = None
    basis: OutletBasis = OutletBasis.UNKNOWN
    via: str | None = None
    speaker: str | None = None

    def __post_init__(self) -> None:
        _check_outlet(self.outlet, self.basis)


@dataclass(frozen=True, slots=True)
class Article:
    """One published text with its metadata; `text` is already cleaned, so offsets into it are final.

    Attributes:
        text: The exact text, NFC, with line feeds as line ends; never changed after this point.
        title: The headline, or None when the material states none.
        outlet: The publishing outlet (the carrier of everything inside), or None when unknown.
        outlet_basis: How `outlet` is known.
        author: The byline as stated.
        url: Where it was published, http or https.
        published: ISO 8601 date ("2024-05-01") or date and time, or None.
        language: ISO 639-1 code such as "en", or None.
        cluster: Name of the group of near-copies it belongs to, or None; only the store knows.
        agency: The news agency that it, or a copy of its cluster, credits, or None; only the store knows.
        id: 16 hex digits; taken from `content_hash` unless the store keeps an earlier one.
        paths: Absolute paths it was read from; not part of its identity.

    Raises:
        ValueError: empty text, or `outlet` and `outlet_basis` contradict each other.
    """

    text: str
    title: str | None = None
    outlet: str | None = None
    outlet_basis: OutletBasis = OutletBasis.UNKNOWN
    author: str | None = None
    url: str | None = None
    published: str | None = None
    language: str | None = None
    cluster: str | None = None
    agency: str | None = None
    id: str = ""
    paths: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_outlet(self.outlet, self.outlet_basis)
        if not self.text.strip():
            raise ValueError("expected an article with text, got only white space")
        if not self.id:
            object.__setattr__(self, "id", self.content_hash[:ID_LENGTH])

    @property
    def content_hash(self) -> str:
        """SHA-256 (64 hex digits) over the text and every stated field; `id`, `cluster`, `agency`, `paths` excluded."""
        return digest(
            self.text,
            self.title,
            self.outlet,
            self.outlet_basis.value,
            self.author,
            self.url,
            self.published,
            self.language,
        )


@dataclass(frozen=True, slots=True)
class Passage:
    """A contiguous span of one article with a single attribution: what is embedded and retrieved.

    The passages of an article partition its text: no overlap, no gap, white space included.

    Attributes:
        article_id: The article's id.
        start: First character, counted from 0.
        end: One past the last character.
        text: Exactly `article.text[start:end]`.
        attribution: Who originated these words.

    Raises:
        ValueError: the offsets do not fit the text.
    """

    article_id: str
    start: int
    end: int
    text: str
    attribution: Attribution

    def __post_init__(self) -> None:
        if self.start < 0 or self.end - self.start != len(self.text) or not self.text:
            span = f"{self.start}:{self.end} for {len(self.text)} characters"
            raise ValueError(f"expected a passage whose offsets fit its text, got {span}")

    @property
    def id(self) -> str:
        """16 hex digits, the same for the same article, offset and text."""
        return digest(self.article_id, str(self.start), self.text)[:ID_LENGTH]

    @property
    def text_hash(self) -> str:
        """SHA-256 (64 hex digits) of the passage text: the key of its one vector."""
        return digest(self.text)
