"""Who said it, measured on PolNeAR's development split; run by hand, or by `make bench` where BYLINE_POLNEAR is set.

BYLINE_POLNEAR names a folder with the public corpus (its `data` folder, or the folder above it); nothing of
it is kept here. The rules were made on its training split alone.

What counts. A gold attribution is one with a source and a content; those without a source are left out of
recall, and a prediction on them is wrong. Where several annotators read an article, the first by name counts.

- *overlap* (the target): a prediction is right when its source shares a character with the source, and
  its content with the content, of one and the same gold attribution. Precision is the share of predictions
  that are right; recall is the share of gold attributions that some right prediction matches.
- *one to one*: the same, but a gold attribution and a prediction count once, matched from left to right.
- *exact*: among overlap matches, the share whose source has exactly the gold characters, marks and white
  space at its ends left aside.

*Direct*: at least half of the content's characters stand inside quotation marks, in the prediction for
precision and in the gold content for recall. A pronoun is a right source where it is the gold source; which
person it stands for is not measured here, because the corpus does not say.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from documents.quotes import quotations
from documents.speech.statements import DIRECT_SHARE, Speech, find_speech
from documents.speech.tokens import plain_marks

Span = tuple[int, int]
_EDGES = " \n\t,.;:\"'“”‘’"


@dataclass(frozen=True)
class Gold:
    """One annotated attribution."""

    source: list[Span]
    content: list[Span]


@dataclass
class Tally:
    """Counts of one measure."""

    predicted: int = 0
    right: int = 0
    gold: int = 0
    found: int = 0
    exact: int = 0
    paired: int = 0
    rows: list[str] = field(default_factory=list)

    def line(self, name: str) -> str:
        """Return the figures with their sample sizes."""
        precision = self.right / max(1, self.predicted)
        recall = self.found / max(1, self.gold)
        return (
            f"{name:8} precision {precision:.3f} (n={self.predicted})  recall {recall:.3f} (n={self.gold})  "
            f"one to one {self.paired / max(1, self.predicted):.3f}/{self.paired / max(1, self.gold):.3f}  "
            f"exact source {self.exact / max(1, self.right):.3f}"
        )


def articles(folder: Path, split: str) -> Iterator[tuple[str, list[Gold]]]:
    """Yield each article's text with its annotated attributions."""
    data = folder / "data" if (folder / "data").is_dir() else folder
    files: dict[str, list[Path]] = defaultdict(list)
    for path in sorted((data / split / "attributions").glob("*.ann")):
        files[path.stem.rsplit("_", 1)[0]].append(path)
    for stem, paths in sorted(files.items()):
        with (data / split / "text" / f"{stem}.txt").open(encoding="utf-8", newline="") as file:
            text = file.read()
        yield text, annotated(paths[0].read_text(encoding="utf-8"))


def annotated(lines: str) -> list[Gold]:
    """Return the attributions with source and content of one annotation file (brat's standoff form)."""
    spans: dict[str, list[Span]] = {}
    found: list[Gold] = []
    for line in lines.splitlines():
        parts = line.split("\t")
        if len(parts) < 2:
            continue
        if line.startswith("T"):
            offsets = parts[1].split(" ", 1)[1].split(";")
            spans[parts[0]] = [(int(a), int(b)) for a, b in (o.split() for o in offsets)]
        elif line.startswith("E"):
            roles: dict[str, list[Span]] = defaultdict(list)
            for role, name in (pair.split(":") for pair in parts[1].split()[1:]):
                roles[re.sub(r"\d+$", "", role)] += spans.get(name, [])
            if roles["Source"] and roles["Content"]:
                found.append(Gold(roles["Source"], roles["Content"]))
    return found


def overlap(some: list[Span], others: list[Span]) -> bool:
    """Return whether two lists of spans share a character."""
    return any(a < d and c < b for a, b in some for c, d in others)


def is_direct(content: list[Span], quoted: list[Span]) -> bool:
    """Return whether most of the content's characters stand inside quotation marks."""
    inside = sum(max(0, min(b, d) - max(a, c)) for a, b in content for c, d in quoted)
    return inside >= DIRECT_SHARE * sum(b - a for a, b in content)


def score(text: str, gold: list[Gold], every: Tally, direct: Tally) -> None:
    """Add one article to both tallies."""
    lines = re.finditer(r"[^\n]+", text)
    quoted = [(q.start, q.end) for m in lines for q in quotations(plain_marks(text), m.start(), m.end())]
    found = find_speech(text, "en")
    matches = [[i for i, g in enumerate(gold) if _matches(speech, g)] for speech in found]
    kinds = [is_direct(g.content, quoted) for g in gold]
    for tally, wanted in ((every, False), (direct, True)):
        free = {i for i, kind in enumerate(kinds) if kind or not wanted}
        tally.gold += len(free)
        tally.found += len({i for hits in matches for i in hits} & free)
        for speech, hits in zip(found, matches, strict=True):
            if wanted and speech.directness != "direct":
                continue
            tally.predicted += 1
            tally.right += bool(hits)
            tally.exact += any(_trimmed(text, [speech.source]) == _trimmed(text, gold[i].source) for i in hits)
            pair = next((i for i in hits if i in free), None)
            if pair is not None:
                free.discard(pair)
                tally.paired += 1


def _matches(speech: Speech, gold: Gold) -> bool:
    return overlap([speech.source], gold.source) and overlap(list(speech.content), gold.content)


def _trimmed(text: str, spans: list[Span]) -> str:
    return " ".join(text[a:b] for a, b in sorted(spans)).strip(_EDGES)


def measure(folder: Path, split: str = "dev") -> list[str]:
    """Return the lines of the report."""
    every, direct = Tally(), Tally()
    number = 0
    started = time.process_time()
    for text, gold in articles(folder, split):
        number += 1
        score(text, gold, every, direct)
    seconds = time.process_time() - started
    return [
        f"PolNeAR {split}: {number} articles, {1000 * seconds / max(1, number):.1f} ms of processor time each",
        direct.line("direct"),
        every.line("all"),
    ]


def main() -> int:
    """Print the report; 0 also where the corpus is absent."""
    folder = os.environ.get("BYLINE_POLNEAR")
    if not folder:
        sys.stdout.write("BYLINE_POLNEAR is not set: speakers were not measured\n")
        return 0
    sys.stdout.write("\n".join(measure(Path(folder), *sys.argv[1:2])) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
