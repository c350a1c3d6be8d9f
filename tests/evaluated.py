"""A small collection of invented articles with questions about them, for tests of whole evaluations."""

from __future__ import annotations

from pathlib import Path

from fakes import HashEncoder
from stored import filled

from documents.articles import Article, OutletBasis
from index.collection import Collection
from rag.answers import Answer, AnswerSentence
from rag.evaluation.gold import GoldQuestion
from rag.pipeline import Chatbot
from rag.settings import Settings

TEXTS = {
    "Kestrel Courier": "The Tolme bridge stays shut until May, the harbour board decided.\nRepairs cost 14 million crowns.",
    "Harbour Gazette": "The ferry Alder carried 310 passengers to Senn island.\nCaptain Ove Lind praised the crew.",
    "Nordmark Tageblatt": "The orchard festival drew 9,000 visitors to Brill.\nRain ended the parade at noon.",
    "The Quill Review": "The museum of clocks reopens in Varne with 212 exhibits.\nEntry is free on Mondays.",
}

QUESTIONS = (
    GoldQuestion(
        "Until when does the Tolme bridge stay shut?",
        "bridge",
        answers=("May",),
        outlets=("Kestrel Courier",),
        quotes=("The Tolme bridge stays shut until May",),
        answerable=True,
        tags=("transport",),
    ),
    GoldQuestion(
        "How many passengers did the ferry Alder carry?",
        "ferry",
        answers=("310",),
        outlets=("Harbour Gazette",),
        articles=("Harbour Gazette today",),
        answerable=True,
        tags=("transport", "number"),
    ),
    GoldQuestion(
        "How many visitors did the orchard festival draw?",
        "festival",
        answers=("9,000",),
        outlets=("Nordmark Tageblatt",),
        quotes=("9,000 visitors",),
        answerable=True,
        tags=("number",),
    ),
    GoldQuestion("What did the zeppelin commission decide about helium?", "zeppelin", answerable=False),
    GoldQuestion(
        "When is entry to the museum of clocks free?",
        "museum",
        answers=("Mondays",),
        outlets=("The Quill Review",),
        answerable=True,
    ),
)


def make_home(home: Path) -> Path:
    """Store the articles in `home` and return it."""
    articles = [
        Article(
            text,
            title=f"{outlet} today",
            outlet=outlet,
            outlet_basis=OutletBasis.GIVEN,
            published=f"2024-03-0{day}",
            language="en",
        )
        for day, (outlet, text) in enumerate(TEXTS.items(), start=1)
    ]
    filled(home, articles, HashEncoder()).close()
    return home


def make_chatbot(home: Path) -> Chatbot:
    """Return a chatbot over the articles in `home`; its collection is the caller's to close."""
    collection = Collection.open(home, encoder=HashEncoder())
    return Chatbot(Settings(home=home), collection=collection)


def saying(text: str, question: str = "?") -> Answer:
    """Return an answer of one sentence without citations."""
    return Answer(question, question, "answered", text, (AnswerSentence(text),), (), answered_by="test")
