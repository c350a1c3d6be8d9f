"""The words that both faces use for outlets, citations, findings and dates: plain text, nothing escaped.

Command line and web page say the same thing about the same citation because both ask here. Making
the text safe to show is `ui.rendering`; deciding anything is `rag`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlsplit

from documents.articles import Article, OutletBasis
from rag.answers import Citation, Finding, Verdict

NO_OUTLET = "outlet not stated"
CHAIN = " > "
"""Stands between the links of a chain of attribution; page.js reads it as a comma to assistive technology."""

_BASIS = {
    OutletBasis.GIVEN: "stated with the article",
    OutletBasis.PAGE: "named by the page itself",
    OutletBasis.DOMAIN: "known from the web address",
    OutletBasis.QUOTED: "quoted in the article",
    OutletBasis.TEXT: "stated in the text",
    OutletBasis.UNKNOWN: "nobody states it",
}
_CAUGHT = {
    Verdict.ALTERED: "A number, name or negation was changed",
    Verdict.MISATTRIBUTED: "The words are another outlet's",
    Verdict.STITCHED: "Two quotes were glued into one",
    Verdict.UNSUPPORTED: "No article says this",
    Verdict.UNKNOWN_KEY: "The citation points at nothing",
}
_MONTHS = (  # fixed, whatever the locale
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def basis_words(basis: str) -> str:
    """Return in words how an outlet is known; an unknown basis is returned as it is."""
    try:
        return _BASIS[OutletBasis(basis)]
    except ValueError:
        return basis


def outlet_words(outlet: str | None, via: str | None = None) -> str:
    """Return ``Outlet (via Carrier)``, or ``outlet not stated``."""
    return (outlet or NO_OUTLET) + (f" (via {via})" if via else "")


def chain_words(outlet: str | None, via: str | None = None, speaker: str | None = None) -> str:
    """Return who said it, who published it first, who carried it: ``Speaker > Outlet > via Carrier``."""
    return CHAIN.join(part for part in (speaker, outlet or NO_OUTLET, via and f"via {via}") if part)


def date_words(published: str | None) -> str:
    """Return an ISO date or date and time as ``6 September 2023``, or ``date not stated``; else as written."""
    if not published:
        return "date not stated"
    try:
        day = date.fromisoformat(published[:10])
    except ValueError:
        return published
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def source_line(citation: Citation) -> str:
    """Return ``[1] Outlet (via Carrier) – speaker – date – title``; what is not known is left out or said."""
    parts = (
        f"[{citation.number}] {outlet_words(citation.outlet, citation.via)}",
        citation.speaker,
        date_words(citation.published),
        citation.title,
    )
    return " – ".join(part for part in parts if part)


def source_card(citation: Citation) -> tuple[str, ...]:
    """Return the lines of a source's entry: number and chain; date and title; how the outlet is known, the agency."""
    known = basis_words(citation.outlet_basis) if citation.outlet else ""
    lines = (
        f"[{citation.number}] {chain_words(citation.outlet, citation.via, citation.speaker)}",
        " – ".join(part for part in (date_words(citation.published), citation.title) if part),
        " – ".join(part for part in (known, citation.agency and f"agency text: {citation.agency}") if part),
    )
    return tuple(line[:1].upper() + line[1:] for line in lines if line)


def copies_words(citations: Sequence[Citation]) -> list[str]:
    """Return ``[1] [3]: the same text in 2 outlets; agency: NAME`` for each text that several cited articles carry."""
    together: dict[str, list[Citation]] = {}
    for citation in citations:
        if citation.cluster:
            together.setdefault(citation.cluster, []).append(citation)
    lines = []
    for copies in together.values():
        # An article's own outlet is the one it came through, where it only quotes.
        carriers = {copy.article_id: copy.via or copy.outlet for copy in copies}
        if len(carriers) > 1:
            markers = " ".join(f"[{copy.number}]" for copy in copies)
            lines.append(f"{markers}: {same_text_words(list(carriers.values()), copies[0].agency)}")
    return lines


def same_text_words(outlets: Sequence[str | None], agency: str | None) -> str:
    """Return ``the same text in 3 outlets; agency: NAME`` for the outlets of near-copies, one for each article."""
    known = {outlet for outlet in outlets if outlet}
    where = f"{len(known)} outlets" if len(known) == len(outlets) else f"{len(outlets)} articles"
    return f"the same text in {where}" + (f"; agency: {agency}" if agency else "")


def copy_line(article: Article, outlets: Sequence[str | None] = ()) -> str:
    """Return the line on an article's near-copies and agency, or an empty string.

    Args:
        article: With the cluster and agency as stored.
        outlets: Those of all articles of its cluster.
    """
    if article.cluster and len(outlets) > 1:
        line = same_text_words(outlets, article.agency)
    else:
        line = f"agency: {article.agency}" if article.agency else ""
    return line[:1].upper() + line[1:]


def article_line(article: Article) -> str:
    """Return ``Outlet – 6 September 2023 – Author`` for an article's head."""
    outlet = article.outlet or NO_OUTLET.capitalize()
    return " – ".join(part for part in (outlet, date_words(article.published), article.author) if part)


def answered_by_words(answered_by: str, endpoint: str | None = None) -> str:
    """Return the line that says what answered; `endpoint` is the language model's host."""
    if answered_by == "extractive":
        return "Answered by extraction from the articles (no language model)"
    where = f" at {endpoint}" if endpoint else ""
    return f"Answered by {answered_by}{where}, checked by the gate"


def model_host(llm: str) -> str | None:
    """Return the host of a setting ``MODEL@BASE_URL``, or None when no model is set."""
    _, at, address = llm.partition("@http")
    if not at:
        return None
    try:
        return urlsplit("http" + address).netloc or None
    except ValueError:
        return None


def was_caught(finding: Finding) -> bool:
    """Return whether the gate held this finding back; the others are things the reader should know."""
    return finding.kind in {str(verdict) for verdict in _CAUGHT}


def caught(findings: Sequence[Finding]) -> str:
    """Return the line over a list of findings: how many the gate removed, and how many notes there are."""
    removed = sum(was_caught(finding) for finding in findings)
    notes = len(findings) - removed
    parts = []
    if removed:
        parts.append(f"The gate removed or repaired {removed} {'statement' if removed == 1 else 'statements'}")
    if notes:
        parts.append(f"{notes} {'note' if notes == 1 else 'notes'} on this answer")
    return "; ".join(parts)


def finding_words(finding: Finding) -> str:
    """Return one finding as a sentence: what was wrong, the words it was about, and the detail."""
    what = _CAUGHT[Verdict(finding.kind)] if was_caught(finding) else ""
    text = f"“{finding.text}”" if finding.text else ""
    return ": ".join(part for part in (what, text) if part) + (f" ({finding.detail})" if finding.detail else "")
