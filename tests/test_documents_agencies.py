"""Credits to agencies: every form in its place, and sentences that merely speak of one."""

from __future__ import annotations

import pytest

from documents.articles import Article, OutletBasis
from documents.outlets.agencies import AGENCIES, agency_of
from documents.outlets.registry import OutletRegistry

BODY = "The council of the town met on Monday and decided.\n\nIt will meet again next week."


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("LONDON (Reuters) - {}", "Reuters"),
        ("LONDON (AP) — {}", "Associated Press"),
        ("LONDON, 3 March (AP) – {}", "Associated Press"),
        ("By The Associated Press\n\n{}", "Associated Press"),
        ("BERLIN, 3. März (dpa) - {}", "Deutsche Presse-Agentur"),
        ("{} (dpa/lby)", "Deutsche Presse-Agentur"),
        ("{} dpa", "Deutsche Presse-Agentur"),
        ("{}\n\nMit Material von dpa", "Deutsche Presse-Agentur"),
        ("{}\n\nafp/ks", "Agence France-Presse"),
        ("{}\n\n(avec AFP)", "Agence France-Presse"),
        ("Madrid, 3 jun (EFE).- {}", "EFE"),
        ("{}\n\nCon información de EFE", "EFE"),
        ("(ANSA) - ROMA, 03 GIU - {}", "ANSA"),
        ("{}\n\nFonte: ANSA", "ANSA"),
        ("TOKYO (Kyodo) -- {}", "Kyodo News"),
        ("{}\n\nSource: Meridian Press Agency", "Meridian Press Agency"),
        ("{}\n\n(Meridian Press Agency)", "Meridian Press Agency"),
        ("Meridian Press Agency\n\n{}", "Meridian Press Agency"),
        ("{}\n\n© Agence Lumen", "Agence Lumen"),
        ("{}\n\nNachrichtenagentur Nordlicht", "Nachrichtenagentur Nordlicht"),
        ("{}\n\nAgencia Faro Azul", "Agencia Faro Azul"),
    ],
)
def test_a_credit_is_recognised(text: str, agency: str) -> None:
    assert agency_of(Article(text.format(BODY))) == agency


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "{} Reuters reported the vote first.",
        "{} He reads the AP and Reuters every day.",
        "The Associated Press (AP) said it was sorry. {}",
        "The port authority (PA) - once strong - has lost. {}",
        "{}\n\nThe minister told the Meridian Press Agency that he would resign.",
        "{}\n\nWho founded the Meridian Press Agency?",
        "{}\n\nPhoto: A. Writer",
    ],
)
def test_who_is_only_spoken_of_is_not_credited(text: str) -> None:
    assert agency_of(Article(text.format(BODY))) is None


@pytest.mark.parametrize(
    ("author", "agency"),
    [
        ("Reuters", "Reuters"),
        ("Reuters Staff", "Reuters"),
        ("Ada Venn, AFP", "Agence France-Presse"),
        ("dpa/AFP", "Deutsche Presse-Agentur"),
        ("Meridian Press Agency", "Meridian Press Agency"),
        ("Ada Venn", None),
    ],
)
def test_the_byline_may_be_the_credit(author: str, agency: str | None) -> None:
    assert agency_of(Article(BODY, author=author)) == agency


def test_an_agencys_own_article_is_its_own() -> None:
    assert agency_of(Article(BODY, outlet="Reuters", outlet_basis=OutletBasis.GIVEN)) == "Reuters"


def test_agencies_have_the_names_that_outlets_have() -> None:
    registry = OutletRegistry.load()
    assert {name: registry.resolve(name) for name in AGENCIES if registry.resolve(name) not in (name, None)} == {}


def test_no_mark_belongs_to_two_agencies() -> None:
    marks = [mark.casefold() for name, others in AGENCIES.items() for mark in {m.casefold() for m in (name, *others)}]
    assert len(marks) == len(set(marks))
