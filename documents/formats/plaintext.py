"""Plain text and Markdown: the headline above an article, and the front matter before it.

The text keeps everything but the front matter, since quotes and offsets are of the text as it
stands. Markdown stays Markdown. No title is taken from a file's name.
"""

from __future__ import annotations

import re

from documents.assembly import RawArticle, stated
from documents.cleaning import clean, clean_line
from documents.errors import ReadingError
from documents.fields import LONGEST_FIELD, SYNONYMS, normal, pick

_LONGEST_HEADLINE = 150
_NOT_A_HEADLINE_END = tuple(".:;,…。．，；：")
_SENTENCE_INSIDE = re.compile(r"[.!?…]['\"”’»)]* +[^\W\d_a-z]")
_OTHER_FIRST_LINE = re.compile(r"://|\S@\S|^[-*+•>|=#_]")

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)(?<=\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_OPENS_FRONT_MATTER = re.compile(r"---[ \t]*\n\s*[A-Za-z_][\w-]*[ \t]*:(?:\s|\Z)")
_LONGEST_FRONT_MATTER = 100_000
_HEADING = re.compile(r"#[ \t]+(.+?)[ \t]*#*")


def read_plain(text: str) -> RawArticle:
    """Return the article in a plain text file; its title is the headline that opens it, if one does."""
    text = clean(text)
    return RawArticle(text=text, title=headline(text))


def read_markdown(text: str) -> RawArticle:
    """Return the article in a Markdown file, with the fields that its YAML front matter states.

    Raises:
        ReadingError: with code ``front-matter``: it opens with front matter that is not YAML.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    record, body = _split_front_matter(text)
    body = clean(body)
    fields = stated(pick(record))
    opening = _HEADING.fullmatch(body.partition("\n")[0])
    if fields["title"] is None and opening:
        fields["title"] = clean_line(opening.group(1))[:LONGEST_FIELD]
    return RawArticle(text=body, **fields)


def headline(text: str) -> str | None:
    """Return the first line of a cleaned text when it stands there as a headline: short, no sentence, more below.

    The first line of a paragraph that a program broke at a fixed width is not a headline.
    """
    first, _, rest = text.partition("\n")
    if not rest.strip() or len(first) > _LONGEST_HEADLINE or not any(character.isalpha() for character in first):
        return None
    if first.endswith(_NOT_A_HEADLINE_END) or _SENTENCE_INSIDE.search(first) or _OTHER_FIRST_LINE.search(first):
        return None
    begins = next(character for character in first if character.isalpha())
    if begins.islower() and not first[0].isdigit():
        return None
    return None if _is_wrapped(text) else first


def _is_wrapped(text: str) -> bool:
    """Return whether a program broke the first line at a fixed width: the next word would not have fitted on it."""
    block = text.partition("\n\n")[0].split("\n")
    if len(block) < 2:
        return False
    next_word = block[1].split(maxsplit=1)[0] if block[1].strip() else ""
    return len(block[0]) + 1 + len(next_word) > max(map(len, block))


def _split_front_matter(text: str) -> tuple[dict[str, object], str]:
    """Return the front matter's record and the text after it."""
    found = _FRONT_MATTER.match(text)
    if found is None:
        if _OPENS_FRONT_MATTER.match(text):
            raise _broken("a first line --- without a second one", 1)
        return {}, text
    if len(found.group(1)) > _LONGEST_FRONT_MATTER:
        raise _broken(f"{len(found.group(1)):,} characters of it", 1)
    record = _yaml(found.group(1)) or {}
    if not isinstance(record, dict) or not _is_metadata(record):
        if _OPENS_FRONT_MATTER.match(text) and not isinstance(record, dict):
            raise _broken("something else than names and values", 2)
        return {}, text  # prose between two rules
    return {str(key): value for key, value in record.items()}, text[found.end() :]


def _yaml(text: str) -> object:
    import yaml

    try:
        # Strings only: YAML's own types would make a boolean of the language "no".
        return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  # it builds strings, lists and dicts, no objects
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _broken(clean_line(error.problem or "a fault"), mark.line + 2 if mark else 1) from None
    except yaml.YAMLError as error:
        raise _broken(clean_line(str(error))[:200], 1) from None
    except RecursionError:
        raise _broken("values nested without end", 1) from None


def _is_metadata(record: dict[object, object]) -> bool:
    known = {name for names in SYNONYMS.values() for name in names}
    names = [str(name) for name in record]
    return any(normal(name) in known for name in names) or all(re.fullmatch(r"[\w.-]+", name) for name in names)


def _broken(got: str, line: int) -> ReadingError:
    return ReadingError(
        f"expected front matter in YAML, got {got}; correct or remove it", code="front-matter", line=line
    )
