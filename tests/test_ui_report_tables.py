"""A report on a terminal: every number beside the baselines, in the width there is, and nothing but text."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from reports import hostile, make_report, metric
from rich.console import Console
from test_ui_rendering import PAYLOADS

from rag.evaluation.metrics import LOWER_IS_BETTER
from rag.evaluation.report import Report
from rag.evaluation.summary import METRICS
from ui import measures
from ui.rendering import plain
from ui.report_rows import benchmark_row, change_rows, failure_kinds, metric_rows, tag_rows
from ui.report_tables import report_view


def shown(report: Report, width: int = 120, **options: Any) -> str:
    file = io.StringIO()
    Console(file=file, width=width, markup=True, highlight=True, emoji=True).print(report_view(report, **options))
    return file.getvalue()


def line(text: str, start: str) -> list[str]:
    """Return the cells of the first line that begins with `start`."""
    return next(line.split() for line in text.splitlines() if line.strip().startswith(start + " "))


# -- words ---------------------------------------------------------------------------------------


def test_there_are_words_for_every_metric_and_baseline() -> None:
    assert set(METRICS) <= set(measures.MEASURES)
    assert measures.LESS_IS_BETTER == LOWER_IS_BETTER
    assert all(measures.meaning(name) for name in measures.MEASURES)
    assert {*measures.HEADLINES, *measures.BENCHMARK_ROW.values()} <= set(measures.MEASURES)
    assert len({short for short, _ in measures.BASELINES.values()}) == len(measures.BASELINES)
    assert all(len(short) <= 5 for short, _ in measures.BASELINES.values())


def test_unknown_names_are_shown_last_as_they_are() -> None:
    assert measures.in_order({"zeal": 0, "cost": 0, "recall@8": 0}) == ["recall@8", "cost", "zeal"]
    assert (measures.group_of("zeal"), measures.meaning("zeal")) == (measures.OTHER, "")
    assert measures.short_name("coin_toss") == "coin toss"


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("recall@8", 2 / 3, "0.667"),
        ("latency_p50_ms", 1234.5, "1234"),
        ("tokens_in", 87.6, "88"),
        ("cost", 0.00123456, "0.001235"),
    ],
)
def test_numbers_have_the_digits_that_mean_something(name: str, value: float, text: str) -> None:
    assert measures.number(name, value) == text


# -- rows ----------------------------------------------------------------------------------------


def test_a_baseline_within_our_interval_or_better_is_not_clearly_beaten() -> None:
    base = {"words": {"correct": metric(0.61), "carrier_leak": metric(0.3)}, "none": {"correct": metric(0.59)}}
    report = replace(make_report(2), metrics={"correct": metric(0.7), "carrier_leak": metric(0.1)}, baselines=base)
    correct, leak = metric_rows(report)
    assert (correct.reached, correct.best) == ({"words"}, "words")
    assert leak.reached == frozenset()  # 0.3 is more than the 0.2 that our interval ends with, and less is better
    assert correct.interval == "0.600–0.800" and correct.baselines == {"none": "0.590", "words": "0.610"}
    assert leak.baselines["none"] == ""


def test_changes_say_better_or_worse_only_where_chance_does_not_explain_them() -> None:
    contains, leak = change_rows(make_report(4))
    assert (contains.name, contains.change, contains.p, contains.verdict) == (
        "answer_contains",
        "+0.120",
        "0.020",
        "better",
    )
    assert (leak.verdict, leak.interval) == ("", "-0.030 to +0.050")
    report = make_report(4)
    assert report.against is not None
    grown = replace(report.against["carrier_leak"], p_adjusted=0.0001)
    (worse,) = change_rows(replace(report, against={"carrier_leak": grown}))
    assert (worse.verdict, worse.p) == ("worse", "<0.001")  # more of what less is better of


def test_tags_and_kinds_count_questions() -> None:
    report = make_report(12)
    # every third question carries the tag, of 0, 3, 6 and 9 the even ones failed
    assert {row.tag: (row.questions, row.failed) for row in tag_rows(report)} == {
        "comparison": (4, 2),
        "press-review": (4, 2),
    }
    assert failure_kinds(report) == {
        "wrong outlet": 2,
        "carrier": 1,
        "error": 1,
        "not found": 1,
        "refused": 1,
        "wrong words": 1,
    }


# -- the terminal --------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [100, 120, 10_000])
def test_every_baseline_stands_beside_every_metric(width: int) -> None:
    text = shown(make_report(), width)
    assert line(text, "metric") == [
        "metric",
        "value",
        "95",
        "%",
        "interval",
        "n",
        "major",
        "quest",
        "rand",
        "words",
        "dense",
        "first",
        "none",
    ]
    own = "0.900 0.800–1.000 40 0.280 0.400 0.520 0.640 0.760 0.880*"
    assert line(text, "recall@10") == ["recall@10", *own.split()]
    assert max(map(len, text.splitlines())) <= width and "…" not in text


def test_a_narrow_terminal_gets_the_best_baseline_with_its_name() -> None:
    text = shown(make_report(), 80)
    assert line(text, "recall@10") == ["recall@10", "0.900", "0.800–1.000", "40", "0.880*", "first"]
    assert line(text, "carrier_leak")[4] == "0.000*"
    assert max(map(len, text.splitlines())) <= 80


def test_groups_stand_in_order_and_only_those_with_metrics() -> None:
    report = make_report()
    lines = shown(report).splitlines()
    assert [text.strip() for text in lines if text.strip() in measures.GROUPS] == list(measures.GROUPS)
    few = shown(replace(report, metrics={"mrr@10": metric(0.5)}))
    assert "Found" in few and "Abstained" not in few


def test_what_else_a_report_has_is_there() -> None:
    text = shown(make_report())
    assert "12 questions of questions.jsonl, 38 articles, answered by extraction, judged by gate" in text
    assert "note: line 7: the collection has no outlet 'Evening Post'" in text
    assert line(text, "answer_contains")[1] != "" and "Since the earlier report" in text
    assert "Outlets cited less than their share" in text and "Nordmark Tageblatt" not in text
    assert "Nordmark Tageblatt" in shown(make_report(), verbose=True)
    assert "6 of 12 not as they should be" in text
    assert "\nq-2: cites the carrier Harbour Digest; says none of: May\n" in text
    assert "MultiHop" not in text


def test_only_what_changed_is_listed_unless_all_is_wanted() -> None:
    report = make_report(4)
    assert report.against is not None
    still = replace(report.against["carrier_leak"], better=(), worse=())
    text = shown(replace(report, against=report.against | {"recall@10": still})).partition("Since the earlier")[2]
    assert "answer_contains" in text and "\nrecall@10 " not in text and "\n1 of 3 metrics are what they were" in text
    assert "\nrecall@10 " in shown(replace(report, against={"recall@10": still}), verbose=True)
    assert "1 of 1 metrics are what they were" in shown(replace(report, against={"recall@10": still}))


def test_the_benchmarks_own_row_is_printed_in_its_order() -> None:
    values = {"multihop_hits@4": 0.5, "multihop_mrr@10": 0.4321, "multihop_hits@10": 0.7, "multihop_map@10": 0.25}
    report = replace(make_report(2), metrics={name: metric(value) for name, value in values.items()})
    assert benchmark_row(report) == {"MRR@10": "0.4321", "MAP@10": "0.2500", "Hits@10": "0.7000", "Hits@4": "0.5000"}
    assert "MRR@10 0.4321  MAP@10 0.2500  Hits@10 0.7000  Hits@4 0.5000" in shown(report)


def test_an_empty_report_is_shown_too() -> None:
    bare = replace(
        make_report(0, against=False), metrics={}, baselines={}, tags={}, outlets=(), confusion=None, warnings=()
    )
    assert "0 questions" in shown(bare) and "Baseline" not in shown(bare)


@pytest.mark.parametrize(
    "payload", [*PAYLOADS, "[bold red]x[/]", "[link=http://evil.example]x[/link]", ":smiley:", "\x1b[31mscarlet"]
)
def test_what_others_wrote_is_never_obeyed(payload: str) -> None:
    text, clean = (shown(hostile(make_report(2), said), 10_000, verbose=True) for said in (payload, "harmless"))
    assert plain(text) == text
    assert "".join(text.split()).count("".join(plain(payload).split())) == clean.count("harmless")
