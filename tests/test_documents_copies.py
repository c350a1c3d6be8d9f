"""Near-copies: what edits a copy survives, what only looks like one, and groups that no chain can make."""

from __future__ import annotations

import itertools
import random

import pytest
from copy_cases import EDITS, FOOTER, FRAME, Newsroom
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.articles import Article, OutletBasis
from documents.copies import (
    BANDS,
    MAX_SHINGLES,
    Wording,
    are_copies,
    band_keys,
    cluster_name,
    clusters_among,
    copies_identity,
    wording_of,
)


def wording(text: str, outlet: str | None = None, published: str | None = None) -> Wording:
    basis = OutletBasis.GIVEN if outlet else OutletBasis.UNKNOWN
    return wording_of(Article(text, outlet=outlet, outlet_basis=basis, published=published))


@pytest.fixture
def newsroom() -> Newsroom:
    return Newsroom(7, words=2000)


@pytest.mark.parametrize("edit", [name for name in EDITS if "50" not in name and "added" not in name])
def test_an_edited_copy_is_one_and_shares_a_key(edit: str, newsroom: Newsroom) -> None:
    for _ in range(5):
        original = newsroom.body(6)
        one, other = wording(original, "Agency"), wording(EDITS[edit](newsroom, original), "Paper")
        assert are_copies(one, other) and are_copies(other, one)
        assert set(band_keys(one)) & set(band_keys(other))


def test_headline_and_byline_do_not_count(newsroom: Newsroom) -> None:
    text = newsroom.body(4)
    one = wording_of(Article(text, title="One headline", author="A. Writer"))
    other = wording_of(Article(text, title="Another", author="B. Writer"))
    assert one.shingles == other.shingles and are_copies(one, other)


def test_two_reports_of_one_event_are_two(newsroom: Newsroom) -> None:
    topic = newsroom.words[100:112]
    quote = f"“{newsroom.sentence(topic)} {newsroom.sentence(topic)}”"
    one, other = (wording(f"{newsroom.body(3, topic)}\n\n{quote}\n\n{newsroom.body(2, topic)}", o) for o in "AB")
    assert not are_copies(one, other)


def test_a_review_that_quotes_a_paragraph_is_no_copy(newsroom: Newsroom) -> None:
    originals = [newsroom.body(5) for _ in range(3)]
    review = "\n\n".join(f"The Quill writes:\n\n“{text.split(chr(10))[0]}”" for text in originals)
    assert not any(are_copies(wording(text, "Quill"), wording(review, "Review")) for text in originals)


@pytest.mark.parametrize("frame", ["{body}\n\n" + FOOTER, FRAME + "\n\n{body}"])
def test_frames_of_one_outlet_tie_nothing_together(frame: str, newsroom: Newsroom) -> None:
    articles = [wording(frame.format(body=newsroom.body(1)), "Letter") for _ in range(8)]
    assert clusters_among(articles) == []


def test_reports_from_one_template_differ_by_their_figures() -> None:
    rng = random.Random(3)
    template = (
        "Shares in Lomea closed {} points higher at {} on a day of quiet trade. Turnover came to {} million florins "
        "after {} million the day before. The florin stood at {}. The exchange opens again at nine in the morning."
    )
    days = [wording(template.format(*(rng.randrange(1000, 9000) for _ in range(5))), outlet) for outlet in "AB"]
    assert len(days[0].figures) == 5
    assert not are_copies(*days)


def test_a_roundup_and_a_chain_of_copies_stay_apart(newsroom: Newsroom) -> None:
    briefs = [newsroom.body(3) for _ in range(2)]
    roundup = wording("\n\n".join(briefs), "Roundup")
    found = clusters_among([wording(briefs[0], "A"), wording(briefs[1], "B"), roundup])
    assert all(len(group) == 2 for group in found) and len(found) <= 1
    # Each text is a copy of the next one, the first and the last have nothing in common.
    sentences = [newsroom.sentence(newsroom.words[:9]) for _ in range(40)]
    windows = [wording(" ".join(sentences[i : i + 10]), f"Paper {i}") for i in range(0, 30, 2)]
    assert all(are_copies(a, b) for a, b in itertools.pairwise(windows))
    for group in clusters_among(windows):
        assert all(len(a.known & b.known) > 0.3 * len(a.shingles) for a, b in itertools.combinations(group, 2))


def test_groups_do_not_depend_on_the_order(newsroom: Newsroom) -> None:
    wordings = []
    for story in range(6):
        text = newsroom.body(5)
        copies = [edit(newsroom, text) for edit in EDITS.values()]
        wordings += [wording(copy, f"Paper {n}", f"2024-01-{story + 1:02d}") for n, copy in enumerate(copies)]
    expected = {frozenset(w.id for w in group) for group in clusters_among(wordings)}
    names = {cluster_name(group) for group in clusters_among(wordings)}
    assert len(expected) >= 6
    for seed in range(5):
        random.Random(seed).shuffle(wordings)
        groups = clusters_among(wordings)
        assert {frozenset(w.id for w in group) for group in groups} == expected
        assert {cluster_name(group) for group in groups} == names


def test_a_cluster_is_named_after_its_first_article(newsroom: Newsroom) -> None:
    text = newsroom.body(3)
    late, early, undated = (
        wording(text, "A", "2024-05-02"),
        wording(text, "B", "2024-05-01T09:00:00Z"),
        wording(text, "C"),
    )
    (group,) = clusters_among([late, undated, early])
    assert group == [early, late, undated] and cluster_name(group) == f"copy-{early.id}"


def test_short_texts_are_nobodys_copies_and_long_ones_are_bounded(newsroom: Newsroom) -> None:
    short = wording("Photo: the harbour at night, seen from the castle.", "A")
    assert short.shingles == () == band_keys(short) and not are_copies(short, short)
    assert clusters_among([short, wording("Photo: the harbour at night, seen from the castle.", "B")]) == []
    assert len(wording(" ".join(newsroom.body(40) for _ in range(10))).shingles) == MAX_SHINGLES


def test_scripts_without_spaces_are_compared_too() -> None:
    text = "".join(chr(0x4E00 + (i * 37) % 4000) for i in range(200))
    cut = wording(text[:140], "B")
    assert are_copies(wording(text, "A"), cut) and not are_copies(wording(text[::-1], "A"), cut)


def test_keys_are_the_same_in_every_process() -> None:
    one = wording("The ferry stops at noon and " + " ".join(f"word{i}" for i in range(30)))
    assert len(band_keys(one)) == BANDS
    assert all(-(2**31) <= key < 2**31 for key in band_keys(one))
    assert band_keys(one) == band_keys(one) and copies_identity().startswith("shingles-3/32x3/")


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=400), st.text(max_size=400))
def test_any_text_can_be_compared(one: str, other: str) -> None:
    a, b = wording("x" + one, "A"), wording("x" + other, "B")
    assert are_copies(a, b) == are_copies(b, a)
    assert len(band_keys(a)) in (0, BANDS)
