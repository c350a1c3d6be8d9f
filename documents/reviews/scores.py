"""What is known of a name from all its places in a press review, and how much of it speaks for a paper.

The weights; what one place tells is `documents.reviews.name_evidence`'s.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from documents.reviews.lines import is_press_name
from documents.reviews.nouns import GIVEN_NAMES


@dataclass(slots=True)
class Evidence:
    """What speaks for a name being a paper's, each kind counted once however often it is seen.

    `person` and `firm` are proofs of the contrary; `noun` is the press noun that the review calls it by.
    """

    noun: str = ""
    initials: str = ""
    stated: bool = False
    person: bool = False
    firm: bool = False
    article: bool = False
    writes: bool = False
    holds: bool = False
    holds_that: bool = False
    oral: bool = False
    leads_in: bool = False
    according: bool = False
    printed_in: bool = False
    called_paper: bool = False
    described: bool = False
    noted: bool = False
    """described by a noun that is no paper's, where adjectives stand behind"""
    capitals: bool = False
    item: bool = False
    the: bool = False
    """with a lower-case article, as persons are not"""
    opens: bool = False
    """with an article that has its capital because a sentence begins"""

    def add(self, other: Evidence) -> None:
        """Add the evidence of another place of the same name."""
        for f in fields(self):
            if not getattr(self, f.name):
                setattr(self, f.name, getattr(other, f.name))

    def score(self, name: str) -> int:
        """Return how much speaks for a paper: 2 or more is enough in a press review."""
        words = name.split()
        given = words[0].lower() in GIVEN_NAMES and len(words) in (2, 3)
        like = is_press_name(name)
        article = self.article or self.opens or self.the
        score = 4 * bool(self.noun) + 2 * like + article + 2 * self.according + 2 * self.printed_in
        score += 3 * self.capitals + ("&" in words) + self.item
        score += 2 * self.writes + max(self.holds, 2 * self.holds_that) + 2 * self.leads_in + 3 * self.called_paper
        if not self.noun:
            score -= 3 * (self.noted or (self.described and not like)) + 4 * given
        if not like and not self.noun:
            if len(words) in (2, 3) and not article and all(w[0].isupper() for w in words):
                score -= 1  # as persons are named too
            score -= 2 * (self.oral and not (self.writes or self.leads_in or article))
            if not (article or self.printed_in or self.leads_in or self.called_paper or self.capitals or self.item):
                several = len(words) > 1 and (self.writes or self.according)
                score = score if several else min(score, 1)  # a verb alone is a person's, too
            if len(words) == 1 and name.isupper() and len(name) <= 5 and not self.item:
                score = 0  # "GOP"
        return score
