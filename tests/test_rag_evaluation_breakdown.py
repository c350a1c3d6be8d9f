"""How outlets fare over a whole evaluation: shares and confusions, counted by hand."""

from __future__ import annotations

import pytest
from judged import answered, refused

from rag.evaluation.breakdown import MOST, confusion, outlet_shares
from rag.evaluation.gold import GoldQuestion
from rag.evaluation.metrics import wilson_interval
from rag.evaluation.outcomes import QuestionResult


def result(
    wanted: str, cited: str = "", *, error: str = "", asked: bool = True, answerable: bool | None = True
) -> QuestionResult:
    """Return a result; outlets stand between commas, ``?`` is an unknown one, nobody cited is a refusal."""
    outlets = tuple(filter(None, wanted.split(",")))
    names = tuple(None if name == "?" else name for name in filter(None, cited.split(",")))
    answer = None if error or not asked else answered() if names else refused()
    question = GoldQuestion("Who?", "q", outlets=outlets, answerable=answerable)
    return QuestionResult(question, answer, (), 0.1, error, {}, None, names, ())


def test_shares_by_hand() -> None:
    results = [
        result("Ada Post", "Ada Post"),
        result("Ada Post", "Bee Post"),
        result("the bee post", "Bee Post,?"),
        result("Bee Post,Ada Post", "The Bee Post,Cee Post"),
        result("Ada Post"),  # refused
        result("Ada Post", error="broken"),
        result("", "Ada Post"),  # nobody says who is right
    ]
    shares = {share.outlet: share for share in outlet_shares(results)}
    assert list(shares) == ["Ada Post", "Bee Post", "Cee Post"]
    ada, bee, cee = shares.values()
    assert (ada.wanted, ada.cited_right, ada.cited) == (3, 1, 1)
    assert (bee.wanted, bee.cited_right, bee.cited) == (2, 2, 3)
    assert (cee.wanted, cee.cited_right, cee.cited) == (0, 0, 1)
    assert (ada.wanted_share, bee.wanted_share, cee.wanted_share) == (3 / 5, 2 / 5, 0)
    assert (ada.cited_share.value, bee.cited_share.value, cee.cited_share.value) == (1 / 5, 3 / 5, 1 / 5)
    assert ada.cited_share.n == 5 and ada.cited_share.low < 1 / 5 < ada.cited_share.high


def test_an_outlet_that_is_passed_over_is_noticed_only_with_enough_questions() -> None:
    def passed_over(n: int) -> bool:
        results = [result("Ada Post", "Ada Post"), result("Bee Post", "Ada Post")] * n
        bee = next(share for share in outlet_shares(results) if share.outlet == "Bee Post")
        assert bee.cited_share.value == 0 and bee.cited_share.high == pytest.approx(wilson_interval(0, 2 * n)[1])
        return bee.less_than_its_share

    assert not passed_over(1) and passed_over(10)
    fair = [result("Ada Post", "Ada Post"), result("Bee Post", "Bee Post")] * 20
    assert not any(share.less_than_its_share for share in outlet_shares(fair))


def test_shares_of_nothing() -> None:
    assert outlet_shares([]) == ()
    assert outlet_shares([result("Ada Post"), result("", "Ada Post")]) == ()
    (unknown,) = outlet_shares([result("Ada Post", "?")])
    assert unknown.cited == 0 and (unknown.cited_share.low, unknown.cited_share.high, unknown.cited_share.n) == (
        0,
        1,
        0,
    )
    assert not unknown.less_than_its_share


def test_confusion_by_hand() -> None:
    table = confusion(
        [
            result("Ada Post", "Ada Post,Bee Post"),
            result("Ada Post", "Bee Post"),
            result("Ada Post", "?"),
            result("Ada Post"),
            result("Ada Post", error="broken"),
            result("Bee Post", "Cee Post"),
            result("Ada Post,Bee Post", "Cee Post"),  # two are wanted
            result("Ada Post", "Ada Post", answerable=False),
            result("Ada Post", asked=False),  # retrieval only
        ]
    )
    assert table is not None
    assert table.labels == ("Ada Post", "Bee Post")
    assert table.columns == ("Ada Post", "Bee Post", "Cee Post", "unknown", "nobody")
    assert table.counts == ((1, 1, 0, 1, 2), (0, 0, 1, 0, 0))


def test_confusion_names_the_most_frequent_outlets() -> None:
    results = [result(f"Paper {n}", f"Paper {n}") for n in range(MOST) for _ in range(2)]
    results += [result("Rare Post", "Paper 0"), result("Paper 1", "Scarce Post"), result("Seldom Post", "Rare Post")]
    table = confusion(results)
    assert table is not None
    assert len(table.labels) == MOST + 1 and table.labels[-1] == "others"
    assert table.columns[-3:] == ("others", "unknown", "nobody") and len(table.columns) == MOST + 3
    cell = {(row, column): n for row, counts in zip(table.labels, table.counts, strict=True) for column, n in zip(table.columns, counts, strict=True)}  # fmt: skip
    assert cell["others", "Paper 0"] == cell["Paper 1", "others"] == cell["others", "others"] == 1
    assert sum(cell.values()) == len(results)


def test_no_confusion_where_no_outlet_is_wanted() -> None:
    assert confusion([]) is None
    assert confusion([result("", "Ada Post"), result("Ada Post", asked=False)]) is None
