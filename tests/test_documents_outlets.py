"""The registry of outlets: its facts, resolving names and URLs, and finding names in running text."""

from __future__ import annotations

import hashlib
import json
import re
import time
import tomllib
import unicodedata
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import tldextract
from fakes import SEEDS
from hypothesis import example, given, settings
from hypothesis import strategies as st

from documents.outlets import tables as outlet_tables
from documents.outlets.compiling import FACTS, compiled
from documents.outlets.names import key
from documents.outlets.registry import Mention, Outlet, OutletRegistry

REGISTRY = OutletRegistry.load()
OUTLETS = [outlet for outlet in map(REGISTRY.outlet, REGISTRY.names()) if outlet is not None]
NAMES = [(name, outlet) for outlet in OUTLETS for name in (outlet.name, *outlet.aliases)]
DOMAINS = [(domain, outlet.name) for outlet in OUTLETS for domain in outlet.domains]

COUNTRIES = re.findall(
    r"\w\w",
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW
    BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI
    FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN
    IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME
    MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF
    PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV
    SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE
    YT ZA ZM ZW
    """,
)
LANGUAGES = re.findall(
    r"\w\w",
    """
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee
    el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io
    is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn
    mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se
    sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo
    wa wo xh yi yo za zh zu
    """,
)

LOOK_ALIKES = str.maketrans("aceiopsxyABCEHIKMOPSTX", "асеіорѕхуАВСЕНІКМОРЅТХ")  # Latin to Cyrillic
UNHURRIED = settings(deadline=None, max_examples=60)  # a busy machine is no failure
INVISIBLE = ["\u200b", "\u200c", "\u200d", "\u200e", "\u202e", "\u2060", "\u2062", "\ufeff", "\u00ad", "\u034f"]


def found(text: str, registry: OutletRegistry = REGISTRY) -> list[tuple[str, str]]:
    return [(text[m.start : m.end], m.outlet) for m in registry.mentions(text)]


def too_short(name: str) -> bool:
    """Fewer than two letters, and no more than two letters and digits together: "N1", "444"."""
    letters = sum(map(str.isalpha, name))
    return letters == 0 or (letters == 1 and sum(map(str.isalnum, name)) < 3)


# The facts


def test_every_row_of_the_facts_is_well_formed() -> None:
    tables = tomllib.loads(FACTS.read_text(encoding="utf-8"))
    assert list(tables) == sorted(tables)  # "none" after every code
    for code, table in tables.items():
        assert code in COUNTRIES or code == "none", code
        assert set(table) == {"language", "outlets"}
        assert table["outlets"] == sorted(table["outlets"], key=lambda row: (unaccented(row["name"]), row["name"])), (
            code
        )
        for row in table["outlets"]:
            assert set(row) <= {"name", "aliases", "domains", "language", "shared", "ambiguous"}, row
            names = [row["name"], *row.get("aliases", [])]
            assert len(set(names)) == len(names), row
            for name in names:
                assert name == " ".join(name.split()) == unicodedata.normalize("NFC", name), row
            everyday = row.get("ambiguous", False)
            assert everyday is True or everyday is False or set(everyday) <= set(names), row


def unaccented(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", name.lower()) if not unicodedata.combining(c))


def test_every_outlet_has_valid_codes_and_domains() -> None:
    suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
    for outlet in OUTLETS:
        assert outlet.country is None or outlet.country in COUNTRIES, outlet
        assert outlet.language in LANGUAGES, outlet
        for domain in outlet.domains:
            assert re.fullmatch(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", domain), outlet
            assert not domain.startswith("www."), outlet
            assert suffixes(domain).domain, f"{domain} of {outlet.name} is open to everybody"


def test_no_name_and_no_domain_belongs_to_two_outlets() -> None:
    claims: dict[str, set[str]] = defaultdict(set)
    for name, outlet in NAMES:
        claims[key(name)].add(outlet.name)
    for domain, owner in DOMAINS:
        claims["://" + domain].add(owner)
    assert {wanted: names for wanted, names in claims.items() if len(names) > 1} == {}


def test_the_facts_cover_many_countries_and_the_outlets_that_press_reviews_quote() -> None:
    assert len(OUTLETS) >= 3000
    assert len({outlet.country for outlet in OUTLETS}) >= 60
    names = set(REGISTRY.names())
    for name in [
        "Die Presse",
        "The Irish Times",
        "Mandiner",
        "Wprost",
        "The Spectator",
        "Kleine Zeitung",
        "Gazeta Wyborcza",
        "Večernji list",
        "Handelsblatt",
        "Corriere della Sera",
        "European Policy Centre",
        "CNN",
        "CNN Portugal",
        "The Guardian",
        "BBC",
        "Reuters",
        "Associated Press",
        "Agence France-Presse",
        "Deutsche Presse-Agentur",
        "eurotopics",
        "Le Monde",
        "El País",
        "The Verge",
        "TechCrunch",
        "Fortune",
        "The Age",
        "Wired",
        "Sporting News",
        "Süddeutsche Zeitung",
        "Neue Zürcher Zeitung",
        "De Standaard",
        "Hospodářské noviny",
        "Postimees",
        "Delo",
    ]:
        assert name in names, name


def test_an_outlet_can_be_looked_up_with_what_is_known_of_it() -> None:
    assert REGISTRY.outlet("faz.net") == Outlet(
        name="Frankfurter Allgemeine Zeitung",
        aliases=(
            "FAZ",
            "F.A.Z.",
            "Frankfurter Allgemeine",
            "FAZ.NET",
            "F.A.Z. Magazin",
            "FAZ Quarterly",
            "Frankfurter Allgemeine Zeitung für Deutschland",
        ),
        domains=("faz.net",),
        country="DE",
        language="de",
    )
    assert REGISTRY.outlet("No Such Courier") is None


# Resolving names


def test_every_name_alias_and_domain_resolves_to_its_outlet() -> None:
    assert [(name, o.name) for name, o in NAMES if REGISTRY.resolve(name) != o.name] == []
    assert [domain for domain, owner in DOMAINS if REGISTRY.resolve(domain) != owner] == []


@UNHURRIED
@given(
    st.sampled_from(NAMES),
    st.sampled_from([str.upper, str.lower, str.title, str.swapcase]),
    st.sampled_from(" \t\n\u00a0"),
)
def test_case_white_space_and_diacritics_make_no_difference(entry: tuple[str, Outlet], change, space: str) -> None:
    name, outlet = entry
    if len(change(name)) == len(name):  # "ß" and "ŉ" grow in capitals: another spelling
        assert REGISTRY.resolve(space + change(name).replace(" ", space + space) + space) == outlet.name
    assert REGISTRY.resolve(unicodedata.normalize("NFD", name)) == outlet.name


@pytest.mark.parametrize(
    ("written", "outlet"),
    [
        ("the Kleine Zeitung", "Kleine Zeitung"),
        ("Irish Times", "The Irish Times"),
        ("The New York Post", "New York Post"),
        ("a Mandiner", "Mandiner"),
        ("le Washington Post", "The Washington Post"),
        ("l’express", "L'Express"),
        ("Vecernji list", "Večernji list"),
        ("VEČERNJI LIST", "Večernji list"),
        ("Sueddeutsche Zeitung", "Süddeutsche Zeitung"),
        ("der Süddeutschen Zeitung", "Süddeutsche Zeitung"),
        ("Frankfurter Allgemeinen", "Frankfurter Allgemeine Zeitung"),
        ("Jyllands Posten", "Jyllands-Posten"),
        ("Anadolu Ajansi", "Anadolu Agency"),
        ("Fraedrelandsvennen", None),
        ("Faedrelandsvennen", "Fædrelandsvennen"),
        ("nyt", "The New York Times"),
        ("FT", "Financial Times"),
        ("AFP", "Agence France-Presse"),
        ("dpa", "Deutsche Presse-Agentur"),
        ("wsj", "The Wall Street Journal"),
        ("Коммерсантъ", "Kommersant"),
        ("Η Καθημερινή", "Kathimerini"),
        ("朝日新聞", "Asahi Shimbun"),
        ("www.spiegel.de", "Der Spiegel"),
        ("https://www.bbc.co.uk/news/1", "BBC"),
        ("CNN", "CNN"),
        ("cnn portugal", "CNN Portugal"),
        ("evil-bbc.co.uk", None),
        ("El Sol", None),  # not the Portuguese "Nascer do Sol", nor any other sun
        ("The Point", None),  # not "Le Point"
        ("Presse", None),  # "Die Presse" and "La Presse" both leave this
        ("Times", None),
        ("X", None),
        ("i", None),
        ("", None),
        (" \n", None),
        ("The", None),
        ("co.uk", None),
        (".", None),
    ],
)
def test_resolving(written: str, outlet: str | None) -> None:
    assert REGISTRY.resolve(written) == outlet


@pytest.mark.parametrize(
    "spoof",
    [
        "Hаndelsblatt",  # Cyrillic а
        "Ηandelsblatt",  # Greek capital eta
        "Ｈandelsblatt",  # full width
        "Handels\u200bblatt",
        "Handelsblatt\u200e",
        "\u202eHandelsblatt",
        "Handels\u00adblatt",
        "ﬁnancial Times",  # ligature
        "Fınancial Times",  # dotless i
        "Reuterſ",  # long s
        "𝐑euters",
        "Ꭱeuters",  # Cherokee
        "H\u0336andelsblatt",  # struck out
    ],
)
def test_a_look_alike_is_never_the_real_one(spoof: str) -> None:
    assert REGISTRY.resolve(spoof) is None
    assert REGISTRY.canonical(spoof) == spoof
    assert found(f"A plan for the harbour, {spoof} writes.") == []


@UNHURRIED
@given(st.sampled_from(NAMES), st.data())
def test_no_name_survives_an_exchange_of_script_width_or_an_invisible_character(
    entry: tuple[str, Outlet], data: st.DataObject
) -> None:
    name, outlet = entry
    at = data.draw(st.integers(0, len(name)))
    spoofs = [name[:at] + data.draw(st.sampled_from(INVISIBLE)) + name[at:]]
    if at < len(name):
        wide = chr(ord(name[at]) + 0xFEE0) if "!" <= name[at] <= "~" else name[at]
        spoofs += [name[:at] + name[at].translate(LOOK_ALIKES) + name[at + 1 :], name[:at] + wide + name[at + 1 :]]
    for spoof in spoofs:
        if spoof != name:
            assert REGISTRY.resolve(spoof) != outlet.name


def test_a_name_that_is_not_known_stays_as_written_but_for_white_space() -> None:
    assert REGISTRY.canonical("  Tidewater \n Courier ") == "Tidewater Courier"
    assert REGISTRY.canonical("the IRISH times") == "The Irish Times"


# Resolving URLs


@pytest.mark.parametrize(
    ("url", "outlet"),
    [
        ("https://www.bbc.co.uk/news", "BBC"),
        ("http://BBC.CO.UK:8080/x?y=https://cnn.com#z", "BBC"),
        ("https://bbc.co.uk./news", "BBC"),
        ("https://cnnportugal.iol.pt/a", "CNN Portugal"),
        ("https://edition.cnn.com/2024/05/01/a", "CNN"),
        ("https://asia.nikkei.com/a", "Nikkei Asia"),
        ("https://www.nikkei.com/a", "Nikkei"),
        ("https://timesofindia.indiatimes.com/a", "The Times of India"),
        ("https://indiatimes.com/a", None),
        ("https://evil-bbc.co.uk/", None),
        ("https://bbc.co.uk.evil.example/", None),
        ("https://evil.example/bbc.co.uk", None),
        ("http://bbc.co.uk@evil.example/", None),
        ("http://evil.example@bbc.co.uk/", None),
        ("http://evil.example\\@bbc.co.uk/", None),
        ("http://evil.example\\.bbc.co.uk/", None),
        ("http://bbc.co.uk\t.evil.example/", None),
        ("https://bbc.co.uk\n", None),
        ("https://ｂbc.co.uk/", None),
        ("https://bbс.co.uk/", None),  # Cyrillic с
        ("https://bbc\u200b.co.uk/", None),
        ("https://bbc%2eco.uk/", None),
        ("https://co.uk/", None),
        ("https://uk/", None),
        ("https://[::1]/", None),
        ("https://[bbc.co.uk]/", None),
        ("https://127.0.0.1/", None),
        ("ftp://bbc.co.uk/", None),
        ("javascript:alert('https://bbc.co.uk')", None),
        ("//bbc.co.uk/", None),
        ("bbc.co.uk", None),
        ("https:///bbc.co.uk", None),
        ("https://", None),
        ("", None),
    ],
)
def test_outlet_of_a_url(url: str, outlet: str | None) -> None:
    assert REGISTRY.by_url(url) == outlet


@UNHURRIED
@given(st.sampled_from(DOMAINS), st.from_regex(r"[a-z][a-z0-9]{5,12}", fullmatch=True))
def test_a_subdomain_belongs_to_its_parent_and_a_lengthened_domain_to_nobody(
    entry: tuple[str, str], label: str
) -> None:
    domain, owner = entry
    assert REGISTRY.by_url(f"https://{label}.{domain}/path") == owner
    assert REGISTRY.by_url(f"https://{domain}.{label}.example/") is None
    registered = dict(DOMAINS)
    parents = [domain.split(".", n)[-1] for n in range(1, domain.count(".") + 1)]
    inherited = next((registered[parent] for parent in parents if parent in registered), None)
    assert REGISTRY.by_url(f"https://{label}-{domain}/") == inherited


@UNHURRIED
@given(st.text())
@example("http://[")
@example("http://a.b\u2100c")
def test_any_text_as_url_or_name_is_answered(text: str) -> None:
    assert REGISTRY.by_url(text) is None or text.startswith(("http", "HTTP"))
    assert REGISTRY.canonical(text) == (REGISTRY.resolve(text) or " ".join(text.split()))


# Mentions


def names_in_text(name: str, outlet: str) -> bool:
    text = f"At noon the ferry sailed, „{name}“ reports, and the bridge stays shut."
    span = (text.index(name), text.index(name) + len(name))
    return (span, outlet) in [((m.start, m.end), m.outlet) for m in REGISTRY.mentions(text)]


def test_every_name_is_found_in_running_text() -> None:
    missed = {name for name, outlet in NAMES if not names_in_text(name, outlet.name)}
    short = {name for name, _ in NAMES if too_short(name)}
    assert short <= missed
    # "24 heures" is not a name unless the text makes it one.
    phrases = {name for name, outlet in NAMES if name.islower() and names_in_text(name.title(), outlet.name)}
    assert missed - short - phrases == set()
    assert len(short) < 20 and len(missed & phrases) < 20


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CNN Portugal, not CNN", [("CNN Portugal", "CNN Portugal"), ("CNN", "CNN")]),
        ("Le Monde diplomatique", [("Le Monde diplomatique", "Le Monde diplomatique")]),
        ("'THE VERGE' reports", [("THE VERGE", "The Verge")]),
        ("notes the Kleine Zeitung", [("Kleine Zeitung", "Kleine Zeitung")]),
        ("notes the Irish Times", [("the Irish Times", "The Irish Times")]),
        ("Irish Times view", [("Irish Times", "The Irish Times")]),
        ("Vecernji list and Večernji List", [("Vecernji list", "Večernji list"), ("Večernji List", "Večernji list")]),
        ("Vec\u030cernji list", [("Vec\u030cernji list", "Večernji list")]),
        ("večernji list", []),
        (
            "Handelsblatt's view, Handelsblatt’s, Handelsblatts",
            [("Handelsblatt", "Handelsblatt")] * 2 + [("Handelsblatts", "Handelsblatt")],
        ),
        ("in der Süddeutschen Zeitung", [("Süddeutschen Zeitung", "Süddeutsche Zeitung")]),
        (
            "laut der Frankfurter Allgemeinen Zeitung",
            [("Frankfurter Allgemeinen Zeitung", "Frankfurter Allgemeine Zeitung")],
        ),
        ("CNNs Bericht und Aftonbladets ledare", [("CNNs", "CNN"), ("Aftonbladets", "Aftonbladet")]),
        ("fortune favours the brave", []),
        ("die presse berichtet", []),
        ("die Presse berichtet", []),
        ("schreibt Die Presse", [("Die Presse", "Die Presse")]),
        ("the times they are changing", []),
        (
            "AP, Ap, ap, FT, Ft, DW, dw, ZEIT, Zeit",
            [("AP", "Associated Press"), ("FT", "Financial Times"), ("DW", "Deutsche Welle"), ("ZEIT", "Die Zeit")],
        ),
        ("posts on X, i, a, N1", []),
        ("dpa, Dpa and DPA", [(form, "Deutsche Presse-Agentur") for form in ("dpa", "Dpa", "DPA")]),
        (
            "Reuters-Meldung, (AFP/dpa)",
            [("Reuters", "Reuters"), ("AFP", "Agence France-Presse"), ("dpa", "Deutsche Presse-Agentur")],
        ),
        ("The Irish\nTimes", [("The Irish\nTimes", "The Irish Times")]),
        ("The Irish\n\nTimes", []),
        ("The Irish\u00a0Times", [("The Irish\u00a0Times", "The Irish Times")]),
        ("_Handelsblatt_ and **Reuters**", [("Handelsblatt", "Handelsblatt"), ("Reuters", "Reuters")]),
        ("subReuters Reuters2 xCNNx", []),
        ("https://www.theguardian.com/Reuters and www.Reuters.com/CNN", []),
        ("CNN.com and Reuters.com say", [("CNN.com", "CNN"), ("Reuters.com", "Reuters")]),
        ("Reuters.evil.example", []),
        ("@CNN and Reuters@mail.example", []),
        ("said Reuters.The minister", [("Reuters", "Reuters")]),
        ("Which ferry? Which? says", [("Which?", "Which?")]),
        ("人民日报报道说", [("人民日报", "People's Daily")]),
        ("조선일보는 보도", [("조선일보", "Chosun Ilbo")]),
        ("сообщает Коммерсантъ", [("Коммерсантъ", "Kommersant")]),
        ("24 heures après", []),
        ("RFE/RL", [("RFE/RL", "Radio Free Europe/Radio Liberty")]),
        ("Radio Free", []),
        ("", []),
    ],
)
def test_mentions(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "name",
    [
        "Time",
        "Focus",
        "Fortune",
        "Metro",
        "Independent",
        "The Sun",
        "The Times",
        "El Mundo",
        "Die Presse",
        "Wired",
        "Science",
        "Bild",
        "Stern",
        "Heute",
        "AP",
        "FT",
        "DW",
        "Figaro",
        "Le Monde",
        "Guardian",
        "THE GUARDIAN",
        "THE VERGE",
        "Bloomberg",
        "Phoenix",
        "Österreich",
    ],
)
def test_an_everyday_word_is_an_ambiguous_mention(name: str) -> None:
    (mention,) = REGISTRY.mentions(f"{name} and tide wait for nobody.")
    assert mention.ambiguous and (mention.start, mention.end) == (0, len(name))


@pytest.mark.parametrize(
    "name",
    [
        "Handelsblatt",
        "HANDELSBLATT",
        "The Guardian",
        "the Guardian",
        "The Irish Times",
        "Mandiner",
        "Kleine Zeitung",
        "Corriere della Sera",
        "CNN",
        "BBC",
        "Reuters",
        "dpa",
        "Time Magazine",
        "Zeit Online",
        "The Spectator",
    ],
)
def test_a_name_that_means_nothing_else_is_not_ambiguous(name: str) -> None:
    (mention,) = REGISTRY.mentions(f"So says {name} today.")
    assert not mention.ambiguous


PIECES = st.one_of(
    st.sampled_from([name for name, _ in NAMES]),
    st.sampled_from(
        [" ", "\n", ". ", "-", "the ", "Die ", "'s ", "s ", "@", "https://", ".com", "_", "\u200b", "\u0301"]
    ),
    st.text(max_size=6),
)


@UNHURRIED
@given(st.lists(PIECES, max_size=12).map("".join))
@example("The The The Irish Times")
def test_mentions_are_ordered_whole_words_of_known_outlets(text: str) -> None:
    end = 0
    for mention in REGISTRY.mentions(text):
        assert isinstance(mention, Mention)
        assert end <= mention.start < mention.end <= len(text)
        end = mention.end
        words = text[mention.start : mention.end]
        known = REGISTRY.resolve(words) or REGISTRY.resolve(words.removesuffix("s"))
        assert known == mention.outlet
        if words.isascii():
            assert not (words[0].isalnum() and text[mention.start - 1 : mention.start].isalnum())
            assert not (words[-1].isalnum() and text[mention.end : mention.end + 1].isalnum())


@pytest.mark.parametrize(
    "filler", ["The ferry left at noon, and the Times and the tide waited. ", "the ", "Radio Free ", "a", "https://x "]
)
def test_a_long_text_takes_time_in_proportion(filler: str) -> None:
    def seconds(length: int) -> float:
        text = (filler * (length // len(filler) + 1))[:length] + " Reuters"
        times = []
        for _ in range(3):
            begun = time.process_time()
            assert found(text)[-1] == ("Reuters", "Reuters")
            times.append(time.process_time() - begun)
        return min(times)

    assert seconds(20_000) < 0.1
    assert seconds(80_000) < 12 * max(seconds(20_000), 0.001)


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the real articles are not here")
def test_a_real_press_review_names_its_ten_outlets() -> None:
    text = next(SEEDS.glob("000_*.txt")).read_text(encoding="utf-8")
    assert [m.outlet for m in REGISTRY.mentions(text)] == [
        "Die Presse",
        "The Irish Times",
        "Mandiner",
        "Wprost",
        "The Spectator",
        "Kleine Zeitung",
        "Gazeta Wyborcza",
        "Večernji list",
        "Handelsblatt",
        "Corriere della Sera",
    ]


# A collection's own outlets


def test_names_outside_the_facts_are_taken_as_written() -> None:
    own = OutletRegistry.load(
        ["The Harbour Gazette", " Tidewater\nCourier ", "Seeblick", "La Gaceta Azul", "X", "", "—"]
    )
    assert set(own.names()) - set(REGISTRY.names()) == {
        "The Harbour Gazette",
        "Tidewater Courier",
        "Seeblick",
        "La Gaceta Azul",
        "X",
        "—",
    }
    assert own.resolve("harbour gazette") == own.resolve("the Harbour Gazette") == "The Harbour Gazette"
    assert own.resolve("X") == "X"
    assert own.outlet("Seeblick") == Outlet("Seeblick", (), (), None, None)
    text = "the Harbour Gazette, Harbour Gazette, TIDEWATER COURIER, Gaceta Azul, seeblick; seen on X and Reuters."
    assert found(text, own) == [
        ("the Harbour Gazette", "The Harbour Gazette"),
        ("Harbour Gazette", "The Harbour Gazette"),
        ("TIDEWATER COURIER", "Tidewater Courier"),
        ("Gaceta Azul", "La Gaceta Azul"),
        ("Reuters", "Reuters"),
    ]
    assert REGISTRY.resolve("Seeblick") is None, "a registry must not change another"


def test_one_plain_word_may_mean_anything_and_several_words_do_not() -> None:
    own = OutletRegistry.load(["Seeblick", "Tidewater Courier", "KBX"])
    assert {m.outlet: m.ambiguous for m in own.mentions("Seeblick, Tidewater Courier, KBX")} == {
        "Seeblick": True,
        "Tidewater Courier": False,
        "KBX": False,
    }


def test_extra_names_never_take_over_or_double_known_outlets() -> None:
    own = OutletRegistry.load(
        ["irish times", "HANDELSBLATT", "Hаndelsblatt", "bbc.co.uk", "The Harbour Gazette", "Harbour Gazette"]
    )
    assert set(own.names()) - set(REGISTRY.names()) == {"Hаndelsblatt", "Harbour Gazette"}
    assert own.resolve("Handelsblatt") == "Handelsblatt"
    assert own.resolve("Hаndelsblatt") == "Hаndelsblatt"
    assert own.resolve("The Harbour Gazette") == "Harbour Gazette"


def test_a_longer_name_of_the_collection_wins_over_a_known_one_inside_it() -> None:
    own = OutletRegistry.load(["CNN Nordland", "Reuters (Lowtide)"])
    assert found("CNN Nordland, CNN, Reuters (Lowtide), Reuters", own) == [
        ("CNN Nordland", "CNN Nordland"),
        ("CNN", "CNN"),
        ("Reuters (Lowtide)", "Reuters (Lowtide)"),
        ("Reuters", "Reuters"),
    ]


@UNHURRIED
@given(st.lists(st.text(max_size=40), max_size=5), st.text(max_size=200))
def test_any_extra_names_can_be_held(extra: list[str], text: str) -> None:
    own = OutletRegistry.load(extra)
    for name in extra:
        if name.strip():
            assert own.resolve(own.canonical(name)) == own.canonical(name)
    assert {mention.outlet for mention in own.mentions(text + " ".join(extra))} <= set(own.names())


def test_a_name_as_long_as_an_article_is_kept_but_not_looked_for() -> None:
    name = "Harbour " * 500 + "Gazette"
    own = OutletRegistry.load([name])
    assert own.resolve(name) == name
    assert found(name, own) == []


# Loading


def test_the_facts_are_read_once_in_a_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    OutletRegistry.load()
    monkeypatch.setattr(outlet_tables, "COMPILED", tmp_path / "gone.json")
    assert OutletRegistry.load(["Tidewater Courier"]).resolve("FAZ") == "Frankfurter Allgemeine Zeitung"


def test_the_compiled_facts_are_those_of_the_toml() -> None:
    facts = FACTS.read_bytes()
    held = outlet_tables.COMPILED.read_text(encoding="utf-8")
    assert json.loads(held)["sha256"] == hashlib.sha256(facts).hexdigest(), "run python -m documents.outlets.compiling"
    assert held == compiled(facts), "run python -m documents.outlets.compiling"


def test_a_name_with_a_mark_of_the_compiled_form_is_refused() -> None:
    with pytest.raises(ValueError, match="write it otherwise"):
        compiled(b'[DE]\nlanguage = "de"\noutlets = [{ name = "A|B" }]\n')


def test_loading_is_fast() -> None:
    times = []
    for _ in range(5):
        outlet_tables.facts.cache_clear()
        begun = time.process_time()
        registry = OutletRegistry.load()
        times.append(time.process_time() - begun)
    assert registry.resolve("FAZ") == "Frankfurter Allgemeine Zeitung"
    assert min(times) < 0.05  # 15 ms where nothing else runs


def test_threads_find_the_same_names_in_a_registry_nobody_used_before() -> None:
    outlet_tables.facts.cache_clear()
    registry = OutletRegistry.load()
    text = "Handelsblatt, The Guardian, Le Monde diplomatique, Gazeta Wyborcza and 人民日报 say so."
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: found(text, registry), range(64)))
    assert len(results[0]) == 5 and all(result == results[0] for result in results)
