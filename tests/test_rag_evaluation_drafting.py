"""Drafted question sets: their gold holds, their questions stand alone, and a model is never taken at its word."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes import SAMPLES, HashEncoder
from llm_server import llm_server
from stored import filled

from documents.articles import Article, Attribution, OutletBasis
from documents.errors import RequestError
from documents.outlets.registry import OutletRegistry
from documents.reading import ReadOptions
from index.building import ingest
from index.store import Store
from rag.answers import Answer, AnswerSentence, Citation, Verdict
from rag.evaluation.draft_sentences import Sentence, Slot, date_slots, figure_slots, stands_alone, whole_sentences
from rag.evaluation.draft_wording import GAP, LANGUAGES, WELL_KNOWN, wording_of
from rag.evaluation.drafting import draft, draft_questions, to_jsonl
from rag.evaluation.drafts_by_rule import ABSENT_OUTLET, HOW_MANY, KINDS, SWAPPED_FIGURE, WHEN, WHO_SAID
from rag.evaluation.gold import FALSE_PREMISE, PRESS_REVIEW, QUOTE_BACK, GoldQuestion
from rag.evaluation.judging import Judge
from rag.evaluation.outcomes import Outcome
from rag.evaluation.question_sets import read_questions
from rag.generation import LanguageModel


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    home = tmp_path_factory.mktemp("samples")
    ingest(home, [SAMPLES], options=ReadOptions(), encoder=HashEncoder())
    store = Store.open(home)
    yield store
    store.close()


@pytest.fixture(scope="module")
def drafted(samples: Store) -> list[GoldQuestion]:
    return draft_questions(samples, 60)


def article(text: str, title: str = "A headline", outlet: str | None = "Harbour Gazette", **options: Any) -> Article:
    basis = OutletBasis.GIVEN if outlet else OutletBasis.UNKNOWN
    given = {"published": "2024-05-01", "language": "en", **options}
    return Article(text, title=title, outlet=outlet, outlet_basis=basis, **given)


def kind_of(question: GoldQuestion) -> str:
    return question.tags[1]


def of_kind(questions: list[GoldQuestion], kind: str) -> list[GoldQuestion]:
    return [question for question in questions if kind_of(question) == kind]


# -- the set as a whole --------------------------------------------------------------------------


def test_the_samples_give_every_kind_in_equal_shares(drafted: list[GoldQuestion]) -> None:
    assert len(drafted) == 60
    counts = Counter(map(kind_of, drafted))
    assert set(counts) == set(KINDS) and min(counts.values()) >= 5 and max(counts.values()) <= 14
    assert len({q.id for q in drafted}) == 60 and len({q.question for q in drafted}) == 60
    assert all(q.tags[0] == "draft" and q.id.startswith(f"draft-{q.tags[1]}-") for q in drafted)
    assert len({outlet for q in drafted for outlet in q.outlets}) >= 15


def test_every_gold_of_an_answerable_draft_holds_in_the_collection(samples: Store, drafted: list[GoldQuestion]) -> None:
    for question in drafted:
        if not question.answerable:
            continue
        found = named(samples, question)
        (quote,) = question.quotes
        start = found.text.find(quote)
        assert start >= 0, question
        passage = next(p for p in samples.passages_of(found.id) if p.start <= start < p.end)
        assert question.outlets == tuple(filter(None, [passage.attribution.outlet]))
        assert (PRESS_REVIEW in question.tags) == (passage.attribution.basis is OutletBasis.QUOTED)
        assert question.published in ("", (found.published or "")[:10])
        assert not question.speakers or question.speakers == (passage.attribution.speaker,)
        others = [a for batch in samples.iter_articles() for a in batch if a.id != found.id]
        assert not any(quote in other.text for other in others), question


def test_no_question_gives_its_answer_away_and_all_can_be_answered_from_their_quote(
    drafted: list[GoldQuestion],
) -> None:
    for question in drafted:
        for answer in (*question.answers, *question.speakers):
            assert not re.search(rf"(?<!\w){re.escape(answer)}(?!\w)", question.question, re.IGNORECASE), question
        if kind_of(question) in (WHEN, HOW_MANY, SWAPPED_FIGURE):
            assert any(re.search(rf"(?<!\w){re.escape(a)}(?!\w)", question.quotes[0]) for a in question.answers)
        if kind_of(question) == WHO_SAID:
            assert bool(question.answers) != bool(question.speakers)
        assert (FALSE_PREMISE in question.tags) == (kind_of(question) == SWAPPED_FIGURE)
        assert question.question.endswith("?") and "\n" not in question.question


def named(store: Store, question: GoldQuestion) -> Article:
    (name,) = question.articles
    return next(a for batch in store.iter_articles() for a in batch if name in (a.title, a.id))


def oracle(store: Store, question: GoldQuestion) -> Answer:
    """Return the answer that a question's gold asks for."""
    if not question.answerable:
        return Answer(question.question, question.question, "no_evidence", "The articles do not say.", (), ())
    found, (quote,) = named(store, question), question.quotes
    start = found.text.index(quote)
    said = f"{question.answers[0]}: {quote}" if kind_of(question) == WHO_SAID and question.answers else quote
    citation = Citation(
        number=1,
        outlet=question.outlets[0] if question.outlets else None,
        outlet_basis="given",
        via=None,
        speaker=question.speakers[0] if question.speakers else None,
        title=found.title,
        url=found.url,
        published=found.published,
        article_id=found.id,
        quote=quote,
        start=start,
        end=start + len(quote),
        verdict=Verdict.VERBATIM,
    )
    return Answer(question.question, question.question, "answered", said, (AnswerSentence(said, (1,)),), (citation,))


def test_an_answer_from_the_gold_is_right_and_its_opposite_is_not(samples: Store, drafted: list[GoldQuestion]) -> None:
    judge = Judge(samples, OutletRegistry.load(samples.outlet_names()))
    for question in drafted:
        right = oracle(samples, question)
        scores = judge.score(Outcome(question, right, None))
        assert scores.correct is True, (question, scores.faults)
        if QUOTE_BACK in question.tags and question.published and len(question.articles[0]) != 16:
            assert scores.values["quote_back"] == 1
        wrong = replace(right, status="answered" if right.status == "no_evidence" else "no_evidence")
        assert judge.score(Outcome(question, wrong, None)).correct is False, question


def test_one_seed_gives_one_set_and_another_seed_another(samples: Store, drafted: list[GoldQuestion]) -> None:
    assert draft_questions(samples, 60) == drafted
    assert draft_questions(samples, 60, seed=7) != drafted


def test_a_drafted_set_is_read_back_as_it_was(tmp_path: Path, drafted: list[GoldQuestion]) -> None:
    path = tmp_path / "drafts.jsonl"
    path.write_text(to_jsonl(drafted), encoding="utf-8")
    assert list(read_questions(path).questions) == drafted
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert next(iter(rows[0])) == "id" and all(value not in ("", [], None) for row in rows for value in row.values())


def test_a_collection_without_articles_and_a_wrong_count_are_refused(tmp_path: Path, samples: Store) -> None:
    with pytest.raises(RequestError, match="byline ingest"):
        draft_questions(Store.open(tmp_path), 10)
    with pytest.raises(RequestError, match="1 or more, got 0"):
        draft_questions(samples, 0)
    empty = filled(tmp_path / "empty", [article("Short.")], HashEncoder())
    with pytest.raises(RequestError, match="whole sentences"):
        draft_questions(empty, 5)


def test_a_small_collection_gives_what_it_can(tmp_path: Path) -> None:
    text = "The lighthouse of Cape Ordun was switched off in 1987 after a storm had broken the lamp for good."
    found = draft_questions(filled(tmp_path, [article(text)], HashEncoder()), 40)
    assert {kind_of(q) for q in found} <= {QUOTE_BACK, WHEN} and 1 <= len(found) < 40


# -- spread and distinctiveness ------------------------------------------------------------------


def numbered(number: int, lines: int = 4) -> str:
    places = ("Vell", "Marsk", "Otterey", "Quillon", "Brasby", "Tarrow", "Ulm Head", "Senna Bay")
    place = places[number % len(places)] + f" Cove{chr(65 + number)}"
    return "\n".join(
        f"A new pier at {place} took carpenters {30 + number * 10 + line} weeks and swallowed {'abcdefgh'[line]}ll "
        f"that number {number} of the {chr(65 + line)}-line had earned since opening."
        for line in range(lines)
    )


def test_no_article_gives_two_of_a_kind_before_the_others_gave_one(tmp_path: Path) -> None:
    articles = [article(numbered(n), title=f"Pier {n}", outlet=f"Paper {n % 3}") for n in range(8)]
    found = draft_questions(filled(tmp_path, articles, HashEncoder()), 30)
    for kind in (QUOTE_BACK, HOW_MANY):
        given = Counter(q.articles[0] for q in of_kind(found, kind))
        assert given and max(given.values()) - min(given[f"Pier {n}"] for n in range(8)) <= 1


COPIED = (
    "The harbour office of Senna Bay has ordered nineteen new cranes from the yard at Quillon, it said on Friday "
    "evening after a meeting with the union."
)


def test_words_that_stand_in_two_articles_are_never_asked_about(tmp_path: Path) -> None:
    changed = COPIED.replace("nineteen new cranes", "19 new cranes").replace("“", '"')
    articles = [article(COPIED, title="One"), article(f"By our staff. {changed}", title="Two", outlet="Quill Review")]
    with pytest.raises(RequestError, match="whole sentences"):
        draft_questions(filled(tmp_path, articles, HashEncoder()), 10)


def test_articles_of_one_headline_are_named_by_their_ids(tmp_path: Path) -> None:
    articles = [article(numbered(n), title="In brief") for n in range(2)]
    store = filled(tmp_path, articles, HashEncoder())
    found = [q for q in draft_questions(store, 8) if q.answerable]
    assert {q.articles[0] for q in found} <= {a.id for a in articles}


def test_an_absent_outlet_is_neither_held_nor_mentioned(tmp_path: Path) -> None:
    text = (
        "Visitors came to Cape Ordun by the hundreds. Nobody at Cape Ordun had expected Reuters to send a team. "
        "The road to Cape Ordun was closed, and the way back from Cape Ordun took hours."
    )
    store = filled(tmp_path, [article(text, outlet="The Guardian")], HashEncoder())
    for seed in range(30):
        for question in of_kind(draft_questions(store, 6, seed=seed), ABSENT_OUTLET):
            assert question.answerable is False and "Cape Ordun" in question.question
            assert "Guardian" not in question.question and "Reuters" not in question.question


def test_every_well_known_outlet_is_known_by_that_name() -> None:
    registry = OutletRegistry.load()
    names = [name for listed in WELL_KNOWN.values() for name in listed.split(";")]
    assert [name for name in names if registry.resolve(name) != name] == []


# -- which sentences -----------------------------------------------------------------------------


def sentence(text: str, language: str = "en") -> Sentence:
    return Sentence(text, 0, len(text), Attribution(), language)


def test_headings_fragments_datelines_and_markup_are_no_sentences(tmp_path: Path) -> None:
    lines = [
        "What The Harbour Office Really Wants From Our Town And Its People",
        "**Will the harbour office pay for the new cranes at last this year?**",
        "SENNA BAY, 3 March – The harbour office has ordered nineteen cranes from the yard.",
        "and so the harbour office had to order them from somewhere else in the end.",
        "The harbour office says that it ... ordered the cranes from another yard again.",
        "Too short to ask.",
        "No part of this article may be reproduced without the consent of the harbour office.",
        "The harbour office of Senna Bay will now pay for all of the nineteen cranes.",
    ]
    one = article("\n\n".join(lines))
    store = filled(tmp_path, [one], HashEncoder())
    assert [s.text for s in whole_sentences(one, store.passages_of(one.id))] == lines[-1:]


@pytest.mark.parametrize(
    ("text", "language", "fine"),
    [
        ("A storm has closed the port of Senna Bay for 19 days.", "en", True),
        ("It has closed the port of Senna Bay for 19 days.", "en", False),
        ("However, a storm has closed the port of Senna Bay for 19 days.", "en", False),
        ("The storm, which nobody in the harbour office or the town had expected to come, hit Vell for 19 days.", "en",
         False),
        ("The others spent 19 days in the port of Senna Bay.", "en", False),
        ("A storm has closed their port at Senna Bay for 19 days.", "en", False),
        ("According to the union, Senna Bay paid 19 crowns for it.", "en", False),
        ("We have waited in Senna Bay for 19 days.", "en", False),
        ("A storm has closed the port for 19 days.", "en", False),
        ("Er hat den Hafen von Sennabucht wegen des Sturms seit 19 Tagen geschlossen.", "de", False),
        ("Ein Sturm hat den Hafen von Sennabucht und die Straße nach Vell für 19 Tage geschlossen.", "de", True),
        ("Ils ont fermé le port de Senna pendant 19 jours.", "fr", False),
        ("La tempête a fermé le port de Senna pendant 19 jours.", "fr", True),
    ],
)  # fmt: skip
def test_a_sentence_that_leans_on_another_is_not_asked_about(text: str, language: str, fine: bool) -> None:
    at = text.index("19")
    assert stands_alone(sentence(text, language), Slot(at, at + 2, ("19",))) is fine


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        ("It opens on 3 March 2026.", "en", [("3 March 2026", "March 3, 2026")]),
        ("It opens on March 3.", "en", [("March 3", "3 March")]),
        ("It may open in March 2026.", "en", [("March 2026",)]),
        ("It opened in 1987.", "en", [("1987",)]),
        ("It sold in 1987 pieces and may march on.", "en", [("1987",)]),
        ("It opens on 31 February 2026.", "en", []),
        ("It opened by 1987%.", "en", []),
        ("Er fährt ab dem 14. Dezember wieder.", "de", [("14. Dezember",)]),
        ("Sie schloss im Jahr 2011.", "de", [("2011",)]),
        ("Elle ouvre le 1er mars 2026.", "fr", [("1er mars 2026",)]),
        ("Abre el 3 de marzo de 2026.", "es", [("3 de marzo de 2026",)]),
        ("Apre il 3 marzo 2026.", "it", [("3 marzo 2026",)]),
        ("Abre a 3 de março de 2026.", "pt", [("3 de março de 2026",)]),
        ("Otwarcie 3 marca 2026.", "pl", []),
    ],
)
def test_dates_are_found_with_their_spellings(text: str, language: str, wanted: list[tuple[str, ...]]) -> None:
    assert [slot.answers for slot in date_slots(sentence(text, language))] == wanted


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        ("The yard sold 19 cranes.", "en", [("19",)]),
        ("The yard sold nine cranes.", "en", [("nine", "9")]),
        ("The yard sold 9 cranes.", "en", [("9", "nine")]),
        ("It cost 1.2 million gulden.", "en", [("1.2 million",)]),
        ("It cost $5 billion in all.", "en", [("5 billion",)]),
        ("It fell by 14 per cent.", "en", [("14",)]),
        ("They won 29-27 at home.", "en", []),
        ("It holds 40 to 50 boats.", "en", []),
        ("It took 1 minute 52 seconds.", "en", []),
        ("Article 14 of the treaty says so.", "en", []),
        ("Ada Brook, 58, runs it.", "en", []),
        ("The two countries agreed.", "en", []),
        ("It began in 1987.", "en", []),
        ("The fourth boat sank.", "en", []),
        ("Sie hat 38 Millionen Gulden.", "de", [("38 Millionen",)]),
        ("Sie hat drei Boote.", "de", [("drei", "3")]),
        ("Costa 97 pesos.", "es", [("97",)]),
        ("Ha 12 milioni di abitanti.", "it", [("12 milioni",)]),
    ],
)
def test_figures_that_count_something_are_found_without_their_unit(
    text: str, language: str, wanted: list[tuple[str, ...]]
) -> None:
    assert [slot.answers for _, slot in figure_slots(sentence(text, language))] == wanted


# -- wording and kinds ---------------------------------------------------------------------------


def test_a_number_at_the_beginning_makes_a_real_question(tmp_path: Path) -> None:
    text = "Seventeen lighthouses were damaged throughout Senna Bay yesterday evening."
    (found,) = of_kind(draft_questions(filled(tmp_path, [article(text)], HashEncoder()), 6), HOW_MANY)
    assert found.question == "How many lighthouses were damaged throughout Senna Bay yesterday evening?"
    assert found.answers == ("Seventeen", "17")


@pytest.mark.parametrize(
    ("language", "text", "begins"),
    [
        ("fr", "La tempête du siècle a fermé le port de Senna pendant presque toute la semaine dernière.", "D’où"),
        ("it", "La tempesta del secolo ha chiuso il porto di Senna per quasi tutta la settimana scorsa.", "Da dove"),
        ("pt", "A tempestade do século fechou o porto de Senna durante quase toda a semana passada.", "De onde"),
        ("es", "La tormenta del siglo cerró el puerto de Senna durante casi toda la semana pasada.", "¿De dónde"),
        ("pl", "Burza stulecia zamknęła port w Sennie na prawie cały ubiegły tydzień mimo oporu rady.", "Where"),
    ],
)
def test_questions_are_in_the_language_of_their_article(tmp_path: Path, language: str, text: str, begins: str) -> None:
    (found,) = draft_questions(filled(tmp_path, [article(text, language=language)], HashEncoder()), 5)
    assert kind_of(found) == QUOTE_BACK and found.question.startswith(begins) and text.rstrip(".") in found.question
    assert found.published == "2024-05-01" and found.articles == ("A headline",)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_each_language_has_every_question(language: str) -> None:
    wording = wording_of(language)
    for template in (wording.where, wording.quoted_where, wording.who, wording.date, wording.figure, wording.true):
        assert template.count("{}") == 1
    assert "{outlet}" in wording.reports and "{topic}" in wording.reports
    asked = wording.quote_back("Words.", (True, False, True), press_review=False)
    assert wording.parts[0] in asked and wording.parts[1] not in asked and asked.endswith("?")


def test_nobody_is_asked_for_where_two_people_speak(tmp_path: Path) -> None:
    text = (
        "“We will never pay for a crane that does not work,” said Ada Brook of the union on Friday. Karl Lind said "
        "that was a matter of taste.\n\n“The old cranes will do for another winter at least,” said Mira Holm, who "
        "runs the port.\n"
    )
    store = filled(tmp_path, [article(text)], HashEncoder())
    asked = of_kind(draft_questions(store, 20), WHO_SAID)
    assert [q.answers for q in asked] == [("Mira Holm", "Holm")]


# -- drafted by a model --------------------------------------------------------------------------


def answering(question: str, answer: str) -> str:
    return json.dumps({"question": question, "answer": answer})


TEXT = (
    "The harbour office of Senna Bay has ordered new cranes from the yard at Quillon. The first of them will be "
    "unloaded by a team of divers from Otterey, because the old quay can carry no more weight than a lorry."
)
GOOD = answering("Who will unload the first of the new cranes at Senna Bay?", "a team of divers from Otterey")


def by_model(tmp_path: Path, *replies: str, **options: Any) -> tuple[Any, Any]:
    others = [article(numbered(n).replace("\n", " "), title=f"Pier {n}") for n in range(options.pop("others", 0))]
    store = filled(tmp_path, [article(TEXT, title="Cranes"), *others], HashEncoder())
    with llm_server(*replies, **options) as server:
        made = draft(store, 4, model=LanguageModel(server.spec, timeout_s=3))
    return made, server


def test_a_models_question_is_kept_with_its_gold(tmp_path: Path) -> None:
    made, server = by_model(tmp_path, GOOD)
    (found,) = of_kind(made.questions, "model")
    assert found.id == "draft-model-1" and found.tags == ("draft", "model") and found.answerable
    assert found.answers == ("a team of divers from Otterey",) and found.outlets == ("Harbour Gazette",)
    assert found.articles == ("Cranes",) and found.answers[0] in found.quotes[0] and found.quotes[0] in TEXT
    assert (made.asked, made.dropped, made.trouble) == (1, 0, "")
    sent = server.requests[0]["messages"]
    assert "JSON" in sent[0]["content"] and "unloaded by a team" in sent[1]["content"]


@pytest.mark.parametrize(
    "reply",
    [
        "I would rather write a poem.",
        "```json\n" + GOOD + "\n```",
        "[" + GOOD + "]",
        answering("Who will unload the first crane?", "a team of climbers"),
        answering("Will a team of divers from Otterey unload the first crane?", "a team of divers from Otterey"),
        answering("Who will unload it", "a team of divers from Otterey"),
        answering("Who?", "a team of divers from Otterey"),
        answering("Who will unload\nthe first crane?", "a team of divers from Otterey"),
        answering("Who will unload the first crane?", "team of div"),
        answering("Who will unload the first crane?", "."),
        answering("Who will unload the first crane?", ""),
        json.dumps({"question": "Who will unload the first crane?", "answer": 3}),
        json.dumps({"question": "Who will unload it?", "answer": "divers", "tags": ["multihop-rag"]}),
        "[" * 5000,
    ],
)
def test_any_other_reply_is_dropped_and_counted(tmp_path: Path, reply: str) -> None:
    made, _ = by_model(tmp_path, reply)
    assert not of_kind(made.questions, "model") and (made.asked, made.dropped) == (1, 1) and made.questions


def test_a_model_that_fails_is_left_alone_and_the_rules_fill_the_set(tmp_path: Path) -> None:
    made, server = by_model(tmp_path, GOOD, others=4, misbehaviour="status_500")
    assert len(server.requests) == 3 == made.asked == made.dropped and "500" in made.trouble
    assert made.questions and {kind_of(q) for q in made.questions} <= set(KINDS)


def test_a_gap_is_never_asked_of_a_sentence_that_says_it_twice(drafted: list[GoldQuestion]) -> None:
    gapped = [q for q in drafted if GAP in q.question]
    assert gapped and all(q.question.count(GAP) == 1 for q in gapped)
