"""The verbs of press reviews in six languages: what papers do when a review says what they say.

Finite forms only, lower-case. Wider than `documents.cues.SAYING`: a paper may "lead with", "calculate" or
"denounce"; that a paper is their subject is `documents.reviews.voices`' to find out.
"""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """Return the words of `text`."""
    return frozenset(text.split())


def _english(lemmas: str) -> frozenset[str]:
    forms: set[str] = set()
    for lemma in lemmas.split():
        if lemma.endswith("y") and lemma[-2] not in "aeiou":
            forms |= {lemma[:-1] + "ies", lemma[:-1] + "ied"}
        else:
            third = lemma + ("es" if lemma.endswith(("s", "sh", "ch", "x")) else "s")
            forms |= {third, lemma + "d" if lemma.endswith("e") else lemma + "ed"}
    return frozenset(forms)


_ENGLISH = _english(
    "note observe comment conclude argue warn fear believe suspect stress emphasise emphasize point explain "
    "analyse analyze complain criticise criticize praise hope ask wonder report reflect remark predict insist add "
    "state claim contend declare demand describe doubt expect lament mock jeer urge recall rejoice consider call "
    "advise speculate scoff opine counter recommend judge maintain voice blame accuse reject welcome celebrate "
    "dismiss compare deplore applaud condemn question reckon caution appeal worry marvel sneer joke summarise "
    "summarize calculate estimate continue editorialise editorialize remind concede acknowledge suggest hint "
    "propose agree disagree object deny denounce attack blast rail echo underline sigh grumble fume thunder cheer "
    "congratulate hail mourn muse ponder ridicule taunt tease plead defend support endorse oppose detail examine "
    "explore interpret regard assess weigh imagine sense detect recognise recognize confirm assure respond reply "
    "answer quip retort protest prefer advocate assert allege chide scold lambast lambaste decry bemoan credit "
    "fault diagnose concur dissent differ despair shrug dub label brand characterise characterize highlight "
    "spotlight feature headline calculate quote cite relay relate recount retell tell announce post tweet pour "
    "scent smell foresee admire envy pity exhort implore invite request pray conjecture guess presume assume "
    "figure trust quarrel side sympathise sympathize temper dwell focus single zero home contrast liken rebuke "
    "reproach commend salute thank curse growl snap snort chuckle laugh smile wink crow gloat grieve regret "
    "resent pronounce rule decide advise reason ventured counsel pen ascribe attribute trace revisit unpick "
    "dissect investigate find reveal disclose learn allude refer cast paint portray depict liken envisage "
    "contemplate conceive perceive deem hold value rate rank reckon treat view spell lay drive hammer press push "
    "chronicle document estimate stipulate signal caution withdraw"
) | words(
    "says said writes wrote thinks thought finds found sees saw tells told speaks spoke takes took puts put draws "
    "drew leads led keeps kept understands understood foresees foresaw hears heard feels felt holds held sums "
    "sets quips quipped regrets regretted runs ran splashes splashed dubs dubbed pleads pleaded draws drew "
    "strikes struck gives gave makes made admits admitted wants wanted offers offered likes hates loves dreams "
    "dreamt goes went begs begged withdrew forecasts forecast bets bet has-it reads"
)

_GERMAN = words(
    "schreibt schrieb meint meinte kommentiert kommentierte findet fand warnt warnte sieht sah glaubt glaubte "
    "bemerkt bemerkte notiert notierte urteilt urteilte analysiert analysierte kritisiert kritisierte fordert "
    "forderte hofft hoffte befürchtet befürchtete konstatiert konstatierte erklärt erklärte sagt sagte betont "
    "betonte berichtet berichtete fragt fragte vermutet vermutete bilanziert folgert ergänzt ergänzte resümiert "
    "resümierte mahnt mahnte lobt lobte beobachtet beobachtete spricht sprach hält hielt stellt stellte weist "
    "wies fügt fügte fährt fuhr pflichtet gibt wirft warf kommt zieht hebt nennt nannte rät riet verweist verwies "
    "erinnert erinnerte rechnet rechnete erwartet verlangt verlangte beklagt beklagte bedauert bedauerte begrüßt "
    "begrüßte verurteilt plädiert plädierte empfiehlt empfahl spottet spottete höhnt höhnte ätzt witzelt titelt "
    "titelte jubelt freut ärgert wundert zweifelt bezweifelt bezweifelte vergleicht verglich analysiert "
    "betrachtet beschreibt beschrieb schildert meldet meldete zitiert unterstellt moniert tadelt rügt stichelt "
    "frotzelt orakelt prophezeit prognostiziert räsoniert sinniert philosophiert argumentiert argumentierte "
    "behauptet entgegnet kontert widerspricht verteidigt unterstützt sorgt erkennt vermisst wittert ahnt fürchtet "
    "bewertet wertet diagnostiziert merkt macht greift nimmt geht setzt zeigt blickt schaut druckt bringt "
    "attestiert bescheinigt appelliert ruft hinterfragt konzediert räumt stimmt seufzt zürnt wettert poltert "
    "lästert tröstet denkt dachte deutet legt schließt unterstreicht gratuliert würdigt feiert verspottet heißt"
)

_FRENCH = words(
    "écrit écrivait note notait estime estimait juge jugeait observe observait commente commentait constate "
    "constatait souligne soulignait affirme affirmait déplore déplorait craint craignait analyse analysait dit "
    "disait explique expliquait conclut résume résumait prévient redoute ajoute ajoutait rappelle rappelait parle "
    "regrette relève remarque considère pense croit voit trouve assure poursuit raconte rapporte précise indique "
    "titre titrait s'interroge s'inquiète s'étonne s'amuse s'indigne s'insurge s'alarme s'agace s'emporte "
    "s'enthousiasme interroge inquiète étonne amuse indigne insurge alarme agace emporte fulmine ironise moque "
    "raille tacle dénonce salue applaudit félicite réjouit préfère plaide prône appelle exhorte demande réclame "
    "exige espère doute soupçonne soupire renchérit enchaîne nuance tempère rétorque répond réplique lance lâche "
    "martèle insiste propose suggère recommande conseille compare décrit dresse évoque cite ouvre annonce révèle "
    "dévoile livre publie avance calcule compte veut montre penche revient concède reconnaît admet défend "
    "soutient approuve désapprouve condamne critique accuse reproche accable éreinte épingle étrille brocarde "
    "persifle tranche décrypte détaille examine explore imagine prédit prédisait prévoit pronostique table parie "
    "mise retient choisit pointe fustige met prend annonçait révélait confirmait publiait racontait fait s'en "
    "souvient pouffe persiste signe élargit médite barre affiche résonne tonne grince grogne mise confie "
    "s'attarde attarde"
)

_SPANISH = words(
    "escribe escribió escribía señala señaló opina opinó comenta comentó observa observó advierte advirtió "
    "concluye concluyó afirma afirmó dice dijo decía considera consideró sostiene sostuvo lamenta lamentó analiza "
    "analizó explica explicó critica criticó teme temió apunta apuntó añade añadió resume resumió habla ve vio "
    "cree creyó piensa recuerda recordó destaca destacó subraya subrayó pregunta preguntó calcula calculó estima "
    "estimó asegura aseguró informa informó cuenta contó relata narra titula tituló abre abría denuncia denunció "
    "celebra celebró aplaude aplaudió elogia elogió pide pidió exige exigió reclama reclamó propone sugiere "
    "recomienda aconseja espera duda sospecha ironiza ironizó bromea bromeó remata remató zanja sentencia "
    "sentenció insiste insistió agrega agregó precisa precisó matiza matizó replica replicó responde respondió "
    "contesta contrapone discrepa coincide defiende defendió apoya rechaza rechazó condena condenó censura "
    "reprocha acusa acusó culpa compara describe describió retrata dibuja augura vaticina pronostica prevé "
    "predice alerta alertó avisa avisó constata constató reconoce admite admitió confirma confirmó desmiente "
    "revela reveló publica publicó prefiere saca pone puso da dio hace hizo lleva llama llamó califica calificó "
    "tacha tilda juzga valora interpreta entiende entendió encuentra halla detecta vislumbra intuye prosigue "
    "continúa sigue apostilla desliza deja arremete carga clama protesta se-queja queja burla mofa felicita "
    "saluda agradece evoca cita reproduce recoge detalla desgrana repasa examina explora reflexiona medita razona "
    "argumenta argumentó alega declara declaró manifestó indica indicó expone plantea planteó reivindica suspira"
)

_ITALIAN = words(
    "scrive scrisse scriveva nota osserva osservò commenta commentò conclude concluse afferma affermò sostiene "
    "avverte teme ritiene sottolinea analizza spiega critica dice disse diceva ricorda aggiunge aggiunse parla "
    "pensa crede vede trova giudica considera stima calcola racconta riferisce riporta informa precisa segnala "
    "rileva rilevava titola apre denuncia celebra applaude elogia chiede chiedeva domanda esige pretende propone "
    "suggerisce consiglia spera dubita sospetta ironizza scherza chiosa insiste ribatte replica risponde obietta "
    "concorda dissente difende appoggia respinge condanna rimprovera accusa incolpa paragona descrive dipinge "
    "prevede predice pronostica constata riconosce ammette conferma smentisce rivela pubblica preferisce "
    "definisce bolla chiama bacchetta sferza punzecchia sbeffeggia deride loda plaude saluta auspica invoca evoca "
    "cita riprende dettaglia esamina esplora riflette ragiona argomenta dichiara indica espone rivendica sospira "
    "prosegue continua diverte si-chiede taglia mette fa fece va sceglie punta attacca tuona sbotta sentenzia "
    "lamenta rimpiange ribadisce avvisa allerta ammonisce esorta invita sintetizza riassume rincara strilla "
    "gongola stronca smonta annota rammenta interroga inquadra legge coglie intervista attacca annuncia"
)

_PORTUGUESE = words(
    "escreve escreveu escrevia nota notou observa observou comenta comentou conclui concluiu afirma afirmou diz "
    "disse dizia alerta alertou considera considerou sublinha sublinhou defende defendeu teme temia explica "
    "explicou critica criticou acrescenta acrescentou fala pensa acredita crê vê viu acha julga estima calcula "
    "calculou conta contou relata noticia noticiou informa informou precisa salienta salientou realça destaca "
    "destacou recorda recordou lembra lembrou pergunta perguntou questiona titula abre denuncia denunciou celebra "
    "aplaude aplaudiu elogia elogiou pede pediu exige exigiu reclama propõe sugere recomenda aconselha espera "
    "duvida suspeita ironiza ironizou brinca remata sentencia insiste insistiu replica responde respondeu "
    "contrapõe discorda concorda apoia rejeita rejeitou condena condenou censura acusa acusou culpa compara "
    "descreve retrata antevê vaticina prevê prediz avisa avisou constata reconhece admite admitiu confirma "
    "confirmou desmente revela revelou publica publicou prefere chama classifica apelida interpreta entende "
    "entendeu encontra deteta detecta vislumbra prossegue continua resume resumiu analisa analisou lamenta "
    "lamentou argumenta argumentou declara declarou garante garantiu indica indicou expõe reivindica suspira "
    "aponta apontou sustenta sustentou cita reproduz reflete raciocina mostra põe faz dá zomba troça saúda salta "
    "sai ergue ataca atira anota assinala assinalou"
)

STANCE = _ENGLISH | _GERMAN | _FRENCH | _SPANISH | _ITALIAN | _PORTUGUESE
"""Finite verbs that, with a paper as their subject, say what the paper says."""

MEDIA = frozenset(
    _english("publish print carry run list mention open relegate cover splash")
    | words(
        "runs ran veröffentlicht druckt erwähnt publie imprime mentionne publica imprime menciona pubblica stampa "
        "menziona publicó pubblicò publicou"
    )
)
"""Verbs of printing: with "no" or "nothing" behind them the paper says nothing."""

PLURALS = words(
    "states reports notes claims comments questions doubts fears hopes calls draws finds demands views ranks "
    "rates figures features answers attacks blasts worries jokes quotes relates traces rules stresses voices "
    "headlines splashes hints proposals echoes signals documents details supports reviews blames wonders remarks "
    "judges labels brands studies papers experts"
)
"""English verbs that are plural nouns as well: behind a sentence's first word they are more often those."""

PARTICIPLES = words(
    "gesagt geschrieben erklärt gemeldet berichtet kommentiert gefordert dit écrit déclaré confié affirmé assuré "
    "estimé rapporté expliqué dicho escrito declarado afirmado asegurado publicado detto scritto dichiarato "
    "affermato raccontato spiegato dito declarado garantido démenti annoncé révélé publié confirmé desmentido "
    "anunciado informado confirmado revelado smentito annunciato confermato riferito rivelato dementiert "
    "bestätigt angekündigt enthüllt noticiado desmentiu anunciou informado"
)
"""What stands for such a verb behind "has": "ci ha detto"."""

ORAL = words(
    "said told replied answered assured admitted confided declared announced sagte antwortete versicherte sagt "
    "dit disait confie confiait répond déclare déclarait assure dijo declaró respondió aseguró contestó disse "
    "dichiara risponde confessa garantiu declarou respondeu afirmou detto déclaré confié dicho explained recalled "
    "insisted joked tweeted tweets saying responded responds says telling asked asks read reads continued added"
)
"""Verbs of speaking, as persons do: alone they make no paper of a name."""

WRITING = words(
    "writes wrote schreibt schrieb kommentiert notiert titelt écrit titre titrait ironise fulmine escribe "
    "escribió titula scrive scrisse titola escreve escreveu titula editorialises editorialised editorializes "
    "editorialized headlines headlined leads led splashes splashed comments commented kommentierte commente "
    "comenta commenta analyses analyzes constate constata konstatiert urteilt résume resume summarises summarizes"
)
"""Verbs of writing: their subject is a paper or one who writes in it."""

NEGATIONS = words(
    "no not nothing never none kein keine keinen keinem nicht nichts nie ne n' pas rien aucun aucune nada ningún "
    "ninguna nunca non nessun nessuna niente não nenhum nenhuma qualquer nem ni"
)
