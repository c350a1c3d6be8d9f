"""Words around a person's name: titles, roles, and words that make a name a place's or a thing's.

Data and one test on words; what a speaker is called is `documents.speech.names`.
"""

from __future__ import annotations

from documents.cues import PERSON_CUES
from documents.speech.tokens import word_set

TITLES = PERSON_CUES | word_set(
    "mr. mrs. ms. dr. sen. sens. rep. reps. gov. govs. gen. lt. col. sgt. capt. prof. rev. hon. maj. adm. st. "
    "representative congressman congresswoman speaker justice king queen prince princess pope lieutenant sergeant "
    "prime vice deputy attorney foreign republican democratic democrat gop candidate nominee pollster strategist "
    "spokeswoman superintendent sheriff deputy rabbi imam sister brother señor señora monsieur madame signor "
    "signora bundeskanzler bundeskanzlerin kanzler kanzlerin minister ministerin präsident präsidentin "
    "bürgermeister bürgermeisterin sprecher sprecherin m. mme. sr. sra. hr. fr."
)
"""Titles before a name."""

ROLES = TITLES | word_set(
    "manager owner founder head adviser advisor aide attorney counsel deputy executive official candidate lawyer "
    "student resident farmer teacher nurse captain boss trainer doctor wife husband mother father son daughter "
    "sister brother campaign spokesperson fellow scholar professor psychologist geologist biologist physicist "
    "consultant entrepreneur operator organizer organiser volunteer voter veteran officer pilot sailor "
    "goalkeeper striker midfielder defender skipper referee winger singer actor actress producer painter composer "
    "conductor violinist pianist baker fisherman firefighter paramedic superintendent inspector detective constable "
    "warden ranger architect curator librarian midwife surgeon physician chemist astronomer designer host presenter "
    "sprecher sprecherin chef chefin leiter leiterin "
    "directeur directrice fondateur fondatrice avocat avocate économiste chercheur chercheuse professeure maire "
    "secrétaire responsable directora director economista investigador investigadora alcalde alcaldesa abogado abogada "
    "fundador fundadora secretario secretaria profesor profesora direttore direttrice sindaco sindaca ricercatore "
    "ricercatrice avvocato avvocata segretario segretaria professore professoressa diretor diretora prefeito prefeita "
    "pesquisador pesquisadora investigadora advogado advogada secretário secretária professor professora "
    "porta-voz portavoz porte-parole"
)
"""Titles and what else a person may be."""

TITLE_ENDS = (
    "minister",
    "ministerin",
    "sprecher",
    "sprecherin",
    "präsident",
    "präsidentin",
    "chefin",
    "leiterin",
    "kanzler",
    "kanzlerin",
    "meister",
    "meisterin",
    "experte",
    "expertin",
    "forscher",
    "forscherin",
)
"""How German writes titles into one word."""

HONORIFICS = word_set("mr. mrs. ms. dr. herr frau señor señora m. mme. sr. sra.") | {""}
"""Titles that say nothing about what a person does."""

NOT_PERSONS = word_set(
    "new los san santa south north east west southern northern eastern western saint fort port mount lake white "
    "supreme united wall las rio puerto costa hong great upper lower bad city county house street court island "
    "islands valley river state states beach park church committee act war day press square avenue road bridge "
    "building tower hall hospital airport station museum theatre theater festival league cup world national "
    "international general federal royal central public high air black big good old red blue green first second "
    "republicans democrats americans"
)
"""Words in the names of places, bodies and events."""

SHE = word_set("mrs. ms. mme. frau madame signora señora sra. spokeswoman chairwoman queen princess")
"""Titles of women."""

HE = word_set("mr. herr monsieur signor señor king prince m.")
"""Titles of men."""

NAME_PARTICLES = word_set("von van der den de da di del della la le al bin ibn ben dos el du y")
"""Small words inside a name."""


SURNAMES = word_set("king prince pope bishop major judge justice lord sheriff marshal")
"""Titles that are surnames, too ("Ada King")."""


def is_role(low: str) -> bool:
    """Return whether a lower-case word says what a person is."""
    return low in ROLES or low.endswith(TITLE_ENDS)
