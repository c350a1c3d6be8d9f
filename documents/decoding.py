"""Bytes to text: byte order mark, then strict UTF-8, then the page's own word, then charset-normalizer.

A file that is no text is named as what it is; one whose encoding cannot be told is refused. No
character is ever dropped or replaced to make a file readable. What characters mean is for
`documents.cleaning`.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from documents.alphabets import LETTERS
from documents.errors import ReadingError
from documents.languages import language_ranks

_BLOCK = 1 << 20
_SAMPLE = 1 << 16
"""Bytes with non-ASCII characters that an encoding is told from."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"\x1f\x8b", "gzip-compressed data"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a RIFF media file"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document"),
    (b"{\\rtf", "a rich text document"),
)
_LEGACY = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp874"),
    *("iso8859_2", "iso8859_5", "iso8859_6", "iso8859_7", "iso8859_8", "iso8859_9", "iso8859_15"),
    *("koi8_r", "koi8_u", "gb18030", "big5", "cp932", "euc_jp", "cp949"),
)
"""Encodings that news text was written in, likelier ones first among equals."""
_MULTI_BYTE_LEGACY = frozenset(_LEGACY[-5:])
_DECLARED = {
    "iso-8859-1": "cp1252",  # what browsers do: the names mean the supersets
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
}
_PUNCTUATION = frozenset("“”‘’‚„«»‹›–—…•·¿¡€£¥§°´©®™×½¼¾²³\xa0‰†")
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd\ufffe\uffff]")
_MULTI_BYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b"))
_MAX_CONTROLS = 0.01
"""Share of control characters above which bytes are no text."""
_MIN_ZEROS = 0.03
"""Share of zero bytes that UTF-16 has at least: the upper halves of its spaces and commas."""
_MIN_EVIDENCE = 60
"""Bytes outside ASCII from which on an alphabet other than Latin is believed; twice that for two-byte writing."""
_MIN_FIT = 0.8
_MIN_LEAD = 0.02


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec's name, and whether some bytes of the file are not in it (then `surrogateescape` marks them)."""

    name: str
    has_errors: bool = False

    @property
    def errors(self) -> str:
        """The error handler to decode with: strict, or marking the bytes that do not fit."""
        return "surrogateescape" if self.has_errors else "strict"


def decode(data: bytes, declared: str | None = None) -> str:
    """Return the text of `data`, every character of it.

    Args:
        data: A whole file.
        declared: The encoding that the file itself names, if any.

    Raises:
        ReadingError: with code ``not-text`` or ``encoding``.
    """
    encoding = find_encoding(BytesIO(data), declared)
    try:
        text = data.decode(encoding.name)
    except UnicodeDecodeError as error:
        raise undecodable(encoding.name, error) from None
    if "\x00" in text:
        raise _binary(f"a zero character at offset {text.index(chr(0))}")
    return text


def find_encoding(handle: BinaryIO, declared: str | None = None) -> Encoding:
    """Return the encoding of the whole of `handle`, which is read in blocks and rewound.

    Raises:
        ReadingError: with code ``not-text`` or ``encoding``.
    """
    head = handle.read(_SAMPLE)
    encoding = _by_mark(head) or _by_zeros(head)
    if encoding is None:
        handle.seek(0)
        valid, sample, valid_runs, broken_runs = _scan(handle)
        if valid:
            encoding = Encoding("utf-8")
        elif valid_runs > broken_runs:
            encoding = Encoding("utf-8", has_errors=True)
        else:
            encoding = Encoding(_declared_codec(declared, sample) or _legacy_codec(sample))
    handle.seek(0)
    return encoding


def undecodable(name: str, error: UnicodeDecodeError) -> ReadingError:
    """Return the refusal for bytes that are not in the encoding that the rest of the file is in."""
    got = f"byte 0x{error.object[error.start]:02x} at offset {error.start}"
    return ReadingError(f"expected {name} text throughout, got {got}; save the file as UTF-8", code="encoding")


def _by_mark(head: bytes) -> Encoding | None:
    return next((Encoding(name) for mark, name in _MARKS if head.startswith(mark)), None)


def _by_zeros(head: bytes) -> Encoding | None:
    """Return UTF-16 where zero bytes stand as they do in it; refuse what is no text at all."""
    for magic, what in _MAGIC:
        if head.lstrip(b" \t\r\n").startswith(magic):
            raise _binary(what)
    if len(head) - len(head.translate(None, _CONTROLS)) <= _MAX_CONTROLS * len(head):
        return None
    if b"\x00" not in head:
        raise _binary("control characters as in a binary file")
    even, odd = head[0::2].count(0), head[1::2].count(0)
    one_sided = min(even, odd) * 10 <= max(even, odd) and max(even, odd) > max(2, _MIN_ZEROS * len(head))
    name = "utf-16-le" if odd > even else "utf-16-be"
    try:
        text = _decode_sample(head, name) if one_sided else "\x00"
    except UnicodeDecodeError:
        text = "\x00"
    if _NO_TEXT.search(text) or any(unicodedata.category(character) == "Cn" for character in set(text)):
        raise _binary("zero bytes as in a binary file")
    return Encoding(name)


def _binary(what: str) -> ReadingError:
    return ReadingError(f"expected plain text, got {what}; save its text as .txt or .html", code="not-text")


def _scan(handle: BinaryIO) -> tuple[bool, bytes, int, int]:
    """Return (all is UTF-8, a sample of lines with other bytes, valid UTF-8 sequences, bytes outside such)."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    valid, sample, valid_runs, broken_runs = True, bytearray(), 0, 0
    start = handle.tell()
    while valid and (block := handle.read(_BLOCK)):
        try:
            decoder.decode(block)
        except UnicodeDecodeError:
            valid = False
    try:
        decoder.decode(b"", final=valid)
    except UnicodeDecodeError:
        valid = False
    if valid:
        return True, b"", 0, 0
    handle.seek(start)
    while line := handle.readline(_SAMPLE):
        if line.isascii():
            continue
        rest, found = _MULTI_BYTE.subn(b"", line)
        valid_runs += found
        broken_runs += sum(byte > 127 for byte in rest)
        if len(sample) < _SAMPLE:
            sample += line
    return False, bytes(sample), valid_runs, broken_runs


def _declared_codec(declared: str | None, sample: bytes) -> str | None:
    """Return the codec for the file's own word about its encoding, unless the bytes say otherwise."""
    if not declared:
        return None
    label = declared.strip().lower()
    try:
        name = codecs.lookup(_DECLARED.get(label, label)).name
        return None if _NO_TEXT.search(_decode_sample(sample, name)) else name
    except (LookupError, UnicodeDecodeError, ValueError):
        return None


def _legacy_codec(sample: bytes) -> str:
    """Return the legacy encoding in which `sample` reads as a language; refuse where none or several do."""
    from charset_normalizer import from_bytes

    matches = from_bytes(sample, cp_isolation=list(_LEGACY))
    names = {name for match in matches for name in (match.encoding, *match.could_be_from_charset)}
    readings: dict[str, str] = {}  # text -> the likeliest encoding that gives it
    for name in _LEGACY:
        if name in names:
            text = _decode_sample(sample, name)
            if not _NO_TEXT.search(text):
                readings.setdefault(text, name)
    best = matches.best()
    if best is not None and str(best) in readings and _is_mostly_other_script(str(best)):
        name = readings[str(best)]
        if sum(byte > 127 for byte in sample) >= _MIN_EVIDENCE * (2 if name in _MULTI_BYTE_LEGACY else 1):
            return name
        raise _untold()
    scored = sorted(((_fit(text), name) for text, name in readings.items()), reverse=True)
    if not scored or scored[0][0] < _MIN_FIT or (len(scored) > 1 and scored[0][0] - scored[1][0] < _MIN_LEAD):
        raise _untold()
    return scored[0][1]


def _untold() -> ReadingError:
    return ReadingError(
        "expected text in UTF-8 or enough of it to tell its encoding, got bytes that fit several encodings or none; "
        "save the file as UTF-8",
        code="encoding",
    )


def _decode_sample(sample: bytes, name: str) -> str:
    """Decode a sample that may end inside a character."""
    return codecs.getincrementaldecoder(name)().decode(sample)


def _is_mostly_other_script(text: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    return sum(not character.isascii() for character in letters) > len(letters) / 2


def _fit(text: str) -> float:
    """Return how well the non-ASCII characters belong to the language that the text is in, 0 to 1."""
    strange = [character for character in text.lower() if not character.isascii()]
    if not strange:
        return 0.0
    fit = weight = 0.0
    for language, probability in language_ranks(text[:6_000])[:5]:
        letters = LETTERS.get(language, frozenset())
        fit += probability * sum(character in letters or character in _PUNCTUATION for character in strange)
        weight += probability
    return fit / weight / len(strange)
