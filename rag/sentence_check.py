"""One sentence, or one part of it, against the passages it cites: voices first, then quotes, then claims.

`rag.gate` cuts a sentence into parts and puts the results together. Everything here fails closed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from documents.cues import ACCORDING, PERSON_CUES
from documents.outlets.registry import OutletRegistry
from index.store import StoredPassage
from rag.answers import Verdict
from rag.claim_words import Kind
from rag.claims import Reading, read_claims
from rag.comparing import REST_SHARE
from rag.lexicon import language_of, lexicon_of
from rag.persons import NAME_WORD, said_by
from rag.quote_check import QuoteCheck, check_quote, outlet_of
from rag.quoting import find_words, quoted_spans
from rag.sayers import Sayer, find_sayers, speaks_in, widened
from rag.support import (
    Fit,
    Support,
    best_fit,
    content_keys,
    fit_within,
    language_of_passage,
    sentences_of,
    small_words,
    stretch,
)

MIN_CLAUSE_WORDS = 3
"""Fewest counting words of a clause that may rest on a passage of its own."""

LIKELY = 0.6
"""Share of a claim's words that a passage needs before it is compared in full as the true origin of a claim."""

_CLAUSE = re.compile(
    r"\s*;\s*|,?\s+(?:while|whereas|but|and|aber|während|und|pero|mientras|y|mais|tandis que|et)\s+", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class PartVerdict:
    """The verdict on one part, why, and what carries it."""

    verdict: Verdict
    detail: str = ""
    supports: tuple[Support, ...] = ()


class PartCheck:
    """One check in progress.

    Args:
        text: A sentence, or a part of one, in which one voice speaks.
        cited: The passages it cites.
        others: Where else its words may come from.
        registry: The outlets to know.
    """

    def __init__(
        self, text: str, cited: Sequence[StoredPassage], others: Sequence[StoredPassage], registry: OutletRegistry
    ) -> None:
        self.text = text
        self.cited = list(dict.fromkeys(cited))
        self.others = [s for s in others if s not in self.cited]
        self.quoted = quoted_spans(text)
        self.sayers = find_sayers(text, registry, self.quoted)
        self.named: dict[str, Sayer] = {}
        self.masked: list[tuple[int, int]] = []

    def result(self) -> PartVerdict:
        """Return the verdict."""
        wrong = self._voices()
        if wrong is not None:
            return wrong
        allowed = [s for s in self.cited if not self.named or outlet_of(s) in self.named]
        elsewhere = [s for s in self.cited if s not in allowed] + self.others
        quotes = [check_quote(self.text[a:b], allowed, elsewhere) for a, b in self.quoted]
        for check in quotes:
            if not check.verdict.shown:
                return PartVerdict(check.verdict, check.detail)
        if self._only_quotes():
            found = self._quotes_alone(quotes, allowed)
        else:
            found = self._claims(quotes, allowed) or self._verbatim(allowed) or self._not_carried(allowed, elsewhere)
        return self._persons(found) if found.verdict.shown else found

    def _voices(self) -> PartVerdict | None:
        """Sort the outlets that the text names into voices, content and wrong ones; return the verdict on these."""
        outlets = {s.passage.attribution.outlet for s in self.cited}
        carriers = {n for s in self.cited for n in (s.passage.attribution.via, s.carrier) if n}
        texts = " ".join(s.passage.text for s in self.cited)
        own = [s for s in self.sayers if s.is_outlet and s.name in outlets]
        for sayer in self.sayers:
            written = self.text[sayer.start : sayer.end]
            if not sayer.is_outlet:
                if self.quoted:  # else the name is part of what is claimed
                    self.masked.append((sayer.start, sayer.end))
            elif sayer in own and (sayer.speaks or written not in texts or speaks_in(texts, written)):
                self.named[sayer.name] = sayer
                self.masked.append((sayer.lead, sayer.end))
            elif sayer.name in carriers and own:
                self.masked.append((sayer.lead, sayer.end))
            elif sayer.speaks and not (sayer not in own and written in texts and speaks_in(texts, written)):
                said = ", ".join(sorted(o or "of unknown outlet" for o in outlets)) or "nobody's"
                return PartVerdict(Verdict.MISATTRIBUTED, f"the cited words are {said}, not {sayer.name}")
        self.masked = [widened(self.text, a, b, self.quoted) for a, b in self.masked]
        return None

    def _only_quotes(self) -> bool:
        """Return whether nothing is claimed outside the quotation marks, in the text's language or the article's."""
        outside = self._outside
        languages = [language_of(outside), "en", *(language_of_passage(s) for s in self.cited)]
        return any(
            not any(w.counts for w in self._claim(code, self.quoted).words) for code in languages if lexicon_of(code)
        )

    @cached_property
    def _outside(self) -> str:
        letters = list(self.text)
        for a, b in [*self.quoted, *self.masked]:
            letters[a:b] = " " * (b - a)
        return "".join(letters)

    def _claim(self, language: str | None, without: Iterable[tuple[int, int]] = ()) -> Reading:
        return read_claims(self.text, language).without([*self.masked, *without])

    def _quotes_alone(self, quotes: Sequence[QuoteCheck], allowed: Sequence[StoredPassage]) -> PartVerdict:
        """Return the verdict on a text that only introduces quotes; all of them were found."""
        supports: list[Support] = []
        for check, (a, b) in zip(quotes, self.quoted, strict=True):
            if check.stored is None:
                continue
            start, end = stretch(check.stored, check.start, check.end)
            cut = (check.start, check.end) != (start, end)
            fit = fit_within(check.stored, self.text[a:b], start, end) if cut else None
            if fit is not None and fit.comparison.altered:
                return PartVerdict(Verdict.ALTERED, f"cut out of its sentence: {fit.comparison.altered[0]}")
            supports.append(_support(check.stored, start, end, Verdict.VERBATIM))
        if not quotes:
            return PartVerdict(Verdict.SUPPORTED, "makes no claim")
        spoken = {outlet_of(s.stored) for s in supports}
        for outlet in self.named:
            if outlet not in spoken and supports:
                fits = [f for s in allowed if outlet_of(s) == outlet and (f := self._fit(s)) and f.comparison.holds]
                if not fits:
                    return PartVerdict(Verdict.MISATTRIBUTED, f"{outlet} does not have these words")
                supports.extend(f.support for f in fits)
        return PartVerdict(Verdict.VERBATIM, "", tuple(dict.fromkeys(supports)))

    def _fit(self, stored: StoredPassage) -> Fit | None:
        return best_fit(stored, self.text, self.masked, common=self._common, attributed=bool(self.sayers))

    @cached_property
    def _common(self) -> frozenset[str]:
        return frozenset().union(*(small_words(s.passage.text) for s in (*self.cited, *self.others[:50])))

    def _foreign(self, stored: StoredPassage) -> bool:
        """Return whether the text is in another language than the passage, as far as little words tell."""
        mine, theirs = language_of(self._outside), language_of_passage(stored)
        return mine is not None and theirs is not None and mine != theirs

    def _claims(self, quotes: Sequence[QuoteCheck], allowed: Sequence[StoredPassage]) -> PartVerdict | None:
        """Return the verdict when the passages carry what the text claims, quotes included, or None."""
        fits = [f for s in allowed if not self._foreign(s) and (f := self._fit(s)) and f.comparison.holds]
        quoting = [c.stored for c in quotes if c.stored is not None]
        if quoting and not any(f.stored in quoting for f in fits):
            return None
        if fits:
            silent = [o for o in self.named if o not in {outlet_of(f.stored) for f in fits}]
            if silent:
                return PartVerdict(Verdict.MISATTRIBUTED, f"{silent[0]} does not say this")
            supports = [_with_quotes(f.support, quotes) for f in fits]
            best = Verdict.VERBATIM if any(s.verdict is Verdict.VERBATIM for s in supports) else Verdict.SUPPORTED
            return PartVerdict(best, "", tuple(supports))
        return self._clauses(allowed) if len(allowed) > 1 and not self.quoted else None

    def _clauses(self, allowed: Sequence[StoredPassage]) -> PartVerdict | None:
        """Return the verdict when each clause is carried by a passage of its own, or None."""
        cuts = [0, *(m.end() for m in _CLAUSE.finditer(self.text)), len(self.text)]
        supports: list[Support] = []
        if any(self._is_fragment(a, b) for a, b in pairwise(cuts)):
            return None
        for a, b in pairwise(cuts):
            outside = [(0, a), (b, len(self.text))]
            carried = False
            for stored in allowed:
                masked = [*self.masked, *outside]
                if not any(w.counts for w in read_claims(self.text, language_of_passage(stored)).without(masked).words):
                    carried = True
                    break
                fit = best_fit(stored, self.text, masked, common=self._common, attributed=bool(self.sayers))
                if fit is not None and fit.comparison.holds and not self._foreign(stored):
                    supports.append(fit.support)
                    carried = True
                    break
            if not carried:
                return None
        return PartVerdict(Verdict.SUPPORTED, "", tuple(dict.fromkeys(supports))) if supports else None

    def _is_fragment(self, start: int, end: int) -> bool:
        """Return whether a clause is too short to be a statement of its own."""
        words = read_claims(self.text, language_of(self.text) or "en").between(start, end).without(self.masked).words
        return sum(w.counts for w in words) < MIN_CLAUSE_WORDS

    def _verbatim(self, allowed: Sequence[StoredPassage]) -> PartVerdict | None:
        """Return the verdict when whole sentences of a passage stand in the text as they are, in any language."""
        ends = [0, *(b for _, b in self.masked)]
        for stored in allowed:
            spans = sentences_of(stored.passage.text, language_of_passage(stored))
            for end in ends:
                bare = self.text[end:].strip(" ,:;–—-")
                found = find_words(bare, stored.passage.text) if bare else None
                if found is None or len(found.pieces) > 1:
                    continue
                starts_whole = any(a <= found.start <= a + 2 for a, _ in spans)
                ends_whole = any(b - 3 <= found.end <= b for _, b in spans)
                if starts_whole and ends_whole:
                    return PartVerdict(
                        Verdict.VERBATIM, "", (_support(stored, found.start, found.end, Verdict.VERBATIM),)
                    )
        return None

    def _not_carried(self, allowed: Sequence[StoredPassage], elsewhere: Sequence[StoredPassage]) -> PartVerdict:
        """Return the verdict on a text that its passages do not carry: said by others, altered, or by nobody."""
        voices = {outlet_of(s) for s in allowed}
        for stored in elsewhere:
            if not self._is_likely(stored) or self._foreign(stored):
                continue
            fit = self._fit(stored)
            if fit is not None and fit.comparison.holds:
                if outlet_of(stored) not in voices:
                    return PartVerdict(Verdict.MISATTRIBUTED, f"{outlet_of(stored)} says this, not what is cited")
                return PartVerdict(Verdict.UNSUPPORTED, "another passage says this than the one cited")
        if all(self._foreign(s) for s in allowed):
            return PartVerdict(
                Verdict.UNSUPPORTED, "in another language than the article, so only quotes can be checked"
            )
        fits = [f for s in allowed if (f := self._fit(s)) is not None]
        if not fits:
            return PartVerdict(Verdict.UNSUPPORTED, "the article's language allows only whole quoted sentences")
        best = max(fits, key=lambda f: (not f.comparison.missing, f.comparison.share)).comparison
        if best.altered and (not best.missing or best.share >= REST_SHARE):
            return PartVerdict(Verdict.ALTERED, best.altered[0])
        return PartVerdict(Verdict.UNSUPPORTED, (*best.missing, *best.altered, "no cited article says this")[0])

    def _is_likely(self, stored: StoredPassage) -> bool:
        claim = [w for w in self._claim(language_of_passage(stored)).words if w.counts]
        have = content_keys(stored.passage.text, language_of_passage(stored))
        return bool(claim) and sum(w.key in have for w in claim) >= LIKELY * len(claim)

    def _only_says(self, sayer: Sayer) -> bool:
        """Return whether a person is tied to the claim by nothing but a verb of saying, which is not compared."""
        words = read_claims(self.text, language_of(self.text) or "en").words
        after = next((w for w in words if w.start >= sayer.end and w.kind is not Kind.FUNCTION), None)
        before = next((w for w in reversed(words) if w.end <= sayer.start and w.kind is not Kind.FUNCTION), None)
        tied = any(w is not None and w.kind is Kind.SAYING for w in (after, before))
        return tied or ACCORDING.search(self.text[: sayer.start]) is not None

    def _persons(self, found: PartVerdict) -> PartVerdict:
        """Return `found`, or the verdict on a person who is made to say what somebody else says."""
        supports = list(found.supports)
        for sayer in self.sayers:
            if sayer.is_outlet or not supports or not (self.quoted or self._only_says(sayer)):
                continue
            words = [w for w in NAME_WORD.findall(sayer.name) if w[0].isupper() and w.lower() not in PERSON_CUES]
            placed = [said_by(support, words) for support in supports]
            if not any(placed):
                return PartVerdict(Verdict.MISATTRIBUTED, f"the article does not have {sayer.name} say this")
            supports = [p or s for p, s in zip(placed, supports, strict=True)]
        return PartVerdict(found.verdict, found.detail, tuple(supports))


def _support(stored: StoredPassage, start: int, end: int, verdict: Verdict) -> Support:
    return Support(stored, stored.passage.start + start, stored.passage.start + end, verdict)


def _with_quotes(support: Support, quotes: Sequence[QuoteCheck]) -> Support:
    """Return the support widened to the sentences of the quotes found in the same passage."""
    start, end = support.start, support.end
    for check in quotes:
        if check.stored is support.stored:
            a, b = stretch(check.stored, check.start, check.end)
            start, end = min(start, check.stored.passage.start + a), max(end, check.stored.passage.start + b)
    return Support(support.stored, start, end, support.verdict)
