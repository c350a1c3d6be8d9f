"""`byline verify` on true answers, and on the same answers with one thing changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from fakes import HashEncoder
from gate_cases import PASSAGES

from documents.articles import Article, OutletBasis
from documents.errors import RequestError
from index.store import ArticleWrite, Store
from rag.answers import Answer
from rag.citations import Evidence, resolve
from rag.verification import verify


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    encoder = HashEncoder()
    store = Store.open(Path(tmp_path_factory.mktemp("verify")), create=True)
    store.adopt(encoder.identity, "verify-test")
    batch = []
    for name, stored in PASSAGES.items():
        passage = stored.passage
        article = Article(
            text=passage.text,
            title=stored.title,
            outlet=stored.carrier,
            outlet_basis=OutletBasis.GIVEN if stored.carrier else OutletBasis.UNKNOWN,
            published=stored.published,
            language=stored.language,
        )
        assert article.id == passage.article_id
        vector = encoder.encode([passage.text])[0]
        batch.append(
            ArticleWrite(
                article=article, item="", path=f"/{name}.txt", passages=[passage], vectors={passage.text_hash: vector}
            )
        )
    store.write(batch)
    yield store
    store.close()


EVIDENCE = Evidence(PASSAGES.values())
KEY = {name: EVIDENCE.key_of(stored) for name, stored in PASSAGES.items()}
REPLY = (
    f"The ministry had asked for twice as many, writes the Nordmark Courier [{KEY['courier']}]. "
    f"The rescue cost Norrland 12 percent of its annual budget, according to the Brandland Herald [{KEY['herald']}]. "
    f"Tagwerk: “Nobody in the ministry wanted to hear the warnings of the engineers.” [{KEY['tagwerk']}] "
    f"Gazeta Rzeczna says the planned repairs will not end with the lock [{KEY['gazeta']}]. "
    f"Lindauer Bote: “Die Reparatur kostet 3,5 Millionen Euro und dauert bis Oktober.” [{KEY['presse']}]"
)


def true_answer() -> dict[str, Any]:
    found = resolve(REPLY, EVIDENCE)
    assert len(found.sentences) == 5 and not found.findings
    answer = Answer(
        question="What happened in Norrland?",
        standalone_question="What happened in Norrland?",
        status="answered",
        text=" ".join(s.marked for s in found.sentences),
        sentences=found.sentences,
        citations=found.citations,
    )
    data: dict[str, Any] = json.loads(json.dumps(answer.to_dict()))
    return data


def test_a_true_answer_has_nothing_to_catch(store: Store) -> None:
    report = verify(true_answer(), store).to_dict()
    assert report["caught"] == 0 and report["ok"] == 5, report
    assert {s["verdict"] for s in report["sentences"]} <= {"verbatim", "supported"}
    assert set(report) == {"sentences", "ok", "caught"}
    assert set(report["sentences"][0]) == {"text", "verdict", "detail"}


def replaced(old: str, new: str) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        hits = 0
        for sentence in data["sentences"]:
            hits += old in sentence["text"]
            sentence["text"] = sentence["text"].replace(old, new)
        data["text"] = data["text"].replace(old, new)
        assert hits

    return change


def cited(number: int, /, **fields: Any) -> Callable[[dict[str, Any]], None]:
    return lambda data: data["citations"][number - 1].update(fields)


def pointed(sentence: int, *numbers: int) -> Callable[[dict[str, Any]], None]:
    return lambda data: data["sentences"][sentence - 1].update(citations=list(numbers))


def added(text: str, *numbers: int) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        data["sentences"].append({"text": text, "citations": list(numbers)})
        data["text"] += f" {text}"

    return change


CHANGES: list[tuple[str, Callable[[dict[str, Any]], None], str]] = [
    ("figure", replaced("12 percent", "21 percent"), "altered"),
    ("unit", replaced("12 percent of", "12 million dollars of"), "altered"),
    ("figure in a quote", replaced("3,5 Millionen", "5,3 Millionen"), "altered"),
    ("name", replaced("cost Norrland", "cost Brandland"), "altered"),
    ("negation dropped", replaced("will not end", "will end"), "altered"),
    ("negation in a quote dropped", replaced("“Nobody in", "“Everybody in"), "altered"),
    ("negation put in", replaced("had asked", "had not asked"), "altered"),
    ("outlet in the sentence", replaced("the Brandland Herald", "the Nordmark Courier"), "misattributed"),
    ("outlet that is not there", replaced("the Brandland Herald", "Reuters"), "misattributed"),
    ("outlet nobody knows", replaced("Tagwerk:", "Daily Invention:"), "misattributed"),
    ("the carrier for the outlet", replaced("Tagwerk:", "Rundblick:"), "misattributed"),
    ("outlet of a citation", cited(2, outlet="Nordmark Courier"), "misattributed"),
    ("outlet of a citation lost", cited(2, outlet=None), "misattributed"),
    ("carrier of a citation", cited(3, via="Somebody"), "misattributed"),
    ("speaker of a citation", cited(2, speaker="Pavel Orlov"), "misattributed"),
    ("citations swapped", pointed(1, 2), "misattributed"),
    ("quote of a citation", cited(1, quote="The ministry had asked for thrice as many."), "altered"),
    ("offsets of a citation", cited(1, start=0, end=41), "altered"),
    ("title of a citation", cited(1, title="Sandbags for nobody"), "altered"),
    ("date of a citation", cited(1, published="1999-01-01"), "altered"),
    ("article that is not there", cited(1, article_id="feedfacefeedface"), "unknown_key"),
    ("offsets outside", cited(1, start=10**6, end=10**6 + 9), "unknown_key"),
    ("number that is not there", pointed(1, 9), "unknown_key"),
    ("number 0", pointed(1, 0), "unknown_key"),
    ("a huge number", pointed(1, 10**30), "unknown_key"),
    ("no number", pointed(1), "unsupported"),
    ("made up", added("The king of Norrland has resigned.", 1), "unsupported"),
    ("made up without citation", added("The king of Norrland has resigned."), "unsupported"),
    ("made up quote", added("“The capital has always hated us all”", 3), "unsupported"),
    (
        "two quotes glued",
        added("“Nobody in the ministry wanted to hear the warnings. Norrland has given up its act”", 3, 4),
        "stitched",
    ),
    ("another outlet's quote", added("Tagwerk: “Norrland has given up its act and returned to its former partner.”", 3), "misattributed"),
    ("words in the text only", lambda data: data.update(text=data["text"] + " Orlov has fled."), "unsupported"),
    ("the same number twice", cited(2, number=1), "unknown_key"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "verdict"), [c[1:] for c in CHANGES], ids=[c[0] for c in CHANGES])
def test_any_change_is_caught(store: Store, change: Callable[[dict[str, Any]], None], verdict: str) -> None:
    data = true_answer()
    change(data)
    report = verify(data, store).to_dict()
    assert report["caught"] >= 1, report
    assert verdict in [s["verdict"] for s in report["sentences"]], report
    assert all(s["detail"] for s in report["sentences"] if s["verdict"] not in ("verbatim", "supported"))


def test_the_words_of_another_outlet_in_a_citation_are_named(store: Store) -> None:
    data = true_answer()
    data["citations"][0]["quote"] = "Prime Minister Pavel Orlov accused Mayor Ilse Petrenko of hiding the damage."
    first = verify(data, store).sentences[0]
    assert (first.verdict.value, first.detail) == ("misattributed", "these words are Brandland Herald's")


def test_a_true_sentence_under_the_wrong_span_is_caught(store: Store) -> None:
    data = true_answer()
    text = PASSAGES["courier"].passage.text
    quote = "Experts doubt that the dam will hold until winter"
    start = text.index(quote)
    cited(1, quote=quote, start=start, end=start + len(quote))(data)
    assert verify(data, store).sentences[0].verdict.value == "unsupported"


def test_an_answer_without_evidence_has_nothing_to_catch(store: Store) -> None:
    data = true_answer()
    data.update(status="no_evidence", text="The articles do not say.", sentences=[])
    report = verify(data, store).to_dict()
    assert report == {"sentences": [], "ok": 0, "caught": 0}


def test_the_nearest_evidence_of_an_empty_answer_is_checked(store: Store) -> None:
    data = true_answer()
    data.update(status="no_evidence", text="The articles do not say.", sentences=[])
    data["citations"][0]["quote"] = "Made up from start to end."
    assert verify(data, store).caught == 1


def test_an_unused_false_citation_is_caught(store: Store) -> None:
    data = true_answer()
    extra = deepcopy(data["citations"][0]) | {"number": 6, "outlet": "Tagwerk"}
    data["citations"].append(extra)
    report = verify(data, store)
    assert report.ok == 5 and report.caught == 1


def test_a_sentence_that_claims_nothing_needs_no_citation(store: Store) -> None:
    data = true_answer()
    data["sentences"].insert(0, {"text": "This is what they say about it:", "citations": []})
    data["text"] = "This is what they say about it: " + data["text"]
    assert verify(data, store).caught == 0


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "answer",
        {},
        {"question": "?"},
        {"question": "?", "sentences": None, "citations": []},
        {"question": "?", "sentences": ["text"], "citations": []},
        {"question": "?", "sentences": [{"text": "x", "citations": ["one"]}], "citations": []},
        {"question": "?", "sentences": [{"text": "x", "citations": [float("inf")]}], "citations": []},
        {"question": "?", "sentences": [], "citations": [{"number": 1}]},
        {"question": "?", "sentences": [], "citations": [{"number": 1, "article_id": "a", "quote": "q", "start": 0, "end": 1, "verdict": "maybe"}]},
    ],
)  # fmt: skip
def test_what_is_no_answer_is_one_line(store: Store, data: Any) -> None:
    with pytest.raises(RequestError) as caught:
        verify(data, store)
    assert "\n" not in str(caught.value) and "expected" in str(caught.value)
