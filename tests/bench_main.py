"""`make bench`: how good the answers on the samples are, and how long things take on this machine.

Prints tables with sample sizes and 95 % intervals, and writes the numbers to ``tests/data/evaluation.json`` and
README's table. The sample questions were written with the sample articles, by the same people: they show that
things work, not how well they work on news that nobody here has seen.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from readme_numbers import rewrite_readme
from readme_numbers import store as store_numbers
from rich.console import Console
from rich.table import Table

from ui.cli_session import prepare_environment, silence_libraries

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "documents" / "samples"


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> None:
    prepare_environment()
    silence_libraries(verbose=False)
    console = Console(width=None if sys.stdout.isatty() else 120)
    with tempfile.TemporaryDirectory(prefix="byline-bench-") as folder:
        measure(Path(folder), console)
    attribution(console)
    copies(console)
    outside(console)


def attribution(console: Console) -> None:
    """Show how well press reviews are taken apart, on the half that rules were written on and on the other one."""
    from bench_reviews import rows, score

    table = Table(
        "who said it, in press reviews", "n", "right, with 95 % interval", "unknown", "wrong", "leak", box=None
    )
    for split in ("tune", "heldout"):
        for name, number, *shares in rows(score(split)):
            if not name.startswith("form "):
                table.add_row(f"{split}: {name}", str(number), *shares)
    console.print(table)


def outside(console: Console) -> None:
    """Show what can be measured only where others' material lies on this disk."""
    import bench_pages
    import bench_speech

    for variable, bench in (("BYLINE_POLNEAR", bench_speech), ("BYLINE_FUNDUS", bench_pages)):
        folder = os.environ.get(variable)
        lines = bench.measure(Path(folder)) if folder else [f"{variable} is not set: not measured"]
        console.print("\n".join(["", *lines]), markup=False)


def copies(console: Console) -> None:
    """Show how well near-copies are found among invented articles that no threshold was chosen on."""
    from bench_copies import score
    from copy_cases import cases

    with tempfile.TemporaryDirectory(prefix="byline-bench-") as folder:
        found = score(cases(seed=77), Path(folder))
    console.print(f"\nnear-copies: {found}", markup=False)


def measure(home: Path, console: Console) -> None:
    from documents.reading import ReadOptions
    from index.building import ingest
    from index.embedding import load_encoder
    from index.store import Store
    from rag.evaluation.running import evaluate
    from rag.settings import Settings
    from ui.report_tables import report_view

    loading = time.perf_counter()
    encoder = load_encoder()
    encoder.encode(["ready"])
    loading = time.perf_counter() - loading
    first = seconds(lambda: ingest(home, [SAMPLES], options=ReadOptions(), encoder=encoder))
    again = seconds(lambda: ingest(home, [SAMPLES], options=ReadOptions(), encoder=encoder))
    store = Store.open(home)
    counts = store.counts()
    store.close()
    report = evaluate(SAMPLES / "questions.jsonl", settings=Settings(home=home))

    console.print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    )
    times = Table("what", "n", "seconds", "each, ms", box=None)
    rows = (
        ("load the encoder", 1, loading, "models"),
        ("ingest the samples", counts.articles, first, "articles"),
        ("ingest them again, unchanged", counts.articles, again, "articles"),
    )
    for what, number, took, noun in rows:
        times.add_row(what, f"{number} {noun}", f"{took:.2f}", f"{1000 * took / number:.1f}")
    console.print(times)
    console.print(f"again / first: {again / first:.3f}; {counts.passages} passages, {counts.texts} distinct texts\n")
    console.print(report_view(report))
    store_numbers(report)
    written = "tests/data/evaluation.json" + (" and README.md" if rewrite_readme() else "")
    console.print(f"\nwritten to {written}")


if __name__ == "__main__":
    sys.exit(main())
