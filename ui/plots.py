"""An evaluation's plots as SVG text: risk and coverage, metrics beside baselines, times, who is cited for whom.

Each stands alone or inside a page, on a light ground or a dark one: its ink is the text colour around it, it has
a title and a description, and nothing is said by colour alone. The same report gives the same text, byte for
byte. matplotlib is loaded with the first plot, not with this module; where a plot is shown is `ui.report_page`.
"""

from __future__ import annotations

import re
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rag.evaluation.breakdown import OTHERS
from rag.evaluation.outcomes import Metric
from rag.evaluation.report import Report
from ui.measures import LESS_IS_BETTER, SHARES, group_of, in_order, short_name
from ui.plot_svg import finished
from ui.rendering import one_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, ACCENT, SECOND = "#000000", "#2a9088", "#b9770e"
"""Black becomes the text colour around the plot; the two others show on light and on dark ground."""

BARS = tuple(
    name
    for name in SHARES
    if not name.startswith(("multihop_", "quote_back_")) and name not in ("recall@8", "strict_recall@8", "hit@8")
)
"""The metrics that are drawn as bars: those between 0 and 1, without what another bar says already."""

LONGEST_NAME = 26

_NO_CHARACTERS = re.compile("[\ufffe\uffff]")
"""What XML cannot hold and `ui.rendering.plain` leaves in."""

_RENDERING = threading.Lock()
"""matplotlib takes how text is written from settings of the whole process; they are changed by one at a time."""


@dataclass(frozen=True, slots=True)
class Plot:
    """One plot: a word that names it, its title, a caption to read beside it, and the SVG.

    The SVG has a description of its own, with the numbers, for those who do not see it.
    """

    name: str
    title: str
    caption: str
    svg: str


def make_plots(report: Report) -> list[Plot]:
    """Return the plots for which the report has something to show, in the order of the page."""
    makers = (metric_bars, risk_coverage, confusion_matrix, latency_histogram)
    return [plot for make in makers if (plot := make(report)) is not None]


def metric_bars(report: Report) -> Plot | None:
    """Return bars with intervals, a tick for each baseline and the best baseline in words; None without metrics."""
    names = [name for name in in_order(report.metrics) if name in BARS]
    if not names:
        return None

    def draw(axes: Axes) -> None:
        last = ""
        places, place = [], 0.0
        for name in names:
            place += 0.5 if last and group_of(name) != last else 0
            last = group_of(name)
            places.append(place)
            _bar(axes, place, name, report)
            place += 1
        axes.set_yticks(places, [f"{name} ↓" if name in LESS_IS_BETTER else name for name in names])
        axes.set_ylim(place - 0.4, -0.6)
        axes.set_xlim(0, 1)
        axes.tick_params(axis="y", length=0)

    said = "; ".join(_metric_words(name, report.metrics[name]) for name in names)
    caption = "Bars are values, lines their 95 % intervals, ticks the baselines; on the right value and best baseline."
    if LESS_IS_BETTER & set(names):
        caption += " Of those with ↓ less is better."
    size = (6.5, 0.9 + 0.27 * len(names))
    return _plot("metrics", "Metrics beside the baselines", caption, draw, size, f"{caption} {said}.")


def _bar(axes: Axes, place: float, name: str, report: Report) -> None:
    metric = report.metrics[name]
    axes.barh(place, metric.value, height=0.62, color=ACCENT, alpha=0.45, linewidth=0)
    axes.plot([metric.low, metric.high], [place, place], color=INK, linewidth=1.6, solid_capstyle="butt")
    axes.plot([metric.value], [place], marker="o", markersize=4, color=INK, clip_on=False)
    others = {base: values[name].value for base, values in report.baselines.items() if name in values}
    for value in others.values():
        axes.plot([value, value], [place - 0.36, place + 0.36], color=SECOND, linewidth=2)
    if others:
        best = (min if name in LESS_IS_BETTER else max)(others, key=lambda base: others[base])
        note = f"{metric.value:.2f} · {short_name(best)} {others[best]:.2f}"
    else:
        note = f"{metric.value:.2f}"
    axes.text(1.02, place, _label(note), va="center", ha="left", fontsize=9, clip_on=False, parse_math=False)


def risk_coverage(report: Report) -> Plot | None:
    """Return how often answers are wrong when only the surest are given; None where answers have no confidence."""
    points = report.risk_coverage
    if not points:
        return None

    def draw(axes: Axes) -> None:
        coverage, risk = [p.coverage for p in points], [p.risk for p in points]
        axes.fill_between(coverage, risk, color=ACCENT, alpha=0.18, linewidth=0)
        axes.plot(coverage, risk, color=ACCENT, linewidth=2, marker="o" if len(points) <= 40 else "", markersize=3.5)
        axes.axhline(risk[-1], color=INK, linewidth=1, linestyle=(0, (4, 3)), alpha=0.7)
        axes.text(0.99, risk[-1] + 0.02, "any order", ha="right", va="bottom", fontsize=9)
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        axes.set_xlabel("share of the questions answered, surest first")
        axes.set_ylabel("share of them wrong")

    few = next((p for p in points if p.coverage >= points[-1].coverage / 2), points[0])
    said = (
        f"With every answer given, {points[-1].coverage:.0%} of the questions are answered and {points[-1].risk:.0%} "
        f"of the answers are wrong; of the surest {few.n} alone {few.risk:.0%} are. A confidence that knows nothing "
        "gives the dashed line."
    )
    return _plot("risk", "Risk and coverage", said, draw, (5.2, 3.5))


def latency_histogram(report: Report) -> Plot | None:
    """Return how long the answers took, median and 95th percentile marked; None where nothing was timed."""
    times = [result.seconds for result in report.results if result.seconds is not None]
    if not times:
        return None
    marks = {
        word: report.metrics[name].value / 1000
        for word, name in (("half", "latency_p50_ms"), ("95 %", "latency_p95_ms"))
        if name in report.metrics
    }

    def draw(axes: Axes) -> None:
        from matplotlib.ticker import MaxNLocator

        top = max(*times, *marks.values(), 0.001)
        bins = min(30, max(5, len(times) // 3))
        counts = [0] * bins
        for seconds in times:
            counts[min(bins - 1, int(bins * seconds / top))] += 1
        height = max(counts)
        places = [(place + 0.5) * top / bins for place in range(bins)]
        axes.bar(places, counts, width=0.94 * top / bins, color=ACCENT, alpha=0.55, linewidth=0)
        for step, (word, at) in enumerate(marks.items()):
            axes.axvline(at, color=INK, linewidth=1.2, linestyle=(0, (4, 3)))
            left = at > 0.7 * top
            axes.annotate(
                f"{word}: {at:.2f} s",
                (at, height * (1.18 - 0.13 * step)),
                xytext=(-5 if left else 5, 0),
                textcoords="offset points",
                ha="right" if left else "left",
                fontsize=9,
            )
        axes.set_ylim(0, height * 1.3)
        axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
        axes.set_xlabel("seconds for an answer")
        axes.set_ylabel("answers")

    parts = [f"{word} took no longer than {at:.2f} seconds" for word, at in marks.items()]
    said = f"{len(times)} answers, the slowest in {max(times):.2f} seconds" + "".join(f"; {part}" for part in parts)
    return _plot("latency", "Time for an answer", said + ".", draw, (5.2, 3.0))


def confusion_matrix(report: Report) -> Plot | None:
    """Return who is cited first where whom must be; None where no question wants exactly one outlet."""
    if report.confusion is None or not report.confusion.labels:
        return None
    shown = report.confusion

    def draw(axes: Axes) -> None:
        top = max(map(max, shown.counts)) or 1
        for row, (label, counts) in enumerate(zip(shown.labels, shown.counts, strict=True)):
            for column, (cited, count) in enumerate(zip(shown.columns, counts, strict=True)):
                if count:
                    right = label == cited != OTHERS
                    fill = ACCENT if right else SECOND
                    axes.barh(row, 0.96, 0.96, column - 0.48, color=fill, alpha=0.15 + 0.4 * count / top, linewidth=0)
                    weight = "bold" if right else "normal"
                    axes.text(column, row, str(count), ha="center", va="center", fontsize=9, fontweight=weight)
        axes.set_xlim(-0.5, len(shown.columns) - 0.5)
        axes.set_ylim(len(shown.labels) - 0.5, -0.5)
        turned: dict[str, Any] = {"rotation": 40, "ha": "right", "rotation_mode": "anchor", "parse_math": False}
        axes.set_xticks(range(len(shown.columns)), [_label(name) for name in shown.columns], **turned)
        axes.set_yticks(range(len(shown.labels)), [_label(name) for name in shown.labels], parse_math=False)
        axes.tick_params(length=0)
        axes.set_xlabel("cited first")
        axes.set_ylabel("must be cited")

    places = {name: place for place, name in enumerate(shown.columns)}
    named = {name: row for row, name in enumerate(shown.labels) if name in places and name != OTHERS}
    whole = sum(sum(shown.counts[row]) for row in named.values())
    hits = sum(shown.counts[row][places[name]] for name, row in named.items())
    said = (
        f"A row is the outlet that must be cited, a column the one that is cited first. Of {whole} questions that want "
        f"one of the outlets named here, {hits} cite it first: bold, where row and column have the same name."
    )
    size = (max(4.6, 2.5 + 0.28 * len(shown.columns)), 2.1 + 0.28 * len(shown.labels))
    return _plot("confusion", "Who is cited for whom", said, draw, size)


def _metric_words(name: str, metric: Metric) -> str:
    return f"{name} {metric.value:.2f} ({metric.low:.2f} to {metric.high:.2f})"


def _label(text: str) -> str:
    line = _NO_CHARACTERS.sub("\ufffd", one_line(text))
    return line if len(line) <= LONGEST_NAME else line[: LONGEST_NAME - 1] + "…"


def _plot(
    name: str,
    title: str,
    caption: str,
    draw: Callable[[Axes], None],
    size: tuple[float, float],
    description: str = "",
) -> Plot:
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained")
    figure.patch.set_alpha(0)
    axes = figure.add_subplot()
    axes.patch.set_alpha(0)
    axes.spines[["top", "right"]].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_alpha(0.35)
    axes.tick_params(labelsize=9)
    draw(axes)
    return Plot(name, title, caption, finished(_svg(figure), name, title, description or caption))


def _svg(figure: Figure) -> bytes:
    import io

    import matplotlib

    written = io.BytesIO()
    written_as_text = matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "byline"})
    with _RENDERING, written_as_text, warnings.catch_warnings():
        # text is written as text: the reader's fonts have the letters that the one measured with lacks
        warnings.filterwarnings("ignore", message="Glyph")
        figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return written.getvalue()
