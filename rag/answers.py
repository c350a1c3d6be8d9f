"""The answer and its parts, as every face shows them: dataclasses, and their JSON form both ways.

The JSON form is the contract of the command line, the web page, REST and scripts:
`Answer.to_dict` and `Answer.from_dict` are inverse. Making answers is `rag.pipeline`, checking
them is `rag.gate`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Literal, TypeVar

from documents.errors import RequestError

Status = Literal["answered", "no_evidence"]


class Verdict(StrEnum):
    """What the gate says of a citation or sentence."""

    VERBATIM = "verbatim"
    """The words stand in the article, character for character."""
    SUPPORTED = "supported"
    """A paraphrase that passed the check."""
    ALTERED = "altered"
    """A number, name or negation was changed."""
    MISATTRIBUTED = "misattributed"
    """The words exist, under another outlet."""
    STITCHED = "stitched"
    """Two quotes glued into one."""
    UNSUPPORTED = "unsupported"
    """No article says this."""
    UNKNOWN_KEY = "unknown_key"
    """The citation points at nothing."""

    @property
    def shown(self) -> bool:
        """Whether a citation with this verdict may reach a reader."""
        return self in (Verdict.VERBATIM, Verdict.SUPPORTED)


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered pointer from an answer sentence to characters of an article.

    `article.text[start:end] == quote` always. `outlet` is None when unknown. `cluster` names the group of
    near-copies that the article belongs to, `agency` the news agency that they credit; None where there is none.
    """

    number: int
    outlet: str | None
    outlet_basis: str
    via: str | None
    speaker: str | None
    title: str | None
    url: str | None
    published: str | None
    article_id: str
    quote: str
    start: int
    end: int
    verdict: Verdict
    cluster: str | None = None
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """One sentence of the answer, without its markers, and the numbers of the citations it rests on."""

    text: str
    citations: tuple[int, ...] = ()

    @property
    def marked(self) -> str:
        """The sentence followed by its markers: ``"... [1][2]"``."""
        return self.text + (" " + "".join(f"[{n}]" for n in self.citations) if self.citations else "")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the gate caught (`kind` is a `Verdict` value), or a thing the reader should know."""

    kind: str
    text: str
    detail: str


@dataclass(frozen=True, slots=True)
class Missing:
    """What was asked for and is not there: outlets that the collection lacks, and a plain sentence."""

    outlets: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds spent in each step."""

    retrieve: float = 0.0
    answer: float = 0.0
    check: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that a language model read and wrote for one answer, as its server counted them."""

    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A cited answer, or an honest "the articles do not say".

    With `status == "no_evidence"`, `text` says so in one sentence, `sentences` holds no claim, and
    `citations` hold the nearest evidence, which answers nothing but shows what there is. `confidence` is
    the probability, judged before anything was worded, that the best sentence found answers the question;
    None where nothing was found. `usage` is None where no language model was asked or its server did not count.
    """

    question: str
    standalone_question: str
    status: Status
    text: str
    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    findings: tuple[Finding, ...] = ()
    missing: Missing = field(default_factory=Missing)
    answered_by: str = "extractive"
    timings_ms: Timings = field(default_factory=Timings)
    confidence: float | None = None
    usage: Usage | None = None

    def citation(self, number: int) -> Citation | None:
        """Return the citation with this number, or None."""
        return next((c for c in self.citations if c.number == number), None)

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain JSON types."""
        plain = asdict(self)
        for citation in plain["citations"]:
            citation["verdict"] = str(citation["verdict"])
        return plain

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Answer:
        """Return the answer whose `to_dict` gave `data`; missing optional fields take their defaults.

        Raises:
            RequestError: `data` is not an answer; the message names the field.
        """
        if not isinstance(data, Mapping):
            raise RequestError(f"expected an answer as a JSON object, got {type(data).__name__}")
        try:
            return cls(
                question=str(data["question"]),
                standalone_question=str(data.get("standalone_question", data["question"])),
                status="no_evidence" if data.get("status") == "no_evidence" else "answered",
                text=str(data.get("text", "")),
                sentences=tuple(
                    AnswerSentence(str(s["text"]), tuple(int(n) for n in s.get("citations", ())))
                    for s in data["sentences"]
                ),
                citations=tuple(_citation(c) for c in data["citations"]),
                findings=tuple(_known(Finding, f) for f in data.get("findings", ())),
                missing=Missing(
                    tuple(data.get("missing", {}).get("outlets", ())), str(data.get("missing", {}).get("note", ""))
                ),
                answered_by=str(data.get("answered_by", "extractive")),
                timings_ms=_known(Timings, data.get("timings_ms", {})),
                confidence=None if data.get("confidence") is None else float(data["confidence"]),
                usage=None if data.get("usage") is None else _known(Usage, data["usage"]),
            )
        except KeyError as error:
            raise RequestError(
                f"expected an answer with the field {error.args[0]!r}, got none; pass the JSON of byline ask"
            ) from None
        except (TypeError, ValueError, AttributeError) as error:
            raise RequestError(f"expected an answer as byline ask prints it, got a malformed field: {error}") from None


T = TypeVar("T")
_OPTIONAL = ("outlet", "via", "speaker", "title", "url", "published", "cluster", "agency")


def _known(kind: type[T], data: Mapping[str, Any]) -> T:
    return kind(**{name: data[name] for name in kind.__dataclass_fields__ if name in data})  # type: ignore[attr-defined]


def _citation(data: Mapping[str, Any]) -> Citation:
    optional = {name: data.get(name) for name in _OPTIONAL}
    return Citation(
        number=int(data["number"]),
        outlet_basis=str(data.get("outlet_basis", "unknown")),
        article_id=str(data["article_id"]),
        quote=str(data["quote"]),
        start=int(data["start"]),
        end=int(data["end"]),
        verdict=Verdict(data.get("verdict", "unsupported")),
        **optional,
    )
