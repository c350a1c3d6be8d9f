"""XML as text and as elements, safe to work on: no entity is ever resolved, nothing outside is ever looked at.

Says what kind of XML a file is by its root. What the elements mean is `documents.formats.feeds` and
`documents.formats.newsml`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from documents.decoding import decode
from documents.errors import ReadingError

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_TAGS = 1_000_000
"""Tags in a file; one with more is data, not news, and would fill the memory."""
_DECLARED = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{2,40})""")
_BEFORE_ROOT = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*(?:\[(.*?)\]\s*)?>", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{0,30});")
_OWN_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_INVALID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BLOCKS = frozenset(
    {"article", "block", "blockquote", "br", "dd", "div", "dl", "dt", "fn", "h1", "h2", "h3", "h4", "h5", "h6", "hl1"}
    | {"hl2", "hr", "li", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul"}
)
_UNSEEN = frozenset({"head", "iframe", "media", "object", "script", "style", "svg", "title"})


def xml_text(data: bytes) -> str:
    """Return the text of an XML file.

    Raises:
        ReadingError: with code ``not-text`` or ``encoding``.
    """
    found = _DECLARED.search(data[:400])
    return decode(data, found.group(1).decode("ascii") if found else None).removeprefix("\ufeff")


def root_name(text: str) -> str | None:
    """Return the local name of the root element, or None when there is none.

    Raises:
        ReadingError: with code ``entities``: the file declares entities, which are how XML reads other
            files and how it grows without end.
    """
    position = 0
    while True:
        if found := _BEFORE_ROOT.match(text, position):
            position = found.end()
        elif found := _DOCTYPE.match(text, position):
            if "<!ENTITY" in (found.group(1) or "").upper():
                raise ReadingError(
                    "expected XML without entities of its own, got some declared; save it without its DOCTYPE",
                    code="entities",
                )
            position = found.end()
        else:
            found = _ROOT.match(text, position)
            return found.group(1) if found else None


def elements(text: str, names: tuple[str, ...]) -> Iterator[_Element | ReadingError]:
    """Yield the elements of these local names, one by one and outermost only, then why no more can be read.

    Each is emptied when the next one is asked for. Where the file breaks off, what came before is yielded.
    """
    from lxml import etree

    check_size(text)
    data = BytesIO(_INVALID.sub("", _ENTITY.sub(_as_number, text)).encode("utf-8"))
    parser = etree.iterparse(
        data,
        events=("start", "end"),
        tag=[f"{{*}}{name}" for name in names],
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    depth = 0
    try:
        for event, element in parser:
            depth += 1 if event == "start" else -1
            if event == "end" and depth == 0:
                yield element
                element.clear(keep_tail=False)
    except etree.XMLSyntaxError as error:
        got = clean_message(error.msg or "a fault")
        yield ReadingError(
            f"expected well-formed XML, got {got}; nothing after it was read", code="malformed-xml", line=error.lineno
        )


def check_size(text: str, most: int = MAX_TAGS) -> None:
    """Return when a file has at most so many tags.

    Raises:
        ReadingError: with code ``too-large``.
    """
    if text.count("<") > most:
        raise ReadingError(f"expected XML of at most {most:,} tags, got more; split the file", code="too-large")


def clean_message(message: str) -> str:
    """Return a parser's message on one short line, without the position it repeats."""
    return " ".join(message.split())[:200].partition(", line ")[0]


def local_name(element: _Element) -> str:
    """Return the name of an element without its name space."""
    return str(element.tag).rpartition("}")[2]


def block_text(root: _Element) -> str:
    """Return what a reader sees of an element of XHTML or NITF, a line for each block."""
    from lxml import etree

    parts: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        name = local_name(element)
        if event == "start":
            parts.append("\n" if name in _BLOCKS else "")
            if name in _UNSEEN and element is not root:
                walk.skip_subtree()
            else:
                parts.append(_flat(element.text))
        else:
            parts.append("\n" if name in _BLOCKS else "")
            parts.append(_flat(element.tail) if element is not root else "")
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def _flat(text: str | None) -> str:
    return (text or "").replace("\n", " ")


def _as_number(entity: re.Match[str]) -> str:
    """Return a named character as its number, since only HTML knows its name; any other name as its letters."""
    name = entity.group(1)
    if name in _OWN_ENTITIES:
        return entity.group()
    characters = html.unescape(entity.group())
    if characters == entity.group():
        return f"&amp;{name};"
    return "".join(f"&#{ord(character)};" for character in characters)
