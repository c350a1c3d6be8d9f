"""What is read from web pages, measured on the pages with expected results of flairNLP/fundus; run by hand.

BYLINE_FUNDUS names a folder with the public repository (its `src` and `tests/resources`); nothing of it is kept
here. Its test pages are whole saved pages, one or more a publisher; beside them stands what a parser written
by hand for that publisher takes from each. A page goes through `read_page` and `assemble` as any file does, with
nothing known of it but its bytes: no address, no file name that says anything.

What counts as right.

- *title*: the same words and marks; case, kinds of white space, quotation marks and dashes, and characters that
  nobody sees make no difference. *titled*: also where one is the other with more behind or before a separator, for
  some expected titles end with the outlet's name (" - Le Figaro") or begin with a kicker ("Bilan: ...").
  *borne*: also where the page itself bears both, one as headline of its linked data, og:title or heading and
  the other as another of these: a publisher's parser takes one of them by hand, and no page says which.
- *outlet*: the outlet known by the publisher's name in fundus' list, or by the domain there, as our registry
  has them; or, where the registry knows neither, the publisher's name itself without regard to case, accents,
  articles and a domain's ending. *wrong outlet*: another one; the rest are unknown.
- *date*: the same day, seen in the time zone of the expected date. *minute*: the same minute too.
- *author*: the same set of names, again without regard to case and accents; where none is expected, none.
- *text*: recall and precision of words (ROUGE-1, with counts), the means over the pages; *opening*: the first expected
  paragraph of more than 40 characters is in the text; *paragraphs*: the share of all expected ones that are.

Held out: rules were made while looking at the pages of countries whose code has an even CRC-32; the others are
counted apart. One rule came after a look at all wrong outlets: a name that opens the name of the address's owner
("Politico" at Politico Europe's) is that owner; it moved two pages of the second half. The interval is Wilson's at 95 %.
"""

from __future__ import annotations

import ast
import gzip
import json
import math
import os
import re
import sys
import time
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from documents.articles import Article
from documents.assembly import assemble
from documents.decoding import decode
from documents.errors import ReadingError
from documents.formats.linked_data import unescaped
from documents.formats.markup import parsed
from documents.formats.pages import declared_encoding, read_page
from documents.outlets.names import key
from documents.outlets.registry import OutletRegistry
from documents.sources import ReadOptions, SourceFile

MEASURES = ("title", "titled", "borne", "outlet", "date", "minute", "author", "opening")
_PLAIN = str.maketrans(
    {**dict.fromkeys("‘’‚‛′`´", "'"), **dict.fromkeys("“”„‟«»″", '"'), **dict.fromkeys("‐‑‒–—―−", "-")}
)


@dataclass(frozen=True)
class Case:
    """One page and what is expected of it."""

    country: str
    publisher: str
    name: str
    domain: str
    page: Path
    expected: dict[str, object]


@dataclass
class Tally:
    """Counts and sums over pages."""

    pages: int = 0
    right: Counter[str] = field(default_factory=Counter)
    sums: Counter[str] = field(default_factory=Counter)
    wrong_outlets: int = 0

    def lines(self, name: str) -> list[str]:
        """Return the figures with their intervals."""
        rows = [f"{name}: {self.pages} pages"]
        for measure in MEASURES:
            low, high = wilson(self.right[measure], self.pages)
            share = self.right[measure] / max(1, self.pages)
            rows.append(f"  {measure:10} {share:.3f} [{low:.3f}, {high:.3f}] (n={self.pages})")
        low, high = wilson(self.wrong_outlets, self.pages)
        rows.append(f"  {'wrong outlet':10} {self.wrong_outlets / max(1, self.pages):.3f} [{low:.3f}, {high:.3f}]")
        means = ", ".join(f"{what} {total / max(1, self.pages):.3f}" for what, total in sorted(self.sums.items()))
        return [*rows, f"  text: {means}"]


def wilson(right: int, total: int) -> tuple[float, float]:
    """Return the interval of a share at 95 %, by Wilson's score."""
    if not total:
        return 0.0, 1.0
    z, share = 1.96, right / total
    middle, spread = share + z * z / (2 * total), z * math.sqrt(share * (1 - share) / total + z * z / (4 * total**2))
    return (middle - spread) / (1 + z * z / total), (middle + spread) / (1 + z * z / total)


def cases(folder: Path) -> Iterator[Case]:
    """Yield every page with its expectation: the oldest page belongs to the oldest version of the publisher's parser."""
    data = folder / "tests" / "resources" / "parser" / "test_data"
    for expectation in sorted(data.glob("*/*.json")):
        country, publisher = expectation.parent.name, expectation.stem
        name, domain = specification(folder, country, publisher)
        versions = json.loads(expectation.read_text(encoding="utf-8"))
        pages = sorted(expectation.parent.glob(f"{publisher}_[0-9]*.html.gz"))
        if len(pages) != len(versions):
            raise SystemExit(f"expected a page a version of {country}/{publisher}, got {len(pages)}, {len(versions)}")
        for page, version in zip(pages, sorted(versions, key=_version), strict=True):
            yield Case(country, publisher, name, domain, page, versions[version])


def _version(name: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", name))


def specification(folder: Path, country: str, publisher: str) -> tuple[str, str]:
    """Return a publisher's name and its domain, as fundus' list of publishers has them."""
    tree = ast.parse((folder / "src" / "fundus" / "publishers" / country / "__init__.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == publisher:
            assert isinstance(node.value, ast.Call)
            values = {k.arg: k.value.value for k in node.value.keywords if isinstance(k.value, ast.Constant)}
            return str(values["name"]), str(values["domain"])
    return publisher, ""  # no longer in the list; its pages still are


def page_of(case: Case) -> str:
    """Return the page as text."""
    data = gzip.decompress(case.page.read_bytes())
    return decode(data, declared_encoding(data))


def read(page: str, registry: OutletRegistry) -> Article | None:
    """Return the article on a page, as any file's; None where there is none."""
    source = SourceFile(Path("/page.html"), Path("/page.html"))
    try:
        raw = read_page(page)
        return assemble(raw, source, ReadOptions(), registry, alone=True)
    except ReadingError:
        return None


def same_outlet(case: Case, outlet: str | None, registry: OutletRegistry) -> bool:
    """Return whether an outlet is the page's publisher."""
    if outlet is None:
        return False
    known = {registry.resolve(case.name), registry.by_url(case.domain)}
    return outlet in known or _bare_name(outlet) == _bare_name(case.name)


def _bare_name(name: str) -> str:
    return re.sub(r"^the |\.[a-z]{2,3}$|\W", "", key(name))


def plain(text: str) -> str:
    """Return a text for comparing."""
    text = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    return " ".join(text.translate(_PLAIN).casefold().split())


def same_title(expected: str, found: str) -> tuple[bool, bool]:
    """Return whether two titles are the same, and whether they are but for more beside a separator."""
    a, b = plain(expected), plain(found)
    longer, shorter = (a, b) if len(a) > len(b) else (b, a)
    if a == b:
        return True, True
    behind = longer.startswith(shorter) and re.match(r"\s*(?:[|:·»-]|\.\s)", longer[len(shorter) :])
    before = longer.endswith(shorter) and re.search(r"[|:·»+.-]\s*$", longer[: len(longer) - len(shorter)])
    return False, bool(shorter) and bool(behind or before)


def borne_titles(page: str) -> list[str]:
    """Return the titles that a page bears for its article: headline, og:title, heading of the first rank."""
    tree = parsed(page)
    if tree is None:
        return []
    shared = tree.xpath("//meta[@property='og:title' or @name='og:title']/@content")
    headings = [element.text_content() for element in tree.iter("h1")]
    linked = re.findall(r'"headline"\s*:\s*("(?:[^"\\\n]|\\.)*")', " ".join(tree.xpath("//script/text()")))
    written = []
    for one in linked[:3]:
        try:
            written.append(unescaped(json.loads(one)))
        except ValueError:
            continue
    return [*written, *map(unescaped, shared[:1]), *headings]


def both_borne(page: str, expected: str, found: str) -> bool:
    """Return whether two titles are both the page's own."""
    borne = borne_titles(page)
    return all(any(same_title(own, title)[1] for own in borne) for title in (expected, found))


def same_date(expected: str, found: str | None) -> tuple[bool, bool]:
    """Return whether the day is the same, and whether the minute is."""
    if not found:
        return False, False
    wanted, got = datetime.fromisoformat(expected), datetime.fromisoformat(found)
    if wanted.tzinfo and got.tzinfo:
        got = got.astimezone(wanted.tzinfo)
    day = wanted.date() == got.date()
    return day, day and (wanted.hour, wanted.minute) == (got.hour, got.minute)


def _names(authors: object) -> frozenset[str]:
    written = authors if isinstance(authors, list) else str(authors or "").split(", ")
    return frozenset(" ".join(sorted(key(name).split())) for one in written for name in str(one).split(", ") if name)


def expected_paragraphs(body: object) -> list[str]:
    """Return the expected text, paragraph by paragraph."""
    if not isinstance(body, dict):
        return []
    found = list(body.get("summary") or [])
    for section in body.get("sections") or []:
        found += [*section.get("headline", []), *section.get("paragraphs", [])]
    return [paragraph for paragraph in found if paragraph.strip()]


def text_scores(body: object, text: str) -> dict[str, float]:
    """Return how much of the expected text is there, and how much of the text is expected."""
    paragraphs = expected_paragraphs(body)
    wanted = Counter(_words(" ".join(paragraphs)))
    got = Counter(_words(text))
    shared = sum((wanted & got).values())
    squashed = _squashed(text)
    inside = [_squashed(paragraph) in squashed for paragraph in paragraphs]
    longer = [there for paragraph, there in zip(paragraphs, inside, strict=True) if len(paragraph) > 40]
    return {
        "recall": shared / max(1, wanted.total()) if wanted else 1.0,
        "precision": shared / max(1, got.total()) if wanted else float(not got),
        "paragraphs": sum(inside) / len(inside) if inside else 1.0,
        "opening": float(longer[0]) if longer else 1.0,
    }


def _words(text: str) -> list[str]:
    return re.findall(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+", plain(text))


def _squashed(text: str) -> str:
    return re.sub(r"\W+", "", plain(text))


def measure(folder: Path, wanted: str = "") -> list[str]:
    """Return the lines of the report; `wanted`: also what was found where it is wrong, "even", "odd" or "all"."""
    registry = OutletRegistry.load()
    tallies = {"all": Tally(), "even": Tally(), "odd": Tally()}
    misses: list[str] = []
    seconds = 0.0
    for case in cases(folder):
        half = "odd" if zlib.crc32(case.country.encode()) % 2 else "even"
        page = page_of(case)
        started = time.process_time()
        article = read(page, registry)
        seconds += time.process_time() - started
        rows = score(case, page, article, registry, [tallies["all"], tallies[half]])
        misses += rows if wanted in (half, "all") else [row.split(": ")[0] for row in rows if wanted == "names"]
    number = tallies["all"].pages
    lines = [f"fundus: {number} pages, {1000 * seconds / max(1, number):.1f} ms of processor time each"]
    for name, title in (("all", "all"), ("even", "developed on"), ("odd", "held out")):
        lines += tallies[name].lines(title)
    return [*lines, *misses]


def score(case: Case, page: str, article: Article | None, registry: OutletRegistry, tallies: list[Tally]) -> list[str]:
    """Add one page to the tallies, and return what is wrong with it."""
    expected = case.expected
    found = article.title or "" if article else ""
    title, titled = same_title(str(expected["title"] or ""), found)
    day, minute = same_date(str(expected["publishing_date"]), article.published if article else None)
    texts = text_scores(expected["body"], article.text if article else "")
    outlet = article.outlet if article else None
    author = article.author if article else None
    right = {
        "title": title,
        "titled": titled,
        "borne": titled or both_borne(page, str(expected["title"] or ""), found),
        "outlet": same_outlet(case, outlet, registry),
        "date": day,
        "minute": minute,
        "author": _names(expected.get("authors")) == _names(author),
        "opening": bool(texts.pop("opening")),
    }
    for tally in tallies:
        tally.pages += 1
        tally.right.update(name for name, is_right in right.items() if is_right)
        tally.sums.update(texts)
        tally.wrong_outlets += outlet is not None and not right["outlet"]
    shown = {
        "title": (expected["title"], found),
        "outlet": (case.name, outlet),
        "date": (expected["publishing_date"], article.published if article else None),
        "minute": (expected["publishing_date"], article.published if article else None),
        "author": (expected.get("authors"), author),
        "opening": (expected_paragraphs(expected["body"])[:1], article.text[:200] if article else None),
    }
    where = f"{case.country}/{case.page.name.removesuffix('.html.gz')}"
    rows = [f"{where} {name}: expected {a!r}, got {b!r}" for name, (a, b) in shown.items() if not right[name]]
    if texts["recall"] < 0.9 or texts["precision"] < 0.8:
        rows.append(f"{where} text: " + ", ".join(f"{what} {value:.2f}" for what, value in sorted(texts.items())))
    return rows


def main() -> int:
    """Print the report; 0 also where the pages are absent."""
    folder = os.environ.get("BYLINE_FUNDUS")
    if not folder:
        sys.stdout.write("BYLINE_FUNDUS is not set: web pages were not measured\n")
        return 0
    sys.stdout.write("\n".join(measure(Path(folder), *sys.argv[1:2])) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
