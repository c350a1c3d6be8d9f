"""Drafting a question set on the command line: `byline evaluate --make N`, to a new file or to standard output.

What is asked about is decided by `rag.evaluation.drafting`. Nothing that exists is overwritten.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from documents.errors import RequestError
from ui.cli_session import Session

if TYPE_CHECKING:
    from rag.evaluation.drafting import Drafts
    from rag.settings import Settings

REVIEW = "These are drafts: read them, mend or drop what is wrong, and remove the tag draft."


def draft_set(
    session: Session, settings: Settings, count: int, path: Path | None, *, as_json: bool = False, **seeded: int
) -> None:
    """Write `count` drafted questions to the new file `path`, or to standard output as JSON lines.

    Args:
        session: Where output goes.
        settings: Whose collection is asked about; its language model, where there is one, drafts as well.
        count: How many questions; where the collection gives fewer, that is said.
        path: A file that does not exist yet; None for standard output.
        as_json: Print one JSON object with the questions in it.
        seeded: The seed, where one was given.

    Raises:
        RequestError: the file exists or cannot be written, or the collection gives no question.
    """
    from rag.evaluation.drafting import to_jsonl

    if path is not None and path.exists():
        raise RequestError(f"expected a new file to write drafts to, got {path}, which exists; name another one")
    drafts = _drafts(settings, count, seeded)
    text = to_jsonl(drafts.questions)
    if path is not None:
        _write(path, text)
    rows = [json.loads(line) for line in text.split("\n") if line]
    if as_json:
        session.emit({"drafted": len(rows), "path": None if path is None else str(path), "questions": rows})
    elif path is None:
        for row in rows:
            session.emit(row, compact=True)
    if len(drafts.questions) < count:
        session.note(f"{len(drafts.questions)} of {count} questions: the articles give no more")
    if drafts.trouble:
        session.note(f"the language model drafted less than its part: {drafts.trouble}")
    session.note((f"written to {path}. " if path else "") + REVIEW)


def _drafts(settings: Settings, count: int, seeded: dict[str, int]) -> Drafts:
    from index.store import Store
    from rag.evaluation.drafting import draft
    from rag.settings import NO_LLM

    model = None
    if settings.llm != NO_LLM:
        from rag.generation import LanguageModel

        model = LanguageModel.from_settings(settings)
    store = Store.open(settings.home, settings.store)
    try:
        return draft(store, count, model=model, **seeded)
    finally:
        store.close()


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise RequestError(f"expected a file to write at {path}, got {error.strerror}; name another one") from None
