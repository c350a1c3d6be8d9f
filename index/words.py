"""The words of a text as the lexical index keeps them: lower-cased, stemmed by language, diacritics folded.

A word of an article is stemmed by the article's language; a word of a question, whose language
nobody states, becomes every form that the languages of the collection would give it. Scripts
written without spaces become overlapping pairs of characters. Ranking is `index.lexical`.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

STEMMED = {
    "ar": "arabic",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
}
"""Languages (ISO 639-1) whose words are stemmed; words of any other are only folded."""

_SAME = {"nb": "no", "nn": "no"}

_FILLERS = {
    "en": "what who whom whose which when where why how many much do does did is are was were has have had can could "
    "would will should about between among from i me my we our you your he she they them his her its than also any "
    "some there these those",
    "de": "wer wen wem wessen was welche welcher welches wann wo warum wieso wie viel viele wurde wurden sagt über",
    "es": "qué quién quiénes cuál cuáles cuándo cuánto cuántos cuánta cuántas dónde cómo por según dice",
    "fr": "quoi quel quelle quels quelles combien quand où pourquoi comment est a selon dit ce que qui",
    "it": "che chi cosa quale quali quando quanto quanti dove perché come secondo dice",
    "nl": "wie wat waar wanneer waarom hoe welke hoeveel zegt",
    "pl": "kto co kiedy gdzie dlaczego jak jaki jaka jakie ile czy i w na z o do się to jest że według mówi",
    "pt": "quem quê qual quais quando quanto quantos onde como por segundo diz",
}
"""Words that ask rather than say; the tokeniser's own stop words are added where it has them."""

_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:[.,'’\u00a0\u202f]\d{3})+(?![\d])")
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
_ISO_DATE = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_INITIALS = re.compile(r"(?<![^\W\d_])(?:[^\W\d_]\.){2,}")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
)
_WORD = r"\p{N}+(?:\.\p{N}+)+|[\p{L}\p{M}\p{N}]+"
_MARKS = re.compile("[\u0300-\u036f]+")

_local = threading.local()  # an analyzer must not be used by two threads at once


def index_words(text: str, language: str | None) -> list[str]:
    """Return the index words of `text` in order; stemmed when `language` (ISO 639-1) is one of `STEMMED`."""
    found: list[str] = _analyzer(_code(language), "words").analyze(_prepared(text))
    return [word if word.isascii() else _unmarked(word) for word in found]


def query_words(query: str, languages: Iterable[str | None]) -> list[tuple[str, ...]]:
    """Return, for each word of `query`, its distinct index forms, plain form first.

    Words that only ask ("who", "wie viele") are left out in the language of `languages` (English
    always counts as one) that explains most of the query, unless nothing else is left. A word that
    comes twice is returned once.
    """
    codes = sorted({code for code in map(_code, languages) if code})
    plain = index_words(query, None)
    raw: list[str] = _analyzer(None, "raw").analyze(_prepared(query))
    fillers = _fillers(raw, [c for c in codes if c != "en"])
    kept: dict[str, tuple[str, ...]] = {}
    for spelled, folded in zip(raw, plain, strict=True):
        if not fillers or spelled not in fillers:
            kept.setdefault(folded, _forms(spelled, folded, codes))
    return list(kept.values())


def _forms(spelled: str, folded: str, codes: Sequence[str]) -> tuple[str, ...]:
    forms = [folded]
    for code in codes:
        forms.extend(index_words(spelled, code))
    return tuple(dict.fromkeys(forms))


def _fillers(raw: Sequence[str], others: Sequence[str]) -> set[str]:
    """Return the query's words to leave out: those of the one language that has most of them, or none at all."""
    best: set[str] = set()
    for code in ["en", *others]:
        own = set(_FILLERS.get(code, "").split())
        stopped = _analyzer(code, "stop")
        found = {word for word in raw if word in own or not stopped.analyze(word)}
        if len(found) > len(best):
            best = found
    return set() if best >= set(raw) else best


def _code(language: str | None) -> str | None:
    """Return the two-letter code that `STEMMED` or `_FILLERS` may know, or None."""
    if not language:
        return None
    short = language.lower().replace("_", "-").split("-")[0]
    return _SAME.get(short, short)


def _prepared(text: str) -> str:
    """Return `text` with numbers, dates, initials and unspaced scripts put in the one form that is indexed."""
    text = unicodedata.normalize("NFC", text)
    text = _ISO_DATE.sub(r"\1\2\3", text)
    text = _GROUPED.sub(lambda m: re.sub(r"\D", "", m.group()), text)
    text = _DECIMAL_COMMA.sub(".", text)
    text = _INITIALS.sub(lambda m: m.group().replace(".", "") + " ", text)
    return _UNSPACED.sub(lambda m: f" {' '.join(_pairs(m.group()))} ", text)


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(max(1, len(run) - 1))]


def _unmarked(word: str) -> str:
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", word)))


def _analyzer(code: str | None, kind: str) -> Any:
    """Return this thread's analyzer: "words" (stem, fold), "raw" (lower-case only) or "stop" (drops stop words)."""
    cache: dict[tuple[str | None, str], Any] = _local.__dict__.setdefault("analyzers", {})
    if (code, kind) not in cache:
        from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

        builder = TextAnalyzerBuilder(Tokenizer.regex(_WORD)).filter(Filter.lowercase())
        name = STEMMED.get(code or "")
        if kind == "words":
            if name:
                builder = builder.filter(Filter.stemmer(name))
            builder = builder.filter(Filter.ascii_fold())
        elif kind == "stop" and name and code not in _WITHOUT_STOP_WORDS:
            builder = builder.filter(Filter.stopword(name))
        cache[code, kind] = builder.build()
    return cache[code, kind]


_WITHOUT_STOP_WORDS = frozenset({"ar", "el", "ro", "ta", "tr"})
