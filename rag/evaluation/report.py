"""The report of an evaluation: what was measured, how sure it is, and every question behind it; to JSON and back.

Holds values and writes ``report.json``. What goes into it is worked out by `rag.evaluation.summary`; how it
looks as a table or a page is `ui`'s business.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from documents.errors import RequestError
from rag.evaluation.outcomes import Metric, QuestionResult

REPORT_NAME = "report.json"

FORMAT = 2
"""Written into every saved report; a report of another format is not read."""


@dataclass(frozen=True, slots=True)
class About:
    """What was evaluated, with what.

    Attributes:
        name: The question set's file name, or "questions".
        set_digest: Hex digest of the questions with their gold.
        articles: How many articles the collection held.
        passages: How many passages.
        encoder: Name of the embedding model.
        answered_by: Who answered: "extractive", the language model's name, or "custom" for a caller's function.
        judge: What judged whether a citation carries its sentence: "gate", or the model's name.
        seed: Seed of every random draw.
        workers: How many questions were asked at once.
        retrieval_only: Whether nothing was answered, only searched.
        version: Byline's version.
        date: The day it ended, "2024-05-31".
    """

    name: str
    set_digest: str
    articles: int
    passages: int
    encoder: str
    answered_by: str
    judge: str
    seed: int
    workers: int
    retrieval_only: bool
    version: str
    date: str


@dataclass(frozen=True, slots=True)
class OutletShare:
    """How one outlet fares.

    Attributes:
        outlet: Canonical name.
        wanted: Answered questions of which it must be cited.
        cited_right: Those of them that cite it.
        cited: Answers that cite it, right or wrong, among answers to questions whose outlet is known.
        wanted_share: `wanted` over the sum of it for all outlets.
        cited_share: `cited` over the sum of it for all outlets; with its interval.
        less_than_its_share: Whether the whole interval of `cited_share` lies below `wanted_share`.
    """

    outlet: str
    wanted: int
    cited_right: int
    cited: int
    wanted_share: float
    cited_share: Metric
    less_than_its_share: bool


@dataclass(frozen=True, slots=True)
class Confusion:
    """Who is cited where whom must be: `counts[i][j]` answers with wanted `labels[i]` cite `columns[j]` first.

    Only questions with exactly one wanted outlet count. The last columns are "unknown" and "nobody".
    """

    labels: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """One point of the risk-coverage curve.

    Attributes:
        threshold: Answers with at least this confidence are kept.
        coverage: Share of all questions answered then.
        risk: Share of those answers that are not correct.
        n: How many answers are kept.
    """

    threshold: float
    coverage: float
    risk: float
    n: int


@dataclass(frozen=True, slots=True)
class Change:
    """One metric beside an earlier report, over the questions that are in both.

    Attributes:
        difference: Mean of now minus then, with its interval and the number of pairs.
        p_value: Two-sided, of the paired permutation test that nothing changed.
        p_adjusted: `p_value` after Holm's correction for all metrics compared.
        better: Ids of the questions whose score improved.
        worse: Ids of the questions whose score fell.
    """

    difference: Metric
    p_value: float
    p_adjusted: float
    better: tuple[str, ...]
    worse: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What an evaluation measured.

    Attributes:
        about: What was evaluated, with what.
        metrics: Name to value with interval; those that nothing could measure are absent.
        baselines: The same for each trivial baseline, without latencies.
        tags: Tag to metrics over the questions that carry it.
        outlets: How each wanted or cited outlet fares, most wanted first.
        confusion: Who is cited instead of whom; None when no question wants exactly one outlet.
        risk_coverage: The curve, from the most confident answer on; empty when answers have no confidence.
        results: Every question, in the set's order.
        warnings: What may be a mistake in the set, a sentence each.
        seconds: Wall-clock time of the whole evaluation; of a resumed one, of all its parts.
        against: Metric to change since an earlier report, where one was given.
    """

    about: About
    metrics: dict[str, Metric]
    baselines: dict[str, dict[str, Metric]]
    tags: dict[str, dict[str, Metric]]
    outlets: tuple[OutletShare, ...]
    confusion: Confusion | None
    risk_coverage: tuple[RiskPoint, ...]
    results: tuple[QuestionResult, ...] = field(repr=False)
    warnings: tuple[str, ...]
    seconds: float
    against: dict[str, Change] | None = None

    @property
    def questions(self) -> int:
        """How many were asked."""
        return len(self.results)

    @property
    def failures(self) -> tuple[QuestionResult, ...]:
        """The questions that did not come out right."""
        return tuple(result for result in self.results if result.faults)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain JSON types, the questions as the failures alone; `save` writes all of them."""
        plain: dict[str, Any] = {
            "questions": self.questions,
            "metrics": _plain(self.metrics),
            "baselines": {name: _plain(values) for name, values in self.baselines.items()},
            "failures": [
                {"id": r.question.id, "why": r.why, "kinds": sorted({str(fault.kind) for fault in r.faults})}
                for r in self.failures
            ],
            "tags": {name: _plain(values) for name, values in self.tags.items()},
            "outlets": [asdict(share) | {"cited_share": share.cited_share.to_dict()} for share in self.outlets],
            "confusion": None if self.confusion is None else asdict(self.confusion),
            "risk_coverage": [asdict(point) for point in self.risk_coverage],
            "warnings": list(self.warnings),
            "about": asdict(self.about),
            "seconds": round(self.seconds, 3),
        }
        if self.against is not None:
            plain["against"] = {
                name: asdict(change) | {"difference": change.difference.to_dict()}
                for name, change in self.against.items()
            }
        return plain

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Report:
        """Return the report that `save` wrote as `data`; a KeyError, TypeError or ValueError where it is none."""
        if data["format"] != FORMAT:
            raise ValueError(f"format {data['format']!r}")
        confusion = data["confusion"]
        return cls(
            about=About(**data["about"]),
            metrics=_metrics(data["metrics"]),
            baselines={name: _metrics(values) for name, values in data["baselines"].items()},
            tags={name: _metrics(values) for name, values in data["tags"].items()},
            outlets=tuple(
                OutletShare(**dict(share) | {"cited_share": Metric.from_dict(share["cited_share"])})
                for share in data["outlets"]
            ),
            confusion=None
            if confusion is None
            else Confusion(
                tuple(confusion["labels"]), tuple(confusion["columns"]), tuple(map(tuple, confusion["counts"]))
            ),
            risk_coverage=tuple(RiskPoint(**point) for point in data["risk_coverage"]),
            results=tuple(map(QuestionResult.from_dict, data["results"])),
            warnings=tuple(data["warnings"]),
            seconds=float(data["seconds"]),
            against=None
            if data.get("against") is None
            else {
                name: Change(
                    Metric.from_dict(change["difference"]),
                    change["p_value"],
                    change["p_adjusted"],
                    tuple(change["better"]),
                    tuple(change["worse"]),
                )
                for name, change in data["against"].items()
            },
        )

    def save(self, folder: Path) -> Path:
        """Write ``report.json`` with every question into `folder`, made if needed; return its path.

        Raises:
            RequestError: the folder cannot be written.
        """
        path = folder / REPORT_NAME
        whole = {"format": FORMAT} | self.to_dict() | {"results": [result.to_dict() for result in self.results]}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        except OSError as error:
            raise RequestError(
                f"expected a folder to write at {folder}, got {error.strerror}; choose another"
            ) from None
        return path

    @classmethod
    def load(cls, path: Path) -> Report:
        """Return the report that `save` wrote at `path`.

        Raises:
            RequestError: there is none, or it is of another format.
        """
        try:
            return cls.from_dict(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RequestError) as error:
            raise RequestError(
                f"expected a report saved by byline evaluate --out at {path}, got {type(error).__name__}: {error}; "
                "check the path, or make it again"
            ) from None


def _plain(measured: Mapping[str, Metric]) -> dict[str, dict[str, float | int]]:
    return {name: metric.to_dict() for name, metric in measured.items()}


def _metrics(plain: Mapping[str, Any]) -> dict[str, Metric]:
    return {name: Metric.from_dict(value) for name, value in plain.items()}
