"""What happens on the Evaluate tab: from a component's value to new values, errors as sentences.

Like `ui.handlers`, whose boundary it uses: every value is checked as if anyone had sent it. The work is done
by `ui.evaluation_desk`, the HTML is made by `ui.evaluation_view`, the layout is `ui.evaluation_tab`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from rag.evaluation.outcomes import QuestionResult
from rag.evaluation.report import Report
from ui.desk import Conversation
from ui.evaluation_desk import EvaluationDesk, Run, Visit
from ui.evaluation_view import (
    EVERY,
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
from ui.handlers import Handlers, outcome, spoken
from ui.plots import make_plots
from ui.rendering import escape, render_failure

LOOK_SECONDS = 0.3
"""How often the progress bar is looked after."""
MOST_HISTORY = 20
"""Most earlier turns of a question that are asked again in the chat; the last ones count."""

RESULTS = ("results", "summary", "scores", "plots", "count", "kind", "tag", "failures", "detail", "chat")
"""The components that a report fills, by their names in `ui.evaluation_tab`."""
SHOWN = ("visit", "status", "run", "stop", *RESULTS)
"""The components that a run writes, in the order in which its handler yields them."""


class EvaluationHandlers:
    """The handlers of the tab; what belongs to a visitor is in the visitor's own `Visit`.

    Args:
        evaluations: What runs evaluations.
        handlers: The handlers of the Ask tab, which open a question in the chat.
        inbox: Folder of received files.
    """

    def __init__(self, evaluations: EvaluationDesk, handlers: Handlers, inbox: Path) -> None:
        self._evaluations = evaluations
        self._handlers = handlers
        self._inbox = inbox

    def arrive(self, visit: Visit | None, chosen: Any) -> tuple[Visit, Any]:
        """Return the visit and the question sets to choose from; `chosen` stays where it is still there."""
        visit = visit or Visit()
        return visit, self._offered(visit, chosen)

    def take_in(self, file: Any, visit: Visit | None) -> tuple[Visit, Any, str]:
        """Return the visit, the sets to choose from with the uploaded one chosen, and what is to be said."""
        visit = visit or Visit()
        key, sentence = outcome(lambda: self._evaluations.sets.take_in(visit.uploaded, file, inbox=self._inbox))
        if key is None:
            return visit, gr.skip(), render_failure(sentence)
        questions = visit.uploaded[key]
        words = f"{len(questions.questions):,} questions in {questions.name}"
        return visit, self._offered(visit, key), render_failure(words)

    def _offered(self, visit: Visit, chosen: Any) -> Any:
        choices = spoken(lambda: self._evaluations.sets.choices(visit.uploaded))
        keys = [key for _, key in choices]
        return gr.Dropdown(choices=choices, value=chosen if chosen in keys else next(iter(keys), None))

    def run(self, key: Any, visit: Visit | None) -> Iterator[tuple[Any, ...]]:
        """Yield new values of the components `SHOWN` while an evaluation runs, then its results or why there are none.

        When nobody takes the values any more, because the page was closed, the evaluation is stopped.
        """
        visit = visit or Visit()
        run, sentence = outcome(lambda: self._evaluations.start(visit, key, outcome))
        if run is None:
            yield _shown(visit=visit, status=render_failure(sentence))
            return
        try:
            busy = {"run": gr.Button(interactive=False), "stop": gr.Button(visible=True)}
            yield _shown(visit=visit, status=_advance(run), results=gr.Column(visible=False), **busy)
            while not run.wait(LOOK_SECONDS):
                yield _shown(visit=visit, status=_advance(run))
        finally:
            run.stop()
        idle = {"run": gr.Button(interactive=True), "stop": gr.Button(visible=False)}
        if run.report is None:
            yield _shown(visit=visit, status=render_failure(run.problem), **idle)
            return
        report, token = run.report, run.token
        shown, sentence = outcome(lambda: self._results(report, token))
        yield _shown(visit=visit, status=render_failure(sentence) if sentence else "", **idle, **(shown or {}))

    def stop(self, visit: Visit | None) -> Any:
        """Return the status line after telling the visitor's run to stop."""
        if visit is None or visit.run is None or visit.run.over.is_set():
            return gr.skip()
        visit.run.stop()
        return _advance(visit.run)

    def _results(self, report: Report, token: str) -> dict[str, Any]:
        choices = failure_choices(report)
        some = bool(choices)
        kinds, tags = kind_choices(report), tag_choices(report)
        return {
            "results": gr.Column(visible=True),
            "summary": render_summary(report, token),
            "scores": render_scores(report),
            "plots": render_plots(make_plots(report)),
            "count": render_count(report, len(choices)),
            "kind": gr.Dropdown(choices=kinds, value=EVERY, visible=some),
            "tag": gr.Dropdown(choices=tags, value=EVERY, visible=some and len(tags) > 1),
            **_failures(choices),
        }

    # ---- the failing questions -----------------------------------------------------------------

    def narrow(self, kind: Any, tag: Any, visit: Visit | None) -> tuple[Any, ...]:
        """Return the heading, the failing questions that both filters let through, no detail, and no button."""
        report = visit.report if visit else None
        if report is None:
            return (gr.skip(),) * 4
        wanted = [value if isinstance(value, str) else EVERY for value in (kind, tag)]
        choices = spoken(lambda: failure_choices(report, *wanted))
        return render_count(report, len(choices)), *_failures(choices).values()

    def show(self, number: Any, visit: Visit | None) -> tuple[Any, Any]:
        """Return the detail of a failing question, and the button that opens it in the chat."""
        result = _chosen(number, visit)
        if result is None:
            return gr.skip(), gr.skip()
        return spoken(lambda: render_result(result)), gr.Button(visible=True)

    def to_chat(self, number: Any, visit: Visit | None) -> tuple[Any, ...]:
        """Return the Ask tab brought to the front, with a new conversation on it."""
        if _chosen(number, visit) is None:
            raise gr.Error(escape("Expected a question of the list, got none; choose one"), print_exception=False)
        return gr.Tabs(selected="ask"), *self._handlers.start_afresh()

    def ask(self, number: Any, visit: Visit | None) -> Iterator[tuple[Any, ...]]:
        """Yield what `Handlers.ask` yields for the turns before the question, then for the question itself.

        The turns are asked anew: what a follow-up means depends on what was asked before, as in the evaluation.
        """
        result = _chosen(number, visit)
        if result is None:
            return
        session: Conversation | None = None
        earlier = [asked for asked, _ in result.question.history[-MOST_HISTORY:]]
        for question in [*earlier, result.question.question]:
            for step in self._handlers.ask(question, [], None, None, session):
                session = step[0]
                yield step


def _advance(run: Run) -> str:
    return render_progress(run.done, run.total, stopping=run.stopping)


def _chosen(number: Any, visit: Visit | None) -> QuestionResult | None:
    report = visit.report if visit else None
    if report is None or not isinstance(number, int) or not 0 <= number < len(report.results):
        return None
    return report.results[number]


def _failures(choices: list[tuple[str, int]]) -> dict[str, Any]:
    return {
        "failures": gr.Radio(choices=choices, value=None, visible=bool(choices)),
        "detail": "",
        "chat": gr.Button(visible=False),
    }


def _shown(**values: Any) -> tuple[Any, ...]:
    return tuple(values.get(name, gr.skip()) for name in SHOWN)
