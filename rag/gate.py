"""The gate: no citation is shown whose words were not found, no sentence that its citation does not carry.

`check_citations` compares quotes with the truth, character for character; `check_sentence` compares a
sentence with the passages it cites. Both fail closed: what cannot be decided is not shown. What to do
with what is caught is the caller's business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from documents.articles import Article, Attribution
from documents.outlets.registry import OutletRegistry
from index.store import Store, StoredPassage
from rag.answers import Citation, Finding, Verdict
from rag.claims import read_claims
from rag.lexicon import language_of
from rag.quoting import find_words, quoted_spans
from rag.sayers import find_sayers, registry_of
from rag.sentence_check import PartCheck
from rag.speaking import speaker_in, with_speakers
from rag.support import Support

_SEVERITY = (
    Verdict.UNKNOWN_KEY,
    Verdict.MISATTRIBUTED,
    Verdict.STITCHED,
    Verdict.ALTERED,
    Verdict.UNSUPPORTED,
    Verdict.SUPPORTED,
    Verdict.VERBATIM,
)
_ID = re.compile(r"[0-9a-f]{1,64}")
_CLAUSE = re.compile(
    r"\s*;\s*|,?\s+(?:while|whereas|but|and|aber|während|und|pero|mientras|y|mais|tandis que|et)\s+|,\s+", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class SentenceVerdict:
    """What the gate says of one sentence.

    Attributes:
        text: The sentence.
        verdict: The verdict; only a `shown` one may reach a reader.
        detail: Why, in plain words; empty when the sentence holds.
        citations: The characters that carry it; empty unless it holds.
    """

    text: str
    verdict: Verdict
    detail: str = ""
    citations: tuple[Support, ...] = ()


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the most serious of `verdicts`; verbatim when there are none."""
    return min(verdicts, key=_SEVERITY.index, default=Verdict.VERBATIM)


def check_citations(citations: Iterable[Citation], store: Store) -> tuple[list[Citation], list[Finding]]:
    """Return the citations that may be shown, and a finding for each one that may not.

    Those that may are given their speaker, where the article names one, and their verdict is confirmed.
    """
    shown: list[Citation] = []
    caught: list[Finding] = []
    for citation in with_speakers(citations, store):
        verdict, detail = check_citation(citation, store)
        if verdict.shown:
            shown.append(replace(citation, verdict=verdict))
        else:
            caught.append(Finding(verdict.value, citation.quote, detail))
    return shown, caught


def check_citation(citation: Citation, store: Store) -> tuple[Verdict, str]:
    """Return the verdict on a citation's own data: its characters, its outlet and its labels against the truth."""
    well_formed = isinstance(citation.article_id, str) and _ID.fullmatch(citation.article_id)
    article = store.article(citation.article_id) if well_formed else None
    if article is None or article.id != citation.article_id:
        return Verdict.UNKNOWN_KEY, f"no article {citation.article_id!r} in this collection"
    if not citation.quote.strip():
        return Verdict.UNSUPPORTED, "the citation quotes nothing"
    if not 0 <= citation.start < citation.end <= len(article.text):
        return Verdict.UNKNOWN_KEY, f"the article has no characters {citation.start}:{citation.end}"
    if article.text[citation.start : citation.end] != citation.quote:
        return _wrong_characters(citation, article)
    covering = [
        p.attribution
        for p in store.passages_of(article.id)
        if _has_word(article.text[max(p.start, citation.start) : min(p.end, citation.end)])
    ]
    if len({(a.outlet, a.speaker) for a in covering}) != 1:
        return Verdict.STITCHED, "the quote runs over words of different origin"
    true = covering[0]
    if true.speaker is None and citation.speaker is not None:
        true = replace(true, speaker=speaker_in(article, citation.start, citation.end, store))
    return _wrong_labels(citation, true, article) or (Verdict.VERBATIM, "")


def _has_word(text: str) -> bool:
    return any(c.isalnum() for c in text)


def _wrong_labels(citation: Citation, true: Attribution, article: Article) -> tuple[Verdict, str] | None:
    if citation.outlet != true.outlet:
        whose = f"{true.outlet}'s" if true.outlet else "of unknown outlet"
        return Verdict.MISATTRIBUTED, f"these words are {whose}, not {citation.outlet or 'unknown'}"
    for label, said, known in (
        ("speaker", citation.speaker, true.speaker),
        ("carrier", citation.via, true.via),
        ("basis", citation.outlet_basis, true.basis.value),
    ):
        if said != known:
            return Verdict.MISATTRIBUTED, f"its {label} is {known!r}, not {said!r}"
    for label, said, known in (
        ("title", citation.title, article.title),
        ("address", citation.url, article.url),
        ("date", citation.published, article.published),
    ):
        if said != known:
            return Verdict.ALTERED, f"the article's {label} is {known!r}, not {said!r}"
    return None


def _wrong_characters(citation: Citation, article: Article) -> tuple[Verdict, str]:
    if citation.quote in article.text:
        return Verdict.ALTERED, "the quote stands elsewhere in the article than its offsets say"
    if find_words(citation.quote, article.text):
        return Verdict.ALTERED, "the quote is not the article's exact characters"
    near = article.text[max(0, citation.start - 200) : citation.end + 200]
    mine, theirs = set(citation.quote.lower().split()), set(near.lower().split())
    if 2 * len(mine & theirs) > len(mine):
        return Verdict.ALTERED, "the article has other words there"
    return Verdict.UNSUPPORTED, "the article does not have these words"


def check_sentence(
    sentence: str,
    passages: Sequence[StoredPassage],
    others: Sequence[StoredPassage] = (),
    *,
    registry: OutletRegistry | None = None,
) -> SentenceVerdict:
    """Return whether `sentence` may be shown, resting on `passages`.

    Args:
        sentence: One sentence of plain text, without citation markers.
        passages: The passages it cites.
        others: Passages it does not cite, in which words that it misattributes may be found.
        registry: The outlets to know; those of the passages and all well-known ones when None.
    """
    known = registry or registry_of(frozenset(_names((*passages, *others))))
    if not passages:
        return SentenceVerdict(sentence, Verdict.UNSUPPORTED, "it cites nothing")
    results = [PartCheck(part, passages, others, known).result() for part in _parts(sentence, known)]
    verdict = worst(r.verdict for r in results)
    if verdict.shown:
        supports = list(dict.fromkeys(s for r in results for s in r.supports))
        return SentenceVerdict(sentence, verdict, "", tuple(supports))
    return SentenceVerdict(sentence, verdict, next(r.detail for r in results if r.verdict is verdict))


def claims_nothing(sentence: str) -> bool:
    """Return whether a sentence holds no claim that would need evidence: no name, figure, quote or content word."""
    if quoted_spans(sentence):
        return False
    return not any(w.counts for w in read_claims(sentence, language_of(sentence) or "en").words)


def _names(stored: Iterable[StoredPassage]) -> set[str]:
    return {n for s in stored for n in (s.passage.attribution.outlet, s.passage.attribution.via, s.carrier) if n}


def _parts(sentence: str, registry: OutletRegistry) -> list[str]:
    """Return the sentence, or its parts where it has two outlets say different things ("X says a, while Y says b")."""
    quoted = quoted_spans(sentence)
    sayers = [s for s in find_sayers(sentence, registry, quoted) if s.is_outlet]
    if len({s.name for s in sayers}) < 2:
        return [sentence]
    names = [(s.start, s.end) for s in sayers]
    content = [w for w in read_claims(sentence, language_of(sentence) or "en").without(names).words if w.counts]
    cuts = [0]
    for match in _CLAUSE.finditer(sentence):
        left, right = (cuts[-1], match.start()), (match.end(), len(sentence))
        inside = any(a <= match.start() < b for a, b in quoted)
        if not inside and all(
            any(a <= s.start and s.end <= b for s in sayers) and any(a <= w.start and w.end <= b for w in content)
            for a, b in (left, right)
        ):
            cuts.append(match.end())
    return [sentence[a:b] for a, b in zip(cuts, [*cuts[1:], len(sentence)], strict=True)]
