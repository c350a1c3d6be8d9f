"""Press reviews in the forms that real ones have: whose words each part is, and what is no press review at all.

All outlets, persons and events are invented. The halves of `data/reviews` are held at the figures reached.
"""

from __future__ import annotations

import pytest
from bench_reviews import Figures, same_outlet, score

from documents.articles import Article, OutletBasis
from documents.attribution import attribute
from documents.outlets.registry import OutletRegistry
from documents.reviews.chunks import chunks_of
from documents.reviews.detection import read_review
from documents.reviews.lines import lines_of
from documents.reviews.names import Cast
from documents.reviews.text import paragraph_tokens, sentences
from documents.reviews.voices import voices_of

REGISTRY = OutletRegistry.load()


def given(text: str, language: str = "en") -> dict[str, str | None]:
    """Return the outlet of each attributed span by the span's text."""
    article = Article(text=text, outlet="The Carrier", outlet_basis=OutletBasis.GIVEN, language=language)
    found = attribute(article, REGISTRY)
    assert "".join(text[s.start : s.end] for s in found) == text
    return {text[s.start : s.end]: s.attribution.outlet for s in found}


def outlet_of(spans: dict[str, str | None], words: str) -> str | None:
    found = [outlet for text, outlet in spans.items() if words in text]
    assert len(found) == 1, (words, spans)
    return found[0]


HEADERS = [
    ("Vigie de Sarvoz - France", "Vigie de Sarvoz"),
    ("Kopfball (Österreich)", "Kopfball"),
    ("El Rincón | Lima | 3 June", "El Rincón"),
    ("Ostuferbote, Polen", "Ostuferbote"),
    ("Aus: Ostuferbote, Polen", "Ostuferbote"),
    ("Népszerda (HU) / 14 May 2024", "Népszerda"),
    ("Ada Brook | The Guardian", "The Guardian"),
]


@pytest.mark.parametrize(("line", "name"), HEADERS)
def test_a_header_line_names_its_outlet(line: str, name: str) -> None:
    first, *_ = lines_of(f"{line}\nThe daily is angry about the new bridge and says so at length.\nEnd.", REGISTRY)
    assert (first.kind, first.name) == ("header", name)


@pytest.mark.parametrize(
    "line", ["What happens next?", "Berlin - a city waits", "WASHINGTON (AP) and nobody else", "Spain"]
)
def test_a_heading_is_no_header_line(line: str) -> None:
    first, *_ = lines_of(f"{line}\nThe bridge fell at noon and nobody was hurt.\nEnd.", REGISTRY)
    assert first.kind != "header"


PROSE = """The papers on the cheese tax

The levy takes effect in March. The Morning Pennant sees a plot by butter producers; for the Metro Herald, it is a \
long overdue reform. "Whoever taxes the rind will soon tax the hole," the same paper mocks. Writing in the Evening \
Register, Hedda Quist would rather tax butter. "It melts," she argues.

The Marl Examiner was told by nobody. "We eat what we like," it says in an editorial, while the Weekly Ledger warns \
that "the hole is next".

"I only came for the samples," the pensioner Tom Calder told us. The Herald Street market was closed."""


def test_running_prose_gives_each_clause_to_its_paper() -> None:
    spans = given(PROSE)
    assert same_outlet(outlet_of(spans, "a plot by butter producers"), "The Morning Pennant")
    assert same_outlet(outlet_of(spans, "long overdue reform"), "Metro Herald")
    assert same_outlet(outlet_of(spans, "tax the hole"), "Metro Herald")
    assert same_outlet(outlet_of(spans, "It melts"), "Evening Register")
    assert same_outlet(outlet_of(spans, "We eat what we like"), "The Marl Examiner")
    assert same_outlet(outlet_of(spans, "the hole is next"), "Weekly Ledger")
    for own in ("takes effect in March", "the samples", "Street market"):
        assert outlet_of(spans, own) == "The Carrier"


DIGEST = """PRESS DIGEST - Island papers

THE ISLAND TIMES
- The ferry company will cut forty jobs by the end of the year.
- Tourists spent a record nine million.

MORNING POST OF VARNA
- The central bank is expected to leave rates unchanged.
- "We see no reason to hurry," governor Ilya Stoev said.
"""


def test_the_lines_under_a_digests_header_are_that_papers() -> None:
    spans = given(DIGEST)
    assert same_outlet(outlet_of(spans, "forty jobs"), "The Island Times")
    assert same_outlet(outlet_of(spans, "no reason to hurry"), "Morning Post of Varna")


ITALIAN = """Rassegna stampa

Piove da tre giorni. La Voce del Vallone titola: «Il binario è vivo, il treno è morto». Secondo il quotidiano, il \
guasto era noto da ottobre. Il Corriere dei Colli scrive invece che la colpa è della neve. «Nessuno comanda alla neve \
e nessuno la sgombra», ironizza il giornale.

Più dura la Gazzetta Alpina: «Paghiamo biglietti per panchine fredde». E aggiunge: «Le panchine, almeno, arrivano \
sempre puntuali». In una busta senza nome abbiamo trovato un ritaglio. Diceva: «Il treno è una promessa con le ruote»."""


def test_pronouns_and_missing_subjects_go_on_with_the_paper_last_heard_and_with_nobody_else() -> None:
    spans = given("Rassegna stampa\n\n" + ITALIAN, "it")
    assert same_outlet(outlet_of(spans, "noto da ottobre"), "La Voce del Vallone")
    assert same_outlet(outlet_of(spans, "Nessuno comanda"), "Il Corriere dei Colli")
    assert same_outlet(outlet_of(spans, "arrivano"), "Gazzetta Alpina")


def test_words_in_quotes_that_nobody_is_named_for_are_nobodys() -> None:
    text = PROSE + '\n\nOne clipping came without a name: "Give us back the rind and keep the hole."'
    article = Article(text=text, outlet="The Carrier", outlet_basis=OutletBasis.GIVEN, language="en")
    last = attribute(article, REGISTRY)[-1].attribution
    assert (last.outlet, last.basis, last.via) == (None, OutletBasis.UNKNOWN, "The Carrier")


NEWS = [
    'The mayor resigned on Monday, the Metro Herald reported. "I am tired," she told reporters. Her deputy said he would '
    'run. "It is my turn," Karl Oster said. The vote is in May.',
    "Firm opens plant\n\nTribune Motors said on Tuesday it would hire 300 people. Chief executive Ann Post said demand was "
    'strong. "We are sold out," she said. Analysts expect more.',
    "A: Where were you?\nB: At home.\nA: Alone?\nB: With the cat.",
]


@pytest.mark.parametrize("text", NEWS)
def test_ordinary_news_is_no_press_review(text: str) -> None:
    assert read_review(Article(text=text, language="en"), REGISTRY) is None


VOICES = [
    ("en", "The Morning Pennant, a daily, warns that time is short.", [("outlet", "says")]),
    ("en", "According to the Morning Pennant, time is short.", [("outlet", "holds")]),
    ("en", 'It goes on: "Time is short and so is the money."', [("pronoun", "says")]),
    ("de", "Die Zeit sei knapp, meint der Uferkurier.", [("outlet", "says")]),
    ("fr", "À en croire le journal, le temps presse.", [("paper", "holds")]),
    ("es", "Añade que el tiempo apremia.", [("active", "says")]),
    ("en", "The Morning Pennant, quoting the Metro Herald, warns of rain.", [("outlet", "says")]),
    ("en", "The Morning Pennant published no commentary.", []),
]


@pytest.mark.parametrize(("language", "sentence", "voices"), VOICES)
def test_who_speaks_in_a_sentence(language: str, sentence: str, voices: list[tuple[str, str]]) -> None:
    cast = Cast(REGISTRY, language=language)
    for name in ("Morning Pennant", "Metro Herald", "Uferkurier"):
        cast.state(name)
    grouped = sentences(sentence, paragraph_tokens(sentence, 0, len(sentence)))
    found = voices_of(chunks_of(grouped[0], cast, language), pro_drop=language == "es")
    assert [(v.kind, v.role) for v in found if v.role != "subject"] == voices


def test_reading_time_grows_in_step_with_the_text() -> None:
    import time

    def seconds(times: int) -> float:
        text = "\n\n".join(PROSE.split("\n\n", 1)[1] for _ in range(times))
        article = Article(text="The papers\n\n" + text, language="en")
        started = time.process_time()
        attribute(article, REGISTRY)
        return time.process_time() - started

    seconds(5)
    assert seconds(80) < 40 * max(seconds(10), 0.01) / 2


@pytest.fixture(scope="module")
def tune() -> Figures:
    return score("tune")


def test_the_tune_half_stays_at_its_figures(tune: Figures) -> None:
    assert tune.attributed.n == 173 and tune.own.n == 93
    assert tune.attributed.counts["right"] >= 161 and tune.attributed.counts["wrong"] == 0
    assert tune.by_kind["quote"].counts["leak"] <= 6 and tune.own.counts["wrong"] == 0


def test_intervals_hold_their_share(tune: Figures) -> None:
    for tally in (tune.attributed, tune.own):
        low, high = tally.interval("right")
        assert low <= tally.share("right") <= high


def test_the_held_out_half_does_not_fall_below_its_figures() -> None:
    held = score("heldout")
    counts = held.attributed.counts
    assert counts["right"] >= 84, "figures only: never look at what is missed"
    assert counts["wrong"] <= 9 and counts["leak"] <= 71
    assert held.own.counts["right"] >= 85 and held.own.counts["wrong"] <= 7
