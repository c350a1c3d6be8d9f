"""The Evaluate tab's layout: which components there are and which handler answers which of them.

What the handlers do is `ui.evaluation_handlers`; the rest of the page is `ui.page`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from ui.evaluation_desk import EvaluationDesk
from ui.evaluation_handlers import SHOWN, EvaluationHandlers
from ui.evaluation_sets import MAX_MEGABYTES, MAX_QUESTIONS, SUFFIXES
from ui.rendering import escape

QUIET: Any = {"show_progress": "hidden", "api_visibility": "private"}
"""For events whose answer shows by itself; nothing of the page is listed as an API."""


@dataclass(frozen=True, slots=True)
class EvaluationParts:
    """The components that handlers read or write."""

    visit: gr.State
    sets: gr.Dropdown
    upload: gr.UploadButton
    run: gr.Button
    stop: gr.Button
    status: gr.Markdown
    results: gr.Column
    summary: gr.Markdown
    scores: gr.Markdown
    plots: gr.Markdown
    count: gr.Markdown
    kind: gr.Dropdown
    tag: gr.Dropdown
    failures: gr.Radio
    detail: gr.Markdown
    chat: gr.Button


def lay_out_evaluation(evaluations: EvaluationDesk) -> EvaluationParts:
    """Return the components of the tab, laid out in the tab that is open now."""
    visit = gr.State(None, delete_callback=evaluations.forget)
    gr.Markdown("## Evaluate", elem_classes="section")
    gr.Markdown(_hint(evaluations), elem_classes="hint")
    with gr.Row(elem_id="evaluation-choice", equal_height=False):
        sets = gr.Dropdown([], label="Question set", scale=4, min_width=260, elem_id="question-sets")
        upload = gr.UploadButton(
            "Upload a set", file_types=list(SUFFIXES), scale=0, min_width=150, elem_id="upload-set"
        )
        run = gr.Button("Run", variant="primary", scale=0, min_width=110, elem_id="run-evaluation")
        stop = gr.Button("Stop", variant="secondary", scale=0, min_width=110, visible=False, elem_id="stop-evaluation")
    status = gr.Markdown("", elem_id="evaluation-status", latex_delimiters=[])
    with gr.Column(visible=False, elem_id="evaluation-results") as results:
        filled = _results()
    return EvaluationParts(visit, sets, upload, run, stop, status, results, *filled)


def _hint(evaluations: EvaluationDesk) -> str:
    words = (
        "Asks every question of a set whose answers are known, and measures what comes back. A set is a file "
        f"({', '.join(SUFFIXES)}) of at most {MAX_MEGABYTES} MB and {MAX_QUESTIONS} questions."
    )
    if evaluations.endpoint:
        words += f" Each question is put to the language model at {evaluations.endpoint}, which may cost money."
    return escape(words)


def _results() -> tuple[Any, ...]:
    """Return the components that a report fills."""
    summary = gr.Markdown("", elem_id="evaluation-summary", latex_delimiters=[])
    gr.Markdown("## Scores", elem_classes="section")
    scores = gr.Markdown("", elem_id="evaluation-scores", elem_classes="listing", latex_delimiters=[])
    gr.Markdown("## Plots", elem_classes="section")
    plots = gr.Markdown("", elem_id="evaluation-plots", latex_delimiters=[])
    count = gr.Markdown("", elem_id="evaluation-count", latex_delimiters=[])
    with gr.Row(elem_id="evaluation-filters"):
        kind = gr.Dropdown([], label="Kind of failure", elem_id="failure-kind", min_width=160)
        tag = gr.Dropdown([], label="Tag", elem_id="failure-tag", min_width=160)
    with gr.Row(elem_id="failure-row", equal_height=False):
        with gr.Column(scale=2, min_width=320):
            failures = gr.Radio([], label="Failing questions", show_label=False, container=False, elem_id="failures")
        with gr.Column(scale=3, min_width=320):
            chat = gr.Button("Open in the chat", visible=False, elem_id="open-in-chat")
            detail = gr.Markdown("", elem_id="failure", latex_delimiters=[])
    return summary, scores, plots, count, kind, tag, failures, detail, chat


def wire_evaluation(
    tab: gr.Tab,
    handlers: EvaluationHandlers,
    parts: EvaluationParts,
    talk: list[Any],
    cancels: list[Any],
) -> Any:
    """Connect the components with their handlers; return the event that asks in the chat.

    Args:
        tab: The tab itself, which fills the list of sets when it is opened.
        handlers: What answers.
        parts: The components.
        talk: The page's tabs, then the components that a question on the Ask tab writes.
        cancels: Events of the Ask tab that end when a question is opened there.
    """
    # Only here and not when the page opens as well: filled twice at once, the list forgets what is chosen.
    arrival: Any = [parts.visit, parts.sets]
    tab.select(handlers.arrive, inputs=arrival, outputs=arrival, **QUIET)
    parts.upload.upload(
        handlers.take_in,
        inputs=[parts.upload, parts.visit],
        outputs=[parts.visit, parts.sets, parts.status],
        **QUIET,
    )
    parts.run.click(
        handlers.run,
        inputs=[parts.sets, parts.visit],
        outputs=[getattr(parts, name) for name in SHOWN],
        concurrency_limit=None,  # the desk runs one at a time, and says so to whoever comes second
        **QUIET,
    )
    parts.stop.click(handlers.stop, inputs=[parts.visit], outputs=[parts.status], **QUIET)
    gr.on(
        [parts.kind.input, parts.tag.input],
        handlers.narrow,
        inputs=[parts.kind, parts.tag, parts.visit],
        outputs=[parts.count, parts.failures, parts.detail, parts.chat],
        **QUIET,
    )
    parts.failures.input(
        handlers.show, inputs=[parts.failures, parts.visit], outputs=[parts.detail, parts.chat], **QUIET
    )
    chosen: Any = {"inputs": [parts.failures, parts.visit]}
    opened = parts.chat.click(handlers.to_chat, outputs=talk, cancels=cancels, **chosen, **QUIET)
    return opened.success(handlers.ask, outputs=talk[1:], **chosen, **QUIET)
