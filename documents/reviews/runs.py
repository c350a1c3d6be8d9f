"""Runs of capitalised words in a sentence: where names stand, in six languages.

Judges spelling and position only; whose names they are is `documents.reviews.names`'.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from documents.cues import CALENDAR, NOT_A_NAME, PARTICLES, ROMANCE_ARTICLES
from documents.reviews.lines import is_press_name
from documents.reviews.nouns import CAPITALISED, PRESS
from documents.reviews.text import Token
from documents.reviews.verbs import STANCE, words

ARTICLES = words("the der die das den dem le la les el los las il lo gli l' o a os as de het der")
_TITLE_ADJECTIVES = words(
    "libre libéré libérée national nationale républicain républicaine enchaîné enchaînée diplomatique économique "
    "populaire socialiste indépendant indépendante agricole vasco vasca montañés gallego gallega catalán catalana "
    "navarro andaluz montañesa liberal popular nacional universal independiente cattolico nazionale quotidiano "
    "oggi livre brasileiro económico econômico comercial industrial républicains libertaire provençal breton "
    "normand alsacien"
)
"""Adjectives that stand in lower case at the end of a paper's name."""

_NO_NAMES = words(
    "commentators critics experts analysts observers newspapers papers dailies journalists columnists editors "
    "readers zeitungen kommentatoren kritiker experten journalistes quotidiens journaux experts periódicos "
    "diarios críticos expertos giornali quotidiani esperti jornais especialistas everyone everybody nobody "
    "somebody nadie nessuno ninguém personne niemand jeder others outro otros altri d'autres andere sources "
    "officials ministers police owners"
)
"""Words that begin sentences about many or nobody."""

_FROM_SOMEWHERE = words("daily paper weekly tabloid broadsheet monthly station title")
OPENERS = words(
    "according pour selon für laut nach según para secondo per segundo do does did what who why how where which "
    "an this that these those it he she they we i in on at for and but or so if when while after before with from "
    "by as to not no yes now here there his her its their our un une uma um una uno ein eine im am und auch aber "
    "doch so dans su sul sulla sur chez quant mais et en ni como pero y e ma ed mas já na no num numa da do di da "
    "nel nella dal dalla anche tace così ainsi puis enfin finally meanwhile even only both then writing says "
    "writes adds nor unlike like one two three four five all none some many most several few again once still "
    "also yet though although because since until under over about between among against despite during within "
    "without across abroad copies bei mit von vom zum zur aus auf ganz anders weiter wegen zunächst dazu dagegen "
    "hingegen ähnlich ähnlich nuestra nuestro nous vous ils elles on ce cette ces il elle lui eux si quand comme "
    "après avant depuis jusqu' muy más menos también tampoco sin con desde hasta entre cuando donde quien es está "
    "di che chi non più poi dopo prima ora qui là quanto come quando se aux au du des d' j' n' s' c' qu' m' t' l'"
)
_FOREIGN = words("en au aux sur dans")
"""Words that join names in texts of other languages: "Hoy en Puerto Lindo"."""

ELIDED = re.compile(r"(\b\w+['’]) ")
_APOSTROPHE = re.compile(r"['’]s?$")


class Run(NamedTuple):
    """A run of capitalised words in a sentence: the tokens `[first, last)`, without a leading article."""

    first: int
    last: int
    words: tuple[str, ...]
    article: str
    noun: str
    """A press noun that the run began with ("Zeitschrift Ostwind"), lower-case."""

    @property
    def text(self) -> str:
        """The name as one string."""
        return ELIDED.sub(r"\1", " ".join(self.words))

    @property
    def key(self) -> str:
        """What the name is looked up by."""
        return self.text.casefold()


def runs_of(sentence: list[Token], language: str | None = None) -> list[Run]:
    """Return the runs of capitalised words of a sentence; particles stand inside them, articles before them."""
    joiners = PARTICLES | _FOREIGN if language in ("en", "de") else PARTICLES
    found: list[Run] = []
    i = 0
    while i < len(sentence):
        if not sentence[i].capital:
            i += 1
            continue
        j = _run_end(sentence, i, joiners)
        run = _run(sentence, i, j)
        if run is not None:
            found.append(run)
        i = j
    return found


def _run_end(sentence: list[Token], i: int, joiners: frozenset[str]) -> int:
    """Return where the run of names from token `i` ends; particles count where a capital follows."""
    j = i + 1
    while j < len(sentence):
        k = j
        while k < len(sentence) and k - j < 4 and (sentence[k].text in joiners or sentence[k].low in ("l'", "d'")):
            k += 1
        lists = not (i and sentence[i - 1].low in PRESS)
        joins = k > j and lists and any(t.low in ("and", "y", "e", "et", "und") for t in sentence[j:k])
        if k < len(sentence) and (sentence[k].capital or (k == j and sentence[k].text.isdigit())) and not joins:
            named = sum(t.low not in OPENERS for t in sentence[i:j])
            if (
                [t.text for t in sentence[j:k]] == ["of", "the"]
                and named == 2
                and not is_press_name(sentence[j - 1].text)
            ):
                break  # "Ada Brook of the Morning Post"
            if sentence[j].capital and sentence[j].low in _NO_NAMES:
                break
            if any(b.start - a.end > 1 for a, b in zip(sentence[j - 1 : k], sentence[j : k + 1], strict=True)):
                break  # a quotation mark stands between
            j = k + 1
        else:
            break
    if (
        j < len(sentence)
        and sentence[j].low in _TITLE_ADJECTIVES
        and i
        and sentence[i - 1].low in ROMANCE_ARTICLES | {"l'"}
    ):
        return j + 1  # "Le Canard enchaîné"
    if j < len(sentence) and sentence[j].low in _TITLE_ADJECTIVES and sentence[i].low in ROMANCE_ARTICLES and j - i > 1:
        return j + 1
    return j


def _run(sentence: list[Token], i: int, j: int) -> Run | None:
    opens = i == 0 or sentence[i - 1].text in (":", "–", "—", "-", "•") or sentence[i - 1].kind == "q"
    article = noun = ""
    while i < j:
        low = sentence[i].low
        if low in ARTICLES and i + 1 < j:
            article = sentence[i].text
        elif not ((opens and (low in OPENERS or low in NOT_A_NAME)) or (low in CAPITALISED and i + 1 < j)):
            break
        elif low in CAPITALISED:
            noun = low
            if sentence[i + 1].text in PARTICLES:
                break
        i += 1
    while i < j and (sentence[i].low in PARTICLES and not sentence[i].capital):
        i += 1
    while j > i and sentence[j - 1].low in CALENDAR:
        j -= 1
    if i >= j or (j - i == 1 and (sentence[i].low in NOT_A_NAME or len(sentence[i].text) < 2)):
        return None
    if _modifies(sentence, i, j) or (j - i == 1 and sentence[i].low in _NO_NAMES):
        return None
    if j - i == 1 and i == 0 and sentence[i].low in STANCE:
        return None
    if not article and i and sentence[i - 1].low in ARTICLES:
        article = sentence[i - 1].text
    words = tuple(_APOSTROPHE.sub("", t.text) if t is sentence[j - 1] else t.text for t in sentence[i:j])
    return Run(i, j, words, article, noun)


def _modifies(sentence: list[Token], i: int, j: int) -> bool:
    """Whether a name only says where a paper is from: "the Lille daily", but not "the Guardian newspaper"."""
    following = sentence[j].low if j < len(sentence) else ""
    return following in _FROM_SOMEWHERE and i > 0 and sentence[i - 1].low in ("the", "this", "same")
