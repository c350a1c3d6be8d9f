"""README's table of evaluation numbers: what is kept of a report, how it is rendered, where it stands.

``tests/data/evaluation.json`` holds the numbers of the sample questions; `make bench` measures them anew and
rewrites both. ``python tests/readme_numbers.py`` rewrites README's block from the file alone.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.measures import BASELINES, GROUPS, LESS_IS_BETTER, meaning, number, short_name

if TYPE_CHECKING:
    from rag.evaluation.report import Report

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
NUMBERS = ROOT / "tests" / "data" / "evaluation.json"
BEGIN, END = "<!-- evaluation -->", "<!-- /evaluation -->"

ROWS = (
    *("recall@10", "strict_recall@10", "strict_outlets@10", "hit@4", "mrr@10", "ndcg@10"),
    *("correct", "answer_contains", "answer_f1", "false_premise_accuracy", "follow_up_accuracy", "quote_back"),
    *("outlet_accuracy", "nested_outlet_accuracy", "carrier_leak", "speaker_accuracy", "misattribution"),
    *("citation_recall", "citation_precision", "evidence_recall", "quote_verbatim"),
    *("abstention_precision", "abstention_recall", "abstention_f1", "aurc"),
)
"""What the table shows; the file has every metric but times and costs, which differ from machine to machine."""


def numbers_of(report: Report) -> dict[str, Any]:
    """Return what is kept of a report."""
    left_out = GROUPS["Speed and cost"]
    return {
        "questions": report.questions,
        "unanswerable": sum(result.question.answerable is False for result in report.results),
        "articles": report.about.articles,
        "metrics": {name: metric.to_dict() for name, metric in report.metrics.items() if name not in left_out},
        "baselines": {
            base: {name: round(metric.value, 6) for name, metric in values.items()}
            for base, values in report.baselines.items()
        },
    }


def render(numbers: Mapping[str, Any]) -> str:
    """Return README's block, without its markers."""
    metrics, baselines = numbers["metrics"], numbers["baselines"]
    names = [name for name in BASELINES if name in baselines]
    heads = ("metric", "Byline", "95 % interval", "n", *map(short_name, names))
    lines = [
        f"{numbers['questions']} questions about the {numbers['articles']} sample articles, "
        f"{numbers['unanswerable']} of which nothing answers:",
        "",
        "| " + " | ".join(heads) + " |",
        "|---" * len(heads) + "|",
    ]
    for name in ROWS:
        if (metric := metrics.get(name)) is None:
            continue
        less = " (less is better)" if name in LESS_IS_BETTER else ""
        others = (baselines[base].get(name) for base in names)
        cells = (
            f"`{name}`: {meaning(name)}{less}",
            f"**{number(name, metric['value'])}**",
            f"{number(name, metric['low'])}–{number(name, metric['high'])}",
            str(metric["n"]),
            *("" if value is None else number(name, value) for value in others),
        )
        lines.append("| " + " | ".join(cells) + " |")
    legend = "; ".join(f"{short_name(name)}: {BASELINES[name][1]}" for name in names)
    return "\n".join([*lines, "", f"Baselines, judged alike. {legend}."])


def stored() -> dict[str, Any]:
    """Return the numbers in the file."""
    numbers: dict[str, Any] = json.loads(NUMBERS.read_text(encoding="utf-8"))
    return numbers


def store(report: Report) -> None:
    """Write the numbers of `report` to the file."""
    NUMBERS.write_text(json.dumps(numbers_of(report), indent=1) + "\n", encoding="utf-8")


def block(readme: str) -> str | None:
    """Return what stands between the markers of a README, or None where there are none."""
    match = re.search(f"{re.escape(BEGIN)}\n(.*?)\n{re.escape(END)}", readme, re.DOTALL)
    return match[1] if match else None


def rewrite_readme() -> bool:
    """Put the stored numbers between README's markers; return whether there are any."""
    text = README.read_text(encoding="utf-8")
    old = block(text)
    if old is None:
        return False
    README.write_text(text.replace(f"{BEGIN}\n{old}\n{END}", f"{BEGIN}\n{render(stored())}\n{END}"), encoding="utf-8")
    return True


if __name__ == "__main__":
    sys.exit(0 if rewrite_readme() else f"README.md has no lines {BEGIN} and {END}")
