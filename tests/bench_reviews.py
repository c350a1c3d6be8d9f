"""How often a press review's words are given to the paper they come from, on invented reviews with their sources marked.

Prints figures only, never a text: what the held-out half gets wrong must not steer the rules.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from documents.articles import Article, Attribution, OutletBasis
from documents.attribution import AttributedSpan, attribute
from documents.languages import detect_language
from documents.outlets.registry import OutletRegistry
from rag.evaluation.metrics import wilson_interval

REVIEWS = Path(__file__).resolve().parent / "data" / "reviews"

Verdict = Literal["right", "unknown", "wrong", "leak"]
VERDICTS: tuple[Verdict, ...] = ("right", "unknown", "wrong", "leak")

_ARTICLE = re.compile(
    r"^(?:the|der|die|das|den|dem|le|la|les|el|los|las|il|lo|gli|o|a|os|as|de|het)\s+|^l['’]", re.IGNORECASE
)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Stretch:
    """One marked stretch of a review and what became of it."""

    review: str
    quote: str
    outlet: str | None
    form: str
    kind: str
    verdict: Verdict
    given: tuple[str | None, ...]


@dataclass(slots=True)
class Tally:
    """Verdicts counted; `n` is their sum, `share` and `interval` those of one verdict (Wilson, 95 %)."""

    counts: Counter[str] = field(default_factory=Counter)

    @property
    def n(self) -> int:
        return sum(self.counts.values())

    def share(self, verdict: Verdict) -> float:
        return self.counts[verdict] / self.n if self.n else 0.0

    def interval(self, verdict: Verdict) -> tuple[float, float]:
        return wilson_interval(self.counts[verdict], self.n) if self.n else (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one split: `attributed` are all stretches that an outlet said, `own` all others."""

    attributed: Tally
    own: Tally
    by_kind: dict[str, Tally]
    by_form: dict[str, Tally]


def same_outlet(given: str | None, wanted: str | None) -> bool:
    """Whether two names are one outlet's, a leading article and the case of letters apart."""
    return given is not None and wanted is not None and _plain(given) == _plain(wanted)


def _plain(name: str) -> str:
    return _ARTICLE.sub("", unicodedata.normalize("NFC", name).strip().lstrip("@")).casefold()


def stretches(split: str, registry: OutletRegistry, folder: Path = REVIEWS) -> Iterator[Stretch]:
    """Yield every marked stretch of `split`, judged."""
    carriers = json.loads((folder / "carriers.json").read_text(encoding="utf-8"))
    for path in sorted((folder / split).glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        carrier = carriers.get(path.stem, "The Carrier of Reviews")
        article = Article(
            text=text, outlet=carrier, outlet_basis=OutletBasis.GIVEN, language=detect_language(text), title=None
        )
        spans = attribute(article, registry)
        gold = path.with_suffix(".gold.jsonl").read_text(encoding="utf-8")
        for line in gold.splitlines():
            if line.strip():
                marked = json.loads(line)
                given = _given(text, marked["quote"], spans)
                outlets = tuple(dict.fromkeys(a.outlet for a in given))
                verdict = _judged(given, marked["outlet"], carrier)
                yield Stretch(
                    path.stem, marked["quote"], marked["outlet"], marked["form"], marked["kind"], verdict, outlets
                )


def _given(text: str, quote: str, spans: list[AttributedSpan]) -> list[Attribution]:
    """Return the attributions of the spans that hold a word of `quote`."""
    start = text.index(quote)
    words = [(start + m.start(), start + m.end()) for m in _WORD.finditer(quote)]
    return [s.attribution for s in spans if any(a < s.end and s.start < b for a, b in words)]


def _judged(given: list[Attribution], wanted: str | None, carrier: str) -> Verdict:
    own = [same_outlet(a.outlet, carrier) for a in given]
    if wanted == "@carrier":
        if all(own):
            return "right"
        return "unknown" if all(o or a.outlet is None for o, a in zip(own, given, strict=True)) else "wrong"
    if any(own):
        return "leak"
    if wanted is None:
        return "right" if all(a.outlet is None for a in given) else "wrong"
    if any(a.outlet is not None and not same_outlet(a.outlet, wanted) for a in given):
        return "wrong"
    return "right" if all(same_outlet(a.outlet, wanted) for a in given) else "unknown"


def score(split: str, folder: Path = REVIEWS) -> Figures:
    """Return the figures of `split` ("tune" or "heldout")."""
    figures = Figures(Tally(), Tally(), {}, {})
    for stretch in stretches(split, OutletRegistry.load(), folder):
        whole = figures.own if stretch.outlet == "@carrier" else figures.attributed
        kind = figures.by_kind.setdefault(stretch.kind, Tally())
        form = figures.by_form.setdefault(stretch.form, Tally())
        for tally in (whole, kind, form):
            tally.counts[stretch.verdict] += 1
    return figures


def rows(figures: Figures) -> Iterator[tuple[str, int, str, str, str, str]]:
    """Yield table rows: name, n, and each verdict's share with its interval where it is of interest."""
    named = [("said by an outlet", figures.attributed), ("own words", figures.own)]
    named += [(f"kind {name}", tally) for name, tally in sorted(figures.by_kind.items())]
    named += [(f"form {name}", tally) for name, tally in sorted(figures.by_form.items())]
    for name, tally in named:
        low, high = tally.interval("right")
        right, unknown, wrong, leak = (f"{tally.share(v):.1%}" for v in VERDICTS)
        yield name, tally.n, f"{right} [{low:.1%}, {high:.1%}]", unknown, wrong, leak
