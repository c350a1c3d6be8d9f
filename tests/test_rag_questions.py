"""What a question asks for: which outlets it makes speak, its kind, its topic; and follow-ups."""

from __future__ import annotations

import pytest

from documents.outlets.registry import OutletRegistry
from rag.conversation import standalone
from rag.questions import Kind, Question, understand

PRESENT = ["Handelsblatt", "Wprost", "Halden Courier", "CNN Portugal", "Die Presse"]
REGISTRY = OutletRegistry.load(PRESENT)


def read(text: str) -> Question:
    return understand(text, REGISTRY, PRESENT, ("en", "de"))


ASKED = [
    ("What does Handelsblatt say?", ["Handelsblatt"], []),
    ("Who does Handelsblatt call the winner?", ["Handelsblatt"], []),
    ("According to the Halden Courier, how many were hurt?", ["Halden Courier"], []),
    ("What does The Guardian say about Kim?", [], ["The Guardian"]),
    ("Do Handelsblatt and Wprost agree on the tariff?", ["Handelsblatt", "Wprost"], []),
    ("How does Die Presse see the new alliance?", ["Die Presse"], []),
    ("Was sagt Die Presse zur Reform?", ["Die Presse"], []),
    ("What is Le Monde's view of the reform?", [], ["Le Monde"]),
    ("What did The Miralba Gazette report on the flood?", [], ["The Miralba Gazette"]),
    ("What does the Steinmoor Kurier say about the lake?", [], ["Steinmoor Kurier"]),
    # talked about, not asked to speak
    ("What did officials confirm to CNN Portugal?", [], []),
    ("Who bought Handelsblatt?", [], []),
    ("What did the editor of Die Presse tell the inquiry?", [], []),
    # no outlet at all
    ("What is the capital of Australia?", [], []),
    ("When did the wired fence around the sun temple fall?", [], []),
]


@pytest.mark.parametrize(("text", "outlets", "absent"), ASKED)
def test_an_outlet_is_asked_when_the_question_makes_it_speak(text: str, outlets: list[str], absent: list[str]) -> None:
    question = read(text)
    assert list(question.outlets) == outlets
    assert [a.removeprefix("The ") for a in question.absent] == [a.removeprefix("The ") for a in absent]


KINDS = [
    ("How many artillery shells were supplied?", Kind.NUMBER),
    ("When did the bridge open?", Kind.DATE),
    ("Who resigned?", Kind.PERSON),
    ("Where did the ship sink?", Kind.PLACE),
    ("Why was the ferry late?", Kind.REASON),
    ("What does Handelsblatt say?", Kind.VIEW),
    ("What does Handelsblatt say about the tariff?", Kind.OTHER),
    ("Wie viele Menschen kamen?", Kind.NUMBER),
    ("¿Cuándo abrió el puente?", Kind.DATE),
]


@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_the_kind_of_answer_a_question_wants(text: str, kind: Kind) -> None:
    assert read(text).kind is kind


def test_the_topic_leaves_out_the_asked_outlet_and_the_asking() -> None:
    question = read("What does Handelsblatt say about the steel tariff in March 2024?")
    assert {forms[0] for forms in question.topic} == {"steel", "tariff", "march", "2024"}
    assert question.subject == "steel tariff March 2024"


FOLLOW_UPS = [
    # before, now, outlets carried or named, words that must be in the standalone question
    (
        "Who does Handelsblatt call the winner of the tariff?",
        "And what does Wprost say?",
        ["Wprost"],
        ["winner", "tariff"],
    ),
    ("What does Handelsblatt say about the tariff?", "What about Wprost?", ["Wprost"], ["tariff"]),
    ("What does Handelsblatt say about the tariff?", "Why does it expect that?", ["Handelsblatt"], ["tariff"]),
    ("How many people did the ferry carry in May 2024?", "And who was its captain?", [], ["captain", "ferry", "2024"]),
    ("What does Handelsblatt say about the tariff?", "When did the harbour strike in Lindal begin?", [], []),
]


@pytest.mark.parametrize(("before", "now", "outlets", "kept"), FOLLOW_UPS)
def test_a_follow_up_carries_outlet_topic_and_date(before: str, now: str, outlets: list[str], kept: list[str]) -> None:
    text = standalone(now, read(now), read(before), read)
    assert list(read(text).outlets) == outlets
    for word in kept:
        assert word in text
    if not kept:
        assert text == now


def test_the_first_question_of_a_conversation_is_left_as_it_is() -> None:
    assert standalone("Why did it sink?", read("Why did it sink?"), None, read) == "Why did it sink?"
