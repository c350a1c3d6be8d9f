"""What decides whether citations carry a sentence: Byline's gate, a model of entailment, or a language model.

Each gets a sentence and citations as any system gave them. Only words that the collection has count, said by whom
the collection knows them to be; a citation that points at nothing carries nothing. What is made of the verdicts is
`rag.evaluation.citation_scores`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from documents.errors import EncoderError, GenerationModelError, RequestError
from documents.outlets.registry import OutletRegistry
from index.reranking import PairClassifier, PairModel
from index.store import Store, StoredPassage
from rag.answers import Citation
from rag.evaluation.evidence import Evidence
from rag.gate import check_citation, check_sentence
from rag.prompts import JUDGE_RULES, judge_prompt
from rag.settings import NO_LLM
from rag.verification import cited_passage

if TYPE_CHECKING:
    from rag.generation import LanguageModel
    from rag.settings import Settings

GATE = "gate"
LLM = "llm"
NLI = "nli:"

ENTAILMENT = ("entailment", "entail", "entails")
"""How models name the label that the first text carries the second."""

_THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL | re.IGNORECASE)
_VERDICT = re.compile(r"[\W_]*(yes|no)\b", re.IGNORECASE)


class SentenceJudge(Protocol):
    """Decides whether citations carry a sentence.

    One may also have ``warnings``, sentences about what makes its verdicts less sure; reports show them.
    """

    @property
    def name(self) -> str:
        """What reports call it."""
        ...

    def carries(self, sentence: str, citations: Sequence[Citation]) -> bool:
        """Return whether `citations` together carry `sentence`, a sentence without markers."""
        ...


class GateJudge:
    """Byline's own gate: the citation is what its article says, and the sentence says no more than that.

    A label that the system leaves open is no fault of the citation; a wrong outlet or speaker is.
    """

    name = GATE

    def __init__(self, store: Store, registry: OutletRegistry, *, evidence: Evidence | None = None) -> None:
        self._store = store
        self._registry = registry
        self._evidence = evidence or Evidence(store, registry)
        self._passages: dict[Citation, StoredPassage | None] = {}
        self._verdicts: dict[tuple[str, tuple[StoredPassage, ...]], bool] = {}

    def carries(self, sentence: str, citations: Sequence[Citation]) -> bool:
        """Return whether the gate lets `sentence` through on those of `citations` that it lets through."""
        passages = tuple(p for citation in citations if (p := self._passage(citation)) is not None)
        if not passages:
            return False
        key = (sentence, passages)
        if key not in self._verdicts:
            # A whole passage repeated is carried by it; comparing it word by word with itself takes a second.
            self._verdicts[key] = (
                any(sentence == passage.passage.text.strip() for passage in passages)
                or check_sentence(sentence, passages, registry=self._registry).verdict.shown
            )
        return self._verdicts[key]

    def _passage(self, citation: Citation) -> StoredPassage | None:
        completed = self._evidence.completed(self._evidence.place(citation))
        if completed is None:
            return None
        if completed not in self._passages:
            holds = check_citation(completed, self._store)[0].shown
            article = self._evidence.article(completed.article_id)
            self._passages[completed] = cited_passage(completed, article) if holds else None
        return self._passages[completed]


class EntailmentJudge:
    """A model of natural language inference: the cited words are the premise, the sentence is the hypothesis.

    The premise says whose words they are, as the collection knows it, so that "According to X, ..." can follow.

    Args:
        model: What classifies pairs of texts.
        evidence: The collection's articles.

    Raises:
        EncoderError: the model has no label for entailment.
    """

    def __init__(self, model: PairModel, evidence: Evidence) -> None:
        self.name = model.name
        self._model = model
        self._evidence = evidence
        self._verdicts: dict[tuple[str, str], bool] = {}
        self._label = next((n for n, label in enumerate(model.labels) if label.strip().lower() in ENTAILMENT), -1)
        if self._label < 0:
            raise EncoderError(
                f"expected a model with the label entailment, got {model.name!r} with {', '.join(model.labels)}; "
                "choose one for natural language inference"
            )

    def carries(self, sentence: str, citations: Sequence[Citation]) -> bool:
        """Return whether entailment is the likeliest label.

        Raises:
            EncoderError: the model failed.
        """
        pair = ("\n".join(cited_words(citations, self._evidence)), sentence)
        if not pair[0]:
            return False
        if pair not in self._verdicts:
            self._verdicts[pair] = int(self._model.classify([pair])[0].argmax()) == self._label
        return self._verdicts[pair]


class ModelJudge:
    """A language model, asked yes or no.

    Attributes:
        unreadable: How many of its replies were neither; each counted as no.

    Args:
        model: The language model.
        evidence: The collection's articles.
    """

    def __init__(self, model: LanguageModel, evidence: Evidence) -> None:
        self.name = model.name
        self.unreadable = 0
        self._model = model
        self._evidence = evidence
        self._verdicts: dict[tuple[str, tuple[str, ...]], bool] = {}

    @property
    def warnings(self) -> tuple[str, ...]:
        """A sentence about the replies that could not be read, if any."""
        if not self.unreadable:
            return ()
        return (f"{self.name} replied neither yes nor no {self.unreadable} times, which counted as no",)

    def carries(self, sentence: str, citations: Sequence[Citation]) -> bool:
        """Return whether the model says yes.

        Raises:
            GenerationModelError: it gave no complete reply, twice: a verdict made up for it would be no measurement.
        """
        passages = cited_words(citations, self._evidence)
        if not passages:
            return False
        key = (sentence, passages)
        if key not in self._verdicts:
            said = _VERDICT.match(_THOUGHT.sub("", self._reply(judge_prompt(sentence, passages))))
            self.unreadable += said is None
            self._verdicts[key] = said is not None and said[1].lower() == "yes"
        return self._verdicts[key]

    def _reply(self, prompt: str) -> str:
        try:
            return "".join(self._model.chat(JUDGE_RULES, prompt))
        except GenerationModelError:  # one hiccup in thousands of questions should not end the evaluation
            return "".join(self._model.chat(JUDGE_RULES, prompt))


def cited_words(citations: Sequence[Citation], evidence: Evidence) -> tuple[str, ...]:
    """Return the words that citations mean, each with whose they are; what the collection does not have is left out."""
    found: list[str] = []
    for citation in citations:
        placed = evidence.place(citation)
        origin = evidence.origin(placed)
        if placed.article is None or origin is None:
            continue
        (start, end), attribution = origin
        names = [name for name in (attribution.outlet, attribution.speaker) if name]
        lead = " quotes ".join(names) if len(names) > 1 else f"{names[0]} writes" if names else ""
        words = placed.article.text[start:end].strip()
        found.append(f"{lead}: {words}" if lead else words)
    return tuple(dict.fromkeys(found))


def sentence_judge(spec: str, settings: Settings, store: Store, registry: OutletRegistry) -> SentenceJudge:
    """Return the judge that `spec` names: "gate", "nli:FOLDER_OR_HUB_ID" or "llm".

    Raises:
        RequestError: there is none such, or no language model is set.
        EncoderError: the model of entailment cannot be loaded; `EncoderMissing` when it is not there.
    """
    kind = spec.strip()
    if kind == GATE:
        return GateJudge(store, registry)
    if kind.startswith(NLI) and kind.removeprefix(NLI).strip():
        return EntailmentJudge(PairClassifier(kind.removeprefix(NLI).strip()), Evidence(store, registry))
    if kind == LLM:
        if settings.llm == NO_LLM:
            raise RequestError("expected a language model to judge with, got none; name one with --llm")
        from rag.generation import LanguageModel

        return ModelJudge(LanguageModel.from_settings(settings), Evidence(store, registry))
    raise RequestError(f"expected gate, nli:MODEL or llm as the judge, got {spec!r}; MODEL is a folder or OWNER/MODEL")
