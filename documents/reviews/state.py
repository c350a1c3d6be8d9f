"""Who is speaking as a press review goes on: the paper last heard, and when "the daily" still means it.

Decides whom a voice of one sentence means, from the sentences before; where the evidence leaves two papers or
none, nobody is named. Finding the voices is `documents.reviews.voices`'.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from documents.reviews.chunks import Chunk
from documents.reviews.names import Cast
from documents.reviews.nouns import AGENCY, BROADCAST, CLASSES, OWN_EARS
from documents.reviews.verbs import WRITING
from documents.reviews.voices import Voice


class Who(NamedTuple):
    """Whose words: an outlet's, the carrier's own (`own`), or nobody knows whose (neither)."""

    outlet: str | None
    speaker: str | None = None
    own: bool = False


OWN = Who(None, None, True)
UNKNOWN = Who(None)


@dataclass(slots=True)
class Speaking:
    """The papers heard so far, in one section of a review."""

    cast: Cast
    active: Who | None = None
    """The paper last heard, with its writer; None where none or more than one could be meant."""
    here: bool = False
    """whether it was heard in this paragraph"""
    last: Who = OWN
    """whose words the last sentence was"""
    heard: list[str] = field(default_factory=list)
    """the papers heard in this paragraph and the one before, oldest first"""
    person: str | None = None
    """whom this paragraph's last sentence without a voice was about"""
    persons: dict[str, Who] = field(default_factory=dict)
    """persons that a paper let speak"""

    def section(self) -> None:
        """Forget everything: a heading or a new header line begins."""
        self.active, self.here, self.last = None, False, OWN
        self.heard.clear()
        self.persons.clear()

    def paragraph(self) -> None:
        """Begin a paragraph: the paper last heard may go on, but only where words say so."""
        self.here = False
        self.last = OWN
        self.person = None
        del self.heard[:-1]

    def listen(self, who: Who) -> None:
        """Note that `who` spoke or is what the sentence is about."""
        self.active, self.here = who, True
        if who.outlet is not None:
            if who.outlet in self.heard:
                self.heard.remove(who.outlet)
            self.heard.append(who.outlet)

    def introduce(self, chunks: list[Chunk], outlets: list[Who]) -> None:
        """Note the persons of a sentence in which one paper is heard: what they say next, they say there."""
        if len(outlets) == 1:
            for name in (c.name for c in chunks if c.kind == "person" and c.name):
                self.persons[name] = self.persons[name.split()[-1]] = Who(outlets[0].outlet, name)

    def meant(self, voice: Voice, chunks: list[Chunk], text: str) -> Who:
        """Return whom a voice means."""
        if voice.kind == "outlet":
            return Who(voice.name)
        if voice.kind == "unsure":
            return UNKNOWN
        if voice.kind == "person":
            return self._person(voice, chunks, text)
        if voice.kind == "paper":
            return self._paper(chunks[voice.at])
        if voice.kind == "pronoun" and not self.last.own and self.last.outlet is None and self.active is None:
            return UNKNOWN
        person = self.last.own and self.last.speaker is not None
        if person and voice.kind in ("pronoun", "active") and voice.name not in ("it", "es"):
            return self.last
        if voice.kind == "active" and not self.here:
            return UNKNOWN
        return self.active or UNKNOWN

    def _paper(self, chunk: Chunk) -> Who:
        """Return the paper that "the Lille daily" means: one named like it, one of its kind, or the last heard."""
        named = self.named_like(chunk)
        if named is not None:
            return Who(named)
        wanted = next((c for c in CLASSES if chunk.low in c), None)
        if self.active is None or self.active.outlet is None:
            return UNKNOWN
        if wanted in (BROADCAST, AGENCY) and not self._fits(self.active.outlet, wanted):
            fitting = [o for o in self.heard if self._fits(o, wanted)]
            return Who(fitting[0]) if len(fitting) == 1 else UNKNOWN
        return Who(self.active.outlet)

    def named_like(self, chunk: Chunk) -> str | None:
        """Return the one paper heard of late whose name holds what describes "the Vallombra paper", or None."""
        like = [o for o in self.heard if chunk.name and chunk.name.casefold()[:5] in o.casefold()]
        return like[0] if len(like) == 1 else None

    def _fits(self, outlet: str, wanted: frozenset[str] | None) -> bool:
        own = self.cast.noun_class(outlet)
        return own is None or own == wanted or any(w in (wanted or ()) for w in outlet.lower().split())

    def _person(self, voice: Voice, chunks: list[Chunk], text: str) -> Who:
        """Return whose words a person's are: a paper's that it writes in or talked to, the carrier's, or unknown."""
        name = voice.name or ""
        if self.active is not None and self.active.speaker and self.active.speaker.endswith(name.split()[-1]):
            return self.active
        if name in self.persons:
            return self.persons[name]
        if OWN_EARS.search(text):
            return Who(None, name, True)
        if self.here and self.active is not None:
            return Who(None, name)
        near = [c.low for c in chunks[max(0, voice.at - 3) : voice.at + 4]]
        return Who(None, name, not any(w in WRITING for w in near))
