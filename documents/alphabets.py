"""Which letters beyond a-z a language is written with: facts, used to tell one legacy encoding from another.

Only languages in Latin and Cyrillic letters that legacy encodings were made for. Lower case; letters
that are common in names and loan words are included where a newspaper prints them.
"""

from __future__ import annotations

from collections.abc import Mapping

LETTERS: Mapping[str, frozenset[str]] = {
    language: frozenset(letters)
    for language, letters in {
        "af": "áèéêëîïôöûü",
        "az": "çəğıöşüi̇",
        "bs": "čćđšž",
        "ca": "àçèéíïñòóúü·ªº",
        "cs": "áäčďéěíňóöřšťúůüýž",
        "cy": "âäêëîïôöûŵŷ",
        "da": "äåæéöøü",
        "de": "äéèßöü",
        "en": "àáâäæçèéêëíîïñóôöœúüø",
        "eo": "ĉĝĥĵŝŭ",
        "es": "áçéíñóúüªº",
        "et": "äõöšüž",
        "eu": "çéñü",
        "fi": "äåöšž",
        "fo": "áæíðóøúý",
        "fr": "àâäæçèéêëîïñôöœùûüÿ",
        "ga": "áéíóú",
        "gl": "áéíïñóúüªº",
        "hr": "čćđšž",
        "hu": "áäéíóöőúüű",
        "is": "áäæéíðóöúýþ",
        "it": "àáèéìíîòóùúªº",
        "lb": "âäèéêëîôöüß",
        "lt": "ąčęėįšųūž",
        "lv": "āčēģīķļņōŗšūž",
        "mt": "àċèġħìòùż",
        "nl": "áâäèéêëíïóôöúûü",
        "nn": "äåæèéêòóôöøü",
        "no": "äåæèéêòóôöøü",
        "oc": "àáçèéíïòóúü",
        "pl": "ąćéęłńóöśüźż",
        "pt": "àáâãçéêíóôõúüªº",
        "ro": "âăîşșţțáéöü",
        "sk": "áäčďéíĺľňóôöŕřšťúüýž",
        "sl": "äčćđöšüž",
        "sq": "çë",
        "sv": "àáäåæèéöøü",
        "tr": "âçğıîöşûüi̇",
        "be": "абвгдеёжзійклмнопрстуўфхцчшыьэюяґ",
        "bg": "абвгдежзийклмнопрстуфхцчшщъьюяѝ",
        "mk": "абвгдѓеѐжзѕиѝјкќлљмнњопрстуфхцчџш",
        "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "sr": "абвгдђежзијклљмнњопрстћуфхцчџшčćđšž",
        "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    }.items()
}
"""ISO 639-1 code -> the letters outside ASCII that the language is written with."""
