"""The words that report speech, in six languages: verbs with what may follow them, and the small words around them.

Data and inflection only; how a clause is read is `documents.speech.clauses`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from documents.speech.tokens import word_set


@dataclass(frozen=True, slots=True)
class Verb:
    """A form of a verb that reports.

    Attributes:
        lemma: Its dictionary form.
        form: "b" base, "s" third person, "d" past, "g" ending in -ing.
        frames: What makes it report: "any" (whatever follows), "clause" (that, whether, how ... or a
            quotation), "bare" (a clause without "that"), "to", "object" (a thing or person that it judges),
            "person" (a hearer first: told), "inverted" (may stand before its subject).
    """

    lemma: str
    form: str
    frames: frozenset[str]


_IRREGULAR = {
    "say": "says said saying",
    "tell": "tells told telling",
    "write": "writes wrote writing",
    "think": "thinks thought thinking",
    "find": "finds found finding",
    "show": "shows showed showing",
    "see": "sees saw seeing",
    "know": "knows knew knowing",
    "speak": "speaks spoke speaking",
    "feel": "feels felt feeling",
    "swear": "swears swore swearing",
    "seek": "seeks sought seeking",
    "read": "reads read reading",
    "deny": "denies denied denying",
    "foresee": "foresees foresaw foreseeing",
    "hold": "holds held holding",
    "put": "puts put putting",
}
_DOUBLES = word_set("admit rebut quip slam blog regret refer pan rap nod")

_SAY = word_set(
    "say write add tweet note explain argue claim assert remark observe comment declare respond reply "
    "continue conclude joke quip insist recall caution warn concede acknowledge admit announce contend maintain "
    "lament complain stress emphasize emphasise reiterate muse recount opine counter interject retort boast "
    "shout yell exclaim wonder ask answer predict suggest report agree confirm fume gush charge vow "
    "echo advise testify estimate estimated assure reveal speculate deadpan"
)
"""Verbs of saying: they may stand before their subject after the words said."""

_CLAUSE = word_set(
    "believe think suspect find show indicate hope fear worry imply allege deny promise pledge project hint "
    "signal propose recommend urge demand request expect estimate reckon calculate assume forecast theorize swear "
    "disclose repeat realize doubt conclude"
)
"""Verbs of thinking and finding: they report only with a clause or a quotation."""

_PAST_CLAUSE = word_set("state comment")
"""Verbs of saying whose other forms are mostly nouns."""

_PERSON = word_set("tell remind inform assure ask warn")
"""Verbs whose hearer stands between them and the words said."""

_TO = word_set("vow promise pledge plan hope refuse decline offer threaten propose urge swear wish prefer volunteer")
_OBJECT = word_set(
    "criticize criticise accuse blame praise slam denounce decry condemn reject oppose dismiss describe defend cite "
    "acknowledge announce assail deride lambast lambaste tout hail portray concede admit explain emphasize predict "
    "rebut lament bemoan confirm reveal mention invoke belittle castigate chide rebuke commend laud salute "
    "disapprove repeat declare suggest argue reiterate express propose say see"
)
"""Verbs that judge a thing or person: what they are about is reported, though no words are."""

_PAST_OBJECT = word_set(
    "support attack mock question endorse blast rip bash ridicule favor favour highlight compare thank urge stress "
    "call tweet claim recall note applaud show insult deny dispute outline discuss reference advocate write "
    "recount taunt scold voice"
)
"""Verbs of the same kind whose other forms are mostly nouns."""

_PREPOSITION = word_set(
    "speak:of|out|against complain:about joke:about lash:out rail:against warn:of|against|about call:for|on|upon "
    "point:out refer:to allude:to worry:about disagree:with argue:for|against|over object:to respond:to reply:to "
    "react:to brag:about boast:of|about apologize:for inquire:about scoff:at testify:about blame:for wonder:about "
    "speculate:about say:of"
)
"""Verbs that report with a preposition behind them."""


def _forms(lemma: str) -> list[tuple[str, str]]:
    if lemma in _IRREGULAR:
        third, past, ing = _IRREGULAR[lemma].split()
    elif lemma.endswith("y") and lemma[-2] not in "aeiou":
        third, past, ing = lemma[:-1] + "ies", lemma[:-1] + "ied", lemma + "ing"
    else:
        stem = lemma + lemma[-1] if lemma in _DOUBLES else lemma.removesuffix("e")
        third = lemma + ("es" if lemma.endswith(("s", "sh", "ch", "x")) else "s")
        past, ing = stem + "ed", stem + "ing"
    return [("b", lemma), ("s", third), ("d", past), ("g", ing)]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language's words around speech, lower-case.

    Attributes:
        verbs: Forms that report.
        prepositions: For a verb's lemma, the prepositions that make it report.
        pronouns: That may be its subject.
        auxiliaries: That may stand between subject and verb.
        passive: The auxiliaries that make a past form passive.
        adverbs: That may stand between subject and verb.
        determiners: That begin a noun phrase.
        breaks: That end a clause: no noun phrase crosses them.
        that: That begin a clause said.
        introduces: Prepositions and the like: what they begin is no subject.
        according: The word sequences that mean "according to".
    """

    verbs: dict[str, Verb]
    pronouns: frozenset[str]
    auxiliaries: frozenset[str]
    passive: frozenset[str]
    adverbs: frozenset[str]
    determiners: frozenset[str]
    breaks: frozenset[str]
    that: frozenset[str]
    introduces: frozenset[str]
    according: tuple[tuple[str, ...], ...]
    prepositions: dict[str, frozenset[str]] = field(default_factory=dict)
    inverted: frozenset[str] = frozenset()
    """The verbs that may stand behind the words said."""
    opens_according: frozenset[str] = frozenset()
    """The first words of `according`."""
    english: bool = False
    german: bool = False
    """Nouns have capitals, and the verb may stand before its subject ("Gestern sagte ...")."""


def _english_verbs() -> tuple[dict[str, Verb], dict[str, frozenset[str]]]:
    groups = (
        (_SAY, "bsdg", ("clause", "bare", "inverted")),
        (_CLAUSE, "bsdg", ("clause", "bare")),
        (_PAST_CLAUSE, "d", ("clause", "bare", "inverted")),
        (_PERSON, "bsdg", ("person",)),
        (_TO, "sdg", ("to",)),
        (_OBJECT, "sdg", ("object",)),
        (_PAST_OBJECT, "d", ("object",)),
        (("say", "tell"), "bsdg", ("any", "clause")),
    )
    prepositions = {lemma: frozenset(w.split("|")) for lemma, w in (e.split(":") for e in sorted(_PREPOSITION))}
    found: dict[str, tuple[str, str, set[str]]] = {}
    for lemmas, kinds, frames in (*groups, (prepositions, "sdg", ("preposition",))):
        for lemma in sorted(lemmas):
            for kind, form in _forms(lemma):
                if kind in kinds:
                    found.setdefault(form, (lemma, kind, set()))[2].update(frames)
    return {form: Verb(lemma, kind, frozenset(frames)) for form, (lemma, kind, frames) in found.items()}, prepositions


@lru_cache(maxsize=1)
def _english() -> Lexicon:
    verbs, prepositions = _english_verbs()
    return Lexicon(
        verbs=verbs,
        prepositions=prepositions,
        pronouns=word_set("he she they i we it you who"),
        auxiliaries=word_set(
            "has have had is are was were be been being do does did would will can could may might should must shall "
            "ca wo"
        ),
        passive=word_set("is are was were be been being get got gets"),
        adverbs=word_set(
            "also then later now not never ever even just still yet once again first recently repeatedly often "
            "sometimes always already soon further instead thus today yesterday tonight earlier meanwhile however "
            "though too all both each themselves himself herself monday tuesday wednesday thursday friday saturday "
            "sunday 't n't only long simply"
        ),
        determiners=word_set(
            "the a an this that these those his her their its our my your some many most several few all both each "
            "every one two three four five six seven eight nine ten no any another other others such more fewer "
            "half much"
        ),
        breaks=word_set(
            "that but while when because as if although though whether after before since until than so where what "
            "how why which whom whose or nor once unless whereas and"
        ),
        that=word_set("that whether how why what when where if who which"),
        introduces=word_set(
            "in on at during after before for from with by under over to of amid despite among against asked "
            "speaking about into through without within following since until as if when while although though "
            "because citing given unlike like according even"
        ),
        according=(("according", "to"),),
        inverted=frozenset(form for form, verb in verbs.items() if "inverted" in verb.frames),
        opens_according=frozenset(["according"]),
        english=True,
    )


def lexicon(language: str | None) -> Lexicon:
    """Return the words of `language` (ISO 639-1); English where it is unknown or not among the six."""
    if language is None or language == "en":
        return _english()
    from documents.speech.languages import other_lexicon  # five languages that most collections never need

    return other_lexicon(language) or _english()
