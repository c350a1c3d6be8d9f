"""Who is cited how often, and who is cited instead of whom: the outlets of a whole evaluation.

Counts over finished results. How one answer is judged is `rag.evaluation.judging`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from documents.outlets.registry import OutletRegistry
from rag.evaluation.metrics import ratio_of_sums
from rag.evaluation.outcomes import Metric, QuestionResult
from rag.evaluation.report import Confusion, OutletShare

MOST = 12
"""How many outlets a table of confusions names."""

OTHERS = "others"
UNKNOWN = "unknown"
NOBODY = "nobody"


def outlet_shares(
    results: Sequence[QuestionResult], *, registry: OutletRegistry | None = None
) -> tuple[OutletShare, ...]:
    """Return how each outlet that must be cited, or is, fares over the answered questions whose outlet is known.

    An outlet gets its share when it is cited as often, among all citations of outlets, as it must be. An answer may
    cite several, which are not independent of one another, so the interval of a cited share is the bootstrap's over
    questions; an outlet that is never cited has Wilson's, because resampling nothing gives nothing.

    Args:
        results: The results of one evaluation.
        registry: The outlets to know; all well-known ones and those that are named in `results` when None.
    """
    names = registry or _registry(results)
    rows = [
        (_wanted(result, names), {names.canonical(outlet) for outlet in result.cited if outlet is not None})
        for result in results
        if result.question.outlets and result.answer is not None and result.answer.status == "answered"
    ]
    wanted = Counter(outlet for outlets, _ in rows for outlet in outlets)
    cited = Counter(outlet for _, outlets in rows for outlet in outlets)
    right = Counter(outlet for outlets, there in rows for outlet in outlets & there)
    shares: list[OutletShare] = []
    for outlet in sorted({*wanted, *cited}, key=lambda name: (-wanted[name], -cited[name], name)):
        parts = [float(outlet in there) for _, there in rows]
        share = ratio_of_sums(parts, [len(there) for _, there in rows]) or Metric(0.0, 0.0, 1.0, 0)
        due = wanted[outlet] / wanted.total() if wanted else 0.0
        shares.append(OutletShare(outlet, wanted[outlet], right[outlet], cited[outlet], due, share, share.high < due))
    return tuple(shares)


def confusion(results: Sequence[QuestionResult], *, registry: OutletRegistry | None = None) -> Confusion | None:
    """Return who is cited first where exactly one outlet must be; None when no answered-for question wants one.

    A refusal, an error and an answer without citations cite nobody. The outlets that are wanted or cited most are
    named, the rest are "others".

    Args:
        results: The results of one evaluation.
        registry: As of `outlet_shares`.
    """
    names = registry or _registry(results)
    pairs: list[tuple[str, str]] = []
    for result in results:
        wanted = _wanted(result, names)
        asked = result.answer is not None or bool(result.error)
        if asked and len(wanted) == 1 and result.question.answerable is not False:
            pairs.append((wanted.pop(), _first_cited(result, names)))
    if not pairs:
        return None
    due = Counter(wanted for wanted, _ in pairs)
    seen = due + Counter(cited for _, cited in pairs if cited not in (NOBODY, UNKNOWN))
    most = sorted(seen, key=lambda name: (-seen[name], name))[:MOST]
    shown = sorted(most, key=lambda name: (-due[name], -seen[name], name))
    counts = Counter((_shown(wanted, shown), _shown(cited, (*shown, UNKNOWN, NOBODY))) for wanted, cited in pairs)
    labels = [name for name in (*shown, OTHERS) if any(wanted == name for wanted, _ in counts)]
    rest = [OTHERS] if any(OTHERS in pair for pair in counts) else []
    columns = (*shown, *rest, UNKNOWN, NOBODY)
    return Confusion(tuple(labels), columns, tuple(tuple(counts[row, column] for column in columns) for row in labels))


def _first_cited(result: QuestionResult, names: OutletRegistry) -> str:
    if result.answer is None or result.answer.status == "no_evidence" or not result.cited:
        return NOBODY
    first = result.cited[0]
    return UNKNOWN if first is None else names.canonical(first)


def _shown(name: str, shown: Iterable[str]) -> str:
    return name if name in shown else OTHERS


def _wanted(result: QuestionResult, names: OutletRegistry) -> set[str]:
    return {names.canonical(outlet) for outlet in result.question.outlets if outlet.strip()}


def _registry(results: Sequence[QuestionResult]) -> OutletRegistry:
    cited = {outlet for result in results for outlet in result.cited if outlet is not None}
    return OutletRegistry.load(sorted(cited.union(*(result.question.outlets for result in results))))
