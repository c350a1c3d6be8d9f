"""Answers that a language model words: nothing of its reply is let out unchecked.

Asking the model is `rag.generation`, checking what it says is `rag.citations` and `rag.gate`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from documents.errors import GenerationModelError
from documents.outlets.registry import OutletRegistry
from rag.answers import Usage
from rag.citations import Evidence, Resolution, Resolver
from rag.speaking import with_speakers

if TYPE_CHECKING:
    from index.collection import Collection, Hit
    from rag.generation import LanguageModel


def stream_checked(
    model: LanguageModel,
    question: str,
    hits: Sequence[Hit],
    collection: Collection,
    history: Sequence[tuple[str, str]] = (),
    counted: Callable[[Usage], None] | None = None,
) -> Iterator[Resolution]:
    """Yield the model's answer as it grows, only sentences that passed the gate; the last one is final.

    Yields nothing at all when the model says that the articles do not say.

    Args:
        model: The model.
        question: The question as it stands alone.
        hits: The passages to answer from, best first.
        collection: Where they come from; its outlets are known to the gate.
        history: Earlier turns as (question, answer), oldest first.
        counted: Called before the end, whatever comes of the reply, with its tokens, if the server counted them.

    Raises:
        GenerationModelError: no complete reply, or not one sentence of it passed.
    """
    evidence = Evidence(hit.passage for hit in hits)
    resolver = Resolver(evidence, OutletRegistry.load(collection.store.outlet_names()))
    reply = model.answer(question, evidence, history)
    try:
        for piece in reply:
            if resolver.feed(piece):
                yield _spoken(resolver.state(), collection)
    finally:
        reply.close()
        if counted is not None and reply.usage is not None:
            counted(reply.usage)
    final = resolver.close(complete=not reply.cut_short)
    if final.sentences:
        yield _spoken(final, collection)
    elif not final.cannot_answer:
        caught = ", ".join(sorted({finding.kind for finding in final.findings})) or "no sentence in it"
        raise GenerationModelError(
            f"expected an answer that its passages carry, got none from {model.name!r} ({caught})"
        )


def _spoken(state: Resolution, collection: Collection) -> Resolution:
    return replace(state, citations=tuple(with_speakers(state.citations, collection.store)))
