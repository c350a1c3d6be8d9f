"""What an article is called, from the several titles that its page bears.

A page says its title in its linked data, for those who share it, in its heading and in the window's bar:
often the same words with more behind them. Gathering them is `documents.formats.pagedata`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from documents.formats.linked_data import same_letters

_SEPARATOR = re.compile(r"\s+(?:[|–—«»·•:*/~-]|::|--)\s+|\s*(?:[｜：|»]|--)\s*")
_MOST_TAILS = 6
_SHORTEST_HOST = 4


@dataclass(frozen=True, slots=True)
class Titles:
    """The titles that a page bears, each as it stands there or None.

    Attributes:
        headline: In its linked data.
        shared: For those who share it (og:title).
        headings: Its headings of the first rank.
        others: In other places, likelier ones first; the last is the window's bar.
    """

    headline: str | None
    shared: str | None
    headings: Sequence[str]
    others: Sequence[str]


def title_of(titles: Titles, outlets: Iterable[str], host: str) -> str | None:
    """Return the article's title: the one that two of headline, shared title and heading agree on, else the first.

    Args:
        titles: What the page bears.
        outlets: Names of the page's outlet, which are no part of a title.
        host: The page's host, or "".
    """
    names = frozenset(filter(None, map(same_letters, outlets)))
    heads = [title for title in (titles.headline, *titles.headings) if title]
    headline, shared = (
        without_tail(title, heads, names, host) if title else None for title in (titles.headline, titles.shared)
    )
    others = [without_tail(title, heads, names, host) for title in titles.others]
    said = {same_letters(title) for title in (headline, shared, *others) if title}
    heading = next((heading for heading in titles.headings if same_letters(heading) in said), None)
    if heading is None and len(titles.headings) == 1:
        heading = without_tail(titles.headings[0], (), names, host)
    candidates = [title for title in (headline, shared, heading) if title]
    letters = [same_letters(title) for title in candidates]
    agreed = next((title for title, own in zip(candidates, letters, strict=True) if letters.count(own) > 1), None)
    return agreed or next((title for title in (*candidates, *others) if title), None)


def without_tail(title: str, heads: Iterable[str], outlets: frozenset[str], host: str) -> str:
    """Return a title without what follows it: another title of the page, or an outlet's name, tells where it ends."""
    ends = list(_SEPARATOR.finditer(title))[:_MOST_TAILS]
    known = {same_letters(head) for head in heads}
    for end in ends:
        head = title[: end.start()].strip()
        if head and same_letters(head) in known and same_letters(title[end.end() :]):
            return head
    stops = [*(end.start() for end in ends[1:]), len(title)]
    for end, stop in zip(ends, stops[: len(ends)], strict=True):
        tail = same_letters(title[end.end() : stop])
        if end.start() and (tail in outlets or _is_host(tail, host)):
            return title[: end.start()].strip()
    whole = same_letters(title[ends[0].end() :]) if ends else ""
    return title[: ends[0].start()].strip() if whole and whole in outlets else title


def _is_host(tail: str, host: str) -> bool:
    """Whether a tail is little more than the name in the page's address: "Mirror Online" at mirror.co.uk."""
    labels = [same_letters(label) for label in host.split(".")]
    return any(
        len(label) >= _SHORTEST_HOST and label in tail and len(tail) <= 2 * len(label) for label in labels
    ) or tail == same_letters(host.removeprefix("www."))
