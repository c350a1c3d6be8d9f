"""Who is cited: outlets, carriers, speakers and quotes traced back, each against numbers worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from judged import answered, citation, evidence, foreign, judged, refused

from rag.answers import Citation
from rag.evaluation.attribution_scores import is_rightly_attributed
from rag.evaluation.gold import GoldQuestion
from rag.evaluation.outcomes import Failure
from rag.evaluation.speakers import same_person

BRIDGE = GoldQuestion("When?", "q", outlets=("Kestrel Courier",), answerable=True, tags=("press-review",))
CRACKS = GoldQuestion("Who?", "q", speakers=("Anna Kovač", "Ivan Petrov"), answerable=True)
TRACED = GoldQuestion(
    "Where does “14 cracks in the wall” come from?",
    "q",
    outlets=("Lindal Gazette",),
    articles=("“Dam holds”",),
    published="2024-05-02",
    answerable=True,
    tags=("quote-back",),
)


def quoted(number: int = 1, **changes: Any) -> Citation:
    return citation(number, "review", "the bridge stays shut until May", **changes)


def cracks(number: int = 1, **changes: Any) -> Citation:
    return citation(number, "dam", "We counted 14 cracks in the wall", **changes)


# -- outlets -------------------------------------------------------------------------------------


def test_the_wanted_outlet_must_come_first() -> None:
    both = (citation(1, "review", "The review quotes others."), quoted(2))
    late = judged(BRIDGE, answered(*both))
    assert late.values["outlet_accuracy"] == 0 and late.cited == ("Harbour Digest", "Kestrel Courier")
    assert "cites Harbour Digest first" in [fault.text for fault in late.faults]
    assert judged(BRIDGE, answered(*reversed(both))).values["outlet_accuracy"] == 1


def test_every_wanted_outlet_must_be_cited() -> None:
    question = replace(BRIDGE, outlets=("Kestrel Courier", "the lindal gazette"))
    assert judged(question, answered(quoted())).values["outlet_accuracy"] == 0
    assert judged(question, answered(quoted(2), cracks())).values["outlet_accuracy"] == 1


def test_the_carrier_leaks_when_it_is_cited_at_all() -> None:
    only = judged(BRIDGE, answered(quoted(outlet="Harbour Digest")))
    assert only.values["carrier_leak"] == 1 and only.values["nested_outlet_accuracy"] == 0
    assert Failure.CARRIER in [fault.kind for fault in only.faults]
    beside = judged(BRIDGE, answered(quoted(), citation(2, "review", "Nobody else commented.")))
    assert beside.values["carrier_leak"] == 1 and beside.values["nested_outlet_accuracy"] == 1


def test_an_outlet_that_is_cited_for_its_own_article_is_no_carrier() -> None:
    assert judged(BRIDGE, answered(quoted(2), cracks())).values["carrier_leak"] == 0
    assert "carrier_leak" not in judged(replace(BRIDGE, tags=()), answered(quoted())).values
    assert "carrier_leak" not in judged(BRIDGE, refused()).values


def test_the_gold_article_tells_the_carrier_of_a_citation_that_points_nowhere() -> None:
    question = replace(BRIDGE, articles=("Morning review",))
    nowhere = foreign(1, "the bridge stays shut until May", outlet="harbour digest")
    assert judged(question, answered(nowhere)).values["carrier_leak"] == 1


# -- misattribution ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cited", "right"),
    [
        (quoted(), True),
        (quoted(outlet="The Kestrel Courier"), True),
        (quoted(outlet="Harbour Digest"), False),
        (quoted(outlet=None), False),
        (citation(1, "leaflet", "The museum in Osby opens at nine."), True),  # nobody knows, and it says so
        (citation(1, "leaflet", "The museum in Osby opens at nine.", outlet="Osby Post"), False),
        (quoted(quote="the bridge stays shut until June"), False),  # nobody's words
        (quoted(article_id="0" * 16, title=None), False),
        (quoted(article_id="0" * 16), True),  # the headline leads to the article
        (foreign(1, "", title="“Dam holds”", outlet="Lindal Gazette"), True),  # the whole article is its own
    ],
)
def test_whose_words_they_are(cited: Citation, right: bool) -> None:
    found = evidence()
    assert is_rightly_attributed(found.place(cited), found) is right
    assert judged(GoldQuestion("?", "q"), answered(cited)).values["misattribution"] == 1 - right


def test_words_of_two_origins_are_nobodys_alone() -> None:
    text = "The review quotes others. Kestrel Courier writes: the bridge stays shut until May."
    for outlet in ("Harbour Digest", "Kestrel Courier"):
        cited = citation(1, "review", text, outlet=outlet)
        scores = judged(GoldQuestion("?", "q"), answered(cited))
        assert scores.values["misattribution"] == 1
        assert f"cites {outlet} for words of Harbour Digest, Kestrel Courier" in [f.text for f in scores.faults]


def test_misattribution_is_a_share_of_citations() -> None:
    scores = judged(
        GoldQuestion("?", "q"), answered(quoted(), cracks(number=2), cracks(number=3, outlet="Kestrel Courier"))
    )
    assert scores.values["misattribution"] == pytest.approx(1 / 3)


# -- speakers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "right"), [("Dr Anna Kovač", 1), ("A. Kovac", 1), ("I. Petrov", 1), ("Ivan Kovač", 0), (None, 0)]
)
def test_the_first_citation_must_name_the_speaker(said: str | None, right: float) -> None:
    scores = judged(CRACKS, answered(cracks(speaker=said)))
    assert scores.values["speaker_accuracy"] == right
    assert (Failure.WRONG_SPEAKER in [fault.kind for fault in scores.faults]) is not bool(right)


def test_a_refusal_names_nobody_and_that_is_not_said_twice() -> None:
    scores = judged(CRACKS, refused())
    assert scores.values["speaker_accuracy"] == 0 and [fault.kind for fault in scores.faults] == [Failure.REFUSED]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dr Anna Kovač", "Kovač"),
        ("Dr Anna Kovač", "A. Kovač"),
        ("Kovač", "A. Kovač"),
        ("ANNA KOVAČ", "anna kovac"),
        ("Prof. Dr. Anna Kovač, PhD", "Anna Kovač"),
        ("Anna Kovač, economist at the central bank", "Kovač"),
        ("Kovač, Anna", "Anna Kovač"),
        ("Kovač, Anna", "Dr. A. Kovač"),
        ("Foreign Minister Anna Kovač", "Ms Kovač"),
        ("the glaciologist Anna Kovač", "Anna Kovač"),
        ("Anna Maria Kovač", "Anna Kovač"),
        ("A. M. Kovač", "Anna Maria Kovač"),
        ("AM Kovač", "Anna Maria Kovač"),
        ("Jürgen Müller", "Juergen Mueller"),
        ("Jürgen Müller", "Jurgen Muller"),
        ("Søren Ørsted", "Soren Orsted"),
        ("Ruprecht von Zollmann", "Zollmann"),
        ("Tormod Aasvik-Lie", "T. Aasvik-Lie"),
        ("Séan O’Hara", "Sean O'Hara"),
        ("John Hale Jr.", "John Hale"),
        ("Справка Анна", "справка анна"),
        ("the ministry", "The Ministry"),
        ("Mr Justice Hale", "Hale"),
    ],
)
def test_ways_of_naming_one_person(one: str, other: str) -> None:
    assert same_person(one, other) and same_person(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna Kovač", "Ivan Kovač"),
        ("Anna Kovač", "Arjan Kovač"),
        ("A. Kovač", "Ivan Kovač"),
        ("Anna Kovač", "Anna"),
        ("Anna Kovač", "Anna Horvat"),
        ("Anna Kovač", "Anna Kovačević"),
        ("Mr Kovač", "Ms Kovač"),
        ("Herr Kovač", "Frau Kovač"),
        ("John Hale Jr.", "John Hale Sr."),
        ("John Paul", "John Paul Hale"),
        ("Paul Simon", "Simon Paul"),
        ("Anna Maria Kovač", "Anna Jelena Kovač"),
        ("Maria Kovač", "Anna Maria Kovač"),
        ("Don Hale", "Betty Hale"),
        ("Kovač", ""),
        ("", ""),
        ("Dr", "Prof"),
        ("王伟", "王伟明"),
    ],
)
def test_two_people_are_never_one(one: str, other: str) -> None:
    assert not same_person(one, other) and not same_person(other, one)


# -- quotes traced back --------------------------------------------------------------------------


def test_a_quote_is_traced_back_when_outlet_headline_and_date_are_right() -> None:
    names = ("quote_back", "quote_back_outlet", "quote_back_title", "quote_back_date")

    def values(cited: Citation) -> list[float]:
        scores = judged(TRACED, answered(cited, text="The Lindal Gazette."))
        return [scores.values[name] for name in names]

    assert values(cracks()) == [1, 1, 1, 1]
    assert values(cracks(title='"DAM HOLDS"', published="2024-05-02T08:30:00")) == [1, 1, 1, 1]
    assert values(cracks(outlet="Kestrel Courier")) == [0, 0, 1, 1]
    assert values(cracks(title="Dam bursts")) == [0, 1, 0, 1]
    assert values(cracks(published="2024-05-03")) == [0, 1, 1, 0]
    assert values(cracks(published=None, title=None)) == [0, 1, 0, 0]
    refusal = judged(TRACED, refused()).values
    assert [refusal[name] for name in names] == [0, 0, 0, 0]
    assert not any(name in judged(replace(TRACED, tags=()), answered(cracks())).values for name in names)


def test_only_what_is_asked_of_a_quote_is_measured() -> None:
    question = replace(TRACED, articles=(), published="")
    scores = judged(question, answered(cracks(title="Dam bursts")))
    assert scores.values["quote_back"] == 1 and "quote_back_title" not in scores.values
    assert "quote_back" not in judged(replace(question, outlets=()), answered(cracks())).values


def test_wrong_headlines_and_dates_are_said() -> None:
    scores = judged(TRACED, answered(cracks(title="Dam bursts", published="2023-01-01")))
    said = {fault.kind: fault.text for fault in scores.faults}
    assert said[Failure.WRONG_ARTICLE] == "cites the headline 'Dam bursts' instead of '“Dam holds”'"
    assert said[Failure.WRONG_DATE] == "gives the date 2023-01-01 instead of 2024-05-02"
