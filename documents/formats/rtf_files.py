"""Rich text (.rtf) to articles: striprtf gives the text, once what its reader does not see is taken out.

Taken out before: pictures and other binary data, field codes, tracked deletions, hidden text. striprtf itself
leaves out comments, footnotes, page headers and footers, and knows code pages and escapes. Nothing embedded
is looked at.
"""

from __future__ import annotations

import re

from documents.assembly import RawArticle
from documents.cleaning import clean, clean_line
from documents.errors import ReadingError
from documents.formats.news_exports import looks_like_export, split_exports
from documents.formats.plaintext import headline

MAX_BYTES = 60_000_000
"""Of the whole file, pictures included."""
MAX_SHOWN = 6_000_000
"""Characters of text and formatting; striprtf reads well under a million a second."""
_OPENING = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*\{\\rtf")
_TOKEN = re.compile(r"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'[0-9a-fA-F]{2}|\\[^a-zA-Z]|[{}]|[^\\{}]+|\\", re.DOTALL)
_UNSEEN = frozenset(
    {"fldinst", "pict", "nonshppict", "objdata", "blipuid", "themedata", "datastore", "colorschememapping"}
)
_HIDING = frozenset({"deleted", "v"})
_PARAGRAPH_ENDS = ("\\\n", "\\\r")
_MAX_DEPTH = 5_000


def read_rtf(data: bytes) -> list[RawArticle | ReadingError]:
    """Return the article in an .rtf file, or the articles of a news database's export.

    Raises:
        ReadingError: with code ``not-text``, ``damaged``, ``encoding``, ``too-large`` or ``no-text``.
    """
    from striprtf.striprtf import rtf_to_text

    if not _OPENING.match(data[:100]):
        raise ReadingError(
            "expected rich text that begins with {\\rtf, got something else; save it anew", code="not-text"
        )
    if len(data) > MAX_BYTES:
        raise ReadingError(
            f"expected at most {MAX_BYTES:,} bytes of rich text, got {len(data):,}; split it", code="too-large"
        )
    try:
        rtf = _seen(data.decode("latin-1"))
        text = _rows(rtf_to_text(rtf), rtf)  # type: ignore[no-untyped-call]
    except UnicodeDecodeError as error:
        raise ReadingError(
            f"expected characters of the code page that the rich text names, got others ({error.reason}); save it anew",
            code="encoding",
        ) from None
    except (ValueError, TypeError, KeyError, IndexError, LookupError, OverflowError) as error:
        got = clean_line(str(error))[:100] or type(error).__name__
        raise ReadingError(
            f"expected whole rich text, got a damaged one ({got}); save it anew", code="damaged"
        ) from None
    text = clean(_paired(text))
    if not text:
        raise ReadingError("expected rich text with an article, got no text in it; is it a picture?", code="no-text")
    if looks_like_export(text):
        return split_exports(text)
    return [RawArticle(text=text, title=headline(text))]


def _paired(text: str) -> str:
    """Return the text with characters whole that rich text writes as two halves of a surrogate pair."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")


def _seen(rtf: str) -> str:
    """Return the rich text without binary data and without the groups and runs that are not shown."""
    kept: list[str] = []
    groups = [(False, False)]  # whether the group is of a kind that is not shown, and whether its run is hidden
    position = 0
    while token := _TOKEN.match(rtf, position):
        position = token.end()
        written, word = token.group(), token.group(1)
        unseen, hidden = groups[-1]
        if written == "{":
            if len(groups) > _MAX_DEPTH:
                raise ReadingError(
                    f"expected groups nested at most {_MAX_DEPTH:,} deep, got more; save it anew", code="too-large"
                )
            groups.append(groups[-1])
        elif written == "}" and len(groups) > 1:
            groups.pop()
        elif word == "bin":
            position += max(0, int(token.group(2) or 0))
            continue
        elif word in _UNSEEN:
            groups[-1] = (True, hidden)
        elif word in _HIDING or word == "plain":
            groups[-1] = (unseen, word != "plain" and token.group(2) != "0")
        if written in "{}" or not any(groups[-1]):
            kept.append(written)
            if word == "par" or written in _PARAGRAPH_ENDS:
                kept.append(_PARAGRAPH_ENDS[0])  # a blank line: striprtf gives ends of lines and paragraphs alike
    seen = "".join([*kept, "}"])  # one more where the file is cut: striprtf gives an escape at the next token only
    if len(seen) > MAX_SHOWN:
        raise ReadingError(
            f"expected at most {MAX_SHOWN:,} characters of rich text, got {len(seen):,}; split it, or save it as .docx",
            code="too-large",
        )
    return seen


def _rows(text: str, rtf: str) -> str:
    """Return the text with bars between a table's cells only, not behind each."""
    return re.sub(r"\|+$", "", text, flags=re.MULTILINE) if "\\cell" in rtf else text
