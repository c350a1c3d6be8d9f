"""Newsletters and press reviews that came by mail (.eml): the message an article, and what is attached to it too.

The outlet is the sender's only where domain or name is a known outlet's: most senders are people.
A message that was passed on counts as who first sent it. Pictures are not looked at, links not
followed, and nothing attached is opened but what is itself read as articles.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import MessageError
from email.message import EmailMessage, Message
from email.policy import EmailPolicy
from email.utils import parseaddr
from io import BytesIO

from documents.assembly import RawArticle
from documents.cleaning import clean
from documents.decoding import decode
from documents.errors import ReadingError
from documents.fields import field_text
from documents.formats.forwarding import Forwarded, forwarded, without_prefixes
from documents.formats.items import Item, ReadInner, inside
from documents.formats.markup import fragment_text
from documents.formats.pages import declared_encoding
from documents.sources import kind_of

MAX_PARTS = 500
"""Parts of a message; one with more is an attack."""
_DEEPEST = 20
_LONGEST_HEADER = 4_000
"""Characters; Python's parser takes quadratic time over a header."""
_MOST_WORK = 1_500_000
_LONGEST_HEADERS = 1_000_000
_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
_MULTIPART = re.compile(rb"multipart/|message/rfc822", re.IGNORECASE)
_EVERYBODYS = frozenset(
    {"abv.bg", "aol.com", "bluewin.ch", "comcast.net", "free.fr", "gmail.com", "gmx.at", "gmx.ch", "gmx.de", "gmx.net"}
    | {"googlemail.com", "hotmail.com", "icloud.com", "interia.pl", "laposte.net", "libero.it", "live.com", "mail.ru"}
    | {"msn.com", "naver.com", "o2.pl", "onet.pl", "orange.fr", "outlook.com", "proton.me", "protonmail.com", "qq.com"}
    | {"rediffmail.com", "sapo.pt", "seznam.cz", "sfr.fr", "sina.com", "t-online.de", "terra.com.br", "tiscali.it"}
    | {"uol.com.br", "virgilio.it", "wanadoo.fr", "web.de", "wp.pl", "yandex.ru", "yahoo.com", "yahoo.fr", "yahoo.it"}
)
"""Domains where anybody has an address, some of them news portals as well."""
_FAULTS = (MessageError, ValueError, TypeError, AttributeError, LookupError, AssertionError, RecursionError)
"""What Python's parser raises over headers that nobody could make sense of."""


class _Policy(EmailPolicy):
    """Python's own, with an end to every header before anything looks into it."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Return a header's name and value as the parser keeps them."""
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_LONGEST_HEADER]


@dataclass(slots=True)
class _Parts:
    """What a message is made of: its visible text, messages and files attached, and the kinds of everything else."""

    texts: list[str] = field(default_factory=list)
    attached: list[tuple[str, bytes]] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    seen: int = 0


def read_mail(data: bytes, read: ReadInner) -> Iterator[Item | ReadingError]:
    """Yield the article of a message, then those attached to it.

    Args:
        data: The message as it was sent.
        read: Reads one attached file of a kind that is read.

    Raises:
        ReadingError: with code ``no-text``, ``not-mail``, ``too-deep`` or an encoding's.
    """
    end = _END_OF_HEADERS.search(data)
    if (end.start() if end else len(data)) > _LONGEST_HEADERS:
        raise ReadingError("expected a mail, got a megabyte of headers; save its text as .txt", code="not-mail")
    parts_at_most = len(_MULTIPART.findall(data)) + 1
    if data.count(b"\n") * parts_at_most > _MOST_WORK:  # each line is held against each open part's end
        raise ReadingError("expected a mail of a few parts, got too many lines in too many; split it", code="too-large")
    try:
        message = email.message_from_bytes(data, policy=_Policy())
    except _FAULTS:
        raise _too_deep() from None
    if not isinstance(message, EmailMessage) or not any(message.raw_items()):
        raise ReadingError("expected a mail with headers, got none; save its text as .txt", code="not-mail")
    parts = _Parts()
    _gather(message, parts, 0)
    text = clean("\n\n".join(parts.texts))
    if text:
        yield Item("", None, _article(message, text), alone=True)
    for name, content in parts.attached:
        yield from inside(name, read(name, BytesIO(content)))
    if not text and not parts.attached:
        got = f"one with only {', '.join(sorted(set(parts.others))[:5])}" if parts.others else "an empty one"
        raise ReadingError(f"expected a mail with text, got {got}; save what it shows as text", code="no-text")


def _gather(part: Message, parts: _Parts, depth: int) -> None:
    """Put a part, and what is inside it, where it belongs."""
    parts.seen += 1
    if parts.seen > MAX_PARTS or depth > _DEEPEST:
        raise _too_deep()
    kind = part.get_content_type()
    name = _file_name(part)
    if kind == "message/rfc822":
        for number, inner in enumerate(_members(part), 1):
            parts.attached.append((name or f"message {len(parts.attached) + number}.eml", _as_bytes(inner)))
    elif kind == "multipart/alternative":
        _gather_best(part, parts, depth)
    elif part.is_multipart():
        for member in _members(part):
            _gather(member, parts, depth + 1)
    elif kind in ("text/plain", "text/html") and not name:
        parts.texts.append(_text(part, is_page=kind == "text/html"))
    elif name and kind_of(name):
        parts.attached.append((name, _payload(part)))
    else:
        parts.others.append("an image" if kind.startswith("image/") else f"{kind} data")


def _gather_best(part: Message, parts: _Parts, depth: int) -> None:
    """Take the form of one text that shows the most; forms go from plain to rich."""
    forms = []
    for member in _members(part):
        form = _Parts(seen=parts.seen)
        _gather(member, form, depth + 1)
        parts.seen = form.seen
        forms.append(form)
    best = next((form for form in reversed(forms) if any(text.strip() for text in form.texts)), None)
    for form in forms:
        parts.texts.extend(form.texts if form is best else ())
        parts.attached.extend(form.attached)
        parts.others.extend(form.others)


def _members(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [member for member in payload if isinstance(member, Message)] if isinstance(payload, list) else []


def _text(part: Message, *, is_page: bool) -> str:
    data = _payload(part)
    if not data.strip():
        return ""
    charset = part.get_param("charset")
    text = decode(data, charset if isinstance(charset, str) else (declared_encoding(data) if is_page else None))
    if is_page:
        return fragment_text(text)
    return _unfolded(text, str(part.get_param("delsp")).lower() == "yes") if _is_flowed(part) else text


def _is_flowed(part: Message) -> bool:
    return str(part.get_param("format")).lower() == "flowed"


def _unfolded(text: str, drop_space: bool) -> str:
    """Return a text in which the sender's program broke long lines, marking each break with a space, as it was."""
    lines: list[str] = []
    goes_on = False
    for line in text.replace("\r\n", "\n").split("\n"):
        line = line.removeprefix(" ")
        lines[-1:] = [lines[-1] + line] if goes_on else [*lines[-1:], line]
        goes_on = line.endswith(" ") and line != "-- "
        if goes_on and drop_space:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)


def _article(message: EmailMessage, text: str) -> RawArticle:
    subject = _header(message, "subject")
    first = forwarded(text, was_passed_on=subject is not None and without_prefixes(subject) != subject)
    if first is None:
        first = Forwarded(text, _header(message, "from"), _header(message, "date"), None)
    return RawArticle(
        text=first.text,
        title=first.subject or (without_prefixes(subject) if subject else None),
        published=first.date,
        language=_header(message, "content-language"),
        senders=_senders(first.sender),
    )


def _senders(sender: str | None) -> tuple[str, ...]:
    """Return the domain and the name of who sent it, as far as they can be an outlet's."""
    if not sender:
        return ()
    name, address = parseaddr(sender)
    domain = address.rpartition("@")[2].lower()
    name = name or ("" if address else sender)
    return tuple(part for part in (domain if domain not in _EVERYBODYS else "", name) if part)


def _header(message: Message, name: str) -> str | None:
    try:
        value = message.get(name)
        return field_text(str(value)) if value is not None else None
    except _FAULTS:
        return None


def _file_name(part: Message) -> str | None:
    """Return the name of an attached file; a mere label, under which nothing is opened."""
    try:
        name = part.get_filename()
    except _FAULTS:
        name = None
    if not name and part.get_content_disposition() == "attachment":
        name = {"text/plain": "attachment.txt", "text/html": "attachment.html"}.get(part.get_content_type())
    return field_text(name)


def _payload(part: Message) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except _FAULTS:
        return b""
    return payload if isinstance(payload, bytes) else b""


def _as_bytes(message: Message) -> bytes:
    try:
        return message.as_bytes()
    except _FAULTS:
        return b""


def _too_deep() -> ReadingError:
    return ReadingError(
        f"expected a mail of at most {MAX_PARTS} parts, {_DEEPEST} deep, got more; save its text as .txt",
        code="too-deep",
    )
