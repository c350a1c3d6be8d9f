"""What the words around one name tell of whether it is a paper, a person or a firm.

One place of one name at a time; `documents.reviews.names` adds the places up.
"""

from __future__ import annotations

import itertools

from documents.cues import PERSON_CUES
from documents.reviews.nouns import (
    BUSINESS,
    COLUMN,
    FIRM_WORDS,
    FIRMS,
    ORIENTATIONS,
    PERSON_ENDINGS,
    PRESS,
    READING,
)
from documents.reviews.scores import Evidence
from documents.reviews.text import Token
from documents.reviews.verbs import ORAL, PLURALS, STANCE, WRITING, words

_DETERMINERS = words(
    "the a an this its le la l' un une ce cette el un una este esta il lo uno questo questa o um uma das die der "
    "ein eine dem den einem einer our their"
)
_THAT = words("that whether how why what que qu' dass ob che se por si")
_ROMANCE = words("le la l' les el los las il lo o a os as")
_PREPOSITIONS = words("at for of with bei von aus de di del da do du der in from")
_OWN_ARTICLES = {"en": frozenset(["the"]), "de": words("der die das den dem")}
_THE = words("the le la l' el il lo o")
_SAME = words("same même mismo misma stesso stessa mesmo mesma selben gleichen")
_AND = words("and und et y e")
_CLITICS = words(
    "se s' ne n' also too meanwhile however does did has had cannot can auch hingegen dagegen indes aussi "
    "également anche também también itself en y le lo la l' hat"
)
_FOR = words("for für pour para per")
_PLACED = words("for für pour para per sul in im dans su sul sulla sull' en no na nel nella nell'")
_COPULA = words("is was ist war est était es era è é são ist")
_WHO = words("who whom whose")
_RELATIVES = words("which that die das der qui que che")
_ACCORDING = words("laut selon secondo según segundo d'après zufolge")


def evidence(
    sentence: list[Token],
    first: int,
    last: int,
    article: str,
    noun: str,
    following: list[Token] | None,
    language: str | None = None,
) -> Evidence:
    """Return what the place `[first, last)` of a name in `sentence` tells of it.

    Args:
        sentence: The tokens around it.
        first: The name's first token, its article excluded.
        last: One past its last token.
        article: Its article as written, or "".
        noun: The press noun that its capitals began with, or "".
        following: The next sentence of the paragraph.
        language: The text's; a capital on its own article means nothing where a sentence begins.
    """
    named = article[:1].isupper() and first > 0
    own = article.lower() in _OWN_ARTICLES.get(language or "en", ())
    opens = first <= 1 or sentence[first - 2].text == ":"
    found = Evidence(noun=noun, article=named and not (own and opens), opens=named and own and opens)
    found.the = article.islower() and article in _THE and language != "de" and sentence[first - 1].low == article
    _before(sentence, first, found)
    _inside(sentence, first, last, found)
    placed = first > 0 and bool({t.low for t in sentence[max(0, first - 2) : first]} & _PLACED)
    after = _behind(sentence, last, found, placed=placed)
    _verb(sentence, first, after, found)
    found.capitals = language == "de" and first > 0 and _in_capitals(sentence, first, last)
    ends = last >= len(sentence) - 1 and any(t.kind == "q" for t in sentence[:first])
    found.printed_in = found.printed_in or _read_in(sentence, first, last)
    if following and last >= len(sentence) - 1 and first > 1 and not ends:
        ends = any(a.low in _THE and b.low in PRESS for a, b in itertools.pairwise(following))
        ends = ends and not any(t.capital for t in following)
        found.called_paper = ends and not found.person
    if following and (first <= 1 or ends) and not found.person and _calls_paper(following):
        found.called_paper = True
    return found


def _before(sentence: list[Token], first: int, found: Evidence) -> None:
    words = [t.low for t in sentence[max(0, first - 5) : first] if t.kind != "q"]
    article = words[-1] if words else ""
    if article in _DETERMINERS:
        words = words[:-1]
        if not (words and words[-1] in PRESS | FIRMS | COLUMN) and article not in _ROMANCE:
            words.append(article)
    near = words[-1] if words else ""
    second = words[-2] if len(words) > 1 else ""
    if near in PRESS and second in _SAME:
        return
    if near in PRESS or (
        second in PRESS and near not in _DETERMINERS | _PREPOSITIONS and near.isalpha() and near not in FIRMS
    ):
        found.noun = found.noun or (near if near in PRESS else second)
        return
    if near in COLUMN or near in PERSON_CUES or near.endswith(PERSON_ENDINGS):
        found.person = True
    elif near in FIRMS or (second in FIRMS and near not in _DETERMINERS and near.isalpha()):
        found.firm = True
    elif second in _DETERMINERS | {"'s", "own"} and near.isalpha() and sentence[first - 1].text[0].islower():
        found.described = near not in ORIENTATIONS | STANCE and not near.startswith(("pro-", "anti-"))
        found.noted = found.described and article in _ROMANCE and article != near
    if near in _PREPOSITIONS | _PLACED and (set(words[-4:-1]) & COLUMN or second in ("writing", "writes", "wrote")):
        found.printed_in = True
    start = len(words) == 1 or sentence[max(0, first - 2 - (article in _DETERMINERS))].text in (",", ";", ":")
    if near in _ACCORDING or words[-2:] == ["according", "to"] or (near in _FOR and start):
        found.according = True
    if words[-2:-1] and words[-2] in ("page", "pages", "readers", "columns", "columnas", "pagine", "colonnes"):
        found.printed_in = True


def _inside(sentence: list[Token], first: int, last: int, found: Evidence) -> None:
    words = [t.low for t in sentence[first:last]]
    if words[0] in PERSON_CUES or words[0] in COLUMN or (len(words) > 1 and words[0].endswith(PERSON_ENDINGS)):
        found.person = True
    elif len(words) > 1 and (words[0] in FIRMS or set(words) & FIRM_WORDS):
        found.firm = True


def _behind(sentence: list[Token], last: int, found: Evidence, *, placed: bool) -> int:
    """Read brackets and an apposition behind the name; return where the clause goes on."""
    i = last
    if i + 2 < len(sentence) and sentence[i].text == "(" and sentence[i + 2].text == ")":
        if sentence[i + 1].text.isupper() and len(sentence[i + 1].text) > 1:
            found.initials = sentence[i + 1].text
        i += 3
    if i < len(sentence) and sentence[i].text == ",":
        end = next((k for k in range(i + 1, min(len(sentence), i + 16)) if sentence[k].text in ",;:."), None)
        inner = [t.low for t in sentence[i + 1 : end]]
        if inner and (end is not None or i + 16 >= len(sentence)):
            if placed:
                found.printed_in = bool(set(inner) & COLUMN)  # "In X, the columnist Y ..."
            elif (
                not any(w in STANCE and w not in FIRMS for w in inner[:1] + inner[2:4]) or inner[0] in _RELATIVES | _WHO
            ):
                _apposition(inner, found)
            if end is not None and sentence[end].text == ",":
                return end + 1
    elif i < len(sentence) and sentence[i].low in _COPULA and any(t.low in PRESS for t in sentence[i + 1 : i + 7]):
        found.noun = next(t.low for t in sentence[i + 1 : i + 7] if t.low in PRESS)
    return i


def _apposition(inner: list[str], found: Evidence) -> None:
    if inner[0] in _ACCORDING:
        found.according = True
    elif inner[0] in _WHO:
        found.person = True
    elif inner[0] in _RELATIVES and any(w in BUSINESS for w in inner[1:4]):
        found.firm = True
    elif inner[0] in _DETERMINERS or (len(inner) <= 4 and set(inner) & (PRESS | COLUMN | PERSON_CUES)):
        head = inner[
            : next((k for k, w in enumerate(inner) if k and w in ("of", "de", "von", "di", "named")), len(inner))
        ]
        named = next((w for w in head if w in PRESS), "")
        if set(head) & (COLUMN | PERSON_CUES) or any(w.endswith(PERSON_ENDINGS) for w in head):
            found.person = True
        elif named:
            found.noun = found.noun or named
        elif set(head[:5]) & FIRMS and not set(inner) & STANCE:
            found.firm = True
        elif not set(head) & STANCE:
            found.described = True


def _verb(sentence: list[Token], first: int, after: int, found: Evidence) -> None:
    """Note a verb of saying behind the name, its clause's subject, or before it."""
    words = sentence[after : after + 3]
    opens = (
        first <= 1 or sentence[first - 1].text in (",", ";", ":", "–", "—") or sentence[first - 1].low in _DETERMINERS
    )
    lone = first == 0 and after == 1  # any sentence's first word has a capital
    for k, token in enumerate(words):
        if token.kind != "w" or (lone and k and words[k - 1].low not in _CLITICS):
            break
        behind = sentence[after + k + 1].low if after + k + 1 < len(sentence) else ""
        if opens and behind in ("that", "dass", "que", "che", "qu'") and token.low not in PRESS | COLUMN:
            found.holds_that = found.holds_that or token.low not in ORAL
        if lone and token.low in PLURALS:
            break  # "Small states must not look away"
        if token.low in STANCE and opens and not (k == 0 and found.person):
            _note(token.low, found)
            tail = [t.low for t in sentence[after + k + 1 : after + k + 4]]
            found.holds_that = found.holds_that or (bool(_THAT & set(tail)) and token.low not in ORAL)
            break
    if first <= 1:
        joined = zip(sentence[after:], sentence[after + 1 :], strict=False)
        verbs = {b.low for a, b in joined if a.low in _AND} & STANCE
        found.writes = found.writes or bool(verbs & WRITING)
        found.holds = found.holds or bool(verbs - WRITING - ORAL)
    rest = sentence[after:]
    colon = next((k for k, t in enumerate(rest) if t.text == ":"), None)
    quoted = colon is not None and (colon + 1 >= len(rest) or rest[colon + 1].kind == "q")
    if opens and quoted and not found.person and colon is not None and first <= 3:
        sure = not lone or found.holds or found.writes or colon == 0 or rest[0].text == ","
        found.leads_in = sure and not any(t.low in ORAL for t in rest[: min(colon, 4)])
    back = [t for t in sentence[max(0, first - 3) : first] if t.kind == "w"]
    for token in reversed(back):
        if token.low in STANCE or token.low == "so":
            _note(token.low if token.low != "so" else "writes", found)
            found.person = found.person or _writes_in(sentence, after)
            ends = after >= len(sentence) - 1 and after < len(sentence) and sentence[after].text == ":"
            found.leads_in = found.leads_in or (ends and token.low not in ORAL and not found.person)
            break
    if any(
        a.kind == "q" and b.text == ","
        for a, b in zip(sentence[max(0, first - 6) : first], sentence[max(0, first - 5) : first], strict=False)
    ):
        found.holds = True  # "...", whatever verb, NAME


def _in_capitals(sentence: list[Token], first: int, last: int) -> bool:
    """Whether a name stands in capitals and its sentence does not, as German broadcasters write papers' names."""
    name = "".join(t.text for t in sentence[first:last])
    others = [t for t in sentence if t.kind == "w" and len(t.text) > 2]
    return name.isupper() and len(name) >= 6 and sum(t.text.isupper() for t in others) < 0.6 * len(others)


def _writes_in(sentence: list[Token], after: int) -> bool:
    """Whether "in X" follows, so that the name before it is a person's: "writes Ada Brook in The Herald"."""
    behind = sentence[after : after + 3]
    if len(behind) < 2 or behind[0].low not in _PLACED - _FOR:
        return False
    return behind[1].capital or (len(behind) > 2 and behind[1].low in _DETERMINERS and behind[2].capital)


def _note(verb: str, found: Evidence) -> None:
    if verb in WRITING:
        found.writes = True
    elif verb in ORAL:
        found.oral = True
    else:
        found.holds = True


def _read_in(sentence: list[Token], first: int, last: int) -> bool:
    """Whether a sentence begins "In X, somebody ..." or "Over at X" and somebody is quoted."""
    words = [t.low for t in sentence[:first]]
    if not 0 < len(words) <= 4 or not set(words) & (_PLACED | {"at"}) - _FOR:
        return False
    following = sentence[last : last + 2]
    if {t.low for t in following} & READING:
        return True
    person = len(following) > 1 and (following[0].capital or (following[0].text == "," and following[1].capital))
    return person and any(t.kind == "q" or t.low in STANCE for t in sentence[last:])


def _calls_paper(sentence: list[Token]) -> bool:
    """Whether a sentence begins by calling somebody a paper: "The Copenhagen paper reckons", "Le journal lyonnais"."""
    start = sentence[:4]
    if len(start) > 1 and start[0].low in _DETERMINERS and any(t.low in PRESS for t in start[1:]):
        return True
    if not start or start[0].kind != "q" or sum(t.capital for t in sentence) > 1:
        return False
    return any(t.low in _THE and any(n.low in PRESS for n in sentence[i + 1 : i + 4]) for i, t in enumerate(sentence))
