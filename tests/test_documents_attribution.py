"""Press reviews, quoted paragraphs, speakers and imprints; all outlets and events here are invented or mere names."""

from __future__ import annotations

import pytest
from fakes import SEEDS

from documents.articles import Article, OutletBasis
from documents.attribution import attribute, stated_publisher
from documents.outlets.registry import OutletRegistry
from documents.reviews.naming import who_is_quoted

REGISTRY = OutletRegistry.load()

LEADS = [
    # lead-in, is the article a press review, outlet, speaker
    ("The reform comes too late, says Die Presse:", False, "Die Presse", None),
    ("The deal is dead, The Irish Times writes:", False, "The Irish Times", None),
    ("Nobody will pay for this, complains the pro-government Mandiner:", False, "Mandiner", None),
    ("Wprost points to a forgotten clause:", False, "Wprost", None),
    ("For Handelsblatt, the tariff is a sign of weakness:", False, "Handelsblatt", None),
    ("According to the Kleine Zeitung, the roles have reversed:", False, "Kleine Zeitung", None),
    ("Večernji list, a Croatian daily, fears for the harbour:", False, "Večernji list", None),
    ("The minister must go, demands the liberal daily Nordmark Tagblatt:", False, "Nordmark Tagblatt", None),
    ("The Halden Courier sees a turning point:", False, "Halden Courier", None),
    (
        "Columnist Irma Vester of Handelsblatt sees it differently, the Corriere della Sera notes:",
        False,
        "Corriere della Sera",
        None,
    ),
    ("Writing in The Irish Times, columnist Nora Quill warns of haste:", False, "The Irish Times", "Nora Quill"),
    ("Slovo sees nothing but delay:", True, "Slovo", None),
    ("The price is too high, writes the weekly Signál:", True, "Signál", None),
    ("This is a warning to Brussels, concludes La Voz de Miralba:", True, "La Voz de Miralba", None),
    ("Das Urteil kommt zu spät, schreibt die Kleine Zeitung:", False, "Kleine Zeitung", None),
    ("El acuerdo llega tarde, opina el diario El Faro de Miralba:", False, "El Faro de Miralba", None),
    # people and offices are never outlets
    ("After the BBC aired the tape, Minister Olga Brandt said:", False, None, "Olga Brandt"),
    ("Prime Minister Jonas Lind told parliament:", False, None, "Jonas Lind"),
    ("The European Commission says in a statement:", True, None, None),
    ("The contract contains one sentence that matters:", True, None, None),
    ("Small states must not look away, Pohjavesi Sanomat writes:", True, "Pohjavesi Sanomat", None),
    ("The Steinmoor Kurier is enthusiastic:", True, "Steinmoor Kurier", None),
    ("Tidningen i Grenvik doubts that anybody will come:", True, "Tidningen i Grenvik", None),
    ("The Guardian's Ada Brook writes:", False, "The Guardian", "Ada Brook"),
    ("Pour Le Monde, c'est une défaite :", False, "Le Monde", None),
    ("The Times of Lindal writes:", False, "Times of Lindal", None),
    ("Poland warns of a second winter without ships:", True, None, None),
    # two papers and no telling which one speaks
    ("Handelsblatt warns and Wprost notes with surprise:", False, None, None),
]


@pytest.mark.parametrize(("lead", "review", "outlet", "speaker"), LEADS)
def test_a_lead_in_names_its_origin_or_nobody(lead: str, review: bool, outlet: str | None, speaker: str | None) -> None:
    origin = who_is_quoted(lead, REGISTRY, review=review)
    written = (
        origin.outlet.removeprefix("The ")
        if origin.outlet and outlet and not outlet.startswith("The ")
        else origin.outlet
    )
    assert written == outlet
    if speaker is not None:
        assert origin.speaker is not None and speaker in origin.speaker


REVIEW = """Will the ferry sail again?
After the third breakdown this year the island council has cancelled the contract. Commentators differ on who is to blame.
Time to admit defeat
The company has lost every friend it had, writes Die Presse:
“Nobody on the island believes the timetable any more. ... The council had no choice.”
Do not punish the crew
For the Harbour Chronicle, the sailors are the victims:
“It was not the crew that saved on spare parts. They have asked for a new engine for six years.”
“And they were right.”
A bad day for the mainland, too
Jonas Lind, who runs the shipyard, sees other causes:
“The contract was written to fail.”
Waiting for Rome
The government will have to step in, Corriere della Sera suspects:
„Without public money no ship will sail next winter.“
"""


def spans(article: Article) -> list[tuple[str, str | None, str, str | None]]:
    found = attribute(article, REGISTRY)
    assert "".join(article.text[s.start : s.end] for s in found) == article.text
    return [
        (article.text[s.start : s.end].strip(), s.attribution.outlet, s.attribution.basis.value, s.attribution.via)
        for s in found
    ]


def test_a_press_review_gives_each_quoted_paragraph_to_its_paper_and_headings_to_nobody_else() -> None:
    article = Article(text=REVIEW, outlet="Island Digest", outlet_basis=OutletBasis.GIVEN)
    found = {text: (outlet, basis, via) for text, outlet, basis, via in spans(article)}
    quoted = {text: who for text, who in found.items() if who[1] == "quoted"}
    assert {who[0] for who in quoted.values()} == {"Die Presse", "Harbour Chronicle", "Corriere della Sera"}
    assert all(via == "Island Digest" for _, _, via in quoted.values())
    for text, (outlet, _, _) in found.items():
        if "Time to admit defeat" in text or "Waiting for Rome" in text or "written to fail" in text:
            assert outlet == "Island Digest"
    assert any("And they were right" in text for text in quoted), (
        "a second quoted paragraph goes on with the same paper"
    )


def test_a_review_by_an_unknown_carrier_leaves_the_carrier_unknown() -> None:
    found = spans(Article(text=REVIEW))
    assert {outlet for _, outlet, _, _ in found} == {None, "Die Presse", "Harbour Chronicle", "Corriere della Sera"}
    assert all(via is None for *_, via in found)


def test_an_ordinary_article_with_a_quoted_statement_keeps_its_outlet() -> None:
    text = "Mayor Dora Fenn resigned on Monday.\nHer spokesman Karl Oster said:\n“She leaves with a light heart.”\nThe vote is in May."
    article = Article(text=text, outlet="Halden Courier", outlet_basis=OutletBasis.GIVEN)
    assert {outlet for _, outlet, _, _ in spans(article)} == {"Halden Courier"}
    speakers = {s.attribution.speaker for s in attribute(article, REGISTRY)}
    assert speakers == {None, "Karl Oster"}


def test_a_report_before_a_quote_is_no_lead_in() -> None:
    text = "The Irish Times reported on Monday that the mayor would go.\n“I am tired and I want to see my garden again.”\nHe is 71."
    assert {outlet for _, outlet, _, _ in spans(Article(text=text))} == {None}


def test_direct_speech_names_its_speaker_only_where_one_person_speaks() -> None:
    text = (
        "“We have asked for this money four times and never had an answer from the capital,” said harbour master Ida Moen.\n"
        "“It was late. It was dark. Nobody was on the bridge at all that night,” one of them said.\n"
        "The ministry, said Ida Moen, had “four letters” and answered none of them until the press asked about it."
    )
    found = [(text[s.start : s.end], s.attribution.speaker) for s in attribute(Article(text=text), REGISTRY)]
    assert found[0][1] == "Ida Moen" and "four times" in found[0][0]
    assert all(speaker is None for _, speaker in found[1:])


INTERVIEW = """Ada Brook, a hydrologist at Lindal University, has measured the river for thirty years. We met her on the dike.
**Will the dike hold?**
For a while. Nobody has looked under it since the flood.
**Who should look?**
Anyone with a drill and a free weekend.
I would start at the bend, where the willows lean.
**And if nobody does?**
Then buy boots."""


def test_the_answers_of_an_interview_are_the_interviewees_and_the_questions_are_not() -> None:
    article = Article(text=INTERVIEW, outlet="Halden Courier", outlet_basis=OutletBasis.GIVEN)
    found = {article.text[s.start : s.end].strip(): s.attribution for s in attribute(article, REGISTRY)}
    assert {a.outlet for a in found.values()} == {"Halden Courier"}
    said = [text for text, a in found.items() if a.speaker == "Ada Brook"]
    assert len(said) == 3 and "willows" in said[1] and not any("**" in text for text in said)


def test_an_interview_that_presents_two_people_names_neither() -> None:
    text = INTERVIEW.replace("We met her", "Tom Reed, a farmer, disagrees. We met both")
    assert {s.attribution.speaker for s in attribute(Article(text=text), REGISTRY)} == {None}


IMPRINTS = [
    (
        "The plan failed.\nOther text here.\n© 2024 Lindal Institute for Harbours. All rights reserved.",
        "Lindal Institute for Harbours",
    ),
    ("One.\nTwo.\nThis article was first published in Die Presse on 3 May.", "Die Presse"),
    ("One.\nThree.\nDieser Text erschien zuerst in der Kleinen Zeitung.", "Kleine Zeitung"),
    (
        "One.\nTwo.\nThe views expressed are the author's own and do not necessarily reflect those of the Lindal Centre.",
        "Lindal Centre",
    ),
    (
        "One.\nTwo.\nThe support the Lindal Policy Forum receives for its publications is no endorsement.",
        "Lindal Policy Forum",
    ),
    # nobody states a publisher here
    ("One.\nTwo.\nThe expert spoke to CNN Portugal on Monday.", None),
    ("One.\nTwo.\nThe views are the author's own and do not reflect those of the Ministry of Defence.", None),
    ("One.\nTwo.\n© 2024 Die Presse\nThis article was first published by Handelsblatt.", None),
    ("He said he supports the European Policy Centre.\nIt was published last year by a friend.", None),
]


@pytest.mark.parametrize(("text", "publisher"), IMPRINTS)
def test_only_a_publishers_own_statement_counts(text: str, publisher: str | None) -> None:
    assert stated_publisher(text, REGISTRY) == publisher


@pytest.mark.skipif(not SEEDS.is_dir(), reason=f"no real articles at {SEEDS}")
def test_the_real_press_review_names_its_ten_papers() -> None:
    text = (SEEDS / "000_c227ad8f1804411a.txt").read_text(encoding="utf-8")
    found = attribute(Article(text=text), REGISTRY)
    quoted = [s.attribution.outlet for s in found if s.attribution.basis is OutletBasis.QUOTED]
    assert quoted == [
        "Die Presse", "The Irish Times", "Mandiner", "Wprost", "The Spectator", "Kleine Zeitung", "Gazeta Wyborcza",
        "Večernji list", "Handelsblatt", "Corriere della Sera",
    ]  # fmt: skip


@pytest.mark.skipif(not SEEDS.is_dir(), reason=f"no real articles at {SEEDS}")
def test_the_real_articles_publishers_are_stated_or_unknown() -> None:
    stated = [stated_publisher(path.read_text(encoding="utf-8"), REGISTRY) for path in sorted(SEEDS.glob("*.txt"))]
    assert stated == [None, "European Policy Centre", None, None, None]
