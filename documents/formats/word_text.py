"""A Word document's XML tree to its paragraphs: what its reader sees, in document order.

Kept: paragraphs, also in tables and text boxes, and tracked insertions. Left out: tracked deletions, hidden
text, comments, foot- and endnotes (references, not the article's prose), field codes. Opening the file and
parsing its XML is `documents.formats.word_files`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.etree import _Element

_UNSEEN = frozenset(
    {"annotationRef", "comment", "del", "delInstrText", "delText", "fldData", "footnotePr", "instrText", "moveFrom"}
    | {"pPr", "rPr", "rt", "sdtPr", "sectPr", "tblGrid", "tblPr", "tcPr", "trPr"}
)
_INSTEAD = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_OFF = frozenset({"0", "false", "off"})
_LONGEST_ROW = 200
"""Characters; a table row with more holds running text in columns, not one line of data."""


@dataclass(slots=True)
class Block:
    """One paragraph, or one short table row on a line; `style` is the built-in name in lower case, or ""."""

    text: str
    style: str = ""


@dataclass(slots=True)
class _Box:
    """What holds paragraphs: the body, a table cell, a text box; `carry` awaits the rest of its paragraph."""

    blocks: list[Block] = field(default_factory=list)
    carry: str = ""

    def add(self, text: str, style: str, goes_on: bool) -> None:
        text, self.carry = self.carry + text, ""
        if goes_on:  # the mark at its end was deleted: one paragraph with the next
            self.carry = text
        elif text.strip():
            self.blocks.append(Block(text, style))

    def close(self) -> list[Block]:
        self.add("", "", goes_on=False)
        return self.blocks


@dataclass(slots=True)
class _Paragraph:
    style: str
    goes_on: bool
    parts: list[str] = field(default_factory=list)
    floating: list[Block] = field(default_factory=list)


class _Walk:
    """The paragraphs found so far while the tree is walked; boxes, rows and paragraphs may nest."""

    def __init__(self, styles: Mapping[str, str]) -> None:
        self.styles = styles
        self.boxes = [_Box()]
        self.paragraphs: list[_Paragraph] = []
        self.rows: list[list[list[Block]]] = []

    def start(self, element: _Element, name: str) -> None:
        if name == "p":
            properties = child(element, "pPr")
            style = self.styles.get(value(child(properties, "pStyle")) or "", "")
            self.paragraphs.append(_Paragraph(style, child(child(properties, "rPr"), "del") is not None))
        elif name in ("tc", "txbxContent"):
            self.boxes.append(_Box())
        elif name == "tr":
            self.rows.append([])
        elif self.paragraphs:
            if name == "t":
                self.paragraphs[-1].parts.append(element.text or "")
            elif name in _INSTEAD:
                self.paragraphs[-1].parts.append(_INSTEAD[name])

    def end(self, name: str) -> None:
        if name == "p":
            done = self.paragraphs.pop()
            self.boxes[-1].add("".join(done.parts), done.style, done.goes_on)
            self.boxes[-1].blocks.extend(done.floating)
        elif name == "tr":
            self.boxes[-1].blocks.extend(_row(self.rows.pop()))
        elif name in ("tc", "txbxContent"):
            inside = self.boxes.pop().close()
            if name == "tc" and self.rows:
                self.rows[-1].append(inside)
            elif name == "txbxContent" and self.paragraphs:
                self.paragraphs[-1].floating.extend(inside)
            else:
                self.boxes[-1].blocks.extend(inside)


def blocks_of(root: _Element, styles: Mapping[str, str]) -> list[Block]:
    """Return the paragraphs and short table rows under `root`; walks without recursion.

    Args:
        root: The main part's root element.
        styles: The id of each paragraph style -> its built-in name.
    """
    from lxml.etree import iterwalk

    walk = _Walk(styles)
    unseen: list[_Element] = []
    walker = iterwalk(root, events=("start", "end"))
    for event, element in walker:
        name = local_name(element)
        if event == "end":
            if unseen and unseen[-1] is element:
                unseen.pop()
            else:
                walk.end(name)
        elif name in _UNSEEN or (name == "r" and _is_hidden(element)) or _is_second_choice(element, name):
            unseen.append(element)
            walker.skip_subtree()
        else:
            walk.start(element, name)
    return walk.boxes[0].close()


def local_name(element: _Element) -> str:
    """Return an element's name without its namespace, of which there are two for the same elements."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(element: _Element | None, name: str) -> _Element | None:
    """Return the first child of that name, or None."""
    return None if element is None else next((inner for inner in element if local_name(inner) == name), None)


def value(element: _Element | None) -> str | None:
    """Return an element's `val`, or None."""
    if element is None:
        return None
    return next((text for key, text in element.items() if key.rpartition("}")[2] == "val"), None)


def _is_hidden(run: _Element) -> bool:
    vanish = child(child(run, "rPr"), "vanish")
    return vanish is not None and value(vanish) not in _OFF


def _is_second_choice(element: _Element, name: str) -> bool:
    """Return whether the same content stands before it in the form for newer programs."""
    if name not in ("Fallback", "Choice"):
        return False
    return any(local_name(before) == "Choice" for before in element.itersiblings(preceding=True))


def _row(cells: list[list[Block]]) -> list[Block]:
    """Return a short row as one line with bars between its cells, any other as its paragraphs in order."""
    full = [cell for cell in cells if cell]
    line = " | ".join(block.text.strip() for cell in full for block in cell)
    if len(full) > 1 and all(len(cell) == 1 for cell in full) and len(line) <= _LONGEST_ROW:
        return [Block(" ".join(line.split()))]
    return [block for cell in full for block in cell]
