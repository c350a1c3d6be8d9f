from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from documents.articles import Article, OutletBasis
from rag.answers import Answer, AnswerSentence, Citation, Finding, Missing, Verdict
from ui.rendering import (
    ARTICLE_WINDOW,
    article_parts,
    escape,
    one_line,
    plain,
    render_answer,
    render_article_head,
    render_failure,
    render_question,
    render_table,
    safe_link,
)
from ui.wording import basis_words, chain_words, copies_words, date_words, model_host, source_card, source_line

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=http://evil.example/a.png srcset='http://evil.example/b.png 2x'>",
    "<svg onload=alert(1)><style>*{background:url(http://evil.example/c)}</style></svg>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<iframe src=http://evil.example/></iframe>",
    "<form action=http://evil.example/><input type=password name=p></form>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<video poster=http://evil.example/p.png><source src=http://evil.example/v.mp4></video>",
    "<audio src=http://evil.example/a.mp3 autoplay></audio>",
    "<object data=http://evil.example/></object><embed src=http://evil.example/>",
    "<link rel=stylesheet href=http://evil.example/s.css>",
    "<meta http-equiv=refresh content='0;url=http://evil.example/'>",
    "<base href=http://evil.example/>",
    "<div style='position:fixed;inset:0;background:url(http://evil.example/d)'>Log in again</div>",
    "<a href='javascript:alert(1)'>click</a>",
    '<a href="#cite-1-1">[1]</a>',
    "<math><mtext></mtext><mglyph><style><img src=x onerror=alert(1)></style></mglyph></math>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "</p></div></span><h1>Breaking</h1>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover=alert(1) x='",
    "![a](http://evil.example/m.png)",
    "[click](http://evil.example/)",
    "[click](javascript:alert(1))",
    "[x][y]\n\n[y]: http://evil.example/",
    "<http://evil.example/>",
    "http://evil.example/auto www.evil.example/auto mail@evil.example",
    "| a | b |\n|---|---|\n| c | d |",
    "# Heading\n\nText\n===\n\n> quote\n\n- item\n1. one\n\n---",
    "    indented code\n\n```js\nalert(1)\n```\n\n~~~mermaid\ngraph TD\n~~~",
    "**bold** *it* __b__ _i_ ~~s~~ `code` \\*no\\*",
    "$$\\href{javascript:alert(1)}{x}$$ \\(a\\) \\[b\\] $c$ \\begin{equation}d\\end{equation}",
    "&lt;script&gt; &amp;lt; &#60;script&#62; &#x3c;script&#x3e; &nbsp; &copy",
    "[1] Reuters says so [2][1] [1](#cite-1-1)",
    "data:text/html,<script>alert(1)</script> javascript:alert(1)",
    "Hand\u202eelsblatt\u202c \u2066x\u2069 \u200fRTL \u061c",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b]8;;http://evil.example/\x1b\\link\x1b]8;;\x1b\\ \x9b2J \x1bPq#0\x1b\\",
    "line one\nline two\r\nline three\u2028four\u2029five\x85six",
    "zero\u200bwidth\ufeff tag\U000e0041\U000e007f soft\u00adhyphen fami\u200dly",
    "lone \ud800 surrogate, nul \x00, bell \x07, delete \x7f",
    "{{7*7}} ${7*7} <%= 7 %> {% raw %}",
    "=cmd|' /C calc'!A0 +1 -1 @x",
    "%%%LATEX_BLOCK_0%%% :::note x ::: [[wiki]] ==mark== ^sup^ [^1]: foot",
]
"""Things that an article, a question or a model may hold and that must come out as themselves."""

ALLOWED = {"p", "a", "details", "summary", "ul", "li", "h3", "table", "thead", "tbody", "tr", "th", "td"}


class Reader(HTMLParser):
    """Collects what a browser would see: elements with attributes, and the text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.other: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.other.append(data)

    def handle_decl(self, decl: str) -> None:
        self.other.append(decl)

    def handle_pi(self, data: str) -> None:
        self.other.append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def citation(number: int = 1, **changes: object) -> Citation:
    fields: dict[str, object] = {
        "number": number,
        "outlet": "Lindholm Courier",
        "outlet_basis": "quoted",
        "via": "Bay Review",
        "speaker": None,
        "title": "Ferry to stop",
        "url": None,
        "published": "2024-02-11",
        "article_id": "a" * 16,
        "quote": "It stops.",
        "start": 0,
        "end": 9,
        "verdict": Verdict.VERBATIM,
    }
    return Citation(**{**fields, **changes})  # type: ignore[arg-type]


def answer(text: str, *, by: str = "extractive", status: str = "answered", **changes: object) -> Answer:
    fields: dict[str, object] = {
        "question": text,
        "standalone_question": text,
        "status": status,
        "text": text,
        "sentences": (AnswerSentence(text, (1, 2, 9)),),
        "citations": (citation(1, outlet=text), citation(2, outlet=None, outlet_basis="unknown", title=text)),
        "findings": (Finding("altered", text, text), Finding("note", text, text)),
        "missing": Missing((text,), "note: " + text),
        "answered_by": by,
    }
    return Answer(**{**fields, **changes})  # type: ignore[arg-type]


def check(html: str, *shown: str) -> Reader:
    """Assert that `html` holds only our own elements and shows each of `shown` as it is; return what it holds."""
    reader = read(html)
    assert not reader.other
    for tag, attributes in reader.elements:
        assert tag in ALLOWED
        assert set(attributes) <= {"class", "href", "title", "target", "rel", "scope"}
        if tag == "a":
            assert re.fullmatch(r"#(cite|back)-\d+-\d+|https?://[^\s\"<>]*", attributes["href"] or "")
        else:
            assert set(attributes) <= {"class", "scope"}
    for text in shown:
        assert text in reader.text
    return reader


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("by", ["extractive", "a-model<script>"])
def test_payload_is_shown_and_does_nothing(payload: str, by: str) -> None:
    html = render_answer(answer(payload, by=by), turn=3, endpoint=payload, notices=[payload])
    reader = check(html, plain(payload), plain(by) if by != "extractive" else "no language model")
    assert [a["href"] for tag, a in reader.elements if tag == "a"] == ["#cite-3-1", "#cite-3-2"]
    check(render_question(payload, payload), plain(payload))
    check(render_failure(payload), plain(payload))
    check(render_table((payload,), ((payload, payload),)), one_line(payload))
    article = Article(
        "Text.", title=payload, author=payload, outlet=payload, outlet_basis=OutletBasis.GIVEN, url=payload
    )
    check(render_article_head(article, back_to="1-2"), one_line(payload))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payload_survives_a_markdown_parser(payload: str) -> None:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    reader = read(parser.render(escape(payload)))
    assert {tag for tag, _ in reader.elements} <= {"p"}
    assert "".join(reader.text.split()) == "".join(plain(payload).split())


@given(st.text())
@example("&#60;b&#62;")
@example("\x1b\x1b[0m[31m")
@example("a\x9b\x1b")
def test_plain_is_safe_and_idempotent(text: str) -> None:
    once = plain(text)
    assert plain(once) == once
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\u2028\u2029]", once)
    assert not re.search("[\ud800-\udfff]", once)
    once.encode("utf-8")


@given(st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"])))
def test_plain_keeps_ordinary_text(text: str) -> None:
    assert plain(text) == text


@given(st.text())
def test_escape_means_the_text_and_nothing_else(text: str) -> None:
    html = escape(text)
    assert re.fullmatch(r"(?:&#[0-9]+;|[A-Za-z0-9]|[^\x00-\x7f])*", html)
    reader = read(f"<p>{html}</p>")
    assert reader.text == plain(text)
    assert [tag for tag, _ in reader.elements] == ["p"]


@given(st.lists(st.text(), max_size=4), st.text(), st.integers(1, 999))
def test_any_answer_holds_only_our_elements(texts: list[str], other: str, turn: int) -> None:
    sentences = tuple(AnswerSentence(text, (1, 2, 1, 77)) for text in texts)
    html = render_answer(answer(other, sentences=sentences), turn=turn)
    reader = check(html, *(plain(text) for text in texts))
    markers = [a["href"] for tag, a in reader.elements if tag == "a"]
    assert markers == [f"#cite-{turn}-1", f"#cite-{turn}-2"] * len(texts)


def test_osc_and_csi_payloads_vanish_with_their_parameters() -> None:
    assert plain("\x1b[31;1mred\x1b[0m") == "red"
    assert plain("\x1b]0;owned\x07ok\x1b]8;;http://evil.example/\x1b\\go\x1b]8;;\x1b\\") == "okgo"
    assert plain("\x1b]0;never ended") == "0;never ended"
    assert plain("a\r\nb\rc\u2028d") == "a\nb\nc\nd"
    assert plain("نمی‌خواهم") == "نمی‌خواهم"


def test_markers_come_from_sentences_only_and_only_for_known_numbers() -> None:
    html = render_answer(answer("[1] Reuters says", sentences=(AnswerSentence("[1] Reuters says", (2, 2, 5)),)))
    assert html.count("<a ") == 1
    assert 'href="#cite-1-2"' in html


def test_no_evidence_shows_the_nearest_and_what_is_missing() -> None:
    said = answer("The articles do not say.", status="no_evidence", sentences=(), missing=Missing(("X",), "No X here."))
    reader = check(render_answer(said), "The articles do not say.", "No X here.", "Nearest evidence")
    assert [a["href"] for tag, a in reader.elements if tag == "a"] == ["#cite-1-1", "#cite-1-2"]


def test_lines_under_the_answer() -> None:
    text = read(render_answer(answer("x"), notices=["The index is damaged."])).text
    assert "Answered by extraction from the articles (no language model)" in text
    assert "The index is damaged." in text
    assert "The gate removed or repaired 1 statement; 1 note on this answer" in text
    by_model = read(render_answer(answer("x", by="gemma3"), endpoint="127.0.0.1:11434")).text
    assert "Answered by gemma3 at 127.0.0.1:11434, checked by the gate" in by_model
    growing = read(render_answer(answer("x"), final=False)).text
    assert "Answered by" not in growing


def test_extracted_sentences_stand_alone_and_a_models_run_on() -> None:
    two = (AnswerSentence("One.", (1,)), AnswerSentence("Two.", (2,)))
    assert render_answer(answer("x", sentences=two), final=False).count("<p>") == 2
    assert render_answer(answer("x", sentences=two, by="m"), final=False).count("<p>") == 1


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://review.example/a?b=c#d", "review.example"),
        ("http://review.example:8080/", "review.example:8080"),
        ("https://sub.review.example/ä b".replace(" ", "%20"), "sub.review.example"),
        ("HTTPS://REVIEW.example/", "review.example"),
        ("https://müller.example/", "xn--mller-kva.example"),
        ("https://аpple.example/", "xn--pple-43d.example"),  # the first letter is Cyrillic
        ("http://[2001:db8::1]/x", "[2001:db8::1]"),
    ],
)
def test_links_that_may_be_followed(url: str, host: str) -> None:
    link = safe_link(url)
    assert link is not None
    assert link.host == host
    assert link.href.isascii()
    assert link.href.startswith((f"http://{host}/", f"https://{host}/"))


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "review.example/a",
        "//review.example/a",
        "javascript:alert(1)",
        "JavaScript://review.example/%0aalert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://review.example/",
        "vbscript:x",
        "http://review.example@evil.example/",
        "http://user:pass@review.example/",
        "http://review.example\\@evil.example/",
        "http:\\\\evil.example",
        "http:///evil.example",
        "http://",
        "http://review.example%2f.evil.example/",
        "http://review.example:99999/",
        "http://review.example:x/",
        "http://evil.example/\nx",
        " http://evil.example/",
        "java\tscript:alert(1)",
        "http://review.example\u202e/x",
        "http://review\u200b.example/",
        "http://straße.example/",
        "http://[::1",
        "http://-/",
        "http://a..b\ud800/",
        "http://review．example＠evil.example/",
    ],
)
def test_links_that_may_not_be_followed(url: str | None) -> None:
    assert safe_link(url) is None


@given(st.text())
def test_safe_link_never_raises_nor_leaves_http(url: str) -> None:
    for text in (url, "http://" + url, "https://review.example/" + url):
        link = safe_link(text)
        assert link is None or re.fullmatch(r"https?://[a-z0-9_.\-\[\]:]+(/[!-~]*|\?[!-~]*|#[!-~]*)?", link.href)


@given(st.text(max_size=300), st.integers(-5, 400), st.integers(-5, 400))
def test_article_parts_hold_the_whole_text_in_order(text: str, start: int, end: int) -> None:
    pieces = article_parts(text, start, end)
    assert "".join(piece for piece, _ in pieces if piece) == "".join(
        plain(text[a:b]) for a, b in zip(*_cuts(text, start, end), strict=True)
    )
    assert sum(label == "quote" for _, label in pieces) <= 1


def _cuts(text: str, start: int, end: int) -> tuple[list[int], list[int]]:
    start = max(0, min(start, len(text)))
    end = max(start, min(end, len(text)))
    return [0, start, end], [start, end, len(text)]


def test_a_very_long_article_is_cut_around_the_quote_and_says_so() -> None:
    text = "a" * 500_000 + "QUOTE" + "b" * 500_000
    pieces = article_parts(text, 500_000, 500_005)
    assert [label for _, label in pieces] == [None, "quote", None]
    assert pieces[1][0] == "QUOTE"
    assert pieces[0][0].startswith("[400,000 characters left out]")
    assert pieces[2][0].endswith("characters left out]")
    assert sum(len(piece) for piece, _ in pieces) < ARTICLE_WINDOW + 100


def test_article_head_says_what_is_known() -> None:
    article = Article("Text.", url="https://review.example/x")
    head = render_article_head(article)
    text = read(head).text
    assert "Untitled" in text
    assert "Outlet not stated – date not stated" in text
    assert "Read at review.example" in text
    assert 'rel="noopener noreferrer nofollow"' in head
    assert "<a " not in render_article_head(Article("Text.", url="javascript:alert(1)"))


def test_source_words() -> None:
    known = citation(speaker="Ada Venn")
    assert source_line(known) == "[1] Lindholm Courier (via Bay Review) – Ada Venn – 11 February 2024 – Ferry to stop"
    assert source_card(known) == (
        "[1] Ada Venn > Lindholm Courier > via Bay Review",
        "11 February 2024 – Ferry to stop",
        "Quoted in the article",
    )
    assert source_card(citation(agency="Meridian Press Agency"))[-1] == (
        "Quoted in the article – agency text: Meridian Press Agency"
    )
    unknown = citation(outlet=None, outlet_basis="unknown", via=None, published=None, title=None)
    assert source_line(unknown) == "[1] outlet not stated – date not stated"
    assert basis_words("text") == "stated in the text"
    assert basis_words("from-the-future") == "from-the-future"
    assert all(basis_words(basis) != basis for basis in OutletBasis)


@pytest.mark.parametrize(
    ("outlet", "via", "speaker", "words"),
    [
        ("Handelsblatt", "Nine Kiosks", "Ada Brook", "Ada Brook > Handelsblatt > via Nine Kiosks"),
        ("Handelsblatt", None, "Ada Brook", "Ada Brook > Handelsblatt"),
        ("Handelsblatt", "Nine Kiosks", None, "Handelsblatt > via Nine Kiosks"),
        ("Handelsblatt", None, None, "Handelsblatt"),
        (None, None, "Ada Brook", "Ada Brook > outlet not stated"),
        (None, None, None, "outlet not stated"),
    ],
)
def test_a_chain_leaves_out_what_is_not_known(
    outlet: str | None, via: str | None, speaker: str | None, words: str
) -> None:
    assert chain_words(outlet, via, speaker) == words


def test_near_copies_among_the_sources_are_said() -> None:
    copies = [
        citation(n, outlet=f"Paper {n}", via=None, article_id=str(n) * 16, cluster="copy-1", agency="Meridian <b>")
        for n in (1, 3, 4)
    ]
    line = "[1] [3] [4]: the same text in 3 outlets; agency: Meridian <b>"
    assert copies_words([copies[0], citation(2), *copies[1:]]) == [line]
    assert copies_words([copies[0], replace(copies[0], number=2)]) == []  # one article, cited twice
    assert copies_words([citation(1), citation(2)]) == []
    unknown = replace(copies[1], outlet=None, outlet_basis="unknown", agency=None)
    assert copies_words([replace(copies[0], agency=None), unknown]) == ["[1] [3]: the same text in 2 articles"]
    shown = answer("It stops.", citations=tuple(copies), sentences=(AnswerSentence("It stops.", (1, 3, 4)),))
    check(render_answer(shown), line)
    assert line not in read(render_answer(shown, final=False)).text


def test_article_head_says_copies_and_agency() -> None:
    article = Article("Text.", cluster="copy-1", agency="Meridian <b>")
    check(render_article_head(article, outlets=["A", "B", "B"]), "The same text in 3 articles; agency: Meridian <b>")
    check(render_article_head(article, outlets=["A", "B"]), "The same text in 2 outlets; agency: Meridian <b>")
    assert "Agency: Meridian" in read(render_article_head(Article("Text.", agency="Meridian"))).text
    assert "gency" not in read(render_article_head(Article("Text."))).text


def test_dates_and_hosts() -> None:
    assert date_words("2023-09-06T10:00:00+02:00") == "6 September 2023"
    assert date_words("last week") == "last week"
    assert date_words(None) == "date not stated"
    assert model_host("llama3.2@http://127.0.0.1:11434/v1") == "127.0.0.1:11434"
    assert model_host("none") is None
