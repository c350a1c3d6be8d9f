"""How a question becomes a cited answer: `ask`, `Chatbot`, `evaluate`, and the answer's parts.

Names are loaded on first use, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from documents.errors import BylineError
    from rag.answers import Answer, Citation, Finding
    from rag.evaluation.running import evaluate
    from rag.pipeline import Chatbot, ask
    from rag.settings import Settings

__all__ = ["Answer", "BylineError", "Chatbot", "Citation", "Finding", "Settings", "ask", "evaluate"]

_HOMES = {
    "Answer": "rag.answers",
    "BylineError": "documents.errors",
    "Chatbot": "rag.pipeline",
    "Citation": "rag.answers",
    "Finding": "rag.answers",
    "Settings": "rag.settings",
    "ask": "rag.pipeline",
    "evaluate": "rag.evaluation.running",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
