"""Mail that was passed on: who first sent it, when and under which subject, and its text alone.

Knows the header lines that mail programs write above such a text, in the languages of the larger
ones. What the one who passed it on wrote above is left out: it is not the sender's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from documents.fields import field_text

_PREFIX = re.compile(r"(?:(?:re|fwd?|fw|wg|aw|tr|rv|enc|inoltra|doorst)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_MARK = re.compile(
    r"^[ >]*(?:-{3,}.*(?:forwarded|weitergeleitete|transféré|reenviado|inoltrato|encaminhada|original).*-{3,}"
    r"|begin forwarded message:|anfang der weitergeleiteten nachricht:|début du message réexpédié\s*:"
    r"|inizio messaggio inoltrato:|inicio del mensaje reenviado:|início da mensagem encaminhada:)\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_LABELS = {
    "sender": "from|von|de|da|expéditeur|remitente|mittente",
    "date": "date|sent|datum|gesendet|envoyé|fecha|enviado|data|inviato|enviada(?: em)?",
    "subject": "subject|betreff|objet|asunto|oggetto|assunto",
    "other": "to|an|à|para|a|cc|kopie|copie|reply-to|antwort an|répondre à",
}
_LINE = re.compile(
    r"^[ >*]*(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _LABELS.items())
    + r")\s?:\*?[ \t]*(?P<value>.*)$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_MOST_LINES_ABOVE = 60


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The message inside another: its text, and its sender, date and subject as written above it."""

    text: str
    sender: str | None
    date: str | None
    subject: str | None


def without_prefixes(subject: str) -> str:
    """Return a subject without what programs put before it: "Fwd: WG: Press review" gives "Press review"."""
    return _PREFIX.sub("", subject, count=1).strip() if _PREFIX.match(subject) else subject


def forwarded(text: str, *, was_passed_on: bool) -> Forwarded | None:
    """Return the message that `text` passes on, or None when it passes on none.

    Args:
        text: The cleaned text of a mail.
        was_passed_on: Whether the mail's subject says so; else a line in the text must.
    """
    lines = text.split("\n")
    for start in range(min(len(lines), _MOST_LINES_ABOVE)):
        fields, end = _header_lines(lines, start)
        if "sender" not in fields or not ({"date", "subject"} & fields.keys()):
            continue
        above = "\n".join(lines[:start])
        if not was_passed_on and not _MARK.search(above):
            return None
        rest = "\n".join(lines[end:]).strip("\n")
        if not rest.strip():
            return None
        subject = field_text(fields.get("subject"))
        return Forwarded(rest, fields["sender"], field_text(fields.get("date")), subject and without_prefixes(subject))
    return None


def _header_lines(lines: list[str], start: int) -> tuple[dict[str, str], int]:
    """Return the fields of the header lines from `start` on, and the line after them."""
    fields: dict[str, str] = {}
    position = start
    while position < len(lines) and (found := _LINE.match(lines[position])):
        name = found.lastgroup if found.lastgroup != "value" else None
        name = name or next(key for key in _LABELS if found.group(key))
        fields.setdefault(name, found.group("value").strip())
        position += 1
        if position < len(lines) and not lines[position].strip() and len(fields) < 2:
            position += 1  # some programs leave a blank line between them
    if "sender" in fields and not (_ADDRESS.search(fields["sender"]) or len(fields) > 2):
        return {}, position
    return fields, position
