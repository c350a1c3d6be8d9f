"""Word documents (.docx) to articles: the package opened safely, its text, and the title that it shows.

Which of its text counts is `documents.formats.word_text`. Nothing that a document links to is fetched, and no macro,
comment, page header or footer is looked at. zipfile and lxml do the reading: python-docx leaves out tracked
insertions and text boxes, loads every picture, and fails where one is missing. Not for .doc.
"""

from __future__ import annotations

import io
import lzma
import posixpath
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from documents.assembly import RawArticle
from documents.cleaning import clean, clean_line
from documents.errors import ReadingError
from documents.fields import LONGEST_FIELD
from documents.formats.file_hints import confirmed_title
from documents.formats.news_exports import looks_like_export, split_exports
from documents.formats.plaintext import headline
from documents.formats.word_text import Block, blocks_of, child, local_name, value

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_PART_BYTES = 40_000_000
"""Unpacked bytes of one part of the document that is read."""
MAX_MARKS = 1_500_000
"""Tags and attributes of one part: what its tree costs in memory, some three hundred bytes each."""
_MAX_PARTS = 20_000
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

_PACKAGE_ERRORS = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(KeyError, IndexError, ValueError, EOFError, OSError),
)
_TITLES_AMONG = 6
"""Paragraphs at the beginning of which one may be styled as the title."""


def read_word(data: bytes) -> list[RawArticle | ReadingError]:
    """Return the article in a .docx file, or the articles of a news database's export.

    Raises:
        ReadingError: with code ``encrypted``, ``damaged``, ``too-large`` or ``no-text``.
    """
    from lxml.etree import LxmlError

    if data.startswith(_OLD_OFFICE):
        raise _refused_old(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if len(package.infolist()) > _MAX_PARTS:
                raise ReadingError(f"expected at most {_MAX_PARTS:,} parts in a document, got more", code="too-large")
            blocks, stated_title = _content(package)
    except (*_PACKAGE_ERRORS, LxmlError) as error:
        raise _damaged(clean_line(str(error))[:150] or type(error).__name__) from None
    except (RuntimeError, NotImplementedError) as error:  # zipfile's words for a password or an unknown packing
        raise ReadingError(
            f"expected a document without password, got {clean_line(str(error))[:100]}; save it anew", code="encrypted"
        ) from None
    text = clean("\n\n".join(block.text for block in blocks))
    if not text:
        raise ReadingError("expected a Word document with text, got none in it; is it a scan?", code="no-text")
    if looks_like_export(text):
        return split_exports(text)
    return [RawArticle(text=text, title=_styled_title(blocks) or headline(text) or confirmed_title(stated_title, text))]


def _refused_old(data: bytes) -> ReadingError:
    if _ENCRYPTED in data:
        return ReadingError(
            "expected a Word document without password, got an encrypted one; save it without its password",
            code="encrypted",
        )
    return ReadingError("expected a .docx document, got the older .doc format; save it as .docx", code="not-text")


def _damaged(got: str) -> ReadingError:
    return ReadingError(f"expected a whole Word document, got a damaged one ({got}); save it anew", code="damaged")


def _content(package: zipfile.ZipFile) -> tuple[list[Block], str | None]:
    """Return the body's paragraphs, and the title that the properties state."""
    relations = _relations(package, "")
    main = relations.get("officeDocument", "word/document.xml")
    root = _tree(package, main)
    if root is None:
        raise _damaged(f"no part {main[:60]!r}")
    styles_part = _relations(package, main).get("styles")
    styles = _style_names(_tree(package, styles_part)) if styles_part else {}
    core = _tree(package, relations.get("core-properties", "docProps/core.xml"))
    title = None if core is None else next((e.text for e in core if local_name(e) == "title"), None)
    return blocks_of(root, styles), title


def _tree(package: zipfile.ZipFile, name: str) -> _Element | None:
    """Return the parsed XML part, or None where the package has none of that name.

    No entity is resolved, nothing fetched, and a part is never unpacked beyond its bound.
    """
    from lxml import etree

    try:
        info = package.getinfo(name)
    except KeyError:
        return None
    if info.file_size > MAX_PART_BYTES:
        raise ReadingError(
            f"expected at most {MAX_PART_BYTES:,} bytes in a document's part, got {info.file_size:,}; split it",
            code="too-large",
        )
    with package.open(info) as part:
        data = part.read(MAX_PART_BYTES)
    if data.count(b"<") + data.count(b"=") > MAX_MARKS:
        raise ReadingError(
            f"expected at most {MAX_MARKS:,} tags and attributes in a document, got more; split it", code="too-large"
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    root = etree.fromstring(data, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise _damaged("XML with a document type, which Word never writes")
    return root


def _relations(package: zipfile.ZipFile, part: str) -> dict[str, str]:
    """Return the kind of each part that `part` refers to -> that part's name; nothing outside the package."""
    folder, name = posixpath.split(part)
    root = _tree(package, posixpath.join(folder, "_rels", f"{name}.rels"))
    found: dict[str, str] = {}
    for relation in () if root is None else root:
        target = relation.get("Target")
        if target and relation.get("TargetMode") != "External":
            kind = (relation.get("Type") or "").rpartition("/")[2]
            found.setdefault(kind, posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/"))
    return found


def _style_names(root: _Element | None) -> dict[str, str]:
    """Return the id of each paragraph style -> its built-in name, which is English in every language's Word."""
    found: dict[str, str] = {}
    for style in () if root is None else root:
        ids = [value for key, value in style.items() if key.rpartition("}")[2] == "styleId"]
        if ids and (name := value(child(style, "name"))):
            found[ids[0]] = name.lower()
    return found


def _styled_title(blocks: list[Block]) -> str | None:
    """Return the paragraph near the beginning that is styled as the title, or the heading that opens the text."""
    opening = blocks[:_TITLES_AMONG]
    titles = [block for block in opening if block.style == "title"] or [
        block for block in opening[:1] if block.style.startswith("heading")
    ]
    title = clean_line(titles[0].text) if titles else ""
    return title if 0 < len(title) <= LONGEST_FIELD else None
