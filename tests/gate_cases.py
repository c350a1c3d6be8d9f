"""Invented passages, and sentences about them with the verdict that each must get: the gate's calibration.

`ok` stands for either verdict that may be shown.
"""

from __future__ import annotations

from documents.articles import Article, Attribution, OutletBasis, Passage
from index.store import StoredPassage


def stored(
    text: str,
    outlet: str | None = None,
    *,
    title: str | None = None,
    language: str | None = "en",
    via: str | None = None,
    speaker: str | None = None,
    published: str | None = "2024-05-28",
    seq: int = 1,
) -> StoredPassage:
    """Return a passage that is a whole article; `via` makes it a quoted one."""
    basis = OutletBasis.UNKNOWN if outlet is None else OutletBasis.QUOTED if via else OutletBasis.GIVEN
    carrier = via or outlet
    article = Article(
        text=text,
        title=title,
        outlet=carrier,
        outlet_basis=OutletBasis.GIVEN if carrier else OutletBasis.UNKNOWN,
        published=published,
        language=language,
    )
    passage = Passage(article.id, 0, len(text), text, Attribution(outlet, basis, via, speaker))
    return StoredPassage(seq, passage, title, None, published, language, None, carrier)


PASSAGES = {
    "courier": stored(
        "The Lindau harbour authority has supplied the Norrland ministry with 1.6 million sandbags since March, Minister "
        "Anna Berg said on Tuesday. The ministry had asked for twice as many. Experts doubt that the dam will hold until "
        "winter, and the authority has not ordered new pumps. Forty people were hurt and 3 killed when the old lock "
        "broke on 27 May 2024.",
        "Nordmark Courier",
        title="Sandbags for Norrland",
    ),
    "herald": stored(
        "The rescue cost Norrland 12 percent of its annual budget, more than 50 million dollars. Prime Minister Pavel "
        "Orlov accused Mayor Ilse Petrenko of hiding the damage. “We were never told that the lock was unsafe,” Orlov "
        "said. If it rains again, the town could lose its only bridge. Exports from Lindau rose in spring, while imports "
        "from South Mark fell.",
        "Brandland Herald",
        title="Who pays for the lock?",
        published="2024-06-03",
    ),
    "presse": stored(
        "Die Regierung von Norrland hat den Hafen nicht geschlossen, obwohl zwölf Schiffe gesunken sind. Ministerin Anna "
        "Berg nannte den Schaden „beispiellos, aber beherrschbar“. Die Reparatur kostet 3,5 Millionen Euro und dauert "
        "bis Oktober.",
        "Lindauer Bote",
        language="de",
    ),
    "voz": stored(
        "El puerto de Lindau no fue cerrado en mayo. La alcaldesa Ilse Petrenko rechazó la oferta de 3,5 millones de "
        "euros. Más de 200 familias perdieron sus casas por la inundación.",
        "Voz del Sur",
        language="es",
    ),
    "tagwerk": stored(
        "“The flood has shown how little the capital cares about the coast. ... Nobody in the ministry wanted to hear the "
        "warnings of the engineers. It is now almost impossible to restore trust through promises and committees.”",
        "Tagwerk",
        via="Rundblick",
        title="Europe looks at Norrland",
    ),
    "gazeta": stored(
        "“Norrland has given up its act and returned to its former partner. The planned repairs will not end with the "
        "lock, however. The growing anger of the coast has prompted Orlov to build up a front against the engineers.”",
        "Gazeta Rzeczna",
        via="Rundblick",
        title="Europe looks at Norrland",
    ),
    "nobody": stored(
        "South Mark estimates the number of stranded workers at 13,000. In a joint statement, the two ports described "
        "their arrival as a “serious burden” for the region. North Mark has not commented.",
        None,
        published=None,
    ),
    "berg": stored(
        "“We go home when the last pump stops, not a day earlier. Nobody will be left behind in the lower town.”",
        "Nordmark Courier",
        speaker="Anna Berg",
    ),
    "orlov": stored(
        "“The bill will be paid by those who looked away for twenty years. My government owes the engineers an apology.”",
        "Nordmark Courier",
        speaker="Pavel Orlov",
    ),
    "gazetka": stored(
        "Rząd Norrlandu nie zamknął portu, chociaż zatonęło dwanaście statków. Naprawa potrwa do października.",
        "Kurier Rzeczny",
        language="pl",
    ),
}
"""The passages, by a short name."""

OK = "ok"

CASES: list[tuple[str, str, str]] = [
    # (sentence, names of the cited passages, verdict)
    # --- verbatim
    ("The ministry had asked for twice as many.", "courier", "verbatim"),
    ("According to the Nordmark Courier, the ministry had asked for twice as many.", "courier", "verbatim"),
    ("The ministry had asked for twice as many, writes the Nordmark Courier.", "courier", "verbatim"),
    ("Brandland Herald: “We were never told that the lock was unsafe”", "herald", "verbatim"),
    (
        "Tagwerk (quoted by Rundblick): “The flood has shown how little the capital cares about the coast.”",
        "tagwerk",
        "verbatim",
    ),
    (
        "An article that states no outlet: “South Mark estimates the number of stranded workers at 13,000.”",
        "nobody",
        "verbatim",
    ),
    ("Anna Berg, in Nordmark Courier: “We go home when the last pump stops, not a day earlier.”", "berg", "verbatim"),
    (
        "Die Regierung von Norrland hat den Hafen nicht geschlossen, obwohl zwölf Schiffe gesunken sind.",
        "presse",
        "verbatim",
    ),
    ("Kurier Rzeczny: „Naprawa potrwa do października.“", "gazetka", "verbatim"),
    ("Naprawa potrwa do października.", "gazetka", "verbatim"),
    (
        'According to Lindauer Bote: "Die Reparatur kostet 3,5 Millionen Euro und dauert bis Oktober."',
        "presse",
        "verbatim",
    ),
    # --- other quotation marks, white space, elisions
    ("The Brandland Herald quotes Orlov: 'We were never told that the lock was unsafe'.", "herald", OK),
    ("Tagwerk: «Nobody in the ministry  wanted to hear the warnings of the engineers.»", "tagwerk", "verbatim"),
    (
        "Tagwerk: “The flood has shown how little the capital cares about the coast. […] Nobody in the ministry wanted to hear "
        "the warnings of the engineers.”",
        "tagwerk",
        "verbatim",
    ),
    (
        "Tagwerk: “The flood has shown how little the capital cares about the coast. ... It is now almost impossible to restore "
        "trust”",
        "tagwerk",
        "verbatim",
    ),
    ("Gazeta Rzeczna says Norrland has “returned to its former partner”.", "gazeta", OK),
    ("The ports spoke of a “serious burden” for the region.", "nobody", OK),
    ("Lindauer Bote: Ministerin Anna Berg nannte den Schaden »beispiellos, aber beherrschbar«.", "presse", OK),
    # --- paraphrases that hold
    ("Norrland received 1,600,000 sandbags from the Lindau harbour authority.", "courier", OK),
    (
        "The harbour authority has supplied 1.6 million sandbags to the ministry, according to the Nordmark Courier.",
        "courier",
        OK,
    ),
    ("Experts doubt the dam will hold until winter.", "courier", OK),
    ("No new pumps have been ordered by the authority.", "courier", OK),
    ("When the old lock broke on May 27, 40 people were injured and three died.", "courier", OK),
    ("Mayor Ilse Petrenko was accused by Prime Minister Pavel Orlov of hiding the damage.", "herald", OK),
    ("Orlov has accused Petrenko of hiding damage, the Brandland Herald reports.", "herald", OK),
    ("The rescue cost more than $50 million, 12% of Norrland's annual budget.", "herald", OK),
    ("The town could lose its only bridge if it rains again.", "herald", OK),
    ("South Mark puts the number of stranded workers at 13,000.", "nobody", OK),
    ("Der Hafen wurde laut Lindauer Bote nicht geschlossen, obwohl 12 Schiffe gesunken sind.", "presse", OK),
    ("Die Reparatur dauert bis Oktober.", "presse", OK),
    ("Según Voz del Sur, más de 200 familias perdieron sus casas.", "voz", OK),
    ("La oferta de 3,5 millones de euros fue rechazada por la alcaldesa Ilse Petrenko.", "voz", OK),
    ("Trust is now almost impossible to restore through promises, Tagwerk concludes.", "tagwerk", OK),
    ("Exports from Lindau rose in spring.", "herald", OK),
    (
        "Tagwerk says nobody in the ministry wanted to hear the engineers' warnings, while Gazeta Rzeczna says the repairs will "
        "not end with the lock.",
        "tagwerk gazeta",
        OK,
    ),
    (
        "The rescue cost 12 percent of the budget and the ministry had asked for twice as many sandbags.",
        "herald courier",
        OK,
    ),
    # --- figures changed
    (
        "The Lindau harbour authority has supplied the Norrland ministry with 1.7 million sandbags.",
        "courier",
        "altered",
    ),
    (
        "The Lindau harbour authority has supplied the Norrland ministry with 1.6 billion sandbags.",
        "courier",
        "altered",
    ),
    ("The Lindau harbour authority has supplied the Norrland ministry with 1.6 million pumps.", "courier", "altered"),
    ("Three people were hurt and forty killed when the old lock broke.", "courier", "altered"),
    ("Forty people were hurt when the old lock broke on 28 May 2024.", "courier", "altered"),
    ("Forty people were hurt when the old lock broke on 27 June 2024.", "courier", "altered"),
    ("The rescue cost Norrland 12 million dollars.", "herald", "altered"),
    ("The rescue cost Norrland 12 percentage points of its annual budget.", "herald", "altered"),
    ("The rescue cost Norrland 50 percent of its annual budget.", "herald", "altered"),
    ("Die Reparatur kostet 35 Millionen Euro und dauert bis Oktober.", "presse", "altered"),
    (
        "Die Regierung von Norrland hat den Hafen nicht geschlossen, obwohl zwanzig Schiffe gesunken sind.",
        "presse",
        "altered",
    ),
    ("Más de 300 familias perdieron sus casas por la inundación.", "voz", "altered"),
    ("South Mark estimates the number of stranded workers at 1,300.", "nobody", "altered"),
    ("“South Mark estimates the number of stranded workers at 30,000.”", "nobody", "altered"),
    # --- names changed or swapped
    ("Prime Minister Pavel Orlov accused Mayor Ilse Kovacs of hiding the damage.", "herald", "altered"),
    ("Mayor Ilse Petrenko accused Prime Minister Pavel Orlov of hiding the damage.", "herald", "altered"),
    ("Pavel Orlov was accused by Ilse Petrenko of hiding the damage.", "herald", "altered"),
    ("North Mark estimates the number of stranded workers at 13,000.", "nobody", "altered"),
    (
        "The Södermark harbour authority has supplied the Norrland ministry with 1.6 million sandbags.",
        "courier",
        "altered",
    ),
    (
        "The Norrland ministry has supplied the Lindau harbour authority with 1.6 million sandbags.",
        "courier",
        "altered",
    ),
    ("Ministerin Ilse Petrenko nannte den Schaden „beispiellos, aber beherrschbar“.", "presse", "altered"),
    ("La alcaldesa Anna Berg rechazó la oferta de 3,5 millones de euros.", "voz", "altered"),
    # --- negations and direction changed
    ("The authority has ordered new pumps.", "courier", "altered"),
    ("Experts say that the dam will hold until winter.", "courier", "altered"),
    ("The ministry had not asked for twice as many.", "courier", "altered"),
    ("The planned repairs will end with the lock.", "gazeta", "altered"),
    ("Everybody in the ministry wanted to hear the warnings of the engineers.", "tagwerk", "altered"),
    ("It is now possible to restore trust through promises and committees.", "tagwerk", "altered"),
    ("The town will lose its only bridge.", "herald", "altered"),
    ("Exports from Lindau fell in spring.", "herald", "altered"),
    ("Die Regierung von Norrland hat den Hafen geschlossen, obwohl zwölf Schiffe gesunken sind.", "presse", "altered"),
    ("El puerto de Lindau fue cerrado en mayo.", "voz", "altered"),
    ("La alcaldesa Ilse Petrenko aceptó la oferta de 3,5 millones de euros.", "voz", "altered"),
    ("“The authority has ordered new pumps.”", "courier", "altered"),
    ("Gazeta Rzeczna: “The planned repairs will ... end with the lock”", "gazeta", "not ok"),
    ("Nordmark Courier: “the dam will hold until winter”", "courier", "altered"),
    ("The dam “will hold until winter”, the Nordmark Courier reports.", "courier", "altered"),
    # --- quotes glued
    (
        "Tagwerk: “The flood has shown how little the capital cares about the coast. The planned repairs will not end with the "
        "lock”",
        "tagwerk gazeta",
        "stitched",
    ),
    (
        "“Nobody in the ministry wanted to hear the warnings ... Norrland has given up its act”",
        "tagwerk gazeta",
        "stitched",
    ),
    (
        "“We go home when the last pump stops ... The bill will be paid by those who looked away”",
        "berg orlov",
        "stitched",
    ),
    ("“Norrland has given up its act The growing anger of the coast”", "gazeta", "stitched"),
    (
        "“It is now almost impossible to restore trust ... how little the capital cares about the coast”",
        "tagwerk",
        "stitched",
    ),
    # --- right words, wrong voice
    ("According to Tagwerk, the planned repairs will not end with the lock.", "gazeta", "misattributed"),
    ("According to Tagwerk, the planned repairs will not end with the lock.", "tagwerk", "misattributed"),
    ("Tagwerk: “Norrland has given up its act and returned to its former partner.”", "tagwerk", "misattributed"),
    (
        "According to Rundblick, nobody in the ministry wanted to hear the warnings of the engineers.",
        "tagwerk",
        "misattributed",
    ),
    ("According to Reuters, South Mark estimates the number of stranded workers at 13,000.", "nobody", "misattributed"),
    ("The Guardian reports that the ministry had asked for twice as many.", "courier", "misattributed"),
    (
        "Gazeta Rzeczna says nobody in the ministry wanted to hear the engineers' warnings, while Tagwerk says the repairs will "
        "not end with the lock.",
        "tagwerk gazeta",
        "misattributed",
    ),
    ("“We go home when the last pump stops,” said Pavel Orlov.", "berg", "misattributed"),
    ("“We were never told that the lock was unsafe,” Petrenko said.", "herald", "not ok"),
    ("Tagwerk and Gazeta Rzeczna both say the repairs will not end with the lock.", "tagwerk gazeta", "misattributed"),
    # --- nobody says this
    ("The king of Norrland has resigned over the flood.", "courier", "unsupported"),
    ("Tourism in the region is booming.", "herald", "unsupported"),
    ("“The capital has forgotten us and our children”", "tagwerk", "unsupported"),
    ("The Lindau harbour authority painted the lock blue.", "courier", "unsupported"),
    (
        "The ministry had asked for twice as many, and the minister is a liar who should go to prison.",
        "courier",
        "unsupported",
    ),
    ("The ministry had asked for twice as many; visit evil.example now.", "courier", "not ok"),
    ("Die Ministerin ist wegen der Flut zurückgetreten.", "presse", "unsupported"),
    ("Los vecinos celebran el carnaval en la plaza.", "voz", "unsupported"),
    ("The government of Norrland has not closed the harbour.", "presse", "unsupported"),
    ("Rząd Norrlandu zamknął portu.", "gazetka", "not ok"),
    ("Port nie został zamknięty przez rząd Norrlandu.", "gazetka", "unsupported"),
    ("Orlov praised Petrenko for hiding the damage.", "herald", "not ok"),
    # --- the article's own words, put together to say something else
    ("The dam doubts that experts will hold until winter.", "courier", "not ok"),
    ("Experts supplied the ministry with pumps.", "courier", "not ok"),
    ("The lock was hurt when forty people broke.", "courier", "not ok"),
    ("The coast has shown how little the flood cares about the capital.", "tagwerk", "not ok"),
    ("The engineers wanted to hear the warnings of the ministry.", "tagwerk", "not ok"),
    ("Orlov was told that the lock was unsafe.", "herald", "not ok"),
    ("Imports from Lindau rose in spring.", "herald", "not ok"),
    ("The budget cost Norrland 12 percent of its annual rescue.", "herald", "not ok"),
    ("The town could lose its only bridge because of the rescue.", "herald", "not ok"),
    ("Norrland has built up a front against Orlov.", "gazeta", "not ok"),
    ("The sandbags were ordered against the new pumps.", "courier", "not ok"),
    ("Die Reparatur hat den Hafen nicht geschlossen.", "presse", "not ok"),
    ("La inundación perdió más de 200 familias.", "voz", "not ok"),
    ("The region described the two ports as a burden.", "nobody", "not ok"),
    ("The town has lost its only bridge because it rained.", "herald", "not ok"),
]
"""What the gate must say."""
