"""Words that carry attribution in six languages: who says, what is a paper, what is a person or an office.

Data and small tests on words only; how they combine is `documents.attribution`.
"""

from __future__ import annotations

import re
from functools import lru_cache


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SAYING = _words(
    # English, present and past
    "blames blamed accuses accused rejects rejected welcomes welcomed celebrates celebrated dismisses dismissed "
    "compares compared deplores deplored applauds applauded condemns condemned questions questioned reckons reckoned "
    "cautions cautioned appeals worries worried regrets regretted marvels sneers jokes summarises summarised "
    "says said speaks spoke tells told "
    "writes wrote notes noted observes observed comments commented concludes concluded argues argued "
    "warns warned fears feared believes believed thinks thought finds found suspects suspected stresses stressed "
    "emphasises emphasised emphasizes emphasized points pointed explains explained analyses analysed analyzes "
    "analyzed complains complained criticises criticised criticizes criticized praises praised sees saw hopes "
    "hoped asks asked wonders wondered reports reported reflects reflected remarks remarked predicts predicted "
    "insists insisted adds added states stated claims claimed contends contended declares declared demands "
    "demanded describes described doubts doubted draws drew expects expected laments lamented mocks mocked jeers "
    "urges urged recalls recalled rejoices considers considered calls called advises advised speculates "
    "speculated sums scoffs quips opines opined takes took puts put counters countered recommends recommended "
    "judges judged maintains maintained voices voiced "
    # German
    "schreibt schrieb meint meinte kommentiert kommentierte findet fand warnt warnte sieht sah glaubt glaubte "
    "bemerkt bemerkte notiert notierte urteilt urteilte analysiert analysierte kritisiert kritisierte fordert "
    "forderte hofft befürchtet konstatiert konstatierte erklärt erklärte sagt sagte betont betonte berichtet "
    "berichtete fragt vermutet bilanziert folgert ergänzt resümiert mahnt lobt beobachtet spricht "
    # French
    "écrit écrivait note notait estime estimait juge jugeait observe observait commente commentait constate "
    "constatait souligne soulignait affirme affirmait déplore déplorait craint craignait analyse analysait dit "
    "disait explique expliquait conclut résume prévient redoute ajoute rappelle parle "
    # Spanish
    "escribe escribió señala señaló opina opinó comenta comentó observa observó advierte advirtió concluye "
    "concluyó afirma afirmó dice dijo considera consideró sostiene sostuvo lamenta lamentó analiza analizó "
    "explica explicó critica criticó teme apunta apuntó añade añadió resume habla "
    # Italian
    "scrive scrisse nota osserva commenta commentò conclude afferma affermò sostiene avverte teme ritiene "
    "sottolinea analizza spiega critica dice disse ricorda aggiunge parla "
    # Portuguese
    "escreve escreveu nota observa observou comenta comentou conclui concluiu afirma afirmou diz disse alerta "
    "alertou considera considerou sublinha defende teme explica explicou critica acrescenta fala "
)
"""Finite verbs that report what somebody says, lower-case."""

ACCORDING = re.compile(
    r"(?:\b(?:for|according to|in the (?:view|eyes|opinion|words) of|as far as|für|laut|nach ansicht (?:der|des|von)|"
    r"pour|selon|d'après|aux yeux (?:de|du)|para|según|a juicio de|per|secondo|segundo|na opinião (?:de|do|da))"
    r"(?: the| der| die| das| den| dem| le| la| les| el| los| il| lo| o| a)? )$",
    re.IGNORECASE,
)
"""What stands right before a name that is said to hold a view: "For NAME, ...", "According to the NAME"."""

PRESS_NOUNS = _words(
    "daily weekly newspaper paper magazine tabloid broadsheet broadcaster portal website blog agency journal "
    "outlet broadcast station channel site gazette editorial zeitung tageszeitung wochenzeitung blatt magazin "
    "wochenblatt nachrichtenportal sender boulevardblatt quotidien hebdomadaire revue mensuel chaîne diario "
    "periódico semanario rotativo cadena quotidiano settimanale giornale rivista testata jornal diário semanário "
    "revista "
)
"""Common nouns for a publisher, as they stand before its name: "the liberal daily NAME"."""

OUTLET_WORDS = _words(
    "times post herald tribune courier gazette news journal chronicle observer guardian telegraph mail star "
    "standard mirror echo globe daily weekly review dispatch examiner inquirer sentinel register record bulletin "
    "argus advertiser express independent monitor press today wire broadcasting radio television tv fm online "
    "digest magazine ledger bugle voice reporter beacon evening morning sunday mercury messenger spectator "
    "economist zeitung tagblatt tageblatt anzeiger kurier nachrichten bote rundschau presse allgemeine morgenpost "
    "abendblatt abendpost volksstimme blick spiegel wochenblatt stimme tagespost landeszeitung kreisblatt diario "
    "periódico voz mundo vanguardia prensa correo nación gaceta heraldo noticias noticiero jornada mercurio "
    "tiempo universal crónica figaro monde libération croix parisien dépêche dernières nouvelles provence "
    "courrier quotidien soir corriere gazzetta giornale messaggero stampa repubblica mattino secolo notizie sole "
    "resto carlino jornal folha estado público diário notícias correio expresso gazeta dagblad dagbladet tidning "
    "tidningen tidende dagens posten avis avisen nyheter allehanda bladet morgenbladet blad courant volkskrant "
    "telegraaf nieuwsblad rzeczpospolita dziennik kurier tygodnik wyborcza list novine vijesti večernji jutarnji "
    "delo pravda politika blic hírlap népszava sanomat lehti uutiset agency agencia agentur agence agenzia "
    "agência ajansı haber gazetesi press-agency "
)
"""Words that stand inside publishers' names, lower-case."""

PERSON_CUES = _words(
    "mr mrs ms dr prof professor sir lord president minister chancellor premier senator spokesman spokeswoman "
    "spokesperson analyst commentator columnist expert general major colonel captain admiral ambassador mayor "
    "governor director chief secretary economist historian author researcher scientist lawyer judge activist "
    "leader chairman chairwoman editor correspondent journalist writer observer coach pastor bishop engineer "
    "doctor commissioner herr frau kolumnist kolumnistin kommentator ministerpräsident professorin ministre "
    "président porte-parole éditorialiste chroniqueur portavoz presidente presidenta ministro ministra columnista "
    "analista portavoce opinionista colunista "
)
"""Titles and roles that stand before a person's name, lower-case."""

OFFICES = _words(
    "commission ministry party government union university council bank court police parliament committee army "
    "nato kremlin senate congress department nations federation alliance association company group corporation "
    "club ministerium regierung partei kommission gericht ministère gouvernement parti ministerio gobierno "
    "partido governo partito "
)
"""Words inside the names of bodies that speak but publish nothing that we cite as an outlet."""

INSTITUTE_WORDS = _words(
    "institute institut instituto istituto centre center centro zentrum foundation stiftung fondation fundación "
    "fundação fondazione council observatory observatoire observatorio forum academy network project society "
    "trust initiative lab "
)
"""Words inside the names of institutes that publish under their own name."""

PARTICLES = _words(
    "of the and & de del della delle dei di da do das dos du des la le les el los las il lo y e et van von der "
    "den für zu av og och i på am im "
)
"""Lower-case words that may stand inside a name."""

NOT_A_NAME = _words(
    "according pour selon für laut nach según para secondo per segundo do does did what who why how where which "
    "the a an this that these those it he she they we i in on at for but and or so if when while after before "
    "with from by as to not no yes now here there his her its their our russia's die der das ein eine im am le la "
    "les un une el los las una il lo uno o os as um uma "
)
"""Words whose capital letter only says that a sentence begins."""


CALENDAR = _words(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december montag dienstag mittwoch donnerstag freitag samstag sonntag"
)
"""Days and months, which English writes with a capital behind an outlet's name."""

ROMANCE_ARTICLES = _words("la le les el los las il lo o os as un une una uno um uma")
"""Articles that, before a capitalised word, are part of a name ("La Stampa")."""


def is_outlet_like(name: str) -> bool:
    """Return whether a name outside every list reads like a publisher's: it holds a word that publishers use."""
    return any(word in OUTLET_WORDS for word in re.findall(r"[\w-]+", name.lower()))


def is_office(name: str) -> bool:
    """Return whether a name reads like a body that speaks but does not publish (a ministry, a party)."""
    return any(word in OFFICES for word in re.findall(r"[\w-]+", name.lower()))


_OTHER_PLACES = frozenset(
    [
        "czech republic",
        "república checa",
        "repubblica ceca",
        "république tchèque",
        "tschechische republik",
        "turkey",
        "uk",
        "u.k.",
        "us",
        "u.s.",
        "usa",
        "u.s.a.",
        "eu",
        "great britain",
        "britain",
        "england",
        "scotland",
        "wales",
        "northern ireland",
        "großbritannien",
        "england",
        "grande-bretagne",
        "angleterre",
        "gran bretaña",
        "inglaterra",
        "gran bretagna",
        "inghilterra",
        "grã-bretanha",
        "holland",
        "holanda",
        "ee.uu.",
        "eeuu",
        "eua",
        "estados unidos de américa",
        "europe",
        "europa",
        "ivory coast",
        "burma",
        "swaziland",
        "macedonia",
        "mazedonien",
        "méxico",
        "países bajos",
        "austria-hungary",
        "catalonia",
        "katalonien",
        "cataluña",
        "kosovo",
        "taiwan",
        "hong kong",
        "vatican",
        "palestine",
        "palästina",
        "uae",
        "emirates",
    ]
)
"""Countries and their parts under names that the language data does not hold."""


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    from babel import Locale  # costs a moment, and only a press review with unlisted papers needs it

    names = {n.lower() for code in ("en", "de", "fr", "es", "it", "pt") for n in Locale(code).territories.values()}
    return frozenset(
        names
        | _OTHER_PLACES
        | {"moscow", "brussels", "washington", "beijing", "london", "paris", "berlin", "kyiv", "rome"}
    )


def is_country(name: str) -> bool:
    """Return whether a name is a country's, a continent's or a capital's that stands for its government."""
    return name.lower() in _countries()


def is_institute(name: str) -> bool:
    """Return whether a name reads like an institute that publishes under its own name."""
    return any(word in INSTITUTE_WORDS for word in re.findall(r"[\w-]+", name.lower()))
