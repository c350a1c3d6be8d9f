"""The page's layout: which components there are and which handler answers which of them.

What the handlers do is `ui.handlers`; how it looks is ``page.css``; what runs in the browser is
``page.js``. The Evaluate tab is laid out in `ui.evaluation_tab`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from ui.desk import MAX_NAME, MAX_QUESTION, Desk
from ui.evaluation_desk import EvaluationDesk
from ui.evaluation_handlers import EvaluationHandlers
from ui.evaluation_tab import QUIET, lay_out_evaluation, wire_evaluation
from ui.handlers import Handlers
from ui.uploads import SUFFIXES

TITLE = "Byline"
HEAD = '<link rel="stylesheet" href="/byline/page.css"><script src="/byline/page.js" defer></script>'
CACHE_SECONDS = 3600
"""How often received files are looked at, and how old they may get."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """The components that handlers read or write."""

    session: gr.State
    chat: gr.Chatbot
    question: gr.Textbox
    send: gr.Button
    fresh: gr.Button
    outlets: gr.Dropdown
    since: gr.Textbox
    until: gr.Textbox
    cite: gr.Textbox
    sources_head: gr.Markdown
    sources: gr.Radio
    article_head: gr.Markdown
    article: gr.HighlightedText

    @property
    def talk(self) -> list[Any]:
        """What a question writes: the session, the question box, the conversation and the evidence."""
        return [self.session, self.question, self.chat, *self.evidence]

    @property
    def evidence(self) -> list[Any]:
        """What a followed marker writes."""
        return [self.sources_head, self.sources, self.article_head, self.article]


def build_page(desk: Desk, evaluations: EvaluationDesk, inbox: Path) -> Any:
    """Return the page over `desk` and `evaluations`; uploads are taken from `inbox` only."""
    handlers = Handlers(desk, inbox)
    with gr.Blocks(
        title=TITLE,
        analytics_enabled=False,
        delete_cache=(CACHE_SECONDS, CACHE_SECONDS),
        fill_width=True,
    ) as page:
        gr.Markdown("# Byline", elem_id="brand")
        about = gr.Markdown("", elem_id="about", latex_delimiters=[])
        with gr.Tabs(elem_id="tabs") as tabs:
            with gr.Tab("Ask", id="ask"):
                parts = _ask_tab()
            with gr.Tab("Collection", id="collection") as collection_tab:
                lists = _collection_tab(desk, handlers, parts, about)
            with gr.Tab("Evaluate", id="evaluate") as evaluate_tab:
                measured = lay_out_evaluation(evaluations)
        asking = _wire_questions(handlers, parts)
        opened = wire_evaluation(
            evaluate_tab,
            EvaluationHandlers(evaluations, handlers, inbox),
            measured,
            [tabs, *parts.talk],
            asking,
        )
        _wire_fresh(handlers, parts, [*asking, opened])
        listing: Any = {"outputs": [about, parts.outlets, *lists], **QUIET}
        page.load(handlers.welcome, outputs=[parts.chat], **QUIET)
        page.load(handlers.listing, **listing)
        collection_tab.select(handlers.listing, **listing)
    page.queue(max_size=desk.settings.queue_size, default_concurrency_limit=desk.settings.concurrency, api_open=False)
    return page


def _ask_tab() -> _Parts:
    session = gr.State(None)
    with gr.Row(elem_id="ask-row", equal_height=False):
        with gr.Column(scale=3, min_width=340, elem_id="talk"):
            chat = gr.Chatbot(
                label="Conversation",
                show_label=False,
                elem_id="conversation",
                height=None,
                # The bubbles hold HTML made by ui.rendering: no Markdown parser comes near it.
                render_markdown=False,
                sanitize_html=True,
                allow_tags=False,
                latex_delimiters=[],
                reasoning_tags=[],
                buttons=[],
                feedback_options=None,
                layout="panel",
                container=False,
                placeholder="",
            )
            talk = _asking()
        with gr.Column(scale=2, min_width=340, elem_id="evidence"):
            evidence = _evidence()
    return _Parts(session, chat, *talk, *evidence)


def _asking() -> tuple[Any, ...]:
    """Return the question box, its two buttons and the three filters."""
    with gr.Row(elem_id="compose"):
        question = gr.Textbox(
            label="Your question",
            placeholder="Ask a question",
            lines=1,
            max_lines=6,
            max_length=MAX_QUESTION,
            autofocus=True,
            scale=6,
            elem_id="question",
        )
        send = gr.Button("Send", variant="primary", scale=0, min_width=88, elem_id="send")
    with gr.Row(elem_id="under-compose"):
        with gr.Accordion("Filter by outlet and date", open=False, elem_id="filters"):
            outlets = gr.Dropdown([], value=[], multiselect=True, label="Outlets", elem_id="outlets")
            day: Any = {"placeholder": "YYYY-MM-DD", "max_length": 10, "max_lines": 1, "min_width": 120}
            with gr.Row():
                since = gr.Textbox(label="Since", elem_id="since", **day)
                until = gr.Textbox(label="Until", elem_id="until", **day)
        fresh = gr.Button("New conversation", variant="secondary", scale=0, min_width=150, elem_id="fresh")
    return question, send, fresh, outlets, since, until


def _evidence() -> tuple[Any, ...]:
    """Return the box that page.js writes followed markers into, the sources and the article."""
    sources_head = gr.Markdown(Handlers.NO_SOURCES, elem_id="sources-head", latex_delimiters=[])
    sources = gr.Radio(
        [], label="Sources of this answer", show_label=False, container=False, visible=False, elem_id="sources"
    )
    article_head = gr.Markdown("", elem_id="article-head", latex_delimiters=[])
    article = gr.HighlightedText(
        None,
        label="Article",
        show_label=False,
        container=False,
        visible=False,
        show_legend=False,
        show_inline_category=False,
        show_whitespaces=True,
        interactive=False,
        elem_id="article",
    )
    cite = gr.Textbox("", label="Citation", max_length=20, visible="hidden", elem_id="cite")
    return cite, sources_head, sources, article_head, article


def _collection_tab(desk: Desk, handlers: Handlers, parts: _Parts, about: gr.Markdown) -> list[Any]:
    with gr.Row(equal_height=False):
        with gr.Column(scale=2, min_width=320):
            gr.Markdown("## Add articles", elem_classes="section")
            kinds = (
                f"Text, web pages and tables ({', '.join(SUFFIXES)}), at most {desk.settings.max_upload_mb} MB each."
            )
            gr.Markdown(kinds, elem_classes="hint")
            files = gr.File(
                label="Files",
                file_count="multiple",
                file_types=list(SUFFIXES),
                height=170,
                elem_id="upload",
            )
            outlet = gr.Textbox(
                label="Outlet of all these files (leave empty to take what they say)",
                max_length=MAX_NAME,
                elem_id="upload-outlet",
            )
            add = gr.Button("Add to the collection", variant="primary", elem_id="add")
            report = gr.Markdown("", elem_id="report", latex_delimiters=[])
        with gr.Column(scale=3, min_width=340):
            gr.Markdown("## Outlets", elem_classes="section")
            outlet_list = gr.Markdown("", elem_id="outlet-list", elem_classes="listing", latex_delimiters=[])
            gr.Markdown("## Articles", elem_classes="section")
            article_list = gr.Markdown("", elem_id="article-list", elem_classes="listing", latex_delimiters=[])
    lists: list[Any] = [outlet_list, article_list]
    add.click(
        handlers.upload,
        inputs=[files, outlet],
        outputs=[report, files, about, parts.outlets, *lists],
        show_progress="minimal",
        show_progress_on=report,
        concurrency_limit=1,
        api_visibility="private",
    )
    return lists


def _wire_questions(handlers: Handlers, parts: _Parts) -> list[Any]:
    """Connect asking and following; return the events that ask."""
    filters = [parts.outlets, parts.since, parts.until]
    asked = gr.on(
        [parts.send.click, parts.question.submit],
        handlers.ask,
        inputs=[parts.question, *filters, parts.session],
        outputs=parts.talk,
        **QUIET,
    )
    example = parts.chat.example_select(
        handlers.ask_example, inputs=[*filters, parts.session], outputs=parts.talk, **QUIET
    )
    marker: Any = {"inputs": [parts.cite, parts.session], "outputs": parts.evidence, "queue": True}
    parts.cite.change(handlers.follow_marker, **marker, **QUIET)
    parts.sources.input(
        handlers.open_source, inputs=[parts.sources, parts.session], outputs=parts.evidence[2:], **QUIET
    )
    return [asked, example]


def _wire_fresh(handlers: Handlers, parts: _Parts, asking: list[Any]) -> None:
    """Connect the button that starts afresh, which ends the events `asking`."""
    gr.on([parts.fresh.click, parts.chat.clear], handlers.start_afresh, outputs=parts.talk, cancels=asking, **QUIET)
