"""Credits to another outlet inside an article, and what passages make of them; every sentence is invented."""

from __future__ import annotations

import pytest

from documents.articles import Article, OutletBasis
from documents.attribution import attribute
from documents.outlets.registry import OutletRegistry
from documents.speech.credits import find_credits

REGISTRY = OutletRegistry.load()

CREDITS = [
    ("Mayor Jonas Lind told CNN that he would go.", "CNN", "told"),
    ("“No,” Lind told CNN's Ada Brook.", "CNN", "told"),
    ("In an interview with The Irish Times, Lind said no.", "The Irish Times", "told"),
    ("Lind told the German weekly Die Zeit that he would go.", "Die Zeit", "told"),
    ("«No», dijo Ana Ruiz a El País.", "El País", "told"),
    ("Reuters reported that the quay is closed.", "Reuters", "reported"),
    ("The quay is closed, Reuters reported on Monday.", "Reuters", "reported"),
    ("As first reported by the Halden Courier, the mayor left.", "Halden Courier", "reported"),
    ("According to a report in Le Monde, nobody came.", "Le Monde", "reported"),
    ("Laut Handelsblatt ist der Kai zu.", "Handelsblatt", "reported"),
]


@pytest.mark.parametrize(("text", "outlet", "relation"), CREDITS)
def test_a_credit_names_the_outlet_and_what_it_did(text: str, outlet: str, relation: str) -> None:
    (credit,) = find_credits(text, REGISTRY)
    assert (credit.outlet.removeprefix("The "), credit.relation) == (outlet.removeprefix("The "), relation)
    assert 0 <= credit.start < credit.end <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "She told reporters nothing.",
        "He told the Post Office to wait.",
        "The BBC built a tower.",
        "She reads The Guardian, according to friends.",
        "According to Bloomberg, it is over.",  # a person or an outlet
        "Ada Brook of CNN reported for work.",
        "After the BBC reported his resignation, the mayor laughed.",
        "",
    ],
)
def test_no_credit_without_a_cue_beside_a_certain_name(text: str) -> None:
    assert find_credits(text, REGISTRY) == []


def marks(
    text: str, outlet: str | None = "Halden Courier"
) -> list[tuple[str, str | None, str, str | None, str | None]]:
    basis = OutletBasis.GIVEN if outlet else OutletBasis.UNKNOWN
    article = Article(text=text, outlet=outlet, outlet_basis=basis, language="en")
    found = attribute(article, REGISTRY)
    assert "".join(text[s.start : s.end] for s in found) == text
    return [
        (text[s.start : s.end].strip(), a.outlet, a.basis.value, a.via, a.speaker)
        for s in found
        for a in [s.attribution]
    ]


LONG = "The quay has been closed since the storm in March, and nobody on the island knows when it will open again"


def test_what_reuters_reported_originates_from_reuters() -> None:
    found = marks(f"Reuters reported that the quay is closed.\n{LONG}.")
    assert found[0][1:] == ("Reuters", "quoted", "Halden Courier", None)
    assert found[1][1:] == ("Halden Courier", "given", None, None)


def test_what_was_told_to_cnn_came_by_way_of_cnn() -> None:
    found = marks(f"“{LONG},” Mayor Jonas Lind told CNN. “It is a shame,” he added.\nThe bell rang.")
    assert found[0][1:] == ("Halden Courier", "given", "CNN", "Jonas Lind")
    assert found[1][1:] == ("Halden Courier", "given", None, None)


def test_an_outlet_that_credits_itself_is_not_credited() -> None:
    found = marks(f"“{LONG},” Mayor Jonas Lind told CNN.\nThe bell rang.", "CNN")
    assert found[0][1:] == ("CNN", "given", None, "Jonas Lind")


def test_a_narrator_keeps_the_articles_outlet_and_has_no_speaker() -> None:
    found = marks(f"{LONG}.\n“{LONG},” said Ada Brook, a pilot.\n{LONG}.")
    assert [who for *_, who in found] == [None, "Ada Brook", None]


def test_without_a_stated_outlet_a_speaker_still_counts() -> None:
    found = marks(f"“{LONG},” said Ada Brook, a pilot.\nThe bell rang.", None)
    assert found[0][1:] == (None, "unknown", None, "Ada Brook")
