"""Drafts of questions that a language model makes, one a passage; nothing of what it says is taken on trust.

A reply must be the JSON that was asked for, its answer must stand in the passage word for word, and its question
must not give it away. Everything else is dropped and counted.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from documents.errors import GenerationModelError
from rag.evaluation.draft_sentences import Sentence, whole_sentences
from rag.evaluation.drafts_by_rule import Draft, Material, draft, gold
from rag.generation import LanguageModel
from rag.prompts import DRAFTING_RULES, drafting_prompt

MODEL = "model"
"""Kind and tag of these drafts."""

MIN_TEXT = 200
"""Characters of a passage below which there is little to ask."""

LONGEST_QUESTION = 300
LONGEST_ANSWER = 120

GIVES_UP = 3
"""Errors one after another from which on the model is not asked any more."""


@dataclass(frozen=True, slots=True)
class ModelDrafts:
    """What came of asking: usable drafts, how often the model was asked, how many replies were dropped, its trouble."""

    drafts: tuple[Draft, ...]
    asked: int
    dropped: int
    trouble: str


def ask_for_drafts(model: LanguageModel, materials: Iterable[Material], wanted: int, seed: int) -> ModelDrafts:
    """Return up to `wanted` drafts, one an article.

    Args:
        model: The model.
        materials: The articles, in the order in which they are asked about.
        wanted: How many drafts; the model is asked at most three times as often.
        seed: Seed of the choice of passages.
    """
    found: list[Draft] = []
    asked, failed, trouble = 0, 0, ""
    for material, sentences in _passages(materials, seed):
        if len(found) >= wanted or asked >= 3 * wanted or failed >= GIVES_UP:
            break
        text = material.article.text[sentences[0].start : sentences[-1].end]
        asked += 1
        try:
            reply = "".join(model.chat(DRAFTING_RULES, drafting_prompt(text)))
        except GenerationModelError as error:
            failed, trouble = failed + 1, str(error)
            continue
        failed = 0
        made = _checked(reply, text, material, sentences)
        if made is not None:
            found.append(made)
    return ModelDrafts(tuple(found), asked, asked - len(found), trouble)


def _passages(materials: Iterable[Material], seed: int) -> Iterator[tuple[Material, list[Sentence]]]:
    """Yield one passage of each article that has one worth asking about, as its whole sentences."""
    for material in materials:
        fit = []
        for passage in material.passages:
            sentences = list(whole_sentences(material.article, [passage]))
            if len(sentences) >= 2 and len(passage.text.strip()) >= MIN_TEXT:
                fit.append(sentences)
        if fit:
            yield material, random.Random(f"{seed} {material.article.id}").choice(fit)  # noqa: S311  no secret hangs on it


def _checked(reply: str, text: str, material: Material, sentences: list[Sentence]) -> Draft | None:
    """Return the draft that a reply makes, or None where it is not what was asked for."""
    try:
        said = json.loads(reply)
    except (json.JSONDecodeError, RecursionError):
        return None
    if not isinstance(said, dict) or set(said) != {"question", "answer"}:
        return None
    question, answer = said["question"], said["answer"]
    if not isinstance(question, str) or not isinstance(answer, str):
        return None
    question, answer = question.strip(), answer.strip()
    if not 10 <= len(question) <= LONGEST_QUESTION or not question.endswith("?") or not question.isprintable():
        return None
    if not 1 <= len(answer) <= LONGEST_ANSWER or not any(c.isalnum() for c in answer) or "\n" in answer:
        return None
    whole = rf"(?<!\w){re.escape(answer)}(?!\w)"
    if not re.search(whole, text) or re.search(whole, question, re.IGNORECASE):
        return None
    holding = [s for s in sentences if re.search(whole, s.text)]
    if not holding:
        return None
    asked = gold(material, holding[0], question, MODEL)
    quotes = tuple(s.text for s in holding)
    return draft(material, holding[0], MODEL, replace(asked, answers=(answer,), quotes=quotes))
