"""The plots of a report: always the same, on any ground, with words for what they show, and harmless."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from reports import hostile, make_report
from test_ui_rendering import PAYLOADS

from rag.evaluation.report import Report
from ui.measures import MEASURES
from ui.plots import BARS, Plot, confusion_matrix, latency_histogram, make_plots, metric_bars, risk_coverage
from ui.rendering import one_line

SVG = "{http://www.w3.org/2000/svg}"
EVERY = (metric_bars, risk_coverage, confusion_matrix, latency_histogram)


@pytest.fixture(scope="module")
def plots() -> dict[str, Plot]:
    return {plot.name: plot for plot in make_plots(make_report(40))}


def texts(svg: str) -> list[str]:
    return ["".join(element.itertext()) for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_matplotlib_is_loaded_with_the_first_plot_and_pyplot_never() -> None:
    code = (
        "import sys; sys.path.insert(0, 'tests'); import ui.plots, reports\n"
        "assert 'matplotlib' not in sys.modules\n"
        "ui.plots.make_plots(reports.make_report(2))\n"
        "assert 'matplotlib' in sys.modules and 'matplotlib.pyplot' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[1], check=False).returncode == 0


def test_a_report_has_four_plots(plots: dict[str, Plot]) -> None:
    assert list(plots) == ["metrics", "risk", "confusion", "latency"]
    assert set(BARS) < set(MEASURES)


def test_text_is_text_and_says_what_is_there(plots: dict[str, Plot]) -> None:
    assert {"recall@10", "carrier_leak ↓", "0.90 · first 0.88", "0.42 · none 1.00"} <= set(texts(plots["metrics"].svg))
    assert {"Kestrel Courier", "unknown", "nobody", "9", "must be cited"} <= set(texts(plots["confusion"].svg))
    assert {"half: 0.21 s", "95 %: 0.64 s", "seconds for an answer"} <= set(texts(plots["latency"].svg))
    assert "any order" in texts(plots["risk"].svg)


def test_captions_count_what_is_drawn(plots: dict[str, Plot]) -> None:
    # 12 + 8 + 8 questions; on the diagonal 9 + 7 + 5
    assert "Of 28 questions" in plots["confusion"].caption and "21 cite it first" in plots["confusion"].caption
    assert plots["latency"].caption.startswith("40 answers, the slowest in 0.52 seconds")
    # all ten answers are given at coverage 1, with risk 0.1 + 0.035 · 10
    assert "100% of the questions are answered and 45% of the answers" in plots["risk"].caption


def test_every_plot_is_described_for_those_who_do_not_see_it(plots: dict[str, Plot]) -> None:
    for plot in plots.values():
        root = ElementTree.fromstring(plot.svg)
        labels = root.attrib["aria-labelledby"].split()
        told = {e.attrib["id"]: e.text for e in root if e.tag in (f"{SVG}title", f"{SVG}desc")}
        assert root.attrib["role"] == "img" and set(told) == set(labels)
        assert told[labels[0]] == plot.title and (told[labels[1]] or "").startswith(plot.caption)
    assert "recall@10 0.90 (0.80 to 1.00)" in plots["metrics"].svg


def test_ink_is_the_colour_of_the_text_around_and_the_ground_is_clear(plots: dict[str, Plot]) -> None:
    for plot in plots.values():
        root = ElementTree.fromstring(plot.svg)
        colours = {e.attrib[key] for e in root.iter() for key in ("fill", "stroke") if key in e.attrib}
        assert colours <= {"none", "currentColor", "#2a9088", "#b9770e"}
        assert "currentColor" in colours


def test_nothing_in_a_plot_touches_the_page_around_it(plots: dict[str, Plot]) -> None:
    ids: list[str] = []
    for plot in plots.values():
        root = ElementTree.fromstring(plot.svg)
        assert not [e for e in root.iter() if "style" in e.attrib or e.tag in (f"{SVG}style", f"{SVG}script")]
        own = [e.attrib["id"] for e in root.iter() if "id" in e.attrib]
        assert all(name.startswith(f"{plot.name}-") for name in own)
        pointed = {e.attrib["href"][1:] for e in root.iter() if "href" in e.attrib}
        pointed |= set(re.findall(r"url\(#([^)]+)\)", plot.svg))
        assert pointed <= set(own)
        ids += own
        assert re.findall(r"https?://[^\"]+", plot.svg) == ["http://www.w3.org/2000/svg"]
    assert len(ids) == len(set(ids))


def test_the_same_report_gives_the_same_bytes_in_any_thread(plots: dict[str, Plot]) -> None:
    with ThreadPoolExecutor(2) as pool:
        several = list(pool.map(lambda _: make_plots(make_report(40)), range(2)))
    assert all([p.svg for p in made] == [p.svg for p in plots.values()] for made in several)


def test_the_process_keeps_its_own_matplotlib_settings() -> None:
    import matplotlib

    names = ("svg.fonttype", "svg.hashsalt", "font.size")
    before = [matplotlib.rcParams[name] for name in names]
    metric_bars(make_report(4))
    assert [matplotlib.rcParams[name] for name in names] == before


@pytest.mark.parametrize("make", EVERY)
def test_what_there_is_nothing_of_is_not_drawn(make: Callable[[Report], Plot | None]) -> None:
    empty = replace(make_report(0), metrics={}, baselines={}, confusion=None, risk_coverage=())
    assert make(empty) is None


def test_one_of_everything_is_enough() -> None:
    report = make_report(1)
    made = make_plots(replace(report, risk_coverage=report.risk_coverage[:1], baselines={}))
    assert len(made) == 4 and "0.90" in texts(made[0].svg)


@pytest.mark.parametrize(
    "payload", [*PAYLOADS[:6], "costs $5 or $6", r"\frac{1}{2} $x^", "a\x00b\x0b\ufffe", "x" * 500]
)
def test_an_outlets_name_is_drawn_as_text(payload: str) -> None:
    plot = confusion_matrix(hostile(make_report(2), payload))
    assert plot is not None
    elements: list[Any] = list(ElementTree.fromstring(plot.svg).iter())
    assert {e.tag.removeprefix(SVG) for e in elements} <= {
        "svg",
        "title",
        "desc",
        "g",
        "path",
        "use",
        "text",
        "defs",
        "clipPath",
        "rect",
    }
    label = next(text for text in texts(plot.svg) if text[:2] == one_line(payload)[:2])
    assert len(label) <= 26
