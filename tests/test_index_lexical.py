"""Words and the lexical index: what is found by which words, and that scores do not depend on where a passage lies."""

from __future__ import annotations

import math
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.articles import Attribution, OutletBasis, Passage
from documents.errors import GenerationError
from index.filters import Filter
from index.lexical import LexicalIndex, WordQuery
from index.store import StoredPassage
from index.words import STEMMED, index_words, query_words


def stored(
    text: str, seq: int = 1, *, outlet: str | None = None, language: str | None = "en", **fields: str
) -> StoredPassage:
    basis = OutletBasis.GIVEN if outlet else OutletBasis.UNKNOWN
    origin = Attribution(outlet, basis, speaker=fields.pop("speaker", None))
    passage = Passage(f"{seq:016x}", 0, len(text), text, origin)
    known = {"title": None, "url": None, "published": None, "author": None, "carrier": None} | fields
    return StoredPassage(seq=seq, passage=passage, language=language, **known)


def indexed(*passages: StoredPassage) -> LexicalIndex:
    index = LexicalIndex.in_memory()
    index.add(passages)
    index.commit()
    return index


def found(index: LexicalIndex, query: str, **options: object) -> list[str]:
    return [match.id for match in WordQuery([index], query).best(0, 50, **options)]  # type: ignore[arg-type]


def test_words_are_lowered_stemmed_and_folded() -> None:
    assert index_words("The Ferries sailed", "en") == ["the", "ferri", "sail"]
    assert index_words("Łódź, São Tomé, Öresund", None) == ["lodz", "sao", "tome", "oresund"]
    assert index_words("Die Häuser", "de") == index_words("die Hauser", "de")


def test_numbers_have_one_form_in_every_notation() -> None:
    assert (
        index_words("13,000", "en")
        == index_words("13.000", "de")
        == index_words("13\u00a0000", "fr")
        == index_words("13000", None)
    )
    assert index_words("1,6", "de") == index_words("1.6", "en") == ["1.6"]
    assert index_words("2,5 percent of 1,250,000", "en") == ["2.5", "percent", "of", "1250000"]
    assert index_words("on 2024-05-01", "en") == ["on", "20240501"]


def test_initials_are_one_word_and_unspaced_scripts_are_pairs() -> None:
    assert index_words("the U.N. envoy", "en")[1] == index_words("UN", "en")[0]
    assert index_words("北方港口", "zh") == ["北方", "方港", "港口"]
    assert index_words("港", "zh") == ["港"]


def test_question_words_are_left_out_in_the_questions_language() -> None:
    assert [forms[0] for forms in query_words("Who said what about the harbour?", ["en"])] == ["said", "harbour"]
    assert [forms[0] for forms in query_words("Wer hat die Brücke gesperrt?", ["en", "de"])] == ["brucke", "gesperrt"]
    # "die" is an article in German only
    assert "die" in [forms[0] for forms in query_words("Did two sailors die in the storm?", ["en", "de"])]


def test_a_question_of_question_words_only_keeps_them() -> None:
    assert [forms[0] for forms in query_words("Who is who?", ["en"])] == ["who", "is"]


def test_every_language_named_has_a_stemmer() -> None:
    for code in STEMMED:
        assert index_words("harbour 42", code)


def test_inflected_forms_are_found_in_each_language() -> None:
    index = indexed(
        stored("The councils raised fees for ferries.", 1),
        stored("Die Fähre fährt nach den Inseln.", 2, language="de"),
        stored("Los astilleros cerraron en invierno.", 3, language="es"),
        stored("Zebranie mieszkańców w Łodzi.", 4, language="pl"),
    )
    assert found(index, "ferry council") == [stored("The councils raised fees for ferries.", 1).passage.id]
    assert found(index, "Insel") == [stored("Die Fähre fährt nach den Inseln.", 2).passage.id]
    assert found(index, "astillero") == [stored("Los astilleros cerraron en invierno.", 3).passage.id]
    assert found(index, "mieszkancow lodzi") == [stored("Zebranie mieszkańców w Łodzi.", 4).passage.id]


@pytest.mark.parametrize(
    ("field", "query"),
    [
        ({"title": "Lighthouse keeper retires"}, "lighthouse"),
        ({"outlet": "Harbour Gazette"}, "gazette"),
        ({"carrier": "The Quill Review"}, "quill"),
        ({"speaker": "Odalys Ferrante"}, "ferrante"),
        ({"published": "2024-05-01T10:00:00+02:00"}, "2024-05-01"),
        ({"published": "2024-05-01"}, "May"),
    ],
)
def test_a_passage_is_found_by_what_its_article_says_of_itself(field: dict[str, str], query: str) -> None:
    wanted = stored("Nothing of note happened.", 1, **field)
    index = indexed(wanted, stored("Something else altogether.", 2))
    assert found(index, query) == [wanted.passage.id]


def test_outlet_and_date_filters_hold_alone_and_together() -> None:
    passages = [
        stored("storm at sea", 1, outlet="Harbour Gazette", published="2024-01-05"),
        stored("storm at sea.", 2, outlet="Harbour Gazette", published="2024-03-05"),
        stored("storm at sea!", 3, outlet="Harbour", published="2024-03-05"),
        stored("storm at sea?", 4),
    ]
    index = indexed(*passages)
    ids = [one.passage.id for one in passages]
    assert set(found(index, "storm", only=Filter(outlets=("Harbour Gazette",)))) == set(ids[:2])
    assert set(found(index, "storm", only=Filter(since="2024-03-05"))) == set(ids[1:3])
    assert set(found(index, "storm", only=Filter(until="2024-03-04"))) == {ids[0]}
    assert found(index, "storm", only=Filter(outlets=("Harbour", "No Such"), since="2024", until="2024")) == [ids[2]]
    assert found(index, "storm", only=Filter(outlets=("No Such",))) == []


def test_ids_restrict_without_changing_the_score() -> None:
    passages = [stored(f"storm number {n}", n) for n in range(1, 9)]
    query = WordQuery([indexed(*passages)], "storm 5")
    everywhere = {match.id: match.score for match in query.best(0, 50)}
    wanted = {passages[4].passage.id, passages[0].passage.id}
    assert {m.id: m.score for m in query.best(0, 50, ids=wanted)} == pytest.approx({k: everywhere[k] for k in wanted})


def test_an_average_passage_with_each_word_once_has_the_full_score() -> None:
    passages = [stored("alpha beta gamma", 1), stored("delta epsilon zeta", 2), stored("eta theta iota", 3)]
    query = WordQuery([indexed(*passages)], "alpha beta")
    # one of three passages has each word, and all are equally long: idf = ln(1 + (3 - 1 + 0.5) / (1 + 0.5))
    assert query.full_score == pytest.approx(2 * math.log(1 + 2.5 / 1.5))
    assert query.best(0, 1)[0].score == pytest.approx(query.full_score, rel=1e-4)


def test_a_passage_scores_the_same_wherever_it_lies() -> None:
    rng = random.Random(4)
    vocabulary = ["storm", "ferry", "port", "vote", "court", "tram"]
    passages = [stored(" ".join(rng.choices(vocabulary, k=6)), n) for n in range(1, 61)]
    whole = WordQuery([indexed(*passages)], "storm court")
    expected = {match.id: match.score for match in whole.best(0, 100)}
    parts = WordQuery([indexed(*passages[:57]), indexed(*passages[57:])], "storm court")
    split = {match.id: match.score for at in (0, 1) for match in parts.best(at, 100)}
    assert split == pytest.approx(expected, rel=1e-4)
    assert parts.full_score == pytest.approx(whole.full_score)


def test_an_index_in_a_folder_is_read_back(tmp_path: Path) -> None:
    index = LexicalIndex.create(tmp_path)
    passages = [stored(f"storm over port {n}", n) for n in range(1, 4)]
    index.add(passages)
    index.finish()
    opened = LexicalIndex.open(tmp_path, ["en"])
    assert opened.count() == 3
    assert opened.ids() == {one.passage.id for one in passages}
    assert found(opened, "ports")[0] in opened.ids()
    with pytest.raises(GenerationError, match="opened for reading"):
        opened.add(passages)


@pytest.mark.parametrize("content", [{}, {"meta.json": b""}, {"meta.json": b"{}"}, {"meta.json": b"\xff\x00garbage"}])
def test_a_folder_without_an_index_is_one_error(tmp_path: Path, content: dict[str, bytes]) -> None:
    for name, data in content.items():
        (tmp_path / name).write_bytes(data)
    with pytest.raises(GenerationError, match="byline rebuild") as caught:
        LexicalIndex.open(tmp_path)
    assert "\n" not in str(caught.value)


_small = indexed(stored("storm over port", 1), stored("die Fähre und der Hafen", 2, language="de"))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80) | st.text(alphabet='+-&|!(){}[]^"~*?:\\/ ANDORT', max_size=40))
def test_no_question_is_syntax(query: str) -> None:
    assert len(WordQuery([_small], query).best(0, 5)) <= 2


@given(st.text(max_size=200), st.sampled_from(["en", "de", "ar", "zh", "xx", "", None]))
@settings(max_examples=100, deadline=None)
def test_indexed_words_hold_no_space_and_are_repeatable(text: str, language: str | None) -> None:
    first = index_words(text, language)
    assert first == index_words(text, language)
    assert all(word and not any(c.isspace() for c in word) for word in first)


def test_an_empty_index_and_an_empty_question_find_nothing() -> None:
    assert found(indexed(), "storm") == []
    assert found(indexed(stored("storm", 1)), "") == []
    assert WordQuery([], "storm").full_score == 0.0


def test_many_threads_search_while_it_grows() -> None:
    index = indexed(*(stored(f"storm {n}", n) for n in range(1, 50)))

    def search() -> list[int]:
        return [len(WordQuery([index], "storms").best(0, 20)) for _ in range(30)]

    with ThreadPoolExecutor(6) as threads:
        running = [threads.submit(search) for _ in range(6)]
        for n in range(50, 60):
            index.add([stored(f"storm {n}", n)])
            index.commit()
        assert [one.result() for one in running] == [[20] * 30] * 6
    assert index.count() == 59


def test_a_passage_in_two_languages_keeps_its_own_forms() -> None:
    english = stored("The die was cast.", 1)
    german = replace(stored("Die Würfel sind gefallen.", 2, language="de"))
    index = indexed(english, german)
    assert index.languages == {"en", "de"}
    assert found(index, "cast")[0] == english.passage.id
    assert found(index, "Würfel")[0] == german.passage.id
