"""The words of drafted questions, in six languages; what is asked about, and its gold, is `drafts_by_rule`'s.

Questions about an article in a language that is not here are asked in English.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

GAP = "___"
"""What stands in a sentence where the words asked for were."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The questions of one language.

    Attributes:
        marks: Its quotation marks, with the white space that belongs to them.
        end: How a question ends.
        where: Asks where quoted words come from; followed by `parts`.
        quoted_where: The same, when a press review quotes them.
        parts: Asks for outlet, headline and date.
        who: Asks who said quoted words.
        date: Asks for the date in the gap of a sentence.
        figure: Asks for the figure in the gap of a sentence.
        true: Asks whether a sentence is true.
        reports: Asks what an outlet reports of a topic.
    """

    marks: tuple[str, str]
    end: str
    where: str
    quoted_where: str
    parts: tuple[str, str, str]
    who: str
    date: str
    figure: str
    true: str
    reports: str

    def quote_back(self, words: str, known: Sequence[bool], *, press_review: bool) -> str:
        """Return the question where `words` come from, for outlet, headline and date as far as they are `known`."""
        asked = ", ".join(part for part, is_known in zip(self.parts, known, strict=True) if is_known)
        return (
            (self.quoted_where if press_review else self.where).format(self.quoted(words.rstrip(".")))
            + asked
            + self.end
        )

    def about(self, template: str, words: str) -> str:
        """Return the question that `template` asks about `words`, in quotation marks."""
        return template.format(self.quoted(words))

    def quoted(self, words: str) -> str:
        """Return `words` in quotation marks."""
        return self.marks[0] + words + self.marks[1]


_WORDINGS = {
    "en": Wording(
        ("“", "”"),
        "?",
        "Where do the words {} come from: ",
        "A press review quotes the words {}: ",
        ("which outlet", "which headline", "which date"),
        "Who said: {}?",
        "Which date belongs in the gap: {}?",
        "Which figure belongs in the gap: {}?",
        "Is it true that {}?",
        "What does {outlet} report about {topic}?",
    ),
    "de": Wording(
        ("„", "“"),
        "?",
        "Woher stammen die Worte {}: ",
        "Eine Presseschau zitiert die Worte {}: ",
        ("welches Medium", "welche Überschrift", "welches Datum"),
        "Wer sagte: {}?",
        "Welches Datum gehört in die Lücke: {}?",
        "Welche Zahl gehört in die Lücke: {}?",
        "Ist das richtig: {}?",
        "Was berichtet {outlet} über {topic}?",
    ),
    "fr": Wording(
        ("« ", " »"),
        " ?",
        "D’où viennent les mots {} : ",
        "Une revue de presse cite les mots {} : ",
        ("quel média", "quel titre", "quelle date"),
        "Qui a dit : {} ?",
        "Quelle date manque ici : {} ?",
        "Quel chiffre manque ici : {} ?",
        "Est-ce vrai : {} ?",
        "Que rapporte {outlet} au sujet de {topic} ?",
    ),
    "es": Wording(
        ("«", "»"),
        "?",
        "¿De dónde vienen las palabras {}: ",
        "¿De dónde vienen las palabras {} de una revista de prensa: ",
        ("qué medio", "qué titular", "qué fecha"),
        "¿Quién dijo: {}?",
        "¿Qué fecha falta aquí: {}?",
        "¿Qué cifra falta aquí: {}?",
        "¿Es cierto que {}?",
        "¿Qué informa {outlet} sobre {topic}?",
    ),
    "it": Wording(
        ("«", "»"),
        "?",
        "Da dove vengono le parole {}: ",
        "Una rassegna stampa cita le parole {}: ",
        ("quale testata", "quale titolo", "quale data"),
        "Chi ha detto: {}?",
        "Quale data manca qui: {}?",
        "Quale cifra manca qui: {}?",
        "È vero: {}?",
        "Che cosa riferisce {outlet} su {topic}?",
    ),
    "pt": Wording(
        ("“", "”"),
        "?",
        "De onde vêm as palavras {}: ",
        "Uma revista de imprensa cita as palavras {}: ",
        ("que meio", "que título", "que data"),
        "Quem disse: {}?",
        "Que data falta aqui: {}?",
        "Que número falta aqui: {}?",
        "É verdade: {}?",
        "O que informa {outlet} sobre {topic}?",
    ),
}

LANGUAGES = frozenset(_WORDINGS)
"""The languages that questions are asked in."""

WELL_KNOWN = {
    "en": "The Guardian;The New York Times;The Washington Post;Bloomberg;CNN;Reuters;The Irish Times;The Economist;"
    "The Globe and Mail;The Sydney Morning Herald;The Hindu;Al Jazeera",
    "de": "Der Spiegel;Süddeutsche Zeitung;Frankfurter Allgemeine Zeitung;Neue Zürcher Zeitung;Der Standard;"
    "Handelsblatt;Die Zeit;Die Presse",
    "fr": "Le Monde;Le Figaro;Libération;Le Soir;Le Temps;Ouest-France;Les Échos",
    "es": "El País;El Mundo;La Vanguardia;Clarín;La Nación;El Universal;ABC",
    "it": "Corriere della Sera;La Repubblica;La Stampa;Il Sole 24 Ore;Il Messaggero;ANSA",
    "pt": "Público;Expresso;Folha de S.Paulo;O Globo;Diário de Notícias;Jornal de Notícias",
}
"""Real outlets that most readers know, by language: whom a question may ask for although nothing of theirs is here."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


OPENERS = _words(
    "and but so then also however meanwhile instead yet still here there both neither either another others such "
    "that this these those he she it they we i you his her its their our my your nor thus hence therefore "
    "besides moreover otherwise nevertheless nonetheless similarly likewise elsewhere afterwards later earlier "
    "since even only what which who whose where when why how if because until "
    "und aber doch dann auch jedoch dennoch trotzdem deshalb daher darum dabei dazu damit davon dafür dagegen "
    "außerdem zudem hier dort damals danach seitdem davor "
    "er sie es wir ich ihr sein seine ihre dies diese dieser dieses das denn oder "
    "et mais donc alors aussi cependant pourtant ainsi ensuite enfin puis elle ils elles nous vous je ce cela "
    "ces cette cet ici là son sa ses leur leurs car "
    "y pero entonces también además luego así aquí allí él ella ellos ellas nosotros esto eso este esta estos estas "
    "sus e però quindi allora anche inoltre infine poi così qui lì lui lei loro noi questo questa questi queste ciò "
    "mas porém então também além disso assim aqui ali ele ela eles elas nós isto isso seu sua seus suas"
)
"""Words that open a sentence which leans on the one before, or which is no statement."""

LEANING = _words(
    "he she it they him her them his its theirs their this these those "
    "er sie es ihm ihn ihnen sein seine seinem seinen seiner ihre ihrem ihren ihrer dieser dieses diese diesem "
    "elle ils elles lui leur leurs ce cette ces cet "
    "él ella ellos ellas esto eso este esta estos estas esa ese su sus "
    "egli lei loro questo questa questi queste suo sua suoi sue ele ela eles elas isto isso seu seus suas"
)
"""Words that stand for something named before."""

PERSONAL = _words(
    "i we you me us my our your mine ours yours ich wir mich uns mein unser unsere euch je nous vous mon notre votre "
    "nos yo nosotros nuestro nuestra io noi mio nostro nostra eu nós meu minha nosso nossa"
)
"""Words for whoever speaks or is spoken to: such a sentence means nothing without its speaker."""


def wording_of(language: str | None) -> Wording:
    """Return the questions of the article's language, or those in English."""
    return _WORDINGS.get(language or "", _WORDINGS["en"])
