"""Who is cited: the outlet, the carrier of a press review, the speaker, and whether a quote was traced back rightly.

Compares what citations say with the question's gold, and with what the collection knows of the cited words.
Whether the citations carry the sentences is `rag.evaluation.citation_scores`.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.evaluation.evidence import Evidence, Placed, loose
from rag.evaluation.gold import PRESS_REVIEW, QUOTE_BACK, GoldQuestion
from rag.evaluation.outcomes import Failure, Fault
from rag.evaluation.speakers import same_person

_UNKNOWN = "an unknown outlet"


def cited_outlets(used: Sequence[Placed], evidence: Evidence) -> tuple[str | None, ...]:
    """Return the outlets that citations name, canonical, in order of first use; None stands for unknown."""
    return tuple(dict.fromkeys(evidence.canonical(placed.citation.outlet) for placed in used))


def outlet_scores(
    question: GoldQuestion, used: Sequence[Placed], evidence: Evidence, faults: list[Fault]
) -> dict[str, float]:
    """Return whether the right outlets are cited, and for a press review whether its carrier is.

    Right: the first citation's outlet is one of those that must be cited, and all of them are cited.
    """
    wanted = {name for outlet in question.outlets if (name := evidence.canonical(outlet))}
    if not wanted:
        return {}
    cited = cited_outlets(used, evidence)
    right = bool(cited) and cited[0] in wanted and wanted <= set(cited)
    values = {"outlet_accuracy": float(right)}
    if cited and not right:
        lacking = sorted(wanted - set(cited))
        names = ", ".join(name or _UNKNOWN for name in cited)
        said = f"cites {names} instead of {', '.join(lacking)}" if lacking else f"cites {cited[0] or _UNKNOWN} first"
        faults.append(Fault(Failure.WRONG_OUTLET, said))
    if PRESS_REVIEW in question.tags:
        values["nested_outlet_accuracy"] = float(right)
        if used:
            carriers = _carriers(question, wanted, used, evidence)
            leaked = [outlet for outlet in cited if outlet in carriers]
            values["carrier_leak"] = float(bool(leaked))
            if leaked:
                text = f"cites {leaked[0]}, which only carries the words of {', '.join(sorted(wanted))}"
                faults.append(Fault(Failure.CARRIER, text))
    return values


def _carriers(question: GoldQuestion, wanted: set[str], used: Sequence[Placed], evidence: Evidence) -> set[str]:
    """Return the publishers of the gold articles, and of the cited ones in which a wanted outlet is quoted."""
    named = [evidence.article(i) for name in question.articles for i in evidence.named(name)]
    quoting = [
        placed.article
        for placed in used
        if placed.article is not None
        and any(evidence.canonical(p.attribution.outlet) in wanted for p in evidence.passages(placed.article.id))
    ]
    publishers = {evidence.canonical(article.outlet) for article in (*named, *quoting) if article is not None}
    return {name for name in publishers if name is not None and name not in wanted}


def speaker_scores(question: GoldQuestion, used: Sequence[Placed], faults: list[Fault]) -> dict[str, float]:
    """Return whether the first citation's speaker is one of those that must be named."""
    if not question.speakers:
        return {}
    said = used[0].citation.speaker if used else None
    right = isinstance(said, str) and any(same_person(said, speaker) for speaker in question.speakers)
    if used and not right:
        text = f"names {said or 'nobody'} as the speaker instead of {' or '.join(question.speakers)}"
        faults.append(Fault(Failure.WRONG_SPEAKER, text))
    return {"speaker_accuracy": float(right)}


def misattribution_scores(cited: Sequence[Placed], evidence: Evidence, faults: list[Fault]) -> dict[str, float]:
    """Return the share of citations whose outlet is not the one origin of all the words that they cite.

    Words that the collection does not have have no origin, so nobody may be named for them. Who leaves the outlet
    open is right only where the collection does not know it either.
    """
    if not cited:
        return {}
    wrong = [placed for placed in cited if not is_rightly_attributed(placed, evidence)]
    if wrong:
        faults.append(Fault(Failure.MISATTRIBUTED, _misattributed(wrong[0], evidence)))
    return {"misattribution": len(wrong) / len(cited)}


def is_rightly_attributed(placed: Placed, evidence: Evidence) -> bool:
    """Return whether a citation's outlet is the one origin of all the words that it cites, wherever they may stand."""
    if placed.article is None:
        return False
    outlet = evidence.canonical(placed.citation.outlet)
    return any(evidence.origins(placed.article, span) == {outlet} for span in placed.spans)


def _misattributed(placed: Placed, evidence: Evidence) -> str:
    named = evidence.canonical(placed.citation.outlet) or _UNKNOWN
    if placed.article is None:
        return f"cites {named} for an article that the collection does not have"
    if not placed.spans:
        return f"cites {named} for words that the article does not have"
    owners = sorted(name or _UNKNOWN for name in evidence.origins(placed.article, placed.spans[0]))
    return f"cites {named} for words of {', '.join(owners) or 'nobody'}"


def quote_back_scores(
    question: GoldQuestion, used: Sequence[Placed], evidence: Evidence, faults: list[Fault]
) -> dict[str, float]:
    """Return, for a question that gives a quote, whether the first citation names its outlet, headline and date."""
    if QUOTE_BACK not in question.tags:
        return {}
    first = used[0].citation if used else None
    parts: dict[str, bool] = {}
    if question.outlets:
        wanted = {evidence.canonical(name) for name in question.outlets}
        parts["quote_back_outlet"] = first is not None and evidence.canonical(first.outlet) in wanted
    if question.articles:
        title = first.title if first is not None and isinstance(first.title, str) else None
        parts["quote_back_title"] = title is not None and loose(title) in _headlines(question, evidence)
        if first is not None and not parts["quote_back_title"]:
            text = f"cites the headline {title!r} instead of {' or '.join(map(repr, question.articles))}"
            faults.append(Fault(Failure.WRONG_ARTICLE, text))
    if question.published:
        date = first.published if first is not None and isinstance(first.published, str) else None
        parts["quote_back_date"] = date is not None and date[:10] == question.published[:10]
        if first is not None and not parts["quote_back_date"]:
            text = f"gives the date {date or 'of nothing'} instead of {question.published}"
            faults.append(Fault(Failure.WRONG_DATE, text))
    if not parts:
        return {}
    return {name: float(right) for name, right in parts.items()} | {"quote_back": float(all(parts.values()))}


def _headlines(question: GoldQuestion, evidence: Evidence) -> set[str]:
    found = {loose(name) for name in question.articles}
    for name in question.articles:
        articles = (evidence.article(article_id) for article_id in evidence.named(name))
        found |= {loose(a.title) for a in articles if a is not None and a.title}
    return found
