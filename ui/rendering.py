"""Text of articles, questions and models made safe to show: pure functions, no gradio.

Whatever is shown goes through here. `plain` takes out what a terminal or the bidirectional
algorithm would obey; `escape` turns text into HTML that means exactly that text, in an HTML
sanitiser and in a Markdown parser alike; the `render_*` functions put escaped text into a handful
of fixed elements. The only links made here are citation markers (``#cite-TURN-NUMBER``) and, in an
article's head, the article's own http(s) address. What to say about a citation is `ui.wording`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit

from documents.articles import Article
from rag.answers import Answer, AnswerSentence
from ui.wording import answered_by_words, article_line, caught, copies_words, copy_line, finding_words, outlet_words

CITE_PREFIX = "#cite-"
"""Where a citation marker points: ``#cite-TURN-NUMBER``."""

ARTICLE_WINDOW = 200_000
"""Most characters of one article that are sent to the page, around the quote."""

_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor movement
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"  # OSC, DCS, SOS, PM, APC
    r"|\x1b[ -/]*[0-~]"  # the other escapes
)
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # control characters but tab and line feed
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # bidi controls, zero width, annotation
    "\U000e0000-\U000e007f]"  # tags
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_ACTIVE = re.compile(r"[\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?|\[[0-9a-f:.]+\]")


@dataclass(frozen=True, slots=True)
class Link:
    """A web address that may be followed, and the host to show beside it."""

    href: str
    host: str


def plain(text: str) -> str:
    """Return `text` without anything a terminal or a text direction algorithm would obey.

    Escape sequences, control characters (but tab and line feed), bidirectional controls, zero-width
    spaces and tag characters are gone; every kind of line end is a line feed; a lone surrogate,
    which nothing can encode, is U+FFFD. Joiners stay: some scripts need them. Idempotent.
    """
    text = _SEQUENCE.sub("", text)
    text = _LINE_ENDS.sub("\n", text)
    return _SURROGATE.sub("\ufffd", _INVISIBLE.sub("", text))


def one_line(text: str) -> str:
    """Return `plain(text)` with every run of white space made one space: for labels and lists."""
    return " ".join(plain(text).split())


def escape(text: str) -> str:
    """Return HTML that shows exactly `plain(text)` and does nothing else.

    Every ASCII character but letters and digits becomes a numeric character reference, white space
    included, so that neither an HTML nor a Markdown parser finds any of its signs.
    """
    return _ACTIVE.sub(lambda sign: f"&#{ord(sign.group())};", plain(text))


def render_question(question: str, filters: str = "") -> str:
    """Return the HTML of the reader's own bubble: the question, and the filters it was asked under."""
    under = f'<p class="aside">{escape(filters)}</p>' if filters else ""
    return f"<p>{escape(question)}</p>{under}"


def render_answer(
    answer: Answer, *, turn: int = 1, endpoint: str | None = None, notices: Sequence[str] = (), final: bool = True
) -> str:
    """Return the HTML of an answer: escaped text, its citation markers, and what stands under it.

    Args:
        answer: What to show; every marker comes from its sentences, none from its text.
        turn: The answer's number in its conversation; part of every marker's address.
        endpoint: Host of the language model, where one answered.
        notices: Plain sentences about the collection, shown under the answer.
        final: False while the answer still grows: the lines under it are left out.
    """
    known = {citation.number: citation.outlet for citation in answer.citations}
    sentences = answer.sentences if answer.status == "answered" else ()
    marked = [escape(s.text) + _markers(s, known, turn) for s in sentences]
    if not marked and answer.text:
        marked = [escape(answer.text)]
    # Extracted sentences come from different articles: each stands alone. A model's text runs on.
    parts = marked if answer.answered_by == "extractive" else ([" ".join(marked)] if marked else [])
    html = "".join(f"<p>{part}</p>" for part in parts)
    return html + (_under(answer, turn, known, endpoint, notices) if final else "")


def render_failure(sentence: str) -> str:
    """Return the HTML of a plain sentence shown in an answer's place."""
    return f'<p class="aside">{escape(sentence)}</p>'


def _markers(sentence: AnswerSentence, known: dict[int, str | None], turn: int) -> str:
    numbers = list(dict.fromkeys(n for n in sentence.citations if n in known))
    return "&#32;" + "".join(_marker(n, known[n], turn) for n in numbers) if numbers else ""


def _marker(number: int, outlet: str | None, turn: int) -> str:
    title = escape(f"Source {number}: {outlet_words(outlet)}")
    return f'<a class="cite" href="{CITE_PREFIX}{turn:d}-{number:d}" title="{title}">&#91;{number:d}&#93;</a>'


def _under(
    answer: Answer, turn: int, known: dict[int, str | None], endpoint: str | None, notices: Sequence[str]
) -> str:
    lines = []
    if answer.missing.note and answer.missing.note not in answer.text:
        lines.append(f"<p>{escape(answer.missing.note)}</p>")
    if answer.status == "no_evidence" and known:
        markers = "".join(_marker(number, outlet, turn) for number, outlet in known.items())
        lines.append(f'<p class="aside">Nearest evidence&#58; {markers}</p>')
    lines += [f'<p class="aside">{escape(line)}</p>' for line in copies_words(answer.citations)]
    lines += [f'<p class="aside notice">{escape(notice)}</p>' for notice in notices]
    lines.append(f'<p class="aside">{escape(answered_by_words(answer.answered_by, endpoint))}</p>')
    if answer.findings:
        items = "".join(f"<li>{escape(finding_words(finding))}</li>" for finding in answer.findings)
        lines.append(f"<details><summary>{escape(caught(answer.findings))}</summary><ul>{items}</ul></details>")
    return "".join(lines)


def render_article_head(article: Article, *, back_to: str = "", outlets: Sequence[str | None] = ()) -> str:
    """Return the HTML above an article's text: title, outlet, date, author, near-copies, its link with the host shown.

    Args:
        article: What is shown.
        back_to: The ``TURN-NUMBER`` of the marker that led here, for the link back to it.
        outlets: Those of all near-copies of the article, its own among them.
    """
    links = []
    if link := safe_link(article.url):
        rel = 'target="_blank" rel="noopener noreferrer nofollow"'
        links.append(f'<a href="{escape(link.href)}" {rel}>Read at {escape(link.host)}</a>')
    if back_to:
        links.append(f'<a class="back" href="#back-{escape(back_to)}">Back to the answer</a>')
    return (
        f"<h3>{escape(one_line(article.title or 'Untitled'))}</h3>"
        f'<p class="aside">{escape(one_line(article_line(article)))}</p>'
        + (f'<p class="aside">{escape(one_line(copies))}</p>' if (copies := copy_line(article, outlets)) else "")
        + (f'<p class="links">{" ".join(links)}</p>' if links else "")
    )


def render_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return the HTML of a table; every cell is one line of escaped text."""
    head = "".join(f'<th scope="col">{escape(header)}</th>' for header in headers)
    body = "".join("<tr>" + "".join(f"<td>{escape(one_line(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def article_parts(text: str, start: int, end: int, window: int = ARTICLE_WINDOW) -> list[tuple[str, str | None]]:
    """Return an article's text cut for highlighting: ``(text, None)`` pieces and one ``(quote, "quote")``.

    At most `window` characters around the quote are returned; what is left out is said in brackets.
    Offsets are brought into the text, so that no input raises.
    """
    start = max(0, min(start, len(text)))
    end = max(start, min(end, len(text)))
    first = max(0, start - window // 2)
    last = min(len(text), max(end, first + window))
    before = (f"[{first:,} characters left out]\n" if first else "") + text[first:start]
    after = text[end:last] + (f"\n[{len(text) - last:,} characters left out]" if last < len(text) else "")
    pieces: list[tuple[str, str | None]] = [(before, None), (text[start:end], "quote"), (after, None)]
    return [(plain(piece), label) for piece, label in pieces if piece]


def safe_link(url: str | None) -> Link | None:
    """Return the link that `url` may become, or None when it may become none.

    Only http and https; no user name in it, no white space or control character, no backslash, and a
    host that every URL parser reads alike. The host is shown in its ASCII form, so that a letter of
    another script cannot pass for a Latin one.
    """
    if url is None or re.search(r"[\x00-\x20\x7f-\x9f\\]|\s", url) or _SURROGATE.search(url) or url != plain(url):
        return None
    try:
        parts = urlsplit(url)
        host = _ascii_host(parts)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host) or "@" in parts.netloc:
        return None
    shown = host if port is None else f"{host}:{port}"
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._")
    query = "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?") if parts.query else ""
    fragment = "#" + quote(parts.fragment, safe="/%:@!$&'()*+,;=~-._?") if parts.fragment else ""
    return Link(href=f"{parts.scheme}://{shown}{path}{query}{fragment}", host=shown)


def _ascii_host(parts: SplitResult) -> str:
    host = (parts.hostname or "").lower()
    if ":" in host:
        return f"[{host}]"
    if re.search("[ßς\u200c\u200d]", host):
        raise ValueError("IDNA versions disagree about these letters, so browsers may go to another host")
    return host if host.isascii() else host.encode("idna").decode("ascii").lower()
