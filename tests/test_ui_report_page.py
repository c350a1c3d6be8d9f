"""report.html: complete in itself, asks nobody for anything, and shows what others wrote as text."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from reports import QUOTE, TEXT, hostile, make_report, result
from test_ui_rendering import PAYLOADS

from documents.errors import RequestError
from rag.evaluation.report import Report
from ui.rendering import one_line, plain
from ui.report_page import LONGEST, PASSAGE_WINDOW, around, render_page, write_page

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = Path("/usr/bin/chromium")
VOID = {"meta", "br", "input", "link", "img", "hr"}


class Reader(HTMLParser):
    """Every element with its attributes, the text of the page, and the text of each question."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.raw: dict[str, str] = {}
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("style", "script"):
            self.raw[self.open[-1]] = self.raw.get(self.open[-1], "") + data
        else:
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def html() -> str:
    return render_page(make_report(12))


@pytest.fixture(scope="module")
def page(html: str) -> Reader:
    return Reader(html)


@pytest.fixture
def unplotted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the plots out where a test is about something else: they take most of the time."""
    monkeypatch.setattr("ui.report_page.make_plots", lambda report: [])


def test_the_page_is_whole(page: Reader) -> None:
    assert page.open == []
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    pointed = [a.get("aria-labelledby") for _, a in page.elements if "aria-labelledby" in a]
    assert {name for value in pointed for name in (value or "").split()} <= set(ids)


def test_the_page_asks_nobody_for_anything(html: str, page: Reader) -> None:
    assert set(re.findall(r"\w+://[^\s\"'<>]+", html)) == {"http://www.w3.org/2000/svg"}
    for tag, attributes in page.elements:
        assert tag not in {"link", "img", "iframe", "object", "embed", "video", "audio", "base", "a", "source"}
        assert not {"src", "srcset", "action", "background", "poster", "data"} & set(attributes)
        if "href" in attributes:
            assert tag == "use" and (attributes["href"] or "").startswith("#")
    assert "url(" not in page.raw["style"] and "@import" not in page.raw["style"]
    assert not re.search(r"fetch|XMLHttp|WebSocket|import|innerHTML|eval|Function", page.raw["script"])


def test_the_policy_lets_only_the_pages_own_style_and_script_through(page: Reader) -> None:
    (policy,) = [m["content"] for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    allowed = dict(part.strip().split(" ", 1) for part in (policy or "").split(";"))
    assert allowed["default-src"] == allowed["base-uri"] == allowed["form-action"] == "'none'"
    for tag in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(page.raw[tag].encode()).digest()).decode()
        assert allowed[f"{tag}-src"] == f"'sha256-{digest}'"
        assert len(page.all(tag)) == 1
    assert set(allowed) == {"default-src", "base-uri", "form-action", "style-src", "script-src"}
    # what the policy would stop: nothing may rely on it
    assert not [a for _, a in page.elements if "style" in a or any(name.startswith("on") for name in a)]


def test_every_part_of_the_report_is_there(page: Reader) -> None:
    ids = {attributes.get("id") for _, attributes in page.elements}
    assert {"changes", "metrics", "plots", "tags", "outlets", "questions", "passing", "filters"} <= ids
    assert {"plot-metrics", "plot-risk", "plot-confusion", "plot-latency"} <= ids
    text = one_line(page.text)
    for said in (
        "12 questions of questions.jsonl, 38 articles",
        "line 7: the collection has no outlet 'Evening Post'",
        "the first passage by words alone (BM25)",
        "less than its share",
        "best baseline 0.560 (first)",
        "6 of 12 not as they should be",
        "Questions without a failure (6)",
    ):
        assert said in text
    assert text.count("0.880*") == 1


def test_a_failing_question_shows_all_that_led_to_it(page: Reader) -> None:
    questions = [a for a in page.all("details") if a.get("class") == "question"]
    failing = [a for a in questions if "data-kinds" in a]
    assert (len(questions), len(failing)) == (12, 6)
    assert failing[1]["data-kinds"] == "carrier\nwrong words" and failing[1]["data-tags"] == "running-story"
    text = one_line(page.text.partition("What does Kestrel Courier say about the cracks, number 2?")[2])
    text = text.partition("number 4?")[0]
    for said in (
        "cites the carrier Harbour Digest; says none of: May",
        "The council knew of the cracks in May. [1][2]",
        "[1] Kestrel Courier (via Harbour Digest) verbatim",
        "Ada Nowak – 2 March 2024 – Voices on the Lorn bridge",
        "A number, name or negation was changed: “in June” (the article has May)",
        "Says May in spring",
        "Outlet Kestrel Courier",
        "2. Harbour Digest ✓ holds the gold",
    ):
        assert one_line(said).replace(" ", "") in text.replace(" ", ""), said
    assert "Is the Lorn bridge open?" in page.text and "It has been shut for a week." in page.text
    assert page.text.count("No answer: expected a language model at 127.0.0.1") == 1


def test_the_filters_offer_what_is_there(page: Reader) -> None:
    offered = {a["value"] for a in page.all("option")}
    assert offered == {
        *("", "wrong outlet", "carrier", "wrong words", "refused", "not found", "error"),
        *("comparison", "press-review", "running-story"),
    }
    (form,) = page.all("form")
    assert "hidden" in form  # without the script nothing promises what cannot be kept
    assert len(page.all("mark")) == 12


@pytest.mark.usefixtures("unplotted")
@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_others_wrote_is_text(payload: str) -> None:
    clean, page = (Reader(render_page(hostile(make_report(2), text))) for text in ("harmless", payload))
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in clean.elements]
    assert page.open == [] and page.raw == clean.raw
    assert one_line(payload) in one_line(page.text)
    assert "".join(page.text.split()).count("".join(plain(payload).split())) >= 15
    known = {name for _, attributes in clean.elements for name in attributes}
    assert {name for _, attributes in page.elements for name in attributes} == known


@pytest.mark.usefixtures("unplotted")
@pytest.mark.parametrize(
    "payload", ["\u202eright to left\u202c", "\u2066x\u2069", "a\x00b\x1b[31m", "\ud800", "x" * 100_000]
)
def test_what_would_be_obeyed_is_taken_out_and_what_is_endless_is_cut(payload: str, tmp_path: Path) -> None:
    path = write_page(hostile(make_report(2), payload), tmp_path)
    text = path.read_text(encoding="utf-8")
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069]", text)
    assert "x" * (LONGEST + 1) not in text


@pytest.mark.usefixtures("unplotted")
@pytest.mark.parametrize(
    "report",
    [
        make_report(0, against=False),
        replace(
            make_report(3, against=False),
            metrics={},
            baselines={},
            tags={},
            outlets=(),
            confusion=None,
            risk_coverage=(),
            warnings=(),
        ),
        replace(make_report(1), results=(replace(result(1), answer=None, seen=(), seconds=None),)),
        replace(make_report(2), against={}),
    ],
)
def test_what_a_report_lacks_is_left_out(report: Report) -> None:
    page = Reader(render_page(report))
    assert page.open == [] and not re.search(r"\bNone\b(?!\.)|\bnan\b|Undefined", page.text)


def test_a_passage_is_cut_around_its_gold() -> None:
    before, marked, after = around(TEXT, ("nothing of the kind", QUOTE.replace(" ", "\n ")))
    assert before + marked + after == TEXT and marked == QUOTE
    long = "a " * 500 + QUOTE + " b" * 500
    before, marked, after = around(long, (QUOTE,))
    assert marked == QUOTE and before.startswith("…") and after.endswith("…")
    assert len(before + marked + after) == PASSAGE_WINDOW + 2 and abs(len(before) - len(after)) <= 1
    assert around(long, ()) == ("", "", long[:PASSAGE_WINDOW] + "…")
    assert around("short", ("",)) == ("", "", "short")
    before, marked, after = around("x" * 1000, ("x" * 900,))
    assert (before, len(marked), after) == ("", PASSAGE_WINDOW, "…")


@pytest.mark.usefixtures("unplotted")
def test_many_questions_are_still_a_page_of_reasonable_size() -> None:
    few, more = (len(render_page(make_report(count))) for count in (20, 220))
    assert (more - few) / 200 * 2500 < 25_000_000


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.report_page.make_plots", lambda report: [])
    (tmp_path / "file").write_text("")
    with pytest.raises(RequestError, match="choose another"):
        write_page(make_report(1), tmp_path / "file")
    assert write_page(make_report(1), tmp_path / "new" / "folder").name == "report.html"


def test_the_page_has_the_colours_of_the_web_page() -> None:
    css = (ROOT / "ui" / "report.css").read_text(encoding="utf-8")
    theme = (ROOT / "ui" / "theme.py").read_text(encoding="utf-8")
    light = re.search(r"PAPER, .*?= \((.*?)\)", theme, re.DOTALL)
    dark = re.search(r"^DARK = (.*)$", theme, re.MULTILINE)
    assert light and dark
    wanted = set(re.findall(r"#\w{6}", light[1] + dark[1]))
    assert len(wanted) == 12 and wanted <= set(re.findall(r"#\w{6}", css))


# -- in a browser --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no Chromium at {CHROMIUM}")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_works_in_a_browser_and_is_silent(browser: Any, scheme: str, tmp_path: Path) -> None:
    expect = pytest.importorskip("playwright.sync_api").expect
    path = write_page(hostile(make_report(20), PAYLOADS[1] + "</script>\u202e" + "w" * 400), tmp_path)
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    wrongs: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: wrongs.append(message.text))
    page.on("pageerror", lambda error: wrongs.append(str(error)))
    page.on("dialog", lambda dialog: (wrongs.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(path.as_uri())
    visible = page.locator("#failing ~ .question:visible")
    assert visible.count() == 10
    # by keyboard: the first field, one kind down the list
    page.locator("#kind").focus()
    page.select_option("#kind", "refused")
    assert visible.count() == 2 and page.locator("#shown").inner_text() == "2 of 10 failures, 0 others"
    page.locator("#words").fill("q-4")
    expect(page.locator("#shown")).to_have_text("1 of 10 failures, 0 others")
    summary = visible.first.locator("summary")
    summary.focus()
    page.keyboard.press("Enter")
    assert visible.first.locator("text=Passages found").is_visible()
    assert "holds the gold" in visible.first.inner_text()
    page.locator("button[type=reset]").click()
    expect(page.locator("#shown")).to_have_text("10 of 10 failures, 10 others")
    page.select_option("#tag", "comparison")
    assert 0 < visible.count() < 10
    page.locator("#passing > summary").click()
    assert page.locator("#passing .question:visible").count() > 0
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    assert page.locator("figure svg").count() == 4
    assert (wrongs, requests) == ([], [path.as_uri()])
    context.close()
