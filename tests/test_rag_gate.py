"""The gate: a table of sentences with the verdict each must get, what mutation must never pass, and the truth's own data.

`rag.comparing.MIN_SHARE` was chosen on `gate_cases.CASES`: up to 0.5 a false sentence of the table is shown, from
0.8 on true paraphrases are not, between 0.6 and 0.75 all is right; the strict end was taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import HashEncoder
from gate_cases import CASES, OK, PASSAGES, stored
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.articles import Article, Attribution, OutletBasis, Passage
from index.store import ArticleWrite, Store
from rag import comparing
from rag.answers import Citation, Verdict
from rag.gate import check_citation, check_citations, check_sentence, claims_nothing, worst
from rag.support import sentences_of


def judged(sentence: str, cited: list[str]) -> tuple[Verdict, str]:
    passages = [PASSAGES[name] for name in cited]
    others = [p for name, p in PASSAGES.items() if name not in cited]
    found = check_sentence(sentence, passages, others)
    for support in found.citations:
        passage = support.stored.passage
        assert passage.text[support.start - passage.start : support.end - passage.start] == support.quote
        assert support.stored in passages
    assert bool(found.detail) != found.verdict.shown or found.detail == "makes no claim"
    return found.verdict, found.detail


@pytest.mark.parametrize(("sentence", "cited", "wanted"), CASES, ids=[f"{i}-{c[0][:40]}" for i, c in enumerate(CASES)])
def test_the_table(sentence: str, cited: str, wanted: str) -> None:
    verdict, detail = judged(sentence, cited.split())
    if wanted in (OK, "not ok"):
        assert verdict.shown == (wanted == OK), f"{verdict}: {detail}"
    else:
        assert verdict == wanted, detail


def test_the_table_is_large_and_uses_every_verdict() -> None:
    assert len(CASES) >= 60
    assert {wanted for _, _, wanted in CASES} >= {v.value for v in Verdict} - {"supported", "unknown_key"}


@pytest.mark.parametrize("share", [0.5, 0.8])
def test_the_table_needs_the_threshold_that_was_chosen(share: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "MIN_SHARE", share)
    wrong = [
        sentence
        for sentence, cited, wanted in CASES
        if wanted in (OK, "not ok") and judged(sentence, cited.split())[0].shown != (wanted == OK)
    ]
    assert wrong


VERBATIM = [
    (name, s.passage.text[a:b]) for name, s in PASSAGES.items() for a, b in sentences_of(s.passage.text, s.language)
]
WITH_DIGITS = [(name, text) for name, text in VERBATIM if re.search(r"\d", text)]
NAMES = ["Norrland", "Lindau", "Orlov", "Petrenko", "Berg", "Anna", "Ilse", "Pavel", "South Mark", "North Mark"]
WITH_NAMES = [(name, text, n) for name, text in VERBATIM for n in NAMES if re.search(rf"\b{n}\b", text)]
STRANGERS = ["Kovacs", "Södermark", "Brandland", "Marta", "Tolvern", "Vasile", "Old Mark", *NAMES]


@pytest.mark.parametrize(("name", "text"), VERBATIM)
def test_every_sentence_of_an_article_is_verbatim(name: str, text: str) -> None:
    assert judged(text, [name])[0] is Verdict.VERBATIM


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(WITH_DIGITS), st.data())
def test_a_sentence_with_one_digit_changed_is_never_shown(case: tuple[str, str], data: st.DataObject) -> None:
    name, text = case
    at = data.draw(st.sampled_from([m.start() for m in re.finditer(r"\d", text)]))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != text[at]]))
    verdict, _ = judged(text[:at] + digit + text[at + 1 :], [name])
    assert not verdict.shown


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(WITH_NAMES), st.sampled_from(STRANGERS))
def test_a_sentence_with_one_name_changed_is_never_shown(case: tuple[str, str, str], stranger: str) -> None:
    name, text, old = case
    changed = re.sub(rf"\b{old}\b", stranger, text)
    if changed != text and changed not in PASSAGES[name].passage.text:
        verdict, _ = judged(changed, [name])
        assert not verdict.shown


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(WITH_DIGITS), st.sampled_from(["“{}”", '"{}"', "«{}»", "„{}“", "‘{}’", "Nordmark Courier: “{}”"])
)
def test_a_quote_with_one_digit_changed_is_never_shown(case: tuple[str, str], form: str) -> None:
    name, text = case
    changed = re.sub(r"\d", lambda m: str((int(m.group()) + 1) % 10), text, count=1)
    assert not judged(form.format(changed.strip("“”")), [name])[0].shown


NEGATIONS = [
    (name, text, m.group())
    for name, text in VERBATIM
    for m in re.finditer(r"(?<!\w)(?:not|never|no|Nobody|impossible|nicht|doubt|could)(?!\w)", text)
    if PASSAGES[name].language in ("en", "de", "es")
]


@pytest.mark.parametrize(("name", "text", "word"), NEGATIONS)
def test_a_sentence_without_its_negation_is_never_shown(name: str, text: str, word: str) -> None:
    swap = {"Nobody": "Everybody", "never": "always", "impossible": "possible", "could": "will"}
    changed = re.sub(rf"(?<!\w){word}(?!\w)", swap.get(word, ""), text, count=1)
    if word == "doubt":
        changed = re.sub(r"\bdoubt\b", "know", text)
    assert not judged(re.sub(r"\s+", " ", changed), [name])[0].shown


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=300))
def test_no_text_breaks_the_gate_or_passes_it_by_chance(text: str) -> None:
    verdict, _ = judged(text, ["courier"])
    if verdict.shown and not claims_nothing(text):
        assert any(word in PASSAGES["courier"].passage.text for word in re.findall(r"\w+", text))


@pytest.mark.parametrize("text", ["30A", "1.6A", "3000kx", "2B"])
def test_half_a_number_is_no_number(text: str) -> None:
    assert not judged(text, ["courier"])[0].shown


def test_a_name_of_another_passage_helps_nobody() -> None:
    verdict, _ = judged("Pavel Orlov has supplied the Norrland ministry with 1.6 million sandbags.", ["courier"])
    assert not verdict.shown


def test_the_date_of_the_article_may_be_said() -> None:
    assert judged("On 3 June 2024 Orlov accused Petrenko of hiding the damage.", ["herald"])[0].shown
    assert not judged("On 4 June 2024 Orlov accused Petrenko of hiding the damage.", ["herald"])[0].shown


def test_the_day_of_the_article_lends_its_number_to_nothing_else() -> None:
    passage = stored(
        "The ferry was sailing at 19 knots when the bow door broke.", "Nordmark Courier", published="2024-05-26"
    )
    assert check_sentence("The ferry was sailing at 19 knots.", [passage]).verdict.shown
    assert not check_sentence("The ferry was sailing at 26 knots.", [passage]).verdict.shown
    assert not check_sentence("The ferry with 26 passengers was sailing at 19 knots.", [passage]).verdict.shown


def test_a_hundred_long_sentences_take_no_time() -> None:
    import time

    long = " ".join(text for _, text in VERBATIM)
    passage = stored(long, "Nordmark Courier")
    started = time.monotonic()
    for i in range(5):
        check_sentence(
            f"The {i} ministers of Norrland have sold 12 bridges to the harbour authority of Lindau.", [passage]
        )
    assert time.monotonic() - started < 5


def test_worst() -> None:
    assert worst([]) is Verdict.VERBATIM
    assert worst([Verdict.SUPPORTED, Verdict.ALTERED, Verdict.VERBATIM]) is Verdict.ALTERED


# --- citations against the truth

TEXT = (
    "Ferries stop tonight, writes the harbour paper Tidal Post:\n“The sea has no timetable. Nobody sails before Sunday.”\n"
    "The council met on Monday.\n"
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    article = Article(
        TEXT, title="Tonight", outlet="Brae Courant", outlet_basis=OutletBasis.GIVEN, published="2024-02-03"
    )
    own = Attribution("Brae Courant", OutletBasis.GIVEN)
    quoted = Attribution("Tidal Post", OutletBasis.QUOTED, via="Brae Courant")
    cuts = [0, TEXT.index("“"), TEXT.index("The council"), len(TEXT)]
    passages = [
        Passage(article.id, a, b, TEXT[a:b], who) for a, b, who in zip(cuts, cuts[1:], [own, quoted, own], strict=False)
    ]
    encoder = HashEncoder()
    store = Store.open(Path(tmp_path_factory.mktemp("gate")), create=True)
    store.adopt(encoder.identity, "gate-test")
    vectors = dict(zip([p.text_hash for p in passages], encoder.encode([p.text for p in passages]), strict=True))
    store.write([ArticleWrite(article=article, item="", path="/brae.txt", passages=passages, vectors=vectors)])
    yield store
    store.close()


def citation(store: Store, quote: str = "The sea has no timetable.") -> Citation:
    article = store.articles()[0]
    start = article.text.index(quote)
    return Citation(
        1, "Tidal Post", "quoted", "Brae Courant", None, "Tonight", None, "2024-02-03", article.id, quote, start,
        start + len(quote), Verdict.UNSUPPORTED,
    )  # fmt: skip


def test_a_true_citation_is_shown_as_verbatim(store: Store) -> None:
    shown, caught = check_citations([citation(store)], store)
    assert [c.verdict for c in shown] == [Verdict.VERBATIM] and not caught


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({"article_id": "0123456789abcdef"}, Verdict.UNKNOWN_KEY),
        ({"article_id": "x\ud800'; --"}, Verdict.UNKNOWN_KEY),
        ({"start": -1}, Verdict.UNKNOWN_KEY),
        ({"end": 10**9}, Verdict.UNKNOWN_KEY),
        ({"start": 5, "end": 5}, Verdict.UNKNOWN_KEY),
        ({"quote": ""}, Verdict.UNSUPPORTED),
        ({"quote": "The sea has a timetable."}, Verdict.ALTERED),
        ({"quote": "Whales sang under the pier all night."}, Verdict.UNSUPPORTED),
        ({"start": 0, "end": 25}, Verdict.ALTERED),
        ({"outlet": "Brae Courant"}, Verdict.MISATTRIBUTED),
        ({"outlet": None}, Verdict.MISATTRIBUTED),
        ({"via": None}, Verdict.MISATTRIBUTED),
        ({"speaker": "Ada Holm"}, Verdict.MISATTRIBUTED),
        ({"outlet_basis": "given"}, Verdict.MISATTRIBUTED),
        ({"title": "Tomorrow"}, Verdict.ALTERED),
        ({"url": "https://evil.example/"}, Verdict.ALTERED),
        ({"published": "2024-02-04"}, Verdict.ALTERED),
    ],
)
def test_any_changed_field_of_a_citation_is_caught(store: Store, change: dict[str, object], verdict: Verdict) -> None:
    changed = replace(citation(store), **change)  # type: ignore[arg-type]
    assert check_citation(changed, store)[0] is verdict
    shown, caught = check_citations([changed], store)
    assert not shown and caught[0].kind == verdict.value and caught[0].detail


def test_a_quote_over_two_origins_is_stitched(store: Store) -> None:
    text = store.articles()[0].text
    start, end = text.index("Nobody"), text.index(" met")
    glued = replace(citation(store), quote=text[start:end], start=start, end=end)
    assert check_citation(glued, store)[0] is Verdict.STITCHED
