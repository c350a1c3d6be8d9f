"""One outcome at a time against invented articles: every score by hand, every fault with its kind and words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from judged import ARTICLES, REGISTRY, answered, citation, evidence, foreign, judged, memory, refused, stored

from rag.answers import Answer, AnswerSentence, Citation
from rag.evaluation.gold import GoldQuestion
from rag.evaluation.judging import Judge
from rag.evaluation.outcomes import Failure, Fault, Found, Outcome

BRIDGE = "the bridge stays shut until May"
GOLD = GoldQuestion(
    "When?",
    "q",
    answers=("May",),
    outlets=("Kestrel Courier",),
    quotes=("the bridge stays shut", "Nobody else"),
    answerable=True,
    tags=("press-review",),
)


def right(number: int = 1, **changes: Any) -> Citation:
    return replace(citation(number, "review", BRIDGE), **changes)


def kinds(faults: tuple[Fault, ...]) -> list[Failure]:
    return [fault.kind for fault in faults]


# -- a whole outcome -----------------------------------------------------------------------------


def test_a_right_answer_scores_full() -> None:
    scores = judged(GOLD, answered(right(outlet="kestrel courier")), *(stored("review", n) for n in range(3)))
    by_hand = {
        # two gold items, the first held by rank 2, the second by rank 3
        "hit@1": 0.0,
        "hit@4": 1.0,
        "hit@8": 1.0,
        "hit@10": 1.0,
        "recall@8": 1.0,
        "recall@10": 1.0,
        "strict_recall@8": 1.0,
        "strict_recall@10": 1.0,
        "mrr@10": 1 / 2,
        "map@10": (1 / 2 + 2 / 3) / 2,
        "ndcg@10": (1 / 1.584962500721156 + 1 / 2) / (1 + 1 / 1.584962500721156),
        "strict_outlets@10": 1.0,
        "answer_exact": 0.0,
        "answer_f1": 2 * 1 / (5 + 1),  # "bridge stays shut until may" and "may"
        "answer_contains": 1.0,
        "outlet_accuracy": 1.0,
        "nested_outlet_accuracy": 1.0,
        "carrier_leak": 0.0,
        "misattribution": 0.0,
        "citation_recall": 1.0,
        "citation_precision": 1.0,
        "evidence_recall": 0.5,
        "evidence_precision": 1.0,
        "quote_verbatim": 1.0,
    }
    assert set(scores.values) == set(by_hand)
    assert scores.values == pytest.approx(by_hand)
    assert scores.verbatim == (True,) and scores.abstention == (False, False) and scores.correct is True
    assert scores.held == (False, True, True) and scores.cited == ("Kestrel Courier",) and scores.faults == ()


def test_a_refusal_of_an_answerable_question_scores_nothing_and_says_why() -> None:
    scores = judged(GOLD, refused(right()), stored("review", 1))
    for name in ("answer_contains", "answer_exact", "answer_f1", "outlet_accuracy", "evidence_recall"):
        assert scores.values[name] == 0
    for name in ("evidence_precision", "carrier_leak", "misattribution", "citation_recall", "citation_precision"):
        assert name not in scores.values
    assert scores.abstention == (True, False) and scores.correct is False and scores.cited == ()
    assert scores.faults == (Fault(Failure.REFUSED, "refused, although the articles answer it"),)
    assert scores.verbatim == (True,)  # the nearest evidence is quoted exactly, too


def test_an_unanswerable_question_is_right_when_refused() -> None:
    question = GoldQuestion("What?", "q", outlets=("Nowhere Post",), answerable=False, tags=("false-premise",))
    scores = judged(question, refused(), stored("review", 0))
    assert scores.values == {"false_premise_accuracy": 1.0}
    assert scores.abstention == (True, True) and scores.correct is True
    wrong = judged(question, answered(right()))
    assert wrong.values["false_premise_accuracy"] == 0 and wrong.correct is False
    assert Fault(Failure.ANSWERED, "answered, although no article does") in wrong.faults
    assert "outlet_accuracy" not in wrong.values and "answer_contains" not in wrong.values
    assert wrong.values["citation_recall"] == 1 and wrong.values["misattribution"] == 0  # these need no gold


def test_retrieval_alone_measures_retrieval_alone() -> None:
    scores = judged(GOLD, None, stored("review", 1))
    assert scores.values["mrr@10"] == 1 and scores.values["recall@10"] == 0.5
    assert all("@" in name for name in scores.values)
    assert scores.abstention is None and scores.correct is None and scores.faults == () and scores.verbatim == ()


def test_a_system_that_hides_what_it_found_is_measured_by_its_answer() -> None:
    scores = judged(GOLD, answered(right()), ranks=False)
    assert not any("@" in name for name in scores.values) and scores.held == ()
    assert scores.values["outlet_accuracy"] == 1 and scores.faults == ()


def test_an_error_answers_nothing_and_is_no_refusal() -> None:
    scores = judged(GOLD, None, ranks=False, error="expected an answer, got none")
    assert scores.faults == (Fault(Failure.ERROR, "expected an answer, got none"),)
    assert scores.values["answer_contains"] == scores.values["outlet_accuracy"] == 0
    assert scores.abstention == (False, False) and scores.correct is False
    silent = judged(GoldQuestion("What?", "q", answerable=False), None, ranks=False, error="broken")
    assert silent.values == {} and silent.abstention == (False, True) and silent.correct is False


def test_a_question_without_gold_measures_what_needs_none() -> None:
    scores = judged(GoldQuestion("What?", "q"), answered(right()), stored("review", 1))
    assert set(scores.values) == {"misattribution", "citation_recall", "citation_precision", "quote_verbatim"}
    assert scores.abstention is None and scores.correct is None


@pytest.mark.parametrize(
    ("gold", "expected"),
    [
        ({"answers": ("May",)}, True),
        ({"answers": ("June",)}, False),
        ({"answers": ("May",), "outlets": ("Harbour Digest",)}, False),
        ({"answers": ("May",), "outlets": ("Kestrel Courier",), "speakers": ("Anna Kovač",)}, False),
        ({"quotes": ("stays shut",)}, True),
        ({"quotes": ("Nobody else",)}, False),
        ({"articles": ("Morning review",)}, True),
        ({"articles": ("dam.html",)}, False),
        ({"grades": (("Morning review", 2),)}, True),
        ({"grades": (("Morning review", 0), ("dam.html", 1))}, False),
        ({"answers": ("May",), "quotes": ("Nobody else",)}, True),  # what it says decides, not where it found that
        ({"answerable": True}, True),
    ],
)
def test_what_is_correct_as_a_whole(gold: dict[str, Any], expected: bool) -> None:
    question = GoldQuestion("When?", "q", **{"answerable": True, **gold})
    assert judged(question, answered(right())).correct is expected


def test_following_up_is_measured_by_tag_and_by_history() -> None:
    tagged = replace(GOLD, tags=("follow-up",))
    told = replace(GOLD, tags=(), history=(("And?", "So."),))
    for question in (tagged, told):
        assert judged(question, answered(right())).values["follow_up_accuracy"] == 1
        assert judged(question, refused()).values["follow_up_accuracy"] == 0
    assert "follow_up_accuracy" not in judged(GOLD, answered(right())).values


def test_a_fault_says_what_is_wrong_in_plain_words() -> None:
    scores = judged(
        replace(GOLD, answers=("June",), speakers=("Anna Kovač",)),
        answered(
            right(outlet="Harbour Digest", quote="the bridge stays shut until June"), text="It is June, perhaps 7."
        ),
        stored("leaflet", 0),
    )
    assert [(str(fault.kind), fault.text) for fault in scores.faults] == [
        ("not found", "no passage with the gold among the first 10"),
        ("wrong outlet", "cites Harbour Digest instead of Kestrel Courier"),
        ("carrier", "cites Harbour Digest, which only carries the words of Kestrel Courier"),
        ("wrong speaker", "names nobody as the speaker instead of Anna Kovač"),
        ("misattributed", "cites Harbour Digest for words that the article does not have"),
        ("unsupported", "a sentence is not carried by what it cites: It is June, perhaps 7."),
        ("not verbatim", "a quote is not the article's characters"),
    ]
    assert "cites nothing: Yes." in judged(GOLD, answered(text="Yes.")).faults[-1].text
    assert judged(GOLD, answered(text="No."), ranks=False).faults[0] == Fault(
        Failure.WRONG_WORDS, "the answer says none of the expected"
    )


# -- retrieval -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", [ARTICLES["dam"].id, "“dam  HOLDS”", '"Dam holds"', "http://lindalgazette.example/dam", "dam.html"]
)
def test_gold_articles_are_found_however_they_are_named(name: str) -> None:
    question = GoldQuestion("What?", "q", articles=(name,), answerable=True)
    assert judged(question, None, stored("dam", 2)).values["mrr@10"] == 1
    assert judged(question, None, stored("leaflet", 0)).values["hit@10"] == 0


def test_a_gold_article_that_is_not_there_is_said_and_counts_as_not_found() -> None:
    question = GoldQuestion("What?", "q", articles=("Evening review", "dam.html"), answerable=True)
    scores = judged(question, None, stored("dam", 2))
    assert scores.values["recall@10"] == 0.5 and scores.values["strict_recall@10"] == 0
    assert scores.faults == (Fault(Failure.NOT_FOUND, "the collection has no article 'Evening review'"),)


def test_a_rank_is_a_text_with_all_its_copies() -> None:
    outcome = Outcome(GOLD, None, (Found((stored("leaflet", 0), stored("review", 1))), Found((stored("review", 2),))))
    scores = Judge(memory(), REGISTRY).score(outcome)
    assert scores.values["mrr@10"] == scores.values["map@10"] == scores.values["ndcg@10"] == 1


def test_grades_weigh_what_is_found() -> None:
    question = GoldQuestion("What?", "q", grades=(("dam.html", 1), ("leaflet.txt", 3), ("review", 0)), answerable=True)
    scores = judged(question, None, stored("dam", 0), stored("leaflet", 0))
    assert scores.values["recall@10"] == 1
    assert scores.values["ndcg@10"] == pytest.approx((1 + 3 / 1.584962500721156) / (3 + 1 / 1.584962500721156))


def test_all_gold_outlets_must_originate_something() -> None:
    question = GoldQuestion("What?", "q", outlets=("Kestrel Courier", "The Lindal Gazette"), answerable=True)
    both = (stored("review", 1), stored("dam", 0))
    assert judged(question, None, *both).values["strict_outlets@10"] == 1
    assert judged(question, None, stored("review", 0), stored("dam", 0)).values["strict_outlets@10"] == 0


def test_the_benchmarks_own_formulas_are_for_its_questions_alone() -> None:
    facts = ("the  bridge stays\nshut", "The dam in Osby held")
    question = GoldQuestion("What?", "q", quotes=facts, answerable=True, tags=("multihop-rag",))
    scores = judged(question, None, stored("leaflet", 0), stored("review", 1), stored("dam", 0)).values
    assert scores["multihop_hits@4"] == scores["multihop_hits@10"] == 1 and scores["multihop_mrr@10"] == 1 / 2
    assert scores["multihop_map@10"] == pytest.approx((1 / 2 + 1 / 3) / 2)
    assert not any("multihop" in name for name in judged(replace(question, tags=()), None, stored("dam", 0)).values)
    null = replace(question, quotes=(), answerable=False)
    assert judged(null, None, stored("dam", 0)).values == {}


# -- citations of any system ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [{"start": 27}, {"quote": "The review quotes nobody"}, {"article_id": "0" * 16, "title": None}, {"quote": ""}],
)
def test_a_quote_that_is_not_the_articles_characters_is_found(changes: dict[str, Any]) -> None:
    scores = judged(GoldQuestion("What?", "q"), answered(right(**changes)))
    assert scores.verbatim == (False,) and scores.values["quote_verbatim"] == 0
    assert Fault(Failure.NOT_VERBATIM, "a quote is not the article's characters") in scores.faults


@pytest.mark.parametrize(
    "said",
    [
        {"url": "http://lindalgazette.example/dam#top"},
        {"title": "“DAM  HOLDS”", "article_id": ""},
        {"title": '"Dam holds"'},
        {"article_id": ARTICLES["dam"].id},
        {"article_id": "https://www.lindalgazette.example/dam/"},
    ],
)
def test_another_systems_citation_is_found_by_what_it_gives(said: dict[str, Any]) -> None:
    question = GoldQuestion("How many?", "q", quotes=("14 cracks",), outlets=("Lindal Gazette",), answerable=True)
    cited = foreign(1, "We counted 14 cracks in the wall", outlet="The Lindal Gazette", **said)
    scores = judged(question, answered(cited, text="There are 14 cracks in the wall."), ranks=False)
    assert scores.values == {
        "outlet_accuracy": 1.0,
        "misattribution": 0.0,
        "citation_recall": 1.0,
        "citation_precision": 1.0,
        "evidence_recall": 1.0,
        "evidence_precision": 1.0,
        "quote_verbatim": 1.0,
    }
    assert scores.correct and scores.faults == ()


def test_of_articles_with_one_headline_the_one_that_has_the_words_is_meant() -> None:
    placed = evidence().place(foreign(1, "The museum in Osby opens at nine.", title="Morning review"))
    assert placed.article is not None and placed.article.id == ARTICLES["leaflet"].id and placed.verbatim


def test_words_without_offsets_may_stand_in_several_places() -> None:
    placed = evidence().place(foreign(1, "The dam in Osby held on Tuesday.", url=ARTICLES["dam"].url))
    text = ARTICLES["dam"].text
    assert [text[a:b] for a, b in placed.spans] == ["The dam in Osby held on Tuesday."] * 2


def test_quotation_marks_and_white_space_may_differ_but_are_not_verbatim() -> None:
    for quote in ('"We counted  14 cracks in the wall," said', "return in June. The dam in Osby"):
        placed = evidence().place(foreign(1, quote, url=ARTICLES["dam"].url))
        assert placed.spans and not placed.verbatim


def test_a_citation_of_a_whole_article_overlaps_all_of_it() -> None:
    placed = evidence().place(foreign(1, "", url=ARTICLES["leaflet"].url, title="leaflet.txt"))
    assert placed.spans == ((0, len(ARTICLES["leaflet"].text)),) and not placed.verbatim


@pytest.mark.parametrize(
    "changes",
    [
        {"article_id": None},
        {"article_id": 7},
        {"article_id": ""},
        {"article_id": "'; --"},
        {"quote": None},
        {"quote": 5},
        {"start": None, "end": None},
        {"start": "3", "end": "9"},
        {"start": -5, "end": 3},
        {"start": 9, "end": 3},
        {"start": 0, "end": 10**9},
        {"outlet": 5},
        {"outlet": " "},
        {"outlet": None},
        {"speaker": ["Anna"]},
        {"title": 5, "url": 6, "published": 7, "article_id": "x"},
        {"number": None},
        {"number": [1]},
        {"outlet_basis": "hearsay"},
        {"via": 5},
    ],
)
def test_a_malformed_citation_is_judged_and_never_crashes(changes: dict[str, Any]) -> None:
    question = replace(GOLD, speakers=("Anna Kovač",), articles=("Morning review",), published="2024-05-02")
    question = replace(question, tags=("press-review", "quote-back"))
    broken = replace(right(), **changes)
    answer = Answer("?", "?", "answered", "May [1].", (AnswerSentence("May.", (1,)),), (broken, right(number=2)))
    scores = judged(question, answer)
    assert len(scores.verbatim) == 2 and scores.verbatim[1]
    assert all(0 <= value <= 1 for value in scores.values.values())


def test_a_citation_that_no_sentence_uses_counts_for_nothing() -> None:
    used, idle = citation(1, "review", "The review quotes others."), right(number=2)
    sentence = AnswerSentence("It is May.", (1, 99))
    answer = Answer("When?", "When?", "answered", sentence.marked, (sentence,), (used, idle))
    assert judged(GOLD, answer).values["outlet_accuracy"] == 0


def test_where_no_sentence_names_a_citation_each_rests_on_all() -> None:
    bare = Answer("?", "?", "answered", "The bridge stays shut until May.", (), (right(),))
    scores = judged(GOLD, bare)
    assert scores.values["outlet_accuracy"] == scores.values["citation_recall"] == 1
    marked = replace(bare, text="The bridge stays shut until May [2].", citations=(right(), right(number=2)))
    assert judged(GOLD, marked).values["citation_precision"] == 1


def test_a_marker_is_no_part_of_the_answer() -> None:
    question = GoldQuestion("How many?", "q", answers=("1",), answerable=True)
    assert judged(question, answered(right())).values["answer_contains"] == 0
    listed = answered(right(), text="The bridge stays shut until May [1].")
    assert judged(question, listed).values["answer_contains"] == 0


# -- looked up once ------------------------------------------------------------------------------


def test_what_was_looked_up_is_not_looked_up_again() -> None:
    store = memory()
    judge = Judge(store, REGISTRY)
    outcome = Outcome(GOLD, answered(right()), (Found((stored("review", 1),)),))
    first = judge.score(outcome)
    reads = store.reads
    assert [judge.score(outcome) for _ in range(50)] == [first] * 50 and store.reads == reads
