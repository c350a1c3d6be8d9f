"""One outlet for each of its names: abbreviation, domain, sub-domain, section brand, old name, place, declined form."""

from __future__ import annotations

import pytest

from documents.outlets.registry import OutletRegistry

REGISTRY = OutletRegistry.load()

PAIRS = [
    line.split(" = ")
    for line in """
    BBC News = BBC
    BBC World Service = BBC
    BBC Mundo = BBC
    British Broadcasting Corporation = BBC
    bbc.com = BBC
    https://www.bbc.co.uk/news/world-1 = BBC
    https://feeds.bbci.co.uk.example/x = -
    The Guardian = The Guardian
    Guardian Weekly = The Guardian
    Manchester Guardian = The Guardian
    guardian.co.uk = The Guardian
    https://amp.theguardian.com/uk = The Guardian
    Mail Online = Daily Mail
    MailOnline = Daily Mail
    dailymail.co.uk = Daily Mail
    Mail on Sunday = The Mail on Sunday
    The Mail on Sunday = The Mail on Sunday
    Sunday Mirror = Sunday Mirror
    Sunday Express = Sunday Express
    Sunday Telegraph = The Sunday Telegraph
    Sunday Times = The Sunday Times
    Times of London = The Times
    thetimes.co.uk = The Times
    The Telegraph = The Daily Telegraph
    telegraph.co.uk = The Daily Telegraph
    FT = Financial Times
    FT.com = Financial Times
    FT Alphaville = Financial Times
    https://on.ft.com/abc = Financial Times
    The i Paper = iNews
    London Standard = Evening Standard
    indy100 = The Independent
    NYT = The New York Times
    NYT Cooking = The New York Times
    New York Times Magazine = The New York Times
    https://cooking.nytimes.com/recipes/1 = The New York Times
    WaPo = The Washington Post
    WSJ = The Wall Street Journal
    wsj.com = The Wall Street Journal
    LA Times = Los Angeles Times
    L.A. Times = Los Angeles Times
    CNN Business = CNN
    CNN Politics = CNN
    https://edition.cnn.com/x = CNN
    CNN Portugal = CNN Portugal
    CNN Brasil = CNN Brasil
    CNN Türk = CNN Türk
    NPR = National Public Radio
    npr.org = National Public Radio
    AP News = Associated Press
    apnews.com = Associated Press
    Agence France Presse = Agence France-Presse
    afp.com = Agence France-Presse
    Businessweek = Bloomberg
    Bloomberg Businessweek = Bloomberg
    Huffington Post = HuffPost
    huffpost.com = HuffPost
    Star Tribune = Minneapolis Star Tribune
    Plain Dealer = Cleveland Plain Dealer
    Politico.eu = Politico Europe
    politico.eu = Politico Europe
    politico.com = Politico
    RFE/RL = Radio Free Europe/Radio Liberty
    VOA = Voice of America
    Time Magazine = Time
    Atlantic Monthly = The Atlantic
    New York Magazine = New York Magazine
    Zeit Online = Die Zeit
    zeit.de = Die Zeit
    ZEITmagazin = Die Zeit
    Spiegel Online = Der Spiegel
    SPON = Der Spiegel
    https://www.spiegel.de/politik = Der Spiegel
    Welt Online = Die Welt
    N24 = Die Welt
    Welt am Sonntag = Welt am Sonntag
    Die Welt am Sonntag = Welt am Sonntag
    WamS = Welt am Sonntag
    Frankfurter Allgemeine Sonntagszeitung = Frankfurter Allgemeine Sonntagszeitung
    FAZ = Frankfurter Allgemeine Zeitung
    F.A.Z. = Frankfurter Allgemeine Zeitung
    FAZ.NET = Frankfurter Allgemeine Zeitung
    faz.net = Frankfurter Allgemeine Zeitung
    SZ = Süddeutsche Zeitung
    SZ-Magazin = Süddeutsche Zeitung
    sueddeutsche.de = Süddeutsche Zeitung
    Sueddeutsche Zeitung = Süddeutsche Zeitung
    nd = Neues Deutschland
    die tageszeitung = taz
    taz.de = taz
    Bild-Zeitung = Bild
    Bild am Sonntag = Bild am Sonntag
    dpa = Deutsche Presse-Agentur
    DW = Deutsche Welle
    dw.com = Deutsche Welle
    NZZ = Neue Zürcher Zeitung
    nzz.ch = Neue Zürcher Zeitung
    Neue Zürcher Zeitung (NZZ) = Neue Zürcher Zeitung
    NZZ am Sonntag = NZZ am Sonntag
    SonntagsBlick = SonntagsBlick
    SonntagsZeitung = SonntagsZeitung
    20min.ch = 20 Minuten
    SRF = Schweizer Radio und Fernsehen
    Krone = Kronen Zeitung
    krone.at = Kronen Zeitung
    derstandard.at = Der Standard
    Le Monde.fr = Le Monde
    lemonde.fr = Le Monde
    Le Monde diplomatique = Le Monde diplomatique
    Le Figaro Magazine = Le Figaro
    FigaroVox = Le Figaro
    Libé = Libération
    Nouvel Observateur = L'Obs
    JDD = Le Journal du Dimanche
    Aujourd'hui en France = Le Parisien
    RFI = Radio France Internationale
    El País Semanal = El País
    elpais.com = El País
    elpais.com.uy = El País (Uruguay)
    elmundo.es = El Mundo
    El Periódico = El Periódico de Catalunya
    Corsera = Corriere della Sera
    corriere.it = Corriere della Sera
    Repubblica = La Repubblica
    Sole 24 Ore = Il Sole 24 Ore
    La Gazzetta dello Sport = Gazzetta dello Sport
    Folha = Folha de S.Paulo
    Estadão = O Estado de S. Paulo
    Wyborcza = Gazeta Wyborcza
    wyborcza.pl = Gazeta Wyborcza
    HVG = Heti Világgazdaság
    MF Dnes = Mladá fronta Dnes
    iDNES = Mladá fronta Dnes
    Hesari = Helsingin Sanomat
    SvD = Svenska Dagbladet
    Verdens Gang = VG
    NRC Handelsblad = NRC
    VRT NWS = VRT
    Vecernji list = Večernji list
    SCMP = South China Morning Post
    Nikkei Asian Review = Nikkei Asia
    Nihon Keizai Shimbun = Nikkei
    朝日新聞 = Asahi Shimbun
    Channel NewsAsia = CNA
    Al Jazeera English = Al Jazeera
    Turkish Daily News = Hürriyet Daily News
    Palestine Post = Jerusalem Post
    AFR = Australian Financial Review
    SMH = The Sydney Morning Herald
    NZ Herald = New Zealand Herald
    Radio New Zealand = RNZ
    Globe and Mail = The Globe and Mail
    CBC News = CBC
    ITAR-TASS = TASS
    ТАСС = TASS
    Russia Today = RT
    Voice of Russia = Sputnik
    Kyiv Independent = Kyiv Independent
    Українська правда = Ukrainska Pravda
    The Hindu BusinessLine = Business Line
    The Glasgow Herald = The Herald (Scotland)
    Daily News and Analysis = DNA India
    European Voice = Politico Europe
    El País (Uruguay) = El País (Uruguay)
    El País - Uruguay = El País (Uruguay)
    El País | Montevideo | 3 June 2024 = El País (Uruguay)
    El País (España) = El País
    El País, Costa Rica = El País (Costa Rica)
    El País (Honduras) = -
    Le Soir - Belgium = Le Soir
    La Stampa (Italy) = La Stampa
    La Stampa (Peru) = -
    The Korea Times | Seoul | 3 June = Korea Times
    Die Presse, Wien = Die Presse
    The Nation (Pakistan) = The Nation (Pakistan)
    The Nation (Kenya) = Daily Nation
    The Guardian (Nigeria) = The Guardian Nigeria
    Libération (Maroc) = Libération (Morocco)
    El Mundo (El Salvador) = Diario El Mundo (El Salvador)
    Reuters (Lowtide) = -
    Le Soir, says the minister = -
    """.strip().splitlines()
]


@pytest.mark.parametrize(("written", "outlet"), [(left.strip(), right.strip()) for left, right in PAIRS])
def test_every_name_leads_to_its_one_outlet(written: str, outlet: str) -> None:
    assert len(PAIRS) >= 120
    assert REGISTRY.resolve(written) == (None if outlet == "-" else outlet)


def test_sunday_papers_are_outlets_of_their_own() -> None:
    for paper, weekday in [
        ("Welt am Sonntag", "Die Welt"),
        ("Frankfurter Allgemeine Sonntagszeitung", "Frankfurter Allgemeine Zeitung"),
        ("The Sunday Telegraph", "The Daily Telegraph"),
        ("The Mail on Sunday", "Daily Mail"),
        ("NZZ am Sonntag", "Neue Zürcher Zeitung"),
        ("Bild am Sonntag", "Bild"),
    ]:
        assert REGISTRY.resolve(paper) == paper != weekday
        (mention,) = REGISTRY.mentions(f"So schreibt die {paper.removeprefix('The ')} heute.")
        assert mention.outlet == paper


def test_a_name_of_two_papers_is_never_found_inside_a_longer_name() -> None:
    text = "The Herald Sun and The Star Tribune differ, the Times Union adds."
    assert [m.outlet for m in REGISTRY.mentions(text)][:2] == ["Herald Sun", "Minneapolis Star Tribune"]
