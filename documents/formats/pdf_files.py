"""PDF files to articles: the pages opened safely, their letters with places, and the title that they show.

PDFium (pypdfium2) reads them: of two libraries compared it gives the letters' places fastest, and neither
orders columns. Order is `documents.formats.pdf_layout`, paragraphs and hyphens are `documents.formats.pdf_paragraphs`.
Scripts, forms, attachments and links are not looked at; pictures are not read: a scan needs OCR first.
"""

from __future__ import annotations

import ctypes
import math
import re
import threading
from collections import Counter
from typing import TYPE_CHECKING

from documents.assembly import RawArticle
from documents.cleaning import clean, clean_line
from documents.errors import ReadingError
from documents.formats.file_hints import confirmed_title
from documents.formats.news_exports import looks_like_export, split_exports
from documents.formats.pdf_layout import Page, Word, page_columns
from documents.formats.pdf_paragraphs import Paragraph, paragraphs_of, without_running_lines
from documents.formats.plaintext import headline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pypdfium2 import PdfDocument, PdfTextPage

MAX_PAGES = 1_000
MAX_CHARACTERS = 400_000
"""Letters on all pages, about sixty of a broadsheet; reading one takes some twenty microseconds."""

_QUARTER = math.pi / 2
_FAR = 100_000.0
"""Points; nothing on a page stands that far out."""
_ONE_AT_A_TIME = threading.Lock()
"""PDFium must not be called by two threads."""
_HYPHENS = frozenset({"\x02", "\ufffe", "\xad"})
"""How PDFium writes a hyphen that ends a line."""
_MAX_UNREADABLE = 0.3
"""Share of letters that stand for nothing from which on a text is no text."""
_CATALOGUE = re.compile(rb"(\d{1,9}) 0 obj\s{0,9}<<[^>]{0,400}?/Type\s{0,9}/Catalog\b")
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
_LONGEST_TITLE = 250
_TITLE_SIZE = 1.25
"""How much larger than the text's letters a headline's are at least."""


def read_pdf(data: bytes) -> list[RawArticle | ReadingError]:
    """Return the article in a PDF file, or the articles of a news database's export.

    Of a damaged file the pages that can be read are read.

    Raises:
        ReadingError: with code ``not-text``, ``encrypted``, ``damaged``, ``too-large`` or ``no-text``.
    """
    if b"%PDF-" not in data[:1024]:
        raise ReadingError("expected a PDF file, got none; name the file as what it is", code="not-text")
    with _ONE_AT_A_TIME:
        pages, stated_title = _read(data)
    words = [word for page in pages for word in page.words]
    if not any(character.isalpha() for word in words for character in word.text):
        raise ReadingError(
            "expected a PDF file with text, got pages without any; recognise its text (OCR) and save it anew",
            code="no-text",
        )
    _check_readable(words)
    parted: list[float] = []
    paragraphs = paragraphs_of([page_columns(page, parted) for page in without_running_lines(pages)])
    text = clean("\n\n".join(paragraph.text for paragraph in paragraphs).translate(_LIGATURES))
    if not text:
        raise ReadingError("expected a PDF file with an article, got page numbers only; check the file", code="no-text")
    if looks_like_export(text):
        return split_exports(text)
    title = confirmed_title(stated_title, text) or _large_title(paragraphs, words) or headline(text)
    return [RawArticle(text=text, title=title)]


def _read(data: bytes) -> tuple[list[Page], str | None]:
    """Return the pages, and the title that the file's properties state."""
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        document = PdfDocument(data)
    except PdfiumError as error:
        completed = _completed(data)
        if completed is None or "password" in str(error).lower():
            raise _refusal(str(error)) from None
        try:
            document = PdfDocument(completed)
        except PdfiumError:
            raise _refusal(str(error)) from None
    try:
        if len(document) > MAX_PAGES:
            raise ReadingError(
                f"expected a PDF file of at most {MAX_PAGES:,} pages, got {len(document):,}; split it", code="too-large"
            )
        title = document.get_metadata_value("Title")
        pages = list(_pages(document))
    except PdfiumError as error:
        raise _refusal(str(error)) from None
    finally:
        document.close()
    if not pages:
        raise _refusal("no page that can be read")
    return pages, title


def _completed(data: bytes) -> bytes | None:
    """Return a cut file with an end that names its catalogue, which PDFium can build the rest upon, or None."""
    roots = _CATALOGUE.findall(data)
    if not roots:
        return None
    return data + b"\nendstream\nendobj\ntrailer << /Root %s 0 R >>\nstartxref\n0\n%%%%EOF\n" % roots[-1]


def _refusal(got: str) -> ReadingError:
    if "password" in got.lower() or "security" in got.lower():
        return ReadingError(
            "expected a PDF file without password, got an encrypted one; save it without its password", code="encrypted"
        )
    got = clean_line(got)[:100]
    return ReadingError(f"expected a whole PDF file, got a damaged one ({got}); save it anew", code="damaged")


def _pages(document: PdfDocument) -> Iterator[Page]:
    from pypdfium2 import PdfiumError

    letters = 0
    for number in range(len(document)):
        try:
            page = document[number]
        except PdfiumError:
            continue  # a part that is missing from a cut file; the others count
        try:
            text_page = page.get_textpage()
        except PdfiumError:
            page.close()
            continue
        letters += text_page.count_chars()
        try:
            if letters > MAX_CHARACTERS:
                raise ReadingError(
                    f"expected at most {MAX_CHARACTERS:,} letters in a PDF file, got more; split it", code="too-large"
                )
            yield _page(text_page, page.get_bbox())
        finally:
            text_page.close()
            page.close()


def _page(text_page: PdfTextPage, bounds: tuple[float, float, float, float]) -> Page:
    """Return a page's words in the order in which they are drawn; of text in several directions, the main one."""
    letters = _letters(text_page)
    turns = Counter(turn for _, turn, *_ in letters)
    main = turns.most_common(1)[0][0] if turns else 0
    words: list[Word] = []
    open_word = False
    for text, turn, *box in letters:
        if turn != main or not text:
            open_word = False
            continue
        left, bottom, right, top = _turned(box, turn)
        if open_word and words[-1].takes(left, bottom, right, top):
            words[-1].add(text, left, bottom, right, top)
        else:
            words.append(Word(text, left, bottom, right, top))
        open_word = True
    _, bottom, _, top = _turned(bounds, main)
    return Page(words, bottom, top)


def _letters(page: PdfTextPage) -> list[tuple[str, int, float, float, float, float]]:
    """Return each letter with its quarter turns and its box; white space is an empty one."""
    import pypdfium2.raw as pdfium

    box, raw = pdfium.FS_RECTF(), page.raw
    place, letter_of = ctypes.byref(box), pdfium.FPDFText_GetUnicode
    box_of, angle_of = pdfium.FPDFText_GetLooseCharBox, pdfium.FPDFText_GetCharAngle
    found: list[tuple[str, int, float, float, float, float]] = []
    turn = 0
    for number in range(page.count_chars()):
        code = letter_of(raw, number)
        text = chr(code) if 0 < code <= 0x10FFFF else "\ufffd"
        if text.isspace() or not box_of(raw, number, place):
            found.append(("", turn, 0.0, 0.0, 0.0, 0.0))
            continue
        angle = angle_of(raw, number)
        turn = round(angle / _QUARTER) % 4 if 0 < angle < 7 else 0
        left, bottom, right, top = box.left, box.bottom, box.right, box.top
        if -_FAR < bottom < top < _FAR and -_FAR < left <= right < _FAR:
            found.append(("-" if text in _HYPHENS else text, turn, left, bottom, right, top))
    return found


def _turned(box: Sequence[float], turn: int) -> tuple[float, float, float, float]:
    """Return a box as it lies when the page is held so that its text runs from left to right."""
    left, bottom, right, top = box
    if turn == 1:
        return bottom, -right, top, -left
    if turn == 2:
        return -right, -top, -left, -bottom
    if turn == 3:
        return -top, left, -bottom, right
    return left, bottom, right, top


def _check_readable(words: list[Word]) -> None:
    """Refuse text whose fonts do not say which letters their shapes are."""
    letters = [character for word in words for character in word.text]
    lost = sum(character == "\ufffd" or "\ue000" <= character <= "\uf8ff" or character < " " for character in letters)
    if lost > _MAX_UNREADABLE * len(letters):
        raise ReadingError(
            "expected letters, got shapes that this PDF file's fonts do not name; recognise its text (OCR)",
            code="no-text",
        )


def _large_title(paragraphs: list[Paragraph], words: list[Word]) -> str | None:
    """Return the headline: the paragraph on the first page in the largest letters, well above the text's."""
    sizes = sorted(word.size for word in words)
    usual = sizes[len(sizes) // 2]
    large = [
        paragraph
        for paragraph in paragraphs
        if paragraph.page == 0 and paragraph.size >= _TITLE_SIZE * usual and len(paragraph.text.split()) > 3
    ]
    if not large:
        return None
    title = clean_line(max(large, key=lambda paragraph: paragraph.size).text.translate(_LIGATURES))
    return title if len(title) <= _LONGEST_TITLE else None
