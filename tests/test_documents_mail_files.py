"""Mail: newsletters, what is passed on, what is attached, and mail without any text."""

from __future__ import annotations

import time
from email.message import EmailMessage
from pathlib import Path

import pytest

from documents.articles import OutletBasis
from documents.formats.forwarding import without_prefixes
from documents.outlets.registry import OutletRegistry
from documents.reading import FileContent, ReadOptions, SourceFile, read_file

BODY = "The bridge over the Reed was closed on Monday after engineers found cracks in two of its piers."
PAGE = (
    "<html><head><title>no</title><style>p {color: red}</style></head><body>"
    "<div style='display:none'>Seen by nobody</div><table><tr><td><h1>Bridge closed</h1></td><td>No 7</td></tr>"
    f"<tr><td><p>{BODY}</p></td></tr></table><img src='https://tracker.example/1.gif'></body></html>"
)


@pytest.fixture(scope="module")
def registry() -> OutletRegistry:
    return OutletRegistry.load()


def read(path: Path, registry: OutletRegistry, message: EmailMessage | bytes) -> FileContent:
    path.write_bytes(message if isinstance(message, bytes) else message.as_bytes())
    return read_file(SourceFile(path, path), ReadOptions(), registry)


def mail(sender: str = "Ada Quill <ada@saltmarsh.example>", subject: str = "Press review") -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["Subject"] = subject
    message["Date"] = "Wed, 01 May 2024 10:00:00 +0200"
    return message


def test_a_newsletter(tmp_path: Path, registry: OutletRegistry) -> None:
    message = mail("=?utf-8?q?Le_Monde?= <lettre@newsletter.lemonde.fr>", "=?utf-8?b?UG9udCBmZXJtw6k=?=")
    message.set_content("Read it in a browser.")
    message.add_alternative(PAGE, subtype="html")
    content = read(tmp_path / "a.eml", registry, message)
    (found,) = content.articles
    assert not content.failures
    assert found.item == ""
    article = found.article
    assert article.text == f"Bridge closed\nNo 7\n{BODY}"
    assert article.title == "Pont fermé"
    assert (article.outlet, article.outlet_basis) == ("Le Monde", OutletBasis.DOMAIN)
    assert article.published == "2024-05-01T10:00:00+02:00"


@pytest.mark.parametrize(
    ("sender", "outlet", "basis"),
    [
        ("Ada Quill <ada@saltmarsh.example>", None, OutletBasis.UNKNOWN),
        ("Handelsblatt <news@mailer.example>", "Handelsblatt", OutletBasis.GIVEN),
        ("Ada Quill <ada@yahoo.com>", None, OutletBasis.UNKNOWN),
        ("Ada Quill <ada@reuters.com>", "Reuters", OutletBasis.DOMAIN),
        ("", None, OutletBasis.UNKNOWN),
    ],
)
def test_a_sender_is_an_outlet_only_when_it_is_known_as_one(
    tmp_path: Path, registry: OutletRegistry, sender: str, outlet: str | None, basis: OutletBasis
) -> None:
    message = mail(sender)
    message.set_content(BODY)
    (found,) = read(tmp_path / "a.eml", registry, message).articles
    assert (found.article.outlet, found.article.outlet_basis) == (outlet, basis)


def test_a_review_that_was_passed_on_is_its_first_senders(tmp_path: Path, registry: OutletRegistry) -> None:
    message = mail("Ada Quill <ada@reuters.com>", "WG: Fwd: Bridge closed")
    message.set_content(
        "Have a look at this!\n\nVon: Handelsblatt <news@handelsblatt.com>\nGesendet: Dienstag, 30. April 2024 08:00\n"
        f"An: Ada\nBetreff: Brücke gesperrt\n\n{BODY}\n"
    )
    (found,) = read(tmp_path / "a.eml", registry, message).articles
    article = found.article
    assert article.text == BODY
    assert (article.title, article.outlet) == ("Brücke gesperrt", "Handelsblatt")
    assert article.published is not None and article.published.startswith("2024-04-30")


def test_header_lines_in_an_article_are_part_of_it(tmp_path: Path, registry: OutletRegistry) -> None:
    message = mail()
    message.set_content(f"{BODY}\n\nFrom: the mayor <mayor@saltmarsh.example>\nDate: Monday\n\nShe wrote this letter.")
    (found,) = read(tmp_path / "a.eml", registry, message).articles
    assert found.article.text.startswith(BODY)


def test_what_is_attached_is_read_too(tmp_path: Path, registry: OutletRegistry) -> None:
    message = mail()
    message.set_content("Two articles are attached to this mail.")
    message.add_attachment(BODY.encode(), maintype="text", subtype="plain", filename="../../etc/bridge.txt")
    message.add_attachment(b"%PNG", maintype="image", subtype="png", filename="logo.png")
    message.add_attachment(b"\x00\x01", maintype="application", subtype="json", filename="bad.json")
    inner = mail("Wprost <list@wprost.pl>", "Inside")
    inner.set_content("A message inside another message, with its own text.")
    message.add_attachment(inner)
    content = read(tmp_path / "a.eml", registry, message)
    assert [found.item for found in content.articles] == ["", "../../etc/bridge.txt", "message 3.eml"]
    assert [found.article.outlet for found in content.articles] == [None, None, "Wprost"]
    (failure,) = content.failures
    assert "bad.json" in failure.reason
    assert list(tmp_path.iterdir()) == [tmp_path / "a.eml"]


def test_a_mail_with_only_an_image(tmp_path: Path, registry: OutletRegistry) -> None:
    message = mail()
    message.add_attachment(b"\x89PNG\r\n", maintype="image", subtype="png", filename="review.png")
    content = read(tmp_path / "a.eml", registry, message)
    assert not content.articles
    (failure,) = content.failures
    assert failure.reason.startswith("no-text: expected a mail with text, got one with only an image")
    message = mail()
    message.set_content("<img src='cid:1'>", subtype="html")
    (failure,) = read(tmp_path / "a.eml", registry, message).failures
    assert failure.reason.startswith("no-text")


def test_flowed_lines_are_one(tmp_path: Path, registry: OutletRegistry) -> None:
    message = mail().as_bytes().rstrip() + (
        b"\nContent-Type: text/plain; charset=iso-8859-15; format=flowed\n\n"
        b"The caf\xe9 over the Reed was closed \non Monday.\n\nIt reopens for 5 \xa4.\n"
    )
    (found,) = read(tmp_path / "a.eml", registry, message).articles
    assert found.article.text == "The café over the Reed was closed on Monday.\n\nIt reopens for 5 €."


@pytest.mark.parametrize(
    "data",
    [
        b"no headers at all, just words\n",
        b"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n"
        + b"--b\nContent-Type: multipart/mixed; boundary=b\n\n" * 3_000,
        b"From: " + b"(" * 100_000 + b"\nSubject: " + b"=?utf-8?q?a?= " * 50_000 + b"\n\n",
        b"Content-Type: text/plain; " + b"a*0*=''x;" * 20_000 + b"\n\n",
        b"Content-Type: message/rfc822\n\n" * 2_000,
        b"Date: x\nContent-Type: multipart/alternative; boundary=\n\n--\n\n--\n",
    ],
)
def test_hostile_mail_is_refused_in_time(tmp_path: Path, registry: OutletRegistry, data: bytes) -> None:
    started = time.monotonic()
    content = read(tmp_path / "a.eml", registry, data)
    assert time.monotonic() - started < 5
    assert content.articles or content.failures
    for failure in content.failures:
        assert "expected" in failure.reason
        assert "\n" not in failure.reason


def test_what_programs_put_before_a_subject() -> None:
    assert without_prefixes("Fwd: WG: Re[2]: Press review") == "Press review"
    assert without_prefixes("Free trade: a review") == "Free trade: a review"
