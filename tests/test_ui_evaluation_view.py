from __future__ import annotations

import base64
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from reports import hostile, make_report
from test_ui_rendering import PAYLOADS

from rag.evaluation.gold import GoldQuestion
from rag.evaluation.outcomes import Failure
from ui.evaluation_view import (
    EVERY,
    INK,
    failure_choices,
    kind_choices,
    render_count,
    render_plots,
    render_progress,
    render_result,
    render_scores,
    render_summary,
    tag_choices,
)
from ui.plots import Plot

REPORT = make_report(12)
TOKEN = "t" * 32
OURS = {
    *("p", "div", "span", "strong", "small", "label", "progress", "details", "summary", "ul", "ol", "li", "a"),
    *("table", "thead", "tbody", "tr", "th", "td", "figure", "figcaption", "img", "h2", "h3", "h4", "blockquote"),
    *("dl", "dt", "dd"),
}


class Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        if tag != "img":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


def test_progress_is_said_in_words_and_as_a_bar() -> None:
    read = Reader(render_progress(3, 1200))
    assert "3 of 1,200 questions asked" in read.text
    assert ("progress", {"value": "3", "max": "1200"}) in read.tags
    assert "judging" in Reader(render_progress(4, 4)).text
    assert Reader(render_progress(1, 4, stopping=True)).text.startswith("Stopping: 1 of 4")
    assert ("progress", {"value": "0", "max": "1"}) in Reader(render_progress(0, 0)).tags


def test_the_summary_has_main_numbers_warnings_and_both_files() -> None:
    read = Reader(render_summary(REPORT, TOKEN))
    assert "Right outlet" in read.text and "0.770" in read.text and "n = 40" in read.text
    assert "1 warning about this set" in read.text and "no outlet 'Evening Post'" in read.text
    links = [attributes for tag, attributes in read.tags if tag == "a"]
    assert [link["href"] for link in links] == [
        f"/byline/reports/{TOKEN}/report.html",
        f"/byline/reports/{TOKEN}/report.json",
    ]
    assert [link["download"] for link in links] == ["report.html", "report.json"]
    bare = replace(REPORT, warnings=(), metrics={})
    assert "<a" not in render_summary(bare, "") and "details" not in render_summary(bare, "")


def test_the_table_has_every_metric_with_its_interval_beside_the_baselines() -> None:
    html = render_scores(REPORT)
    read = Reader(html)
    for name in REPORT.metrics:
        assert name in read.text
    assert "95 % interval" in read.text and "0.670–0.870" in read.text
    assert "majority answer" in read.text and "always abstain" in read.text
    assert "less is better" in read.text and "*" in read.text
    rows = re.findall(r"<tr>(.*?)</tr>", html)
    assert {len(re.findall("<t[hd]", row)) for row in rows} == {4 + len(REPORT.baselines)}


def test_plots_are_images_that_hold_themselves() -> None:
    plot = Plot("risk", "Risk & coverage", "What <it> says", '<svg xmlns="http://www.w3.org/2000/svg"><path/></svg>')
    read = Reader(render_plots([plot]))
    image = next(attributes for tag, attributes in read.tags if tag == "img")
    prefix = "data:image/svg+xml;base64,"
    assert image["src"] and image["src"].startswith(prefix)
    assert image["alt"] == "Risk & coverage" and "What <it> says" in read.text
    drawn = base64.b64decode(image["src"].removeprefix(prefix)).decode()
    assert drawn.startswith('<svg xmlns="http://www.w3.org/2000/svg"><style>') and drawn.endswith("<path/></svg>")
    assert all(colour in drawn for colour in INK)


def test_the_ink_of_plots_is_the_pages() -> None:
    from ui.theme import BOTH

    assert BOTH["body_text_color"] == INK


def test_filters_count_what_they_let_through() -> None:
    kinds, tags = kind_choices(REPORT), tag_choices(REPORT)
    assert kinds[0] == ("Every kind", EVERY) and tags[0] == ("Every tag", EVERY)
    assert len(failure_choices(REPORT)) == len(REPORT.failures) == 6
    for label, kind in kinds[1:]:
        assert label == f"{kind} ({len(failure_choices(REPORT, kind))})"
    for label, tag in tags[1:]:
        assert label == f"{tag} ({len(failure_choices(REPORT, tag=tag))})"
    both = failure_choices(REPORT, str(Failure.WRONG_OUTLET), "press-review")
    assert [number for _, number in both] == [0]
    assert both[0][0].split("\n") == [
        "Wrong outlet – q-0",
        "What does Kestrel Courier say about the cracks, number 0?",
    ]
    assert failure_choices(REPORT, "no such kind") == []
    assert "6 of 12 questions" in Reader(render_count(REPORT, 6)).text
    assert "2 shown" in Reader(render_count(REPORT, 2)).text
    fine = replace(REPORT, results=tuple(r for r in REPORT.results if not r.faults))
    assert "Nothing: every question" in Reader(render_count(fine, 0)).text


def test_a_failure_shows_the_answer_its_gold_and_the_passages() -> None:
    text = Reader(render_result(REPORT.results[0])).text
    for said in ("wrong outlet: cites Harbour Digest", "Before: Is the Lorn bridge open?", "Tags: press-review"):
        assert said in text
    for said in (
        "Kestrel Courier (via Harbour Digest) – Ada Nowak",
        "in spring",
        "gold",
        "14 million crowns",
        "[1][2]",
    ):
        assert said in text
    refused = next(r for r in REPORT.results if r.faults and r.faults[0].kind is Failure.REFUSED)
    assert "The articles do not say." in Reader(render_result(refused)).text
    broken = next(r for r in REPORT.results if r.faults and r.faults[0].kind is Failure.ERROR)
    assert "expected a language model at 127.0.0.1" in Reader(render_result(broken)).text
    bare = replace(broken, question=GoldQuestion("Q?"), seen=(), error="", faults=())
    text = Reader(render_result(bare)).text
    assert "Nothing was answered" in text and "Nothing was given" in text and "None" in text
    unanswerable = replace(bare, question=GoldQuestion("Q?", answerable=False))
    assert "the articles do not say" in Reader(render_result(unanswerable)).text


def test_long_texts_are_cut() -> None:
    long = replace(REPORT.results[0], question=GoldQuestion("x" * 9_000, answers=("y" * 9_000,)))
    assert len(render_result(long)) < 20_000


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_others_wrote_stays_text(payload: str) -> None:
    report = hostile(REPORT, payload)
    shown = [render_summary(report, TOKEN), render_scores(report), render_result(report.results[0])]
    shown.append(render_count(report, 1))
    for html in shown:
        read = Reader(html)
        assert {tag for tag, _ in read.tags} <= OURS
        assert {name for _, attributes in read.tags for name in attributes} <= {
            *("class", "href", "download", "title", "scope", "colspan", "value", "max", "src", "alt")
        }
        assert read.open == []
        assert "\n\n" not in html  # a blank line would end the HTML for a Markdown parser
    for label, _ in [*failure_choices(report), *kind_choices(report), *tag_choices(report)]:
        assert label.count("\n") <= 1 and "\x1b" not in label and "\u202e" not in label
