"""Who says what in running text; every sentence, person and body here is invented."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.speech.statements import Speech, find_speech


def only(text: str, language: str = "en") -> Speech:
    found = find_speech(text, language)
    assert len(found) == 1, [text[s.source[0] : s.source[1]] for s in found]
    return found[0]


def said(text: str, speech: Speech) -> list[str]:
    return [text[a:b] for a, b in speech.content]


FORMS = [
    # text, source, speaker, content
    ("“The quay is closed,” Ada Brook said.", "Ada Brook", "Ada Brook", ["“The quay is closed,”"]),
    ("“The quay is closed,” said Ada Brook.", "Ada Brook", "Ada Brook", ["“The quay is closed,”"]),
    ('Ada Brook said: "The quay is closed."', "Ada Brook", "Ada Brook", ['"The quay is closed."']),
    ("Ada Brook said that the quay is closed.", "Ada Brook", "Ada Brook", ["that the quay is closed"]),
    ("Ada Brook said the quay would stay closed.", "Ada Brook", "Ada Brook", ["the quay would stay closed"]),
    ("The quay will stay closed, said Ada Brook.", "Ada Brook", "Ada Brook", ["The quay will stay closed"]),
    ("“The quay,” Ada Brook said, “is closed.”", "Ada Brook", "Ada Brook", ["“The quay,”", "“is closed.”"]),
    ("“Closed?” Ada Brook asked.", "Ada Brook", "Ada Brook", ["“Closed?”"]),
    (
        "''It is closed,'' Mr. Brook said. ''For good.''",
        "Mr. Brook",
        "Mr. Brook",
        ["''It is closed,''", "''For good.''"],
    ),
    ("The quay is closed, according to Ada Brook.", "Ada Brook", "Ada Brook", ["The quay is closed"]),
    ("According to Ada Brook, the quay is closed.", "Ada Brook", "Ada Brook", ["the quay is closed"]),
    (
        "The quay, according to South Lomea's defence minister, is closed.",
        "South Lomea's defence minister",
        "South Lomea's defence minister",
        ["The quay"],
    ),
    (
        "A spokesman for Ada Brook told reporters that the quay was closed.",
        "A spokesman for Ada Brook",
        "A spokesman for Ada Brook",
        ["that the quay was closed"],
    ),
    (
        "Ada Brook's spokesman said the quay was closed.",
        "Ada Brook's spokesman",
        "Ada Brook's spokesman",
        ["the quay was closed"],
    ),
    (
        "Fisher Polls, which surveyed 1,000 people, found that most prefer the bridge.",
        "Fisher Polls, which surveyed 1,000 people",
        "Fisher Polls",
        ["that most prefer the bridge"],
    ),
    ("Ada Brook vowed to open the quay.", "Ada Brook", "Ada Brook", ["to open the quay"]),
    ("In the end, Ada Brook said, nobody came to the quay.", "Ada Brook", "Ada Brook", None),
]


@pytest.mark.parametrize(("text", "source", "speaker", "content"), FORMS)
def test_a_statement_has_its_source_its_speaker_and_its_words(
    text: str, source: str, speaker: str, content: list[str] | None
) -> None:
    speech = only(text)
    assert text[speech.source[0] : speech.source[1]] == source
    assert speech.speaker == speaker
    assert content is None or said(text, speech) == content


@pytest.mark.parametrize(
    ("text", "speaker", "role", "affiliation"),
    [
        (
            "It is late, said Ada Brook, a commentator of the Halden Courier.",
            "Ada Brook",
            "a commentator of the Halden Courier",
            "Halden Courier",
        ),
        ("Lindal University professor Paul Fenn said that it was late.", "Paul Fenn", None, "Lindal University"),
        ("The Halden Courier's Ada Brook writes that it is late.", "Ada Brook", None, "The Halden Courier"),
        ("Sen. Olga Brandt (D-Lomea), who runs the panel, said: “No.”", "Olga Brandt", "Sen.", None),
        ("Her senior adviser, Jonas Lind, said that it was late.", "Jonas Lind", "Her senior adviser", None),
        ("“No,” said Ida Moen of the Strand Institute.", "Ida Moen", None, "Strand Institute"),
        ("“No,” said Ida Moen on Monday.", "Ida Moen", None, None),
        ("Goalkeeper Jory Pike said that it hurt.", "Jory Pike", "Goalkeeper", None),
    ],
)
def test_role_and_affiliation_come_from_the_text(
    text: str, speaker: str, role: str | None, affiliation: str | None
) -> None:
    speech = only(text)
    assert speech.speaker == speaker
    assert role is None or speech.role == role
    assert speech.affiliation == affiliation


def test_a_surname_becomes_the_one_full_name_before_it() -> None:
    text = "Mayor Jonas Lind opened the quay.\nMr. Lind said that it had cost too much.\n“Far too much,” Lind added."
    assert [s.speaker for s in find_speech(text, "en")] == ["Jonas Lind", "Jonas Lind"]


def test_a_surname_of_two_people_stays_as_it_is_written() -> None:
    text = "Jonas Lind met Karin Lind at the quay.\nLind said that it had cost too much."
    assert [s.speaker for s in find_speech(text, "en")] == ["Lind"]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Mayor Jonas Lind came on Monday. He said that it was late.", "Jonas Lind"),
        ("Anna Berg opened the quay. “It holds,” she said.", "Anna Berg"),
        ("Jonas Lind met Karl Oster. He said that it was late.", None),  # two may be meant
        ("Mayor Jonas Lind came on Monday.\nHe said that it was late.", None),  # not across paragraphs
        ("The mayor met Jonas Lind. He said that it was late.", None),  # the mayor may be meant
        ("Mrs. Fenn came on Monday. He said that it was late.", None),
        ("The storm hit New Strand. He said that it was late.", None),
    ],
)
def test_a_pronoun_is_resolved_in_its_paragraph_or_not_at_all(text: str, speaker: str | None) -> None:
    assert find_speech(text, "en")[-1].speaker == speaker


def test_a_quotation_goes_on_in_the_sentences_behind_it() -> None:
    text = "“It is late,” Ada Brook said. “Nobody came. Not one.” The bell rang."
    speech = only(text)
    assert said(text, speech) == ["“It is late,”", "“Nobody came. Not one.”"]
    assert text[speech.extent[0] : speech.extent[1]].endswith("Not one.”")
    assert speech.directness == "direct"


def test_a_quotation_left_open_goes_on_in_the_next_paragraph() -> None:
    text = "“It is late,” Ada Brook said. “Nobody came.\n“Not one.”\n“I came,” Jo Lind said."
    first, second = find_speech(text, "en")
    assert said(text, first) == ["“It is late,”", "“Nobody came.", "“Not one.”"]
    assert second.speaker == "Jo Lind"


def test_a_lead_in_with_a_colon_has_the_paragraph_behind_it() -> None:
    text = "Karl Oster said:\n“She leaves with a light heart.”\nThe bell rang."
    assert said(text, only(text)) == ["“She leaves with a light heart.”"]
    assert find_speech("Karl Oster said:\nThe bell rang.", "en") == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("“It is late,” Ada Brook said.", "direct"),
        ("Ada Brook said that it was “late” and that nobody had come to the quay.", "mixed"),
        ("Ada Brook said that it was late.", "indirect"),
    ],
)
def test_directness(text: str, kind: str) -> None:
    assert only(text).directness == kind


def test_words_and_stances_are_told_apart() -> None:
    assert only("Ada Brook said that it was late.").words
    assert not only("Ada Brook criticized the delay.").words


@pytest.mark.parametrize(
    "text",
    [
        "The claims that were made are old.",
        "She did not say that it was late.",
        "Ada Brook may say that it is late.",
        "The plan was criticized by many.",
        "What the mayor said is true.",
        "“Closed” read the sign.",
    ],
)
def test_nothing_is_said_here(text: str) -> None:
    assert find_speech(text, "en") == []


LANGUAGES = [
    ("de", "„Der Kai bleibt zu“, sagte Anna Berg, eine Sprecherin der Stadt.", "Anna Berg"),
    ("de", "Verteidigungsminister Jonas Lind erklärte, dass der Kai zu bleibe.", "Jonas Lind"),
    ("de", "Jonas Lind sagte, der Kai sei zu.", "Jonas Lind"),
    ("de", "Laut Anna Berg ist der Kai zu.", "Anna Berg"),
    ("de", "Der Kai bleibt zu, sagte Bürgermeister Lind.", "Bürgermeister Lind"),
    ("fr", "« Le quai reste fermé », a déclaré Anne Morel, directrice du Port de Halde.", "Anne Morel"),
    ("fr", "Selon Jean Morel, le quai reste fermé.", "Jean Morel"),
    ("fr", "D'après Anne Morel, c'est fini.", "Anne Morel"),
    ("fr", "Anne Morel a expliqué que le quai était fermé.", "Anne Morel"),
    ("fr", "Le quai reste fermé, explique la ministre Anne Morel.", "Anne Morel"),
    ("es", "«El muelle sigue cerrado», dijo Ana Ruiz, directora del Puerto de Miralba.", "Ana Ruiz"),
    ("es", "Ana Ruiz afirmó que el muelle sigue cerrado.", "Ana Ruiz"),
    ("es", "Según el ministro Luis Vega, el muelle sigue cerrado.", "Luis Vega"),
    ("es", "—No queda nada —dijo Ana Ruiz—.", "Ana Ruiz"),
    ("it", "«Il molo resta chiuso», ha detto Anna Riva, portavoce del Comune.", "Anna Riva"),
    ("it", "Secondo Anna Riva, il molo resta chiuso.", "Anna Riva"),
    ("it", "Anna Riva ha spiegato che il molo resta chiuso.", "Anna Riva"),
    ("pt", "“O cais continua fechado”, disse Ana Costa, diretora do Porto de Miralba.", "Ana Costa"),
    ("pt", "Segundo Ana Costa, o cais continua fechado.", "Ana Costa"),
]


@pytest.mark.parametrize(("language", "text", "speaker"), LANGUAGES)
def test_other_languages(language: str, text: str, speaker: str) -> None:
    assert only(text, language).speaker == speaker


def test_french_pronouns_behind_their_verb() -> None:
    text = "« Le quai reste fermé », a déclaré Anne Morel. « Il est trop tard », a-t-elle ajouté. « Oui », dit-elle."
    assert [s.speaker for s in find_speech(text, "fr")] == ["Anne Morel"] * 3


def test_german_nouns_are_not_names() -> None:
    assert [s.speaker for s in find_speech("Die Experten sagten, dass es regne.", "de")] == [None]
    assert find_speech("Später sagte Anna Berg, dass es regne.", "de") == []


PIECES = st.sampled_from(
    [
        "Ada Brook",
        "said",
        ", ",
        ". ",
        "“",
        "”",
        '"',
        "''",
        "«",
        "»",
        "he",
        "she",
        "according to",
        "that",
        "\n",
        "told",
        "Mr. Lind",
        ":",
        "(",
        ")",
        "who",
        "—",
        "and",
        "not",
        "the mayor",
        "?",
        "’s",
        "laut",
        "a-t-il",
        "dijo",
        "ha",
        ", a poet,",
        "criticized",
        "to",
        "1,000",
        "U.S.",
        "...",
        "\u2060",
        "\u200b",
    ]
)


@given(st.lists(PIECES, max_size=40), st.sampled_from(["en", "de", "fr", "es", "it", "pt", None, "xx"]))
def test_any_text_gives_spans_inside_it_and_contents_that_do_not_overlap(
    pieces: list[str], language: str | None
) -> None:
    text = " ".join(pieces)
    _check(text, find_speech(text, language))


@given(st.text(max_size=200))
def test_any_characters_are_read(text: str) -> None:
    _check(text, find_speech(text, "en"))


def _check(text: str, found: list[Speech]) -> None:
    contents = [span for speech in found for span in speech.content]
    for start, end in [*contents, *(s.cue for s in found), *(s.source for s in found), *(s.extent for s in found)]:
        assert 0 <= start < end <= len(text)
    ordered = sorted(contents)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(ordered))
    assert all(speech.content for speech in found)


@pytest.mark.parametrize(
    "unit",
    ["Ada Brook said that it was late, ", "“", "according to ", "(", "A, ", "word "],
)
def test_time_is_linear(unit: str) -> None:
    started = time.process_time()
    find_speech(unit * (60_000 // len(unit)), "en")
    assert time.process_time() - started < 3
