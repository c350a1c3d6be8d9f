"""The words that report speech in German, French, Spanish, Italian and Portuguese.

Verbs of saying only: a stance or a thought is recognised in English alone. How a clause is read is
`documents.speech.clauses`.
"""

from __future__ import annotations

from functools import lru_cache

from documents.speech.cues import Lexicon, Verb
from documents.speech.tokens import word_set

_VERBS = {
    "de": "sagt sagte sagten sagen schreibt schrieb erklärt erklärte erklärten betont betonte meint meinte berichtet "
    "berichtete berichteten warnt warnte warnten fordert forderte kritisiert kritisierte versichert versicherte "
    "behauptet behauptete erläutert erläuterte ergänzt ergänzte antwortet antwortete erwidert erwiderte bestätigt "
    "bestätigte unterstreicht unterstrich bekräftigt bekräftigte erzählt erzählte gesteht gestand klagt klagte "
    "lobt lobte mahnt mahnte urteilt urteilte verkündet verkündete teilte vermutet vermutete verspricht versprach "
    "kündigte zitiert twitterte räumt räumte resümiert resümierte argumentiert argumentierte bemerkt bemerkte",
    "fr": "dit disait déclaré déclare affirmé affirme expliqué explique ajouté ajoute précisé "
    "précise souligné souligne "
    "estimé estime assuré assure annoncé annonce indiqué indique confié confie rappelé rappelle répondu répond "
    "regretté regrette averti avertit prévenu prévient reconnu reconnaît conclu conclut écrit raconté raconte "
    "martelé martèle commenté commente insisté insiste dénoncé dénonce promis promet jugé juge lancé lance "
    "soutenu soutient tweeté poursuivi poursuit déploré déplore constaté constate rapporté rapporte résumé résume",
    "es": "dijo dice dicho dijeron afirmó afirma afirmado afirmaron explicó explica explicado "
    "aseguró asegura asegurado "
    "señaló señala señalado añadió añade añadido declaró declara declarado indicó indica indicado sostuvo "
    "sostiene advirtió advierte advertido escribió escribe escrito comentó comenta comentado respondió responde "
    "contó cuenta apuntó apunta manifestó manifiesta manifestado subrayó subraya subrayado destacó destaca "
    "destacado insistió insiste lamentó lamenta reconoció reconoce reconocido denunció denuncia denunciado agregó "
    "agrega anunció anuncia anunciado opinó opina concluyó concluye recordó recuerda admitió admite confirmó "
    "confirma precisó precisa prometió promete expresó relató informó informa",
    "it": "detto dice disse dicono affermato afferma affermò spiegato spiega spiegò aggiunto aggiunge aggiunse "
    "dichiarato dichiara dichiarò sottolineato sottolinea scritto scrive scrisse sostenuto sostiene ricordato "
    "ricorda commentato commenta osservato osserva avvertito avverte concluso conclude annunciato annuncia "
    "risposto risponde rispose precisato precisa assicurato assicura ribadito ribadisce ammesso ammette "
    "confermato conferma raccontato racconta denunciato denuncia promesso promette replicato replica riferito "
    "riferisce",
    "pt": "disse diz dito disseram afirmou afirma afirmaram explicou explica acrescentou acrescenta declarou declara "
    "escreveu escreve sublinhou sublinha garantiu garante defendeu defende alertou alerta avisou avisa referiu "
    "refere salientou salienta respondeu responde contou conta concluiu conclui admitiu admite confirmou confirma "
    "anunciou anuncia lamentou lamenta reconheceu reconhece destacou destaca ressaltou ressalta comentou comenta "
    "informou informa prometeu criticou critica",
}

_PRONOUNS = {
    "de": "er sie es ich wir",
    "fr": "il elle ils elles je nous on",
    "es": "él ella ellos ellas yo",
    "it": "lui lei loro io",
    "pt": "ele ela eles elas eu",
}

_AUXILIARIES = {
    "de": "hat haben hatte hatten ist sind war waren wird werden wurde wurden sei seien habe hätten würde kann soll "
    "muss will bleibt gibt",
    "fr": "a ont avait avaient est sont était étaient sera seront va doit peut ne n' s' se",
    "es": "ha han había habían es son era eran está están fue fueron será se le",
    "it": "ha hanno aveva avevano è sono era erano sarà si",
    "pt": "tem têm tinha é são era eram foi foram está estão será se",
}

_PASSIVE = {
    "de": "wird wurde wurden werden",
    "fr": "est sont été",
    "es": "es son fue fueron",
    "it": "è sono",
    "pt": "foi foram",
}

_ADVERBS = {
    "de": "auch dann später gestern heute zudem außerdem weiter dazu jedoch aber nun noch bereits am montag dienstag "
    "mittwoch donnerstag freitag samstag sonntag dagegen hingegen",
    "fr": "aussi ensuite encore également hier lundi mardi mercredi jeudi vendredi samedi dimanche "
    "toutefois déjà ainsi",
    "es": "también luego después ayer hoy además lunes martes miércoles jueves viernes sábado domingo ya así",
    "it": "anche poi ieri oggi inoltre lunedì martedì mercoledì giovedì venerdì sabato domenica già ancora così",
    "pt": "também depois ontem hoje ainda já segunda-feira terça-feira quarta-feira quinta-feira sexta-feira assim",
}

_DETERMINERS = {
    "de": "der die das den dem des ein eine einer einem eines dieser diese dieses sein seine ihr ihre unser unsere "
    "mehrere viele einige",
    "fr": "le la les l' un une des du ce cet cette ces son sa ses leur leurs plusieurs notre",
    "es": "el la los las un una unos unas este esta estos estas su sus varios varias nuestro",
    "it": "il lo la i gli le l' un uno una questo questa questi suo sua suoi loro alcuni diversi",
    "pt": "o a os as um uma uns umas este esta estes seu sua seus vários várias",
}

_BREAKS = {
    "de": "und aber während wenn weil obwohl dass ob als da denn doch sondern oder",
    "fr": "et mais que qu' si quand lorsque lorsqu' parce car alors tandis où dont ou",
    "es": "y e pero que si cuando porque aunque mientras donde o",
    "it": "e ed ma che se quando perché mentre dove o",
    "pt": "e mas que se quando porque embora enquanto onde ou",
}

_THAT = {
    "de": "dass ob wie warum",
    "fr": "que qu' comment pourquoi",
    "es": "que cómo por",
    "it": "che come perché",
    "pt": "que como porque",
}

_INTRODUCES = {
    "de": "in im am an auf bei nach vor seit mit zu zum zur aus von vom für gegen über unter während wegen trotz laut",
    "fr": "en dans à au aux sur pour avec par après avant depuis selon lors pendant chez contre sous malgré comme",
    "es": "en a al con por para desde tras según durante sobre contra sin ante como hasta",
    "it": "in nel nella a al alla con per da dal dalla dopo prima secondo durante su sul contro tra come",
    "pt": "em no na nos nas com por para desde após segundo durante sobre contra sem como até",
}

_ACCORDING = {
    "de": (
        ("laut",),
        ("nach", "angaben", "von"),
        ("nach", "angaben", "der"),
        ("nach", "angaben", "des"),
        ("nach", "ansicht", "von"),
    ),
    "fr": (("selon",), ("d'", "après"), ("d’", "après")),
    "es": (("según",), ("de", "acuerdo", "con")),
    "it": (("secondo",),),
    "pt": (("segundo",), ("de", "acordo", "com")),
}


@lru_cache(maxsize=5)
def other_lexicon(language: str) -> Lexicon | None:
    """Return the words of one of the five languages, None for any other."""
    if language not in _VERBS:
        return None
    frames = frozenset(["clause", "inverted"])
    forms = word_set(_VERBS[language])
    return Lexicon(
        verbs={form: Verb(form, "d", frames) for form in forms},
        pronouns=word_set(_PRONOUNS[language]),
        auxiliaries=word_set(_AUXILIARIES[language]),
        passive=word_set(_PASSIVE[language]),
        adverbs=word_set(_ADVERBS[language]),
        determiners=word_set(_DETERMINERS[language]),
        breaks=word_set(_BREAKS[language]),
        that=word_set(_THAT[language]),
        introduces=word_set(_INTRODUCES[language]),
        according=_ACCORDING[language],
        inverted=forms,
        opens_according=frozenset(phrase[0] for phrase in _ACCORDING[language]),
        german=language == "de",
    )
