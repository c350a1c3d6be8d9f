"""PDF files made by hand: text at places, and nothing that a library would add. No test is in here."""

from __future__ import annotations

from collections.abc import Sequence

Item = tuple[float, float, float, str]
"""x and y in points from the lower left, size, text."""

FIRST_COLUMN, SECOND_COLUMN = 50.0, 310.0
LEADING = 12.0


def column(lines: Sequence[str], x: float = FIRST_COLUMN, y: float = 740.0, size: float = 9.5) -> list[Item]:
    return [(x, y - number * LEADING, size, line) for number, line in enumerate(lines)]


def pdf(
    pages: Sequence[Sequence[Item]],
    *,
    catalog: bytes = b"",
    trailer: bytes = b"",
    info: bytes = b"",
    rotate: int = 0,
    more: Sequence[bytes] = (),
) -> bytes:
    """Return a PDF file; `catalog` and `trailer` are written into these dictionaries, `more` are objects from 5 on."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog, b"", _FONT, b"<< %s >>" % info, *more]
    kids = []
    for items in pages:
        content = b"".join(_shown(*item) for item in items)
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        objects.append(_PAGE % (len(objects), rotate))
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(b"%010d 00000 n \n" % len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, b"".join(places))
    end = b"trailer << /Size %d /Root 1 0 R /Info 4 0 R %s >>\nstartxref\n%d\n%%%%EOF\n"
    return out + table + end % (len(objects) + 1, trailer, len(out))


_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
_PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Rotate %d"
    b" /Resources << /Font << /F1 3 0 R >> >> >>"
)


def _shown(x: float, y: float, size: float, text: str) -> bytes:
    written = text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return b"BT /F1 %g Tf %g %g Td (%s) Tj ET\n" % (size, x, y, written)
