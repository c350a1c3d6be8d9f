"""The nouns of press reviews in six languages: what papers, writers and firms are called, and what tells them apart.

Words only, lower-case; what they decide about a name is `documents.reviews.names`.
"""

from __future__ import annotations

import re

from documents.reviews.verbs import words

PRINT = words(
    "daily weekly newspaper paper magazine tabloid broadsheet journal gazette monthly fortnightly quarterly title "
    "review sheet periodical zeitung tageszeitung wochenzeitung sonntagszeitung regionalzeitung "
    "wirtschaftszeitung lokalzeitung blatt magazin wochenblatt monatsmagazin nachrichtenmagazin wochenmagazin "
    "zeitschrift wochenzeitschrift boulevardblatt boulevardzeitung lokalblatt regionalblatt wirtschaftsblatt "
    "parteiblatt quotidien hebdomadaire hebdo mensuel revue magazine tabloïd bimensuel trimestriel diario "
    "periódico semanario rotativo revista mensual tabloide matutino vespertino cabecera quotidiano settimanale "
    "giornale rivista testata mensile periodico jornal diário semanário matutino vespertino mensário"
)
BROADCAST = words(
    "broadcaster station channel radio network sender fernsehsender radiosender rundfunk chaîne cadena emisora "
    "canal emittente rete radio emissora estação rádio televisión televisione televisão"
)
AGENCY = words("agency wire newswire agentur nachrichtenagentur presseagentur agence agencia agenzia agência")
ONLINE = words(
    "portal website site blog outlet aggregator platform newsletter webzine podcast account nachrichtenportal "
    "onlineportal onlinemagazin internetportal plattform blogger portail sitio web blogue sito boletín digital"
)
PRESS = PRINT | BROADCAST | AGENCY | ONLINE
"""Common nouns for a publisher: "the liberal daily X", "das Blatt"."""

CLASSES = (PRINT, BROADCAST, AGENCY, ONLINE)

CAPITALISED = words(
    "zeitung tageszeitung wochenzeitung sonntagszeitung regionalzeitung wirtschaftszeitung lokalzeitung blatt "
    "magazin wochenblatt monatsmagazin nachrichtenmagazin wochenmagazin zeitschrift wochenzeitschrift "
    "boulevardblatt boulevardzeitung lokalblatt regionalblatt wirtschaftsblatt parteiblatt fernsehsender "
    "radiosender sender agentur nachrichtenagentur presseagentur nachrichtenportal onlineportal onlinemagazin "
    "internetportal plattform kolumnist kolumnistin kommentator kommentatorin leitartikler leitartiklerin autor "
    "autorin redakteur redakteurin chefredakteur chefredakteurin korrespondent korrespondentin leitartikel "
    "kommentar artikel beitrag gastbeitrag interview rundfunk portal blog"
)
"""Those nouns that German writes with a capital, which elsewhere would be part of a name."""

PRINTED = words(
    "headline headlines editions edition splashes front-page newsstands titelseite schlagzeile une portada "
    "primera manchete capa titolone"
)
"""Words for what a paper shows on its first page."""

INSTITUTIONS = words(
    "pentagon treasury fed fbi cia gop democrats republicans democratic republican house white capitol duma "
    "bundestag bundesrat reichstag élysée matignon sénat assemblée maison union conseil moncloa generalitat "
    "congreso cortes casa quirinale farnesina viminale bankitalia planalto assembleia câmara vaticano vatican "
    "interpol europol unicef opec fifa uefa facebook twitter google amazon apple labour tories conservatives "
    "greens brexit downing supreme state administration campaign city hall office service force navy league union "
    "wall islamic"
)
"""Words inside the names of bodies that speak, besides `documents.cues.OFFICES`."""

COLUMN = words(
    "columnist commentator editorialist columnista editorialista éditorialiste chroniqueur chroniqueuse kolumnist "
    "kolumnistin kommentator kommentatorin leitartikler leitartiklerin opinionista colunista articulista author "
    "editor-in-chief correspondent reviewer blogger critic essayist cronista autor autora autorin auteur autrice "
    "autore cartoonist correspondant correspondante corresponsal corrispondente notista redakteur redakteurin "
    "chefredakteur chefredakteurin korrespondent korrespondentin rédacteur rédactrice firma articolista"
)
"""What one who writes in a paper is called."""

PIECE = words(
    "editorial leader article piece column commentary op-ed leitartikel kommentar artikel beitrag gastbeitrag "
    "édito éditorial tribune billet chronique artículo editorial columna tribuna articolo editoriale commento "
    "corsivo rubrica fondo artigo editorial crónica crônica coluna dépêche despacho dispaccio meldung bulletin"
)
"""What is printed in a paper."""

MEANT = (PRESS | PIECE) - words(
    "platform account canal channel station radio title network rede post digital sitio canal review"
)
"""Those nouns that, behind "the", mean a paper spoken of before."""

FIRMS = words(
    "company firm insurer fund bank operator maker builder developer group retailer supermarket brewery airline "
    "railway line contractor sponsor union party hotel restaurant pub bar café club team ferry ship vessel street "
    "square hill bridge hospital school museum consortium manufacturer supplier brand shop store publisher-house "
    "printer charity think-tank university institute brewer shipyard shipowner trawler tanker yacht tavern inn "
    "boat locomotive unternehmen bauunternehmen firma versicherung versicherer konzern reederei brauerei "
    "hersteller verlag druckerei partei gewerkschaft verein hotel gasthaus kneipe sponsor hauptsponsor betreiber "
    "anbieter bank stiftung société entreprise compagnie assureur banque groupe fabricant constructeur exploitant "
    "imprimerie brasserie syndicat parti hôtel navire cépage empresa compañía aseguradora banco grupo fabricante "
    "constructora naviera imprenta cervecería sindicato partido hotel barco consorcio azienda società compagnia "
    "assicurazione banca gruppo impresa costruttrice editrice tipografia sindacato partito albergo ristorante "
    "nave construtora companhia seguradora banco grupo gráfica cervejaria sindicato partido navio consórcio café "
    "cafetería bar plaza calle place rue piazza via praça rua platz straße hill avenue"
)
"""What a firm, a ship, a street or a club is called, right before its name."""

FIRM_WORDS = words(
    "estates properties costruzioni capital holdings holding ltd limited inc corp gmbh ag plc llc spa mutual "
    "insurance versicherung assurances assurance seguros assicurazioni bank banque banco banca square street hill "
    "bridge platz straße strasse hotel figli söhne sons brothers partners ventures fund airlines shipping "
    "logistics energy foods motors stadium lane avenue road building tower towers arena brücke turm café pub inn "
    "gasse quay pier station hospital university"
)
"""Words inside the names of firms, streets and buildings."""

READING = words(
    "leggiamo legge trovo troviamo lesen liest steht heißt lit lit-on lisons trouve leemos lee encontramos lê-se "
    "lemos there read reads"
)
"""What one says of what stands in a paper: "Su X leggiamo", "In the X there is"."""

BUSINESS = words(
    "handles delivers owns insures covers installed built builds operates makes made runs sells sold supplies "
    "manufactures explota vende fabrica opera construye liefert baut betreibt versichert verkauft herstellt "
    "fabrique vend exploite construit livre vende produce gestisce costruisce fornece vende constrói explora "
    "produz employs employed finanziert insured supplied produces produced"
)
"""What firms do, in a clause behind their name ("X, which delivers the lockers")."""

ORIENTATIONS = words(
    "left right far hard centre center socialist communist catholic protestant christian independent satirical "
    "local regional national state-owned state-run influential liberal conservative centrist progressive populist "
    "financial leading popular free business economic sports official public private pro-government pro-european "
    "anti-government left-wing right-wing left-leaning right-leaning centre-left centre-right center-left center- "
    "right nationalist opposition government moderate republican royalist monarchist anarchist feminist green "
    "radical venerable respected prestigious mass-market upmarket quality sober austere serious loyal critical "
    "friendly"
)
"""Adjectives that stand before a paper's name without a noun: "the pro-government X"."""

REVIEW_WORDS = re.compile(
    r"\b(?:press (?:review|digest|round-?up|watch|survey|summary)|review of the (?:press|papers)|newspaper round-?up|"
    r"front pages?|what the (?:\w+ )?papers|the papers|"
    r"papers at odds|in the press|media review|editorials?|round-?up|commentators?|newspapers|dailies|columnists|"
    r"presseschau|pressestimmen|pressespiegel|medienschau|medienspiegel|blätter(?:wald)?|leitartik\w+|zeitungen|"
    r"kommentatoren|kommentare|stimmen|revue de presse|revue des|la presse|les journaux|les quotidiens|"
    r"éditorialistes|à la une|"
    r"kiosque|revista de prensa|la prensa|periódicos|diarios|editoriales|columnistas|cronistas|rassegna|"
    r"la stampa|giornali|editoriali|"
    r"quotidiani|editorialisti|revista de imprensa|a imprensa|jornais|editoriais|colunistas|wires|columns|"
    r"briefing)\b",
    re.IGNORECASE,
)
"""What a press review calls itself, or its material."""

OWN_EARS = re.compile(
    r"\b(?:(?:told|wrote to|writes to) us|tells us|told me|our (?:reporter|correspondent|question)|"
    r"asked (?:her|him|them)|we (?:asked|met|spoke)|"
    r"reporters|journalists|press conference|in a statement|to this (?:news)?paper|parliament|court|hearing|"
    r"the chamber|"
    r"sagte uns|sagten uns|uns (?:gestern|heute)|ermittlern?|journalisten|pressekonferenz|landtag|bundestag|gericht|"
    r"nous (?:confie|disait|dit|a dit|a confié|a déclaré|répond)|conférence de presse|journalistes|tribunal|"
    r"nos (?:dijo|dice|contó|cuenta|confesó)|a la salida|periodistas|rueda de prensa|a esta redacción|"
    r"a este (?:diario|periódico)|"
    r"ci (?:ha|dice|racconta|confida|disse)|giornalisti|conferenza stampa|ai cronisti|a questa redazione|"
    r"disse-nos|contou-nos|jornalistas|conferência de imprensa|à porta)\b",
    re.IGNORECASE,
)
"""Words that say that the carrier heard somebody itself, or that everybody did."""

ANONYMOUS = re.compile(
    r"\b(?:without (?:a |any )?(?:name|source|byline|masthead|title)|unsigned|anonymous\w*|no (?:name|source)|"
    r"ohne (?:namen|quelle|absender|titel)|anonym\w*|ungenannt\w*|sans (?:nom|source|signature|titre)|anonyme|"
    r"sin (?:cabecera|firma|nombre|fecha|fuente)|anónim\w+|senza (?:nome|firma|testata|fonte)|anonim\w+|"
    r"sem (?:nome|fonte|assinatura|dizer)|anônim\w+|some(?:body|one)|unknown|unbekannt\w*|inconnu\w*)\b",
    re.IGNORECASE,
)
"""Words that say that nobody knows where something comes from."""

OUTLET_SUFFIXES = (
    "zeitung", "blatt", "bladet", "kurier", "anzeiger", "bote", "stimme", "rundschau", "nachrichten", "tagblatt",
    "dienst", "presse", "funk", "post", "posten", "avis", "avisen", "tidning", "tidningen", "tidende", "krant", "blad",
    "times", "news", "sanomat", "lehti", "press", "gazette", "desk", "quotidien", "weekly", "daily", "spiegel", "echo",
)  # fmt: skip
"""How the names of publishers end, in one word."""

OUTLET_WORDS_TOO = words(
    "dispatch lantern mercury argus voz écho eco progrès vigie phare faro fanal riviera courrier correio folha "
    "heraldo tribuna tribune kronika kroniek rádio nachrichtendienst pressedienst dienst quotidien post gazeta "
    "gazette gazzetta observer intelligencer packet clarion lantern packet plain-dealer trumpet bladet aften "
    "tidende blad observador noticiero eco giorno ora unità jornada litoral neueste volksstimme volksblatt "
    "tageblatt wochenpost woche weltwoche semana semaine settimana ledger leader post-dispatch picayune sun "
    "gazzettino hebdo noticiario inquisitor enquirer globe argonaut review monde matin soir nouvelles agencia "
    "agence agency"
)
"""More words that stand inside publishers' names."""

PERSON_ENDINGS = (
    "minister", "ministerin", "präsident", "präsidentin", "sprecher", "sprecherin", "meister", "meisterin", "chef",
    "chefin", "wärter", "wärterin", "leiter", "leiterin", "führer", "führerin", "sekretär", "sekretärin", "anwalt",
    "anwältin", "lehrer", "lehrerin", "forscher", "forscherin", "ökonom", "ökonomin", "politiker", "politikerin",
    "inhaber",
    "inhaberin", "professor", "professorin",
)  # fmt: skip
"""How German titles and roles end, in one word before a name."""

GIVEN_NAMES = words(
    "kurt egon polly hedda rita aline leonie paula sofia clara eva lena lea mia ben sam max leo adam noah ethan "
    "james john robert michael david william richard joseph thomas charles christopher daniel matthew anthony "
    "mark paul steven andrew george peter simon martin philip alan ian jonathan nicholas tom jack harry oliver "
    "henry mary anna anne ann jane susan sarah karen nancy lisa elizabeth emma emily laura helen ruth alice kate "
    "rachel rebecca julia maria marie sophie claire camille julie nathalie isabelle catherine pierre jean jacques "
    "michel françois philippe louis alain bernard laurent antoine nicolas julien hans klaus jürgen wolfgang "
    "stefan andreas thomas michael christian jonas lukas felix max karl heinz ursula sabine petra monika claudia "
    "katrin birgit ingrid josé juan luis carlos miguel antonio francisco manuel pedro javier fernando sergio "
    "pablo ana carmen lucía elena isabel marta pilar rosa giuseppe giovanni mario luigi paolo marco andrea "
    "francesco alessandro roberto stefano giulia francesca chiara silvia joão paulo rui nuno tiago ricardo teresa "
    "inês catarina beatriz olga irina ivan sergei vladimir dmitri pavel jan piotr andrzej tomasz katarzyna "
    "agnieszka magdalena erik lars anders nils ingrid astrid ahmed mohamed ali omar fatima yusuf mehmet mustafa "
    "nora ida ada irma jonas"
)
"""First names so common that a name which begins with one is a person's."""
