"""An SVG as matplotlib writes it, made fit for a page: no style rule or id that touches its surroundings.

Styles become attributes, which a strict content security policy lets through; black becomes the colour of the
text around; ids carry the plot's name. What is drawn is `ui.plots`.
"""

from __future__ import annotations

import re
from typing import Any

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"

FONT = "system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, sans-serif"

_ATTRIBUTES = frozenset(
    {
        *("fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray"),
        *("stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "opacity", "clip-path"),
        *("text-anchor", "font-size", "font-weight", "font-style"),
    }
)
"""The properties that matplotlib uses, all of which may stand as attributes; the others are left out."""

_FONT = re.compile(r"(?:(?P<weight>bold|normal|\d{3}) )?(?P<size>[\d.]+)px\b")
_POINTER = re.compile(r"url\(#([^)]+)\)")


def finished(written: bytes, name: str, title: str, description: str) -> str:
    """Return the SVG element as text: scaling with its place, titled, described, in the surrounding colour.

    Args:
        written: A whole SVG file of matplotlib.
        name: A word that is unique on the page; begins every id.
        title: What the plot is, read aloud first.
        description: What it shows, in words.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    root = etree.fromstring(written, parser)
    for tag in ("metadata", "style"):
        for element in list(root.iter(f"{{{SVG}}}{tag}")):
            element.getparent().remove(element)
    ids = _new_ids(root, name)
    for element in root.iter():
        _restyle(element)
        _rename(element, ids)
    for size in ("width", "height"):
        # the view box says how wide it is to its height; the page says how wide
        root.attrib.pop(size, None)
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title {name}-desc")
    root.set("font-family", FONT)
    root.set("stroke-linejoin", "round")
    root.set("fill", "currentColor")
    for place, (tag, text) in enumerate((("title", title), ("desc", description))):
        told = etree.Element(f"{{{SVG}}}{tag}", id=f"{name}-{tag}")
        told.text = text
        root.insert(place, told)
    etree.cleanup_namespaces(root)
    return str(etree.tostring(root, encoding="unicode"))


def _new_ids(root: Any, name: str) -> dict[str, str]:
    """Return, for each id that something points at, its new name; numbered as they come, so always the same."""
    wanted = set()
    for element in root.iter():
        wanted.update(_POINTER.findall(" ".join(map(str, element.attrib.values()))))
        if (link := element.get(f"{{{XLINK}}}href")) is not None:
            wanted.add(link.removeprefix("#"))
    found = [element.get("id") for element in root.iter() if element.get("id") in wanted]
    return {old: f"{name}-{number}" for number, old in enumerate(found)}


def _rename(element: Any, ids: dict[str, str]) -> None:
    old = element.attrib.pop("id", None)
    if old in ids:
        element.set("id", ids[old])
    if (link := element.attrib.pop(f"{{{XLINK}}}href", None)) is not None:
        element.set("href", "#" + ids[link.removeprefix("#")])
    for key, value in element.attrib.items():
        if "url(#" in value:
            element.set(key, _POINTER.sub(lambda match: f"url(#{ids[match[1]]})", value))


def _restyle(element: Any) -> None:
    """Turn the style of an element into attributes, black into the colour of the text around it."""
    for declaration in element.attrib.pop("style", "").split(";"):
        key, _, value = (part.strip() for part in declaration.partition(":"))
        if key == "font" and (font := _FONT.match(value)):
            element.set("font-size", font["size"])
            if font["weight"]:
                element.set("font-weight", font["weight"])
        elif key in _ATTRIBUTES:
            element.set(key, value.removesuffix("px") if key == "font-size" else value)
    for key in ("fill", "stroke"):
        if element.get(key) in ("#000000", "black"):
            element.set(key, "currentColor")
