"""Which language a text is in: as stated, or as told from its letters when there is enough of it.

Answers with ISO 639-1 codes only. Does not translate, and does not split sentences by language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from documents.cleaning import clean_line

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

MIN_LETTERS = 40
"""Below this many letters a language is not told from the text."""
_MIN_PROBABILITY = 0.5
_SAMPLE = 2_000
"""Characters looked at: more does not change the answer, only the time."""

_CODE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9-_]*)?(?:\..*)?", re.IGNORECASE)

_ISO_639_1 = """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en
    eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv
    ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nd ne ng
    nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su
    sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    """
_CODES = frozenset(_ISO_639_1.split())

_NAMES: Mapping[str, str] = {
    name: code
    for code, names in {
        "af": "afr afrikaans",
        "ar": "ara arabic العربية",
        "be": "bel belarusian беларуская",
        "bg": "bul bulgarian български",
        "bn": "ben bengali bangla বাংলা",
        "bs": "bos bosnian bosanski",
        "ca": "cat catalan català",
        "cs": "ces cze czech čeština česky",
        "cy": "cym wel welsh cymraeg",
        "da": "dan danish dansk",
        "de": "deu ger german deutsch",
        "el": "ell gre greek ελληνικά",
        "en": "eng english",
        "es": "spa spanish español castellano",
        "et": "est estonian eesti",
        "eu": "eus baq basque euskara",
        "fa": "fas per persian farsi فارسی",
        "fi": "fin finnish suomi",
        "fr": "fra fre french français",
        "ga": "gle irish gaeilge",
        "gl": "glg galician galego",
        "he": "heb hebrew עברית iw",
        "hi": "hin hindi हिन्दी",
        "hr": "hrv croatian hrvatski",
        "hu": "hun hungarian magyar",
        "hy": "hye arm armenian հայերեն",
        "id": "ind indonesian",
        "is": "isl ice icelandic íslenska",
        "it": "ita italian italiano",
        "ja": "jpn japanese 日本語",
        "ka": "kat geo georgian ქართული",
        "kk": "kaz kazakh қазақша",
        "ko": "kor korean 한국어",
        "lt": "lit lithuanian lietuvių",
        "lv": "lav latvian latviešu",
        "mk": "mkd mac macedonian македонски",
        "ms": "msa may malay",
        "mt": "mlt maltese malti",
        "nl": "nld dut dutch nederlands flemish",
        "no": "nor norwegian norsk nb nob bokmål",
        "nn": "nno nynorsk",
        "pl": "pol polish polski",
        "pt": "por portuguese português",
        "ro": "ron rum romanian română",
        "ru": "rus russian русский",
        "sk": "slk slo slovak slovenčina",
        "sl": "slv slovenian slovene slovenščina",
        "sq": "sqi alb albanian shqip",
        "sr": "srp serbian српски srpski",
        "sv": "swe swedish svenska",
        "sw": "swa swahili kiswahili",
        "ta": "tam tamil தமிழ்",
        "th": "tha thai ไทย",
        "tr": "tur turkish türkçe",
        "uk": "ukr ukrainian українська",
        "ur": "urd urdu اردو",
        "vi": "vie vietnamese",
        "zh": "zho chi chinese mandarin 中文",
    }.items()
    for name in names.split()
}


def stated_language(value: str | None) -> str | None:
    """Return the ISO 639-1 code for a stated language ("en-GB", "eng", "English": "en"), or None when not known."""
    if not value:
        return None
    word = clean_line(value).lower()
    if word in _NAMES:
        return _NAMES[word]
    code = _CODE.fullmatch(word)
    if code is None:
        return None
    primary = code.group(1)
    return _NAMES.get(primary, primary if primary in _CODES else None)


def detect_language(text: str) -> str | None:
    """Return the ISO 639-1 code of the language `text` is in, or None when it is too short or not clear."""
    sample = text[:_SAMPLE]
    if sum(character.isalpha() for character in sample) < MIN_LETTERS:
        return None
    code, probability = language_ranks(sample)[0]
    return code if probability >= _MIN_PROBABILITY else None


def language_ranks(text: str) -> list[tuple[str, float]]:
    """Return (code, probability) for every language the identifier knows by a two-letter code, likeliest first."""
    return [(str(code), float(probability)) for code, probability in _identifier().rank(text)]


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([code for code in identifier.labels if len(code) == 2])
    return identifier
