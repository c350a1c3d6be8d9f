"""Names that several papers bear, and names that are everyday words: what their sentence and their carrier decide."""

from __future__ import annotations

import pytest

from documents.outlets.namesakes import place_beside
from documents.outlets.places import place_of
from documents.outlets.registry import Context, OutletRegistry

REGISTRY = OutletRegistry.load()

SENTENCES = [
    # The place beside the name, in six languages.
    ("Uruguay's El País writes that the plan is dead.", "El País (Uruguay)"),
    ("The Uruguayan daily El País warns of delays.", "El País (Uruguay)"),
    ("The Montevideo-based El País warns of delays.", "El País (Uruguay)"),
    ("El País of Montevideo says so.", "El País (Uruguay)"),
    ("El País (Uruguay) writes:", "El País (Uruguay)"),
    ("El País - Uruguay", "El País (Uruguay)"),
    ("El País | Montevideo | 3 June", "El País (Uruguay)"),
    ("Uruguay: El País sees a chance.", "El País (Uruguay)"),
    ("Spain's El País warns of delays.", "El País"),
    ("Costa Rica's El País warns of delays.", "El País (Costa Rica)"),
    ("Honduras's El País warns of delays.", "El País (Honduras)"),
    ("El diario uruguayo El País advierte de retrasos.", "El País (Uruguay)"),
    ("El diario El País de Montevideo advierte de retrasos.", "El País (Uruguay)"),
    ("El País, de Uruguay, advierte de retrasos.", "El País (Uruguay)"),
    ("Mexico's El Universal notes the delay.", "El Universal"),
    ("The Venezuelan newspaper El Universal notes the delay.", "El Universal (Venezuela)"),
    ("El diario caraqueño El Universal señala la demora.", "El Universal (Venezuela)"),
    ("El Universal, de Caracas, señala la demora.", "El Universal (Venezuela)"),
    ("El Universal de México señala la demora.", "El Universal"),
    ("La Nación de Costa Rica lo critica.", "La Nación (Costa Rica)"),
    ("Argentiniens La Nación sieht das anders.", "La Nación"),
    ("Die chilenische Zeitung La Nación sieht das anders.", "La Nación (Chile)"),
    ("La Nación aus Costa Rica sieht das anders.", "La Nación (Costa Rica)"),
    ("Le quotidien marocain Libération y voit un recul.", "Libération (Morocco)"),
    ("Libération (Maroc) y voit un recul.", "Libération (Morocco)"),
    ("Le quotidien parisien Libération y voit un recul.", "Libération"),
    ("Il quotidiano uruguaiano El País avverte.", "El País (Uruguay)"),
    ("Il messicano El Universal avverte.", "El Universal"),
    ("O diário uruguaio El País alerta.", "El País (Uruguay)"),
    ("O venezuelano El Universal alerta.", "El Universal (Venezuela)"),
    ("Nigeria's The Guardian reports a delay.", "The Guardian Nigeria"),
    ("Britain's The Guardian reports a delay.", "The Guardian"),
    ("Pakistan's The Nation sees no way out.", "The Nation (Pakistan)"),
    ("Thailand's The Nation sees no way out.", "The Nation (Thailand)"),
    ("Kenya's The Standard sees no way out.", "The Standard (Kenya)"),
    ("Hong Kong's The Standard sees no way out.", "The Standard (Hong Kong)"),
    ("Scotland's The Herald sees no way out.", "The Herald (Scotland)"),
    ("Zimbabwe's The Herald sees no way out.", "The Herald (Zimbabwe)"),
    ("The Malaysian daily The Star sees no way out.", "The Star (Malaysia)"),
    ("The Times of London sees no way out.", "The Times"),
    ("The London Times sees no way out.", "The Times"),
    # A name that says nothing of its own: as written.
    ("Según El País, el acuerdo llega tarde.", "El País"),
    ("El Universal señala la demora.", "El Universal"),
    ("Pour Libération, la réforme arrive trop tard.", "Libération"),
    ("The Times sees no way out.", "The Times"),
    ("The Herald sees no way out.", None),
    ("The Standard sees no way out.", None),
    # Everyday words that are no name here.
    ("Wie die Presse berichtet, ist er krank.", None),
    ("Er kritisiert, dass die Presse nicht eingeladen war.", None),
    ("Die Freiheit, die die Welt braucht, fehlt.", None),
    ("Time flies when the minister speaks.", None),
    ("Independent experts say otherwise.", None),
    ("Independent analysts warn of a crash.", None),
    ("Nature conservationists protest.", None),
    ("Fortune favours the brave.", None),
    ("It takes time and fortune, and nature helps.", None),
    ("Tout le monde attend, et le monde change.", None),
    ("El mundo cambia y el país espera.", None),
    ("Il mondo cambia, e il tempo passa.", None),
    ("O mundo muda e o público espera.", None),
    ("Today the minister resigned.", None),
    ("Es parte de la República de Irlanda.", None),
    ("El presidente de la República de Colombia habló.", None),
    ("Le président de la République de Côte d'Ivoire parle.", None),
    ("The French Open begins.", None),
    ("The extra time is over, and the metro runs.", None),
]


@pytest.mark.parametrize(("text", "outlet"), SENTENCES)
def test_the_sentence_decides_whose_name_it_is(text: str, outlet: str | None) -> None:
    assert [m.outlet for m in REGISTRY.mentions(text)] == ([outlet] if outlet else [])


def test_a_place_beside_a_name_makes_it_a_name() -> None:
    (mention,) = REGISTRY.mentions("Uruguay's El País writes that the plan is dead.")
    assert not mention.ambiguous


@pytest.mark.parametrize(
    ("text", "ambiguous"),
    [
        ("Das ist ein Fehler, schreibt Die Presse.", False),
        ("Die Wiener Tageszeitung Die Presse kommentiert:", False),
        ("„Die Presse“ kommentiert den Fall.", False),
        ("Die Presse berichtet über den Fall.", True),
        ("The weekly Time reports.", False),
        ("It is late, *Time* reports.", False),
        ("A study in Nature shows it.", True),
        ("Le quotidien Le Monde le note.", False),
        ("Selon Le Monde, il est tard.", False),
        ("Le Monde est petit.", True),
        ("Según el diario El Mundo, es tarde.", False),
        ("El Mundo es pequeño.", True),
        ("Secondo il quotidiano Il Tempo è tardi.", False),
        ("Segundo o jornal Público é tarde.", False),
    ],
)
def test_a_name_that_its_sentence_shows_to_be_one_is_not_ambiguous(text: str, ambiguous: bool) -> None:
    assert [m.ambiguous for m in REGISTRY.mentions(text)] == [ambiguous]


@pytest.mark.parametrize(
    ("name", "context", "outlet"),
    [
        ("El País", Context(country="UY"), "El País (Uruguay)"),
        ("El País", Context(country="ES"), "El País"),
        ("El País", Context(country="DE", language="de"), "El País"),
        ("El Universal", Context(country="VE"), "El Universal (Venezuela)"),
        ("La Nación", Context(country="CR"), "La Nación (Costa Rica)"),
        ("Libération", Context(country="MA", language="fr"), "Libération (Morocco)"),
        ("The Guardian", Context(country="NG"), "The Guardian Nigeria"),
        ("The Nation", Context(country="PK"), "The Nation (Pakistan)"),
        ("The Standard", Context(country="ZW"), "The Standard (Zimbabwe)"),
        ("The Standard", Context(country="FR"), None),
        ("The Standard", Context(), None),
        ("the Times", Context(country="GB", outlet="BBC"), "The Times"),
        ("the Times", Context(country="IE"), "The Times"),
        ("the Times", Context(country="US"), "The Times"),
        ("the Times", Context(country="US", outlet="The New York Times"), "The New York Times"),
        ("the Times", Context(country="US", outlet="Los Angeles Times"), "Los Angeles Times"),
        ("the Post", Context(country="US", outlet="The Washington Post"), "The Washington Post"),
        ("the Post", Context(country="US", outlet="CNN"), None),
        ("Público", Context(language="pt"), "Público"),
        ("Público", Context(language="es"), "Diario Público"),
        ("Público", Context(language="en"), "Público"),
        ("El País", Context(text="según El País (Uruguay)"), "El País (Uruguay)"),
        ("El País", Context(text="the Honduran daily El País"), None),
        ("Handelsblatt", Context(country="US", outlet="CNN"), "Handelsblatt"),
    ],
)
def test_the_carrier_decides_whose_name_it_is(name: str, context: Context, outlet: str | None) -> None:
    assert REGISTRY.resolve(name, context) == outlet
    if not context.text:
        found = [m.outlet for m in REGISTRY.mentions(f"It is late, {name} says.", context)]
        assert found in ([outlet] if outlet else [], []) if outlet is None else found == [outlet]


def test_an_address_and_a_language_give_the_context() -> None:
    context = REGISTRY.context(url="https://www.elpais.com.uy/a", language="es")
    assert context == Context(country="UY", language="es", outlet="El País (Uruguay)")
    assert REGISTRY.canonical("El País", context) == "El País (Uruguay)"
    assert REGISTRY.context(url="https://unknown.example/") == Context()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Uruguay", "UY"),
        ("UY", "UY"),
        ("uruguayo", "UY"),
        ("Uruguay's", "UY"),
        ("Montevideo-based", "UY"),
        ("the United States", "US"),
        ("us", "US"),
        ("Österreich", "AT"),
        ("Wiener", "AT"),
        ("Suisse", "CH"),
        ("Costa Rica", "CR"),
        ("Costa", None),
        ("Indianapolis", None),
        ("Romance", None),
        ("English-language", None),
        ("pan-Arab", None),
        ("", None),
    ],
)
def test_country_of_a_place(words: str, code: str | None) -> None:
    assert place_of(words) == code


@pytest.mark.parametrize(
    "text",
    [
        "Spain beat France, NAME writes.",
        "The deal with Uruguay, says NAME, is dead.",
        "It says Uruguay must pay, NAME adds.",
        "Uruguay says NAME is wrong.",
        "NAME, which opposes Uruguay, disagrees.",
        "NAME asks what Uruguay wants.",
        "Uruguay. NAME writes:",
    ],
)
def test_a_place_that_the_sentence_is_about_is_not_the_papers(text: str) -> None:
    start = text.index("NAME")
    assert place_beside(text, start, start + 4) is None
