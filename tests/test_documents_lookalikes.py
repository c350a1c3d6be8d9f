"""Names, domains and addresses that only look like an outlet's: never taken for it, and always told."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from pathlib import Path

import pytest
from fakes import HashEncoder

from documents.outlets.lookalikes import readings, unicode_host
from documents.outlets.registry import OutletRegistry
from documents.sources import ReadOptions
from index.building import ingest
from index.store import Store

REGISTRY = OutletRegistry.load()


@pytest.mark.parametrize(
    ("written", "real"),
    [
        ("Hаndelsblatt", "Handelsblatt"),  # Cyrillic а
        ("Ηandelsblatt", "Handelsblatt"),  # Greek capital eta
        ("Ｈandelsblatt", "Handelsblatt"),  # full width
        ("Ｈａｎｄｅｌｓｂｌａｔｔ", "Handelsblatt"),
        ("Handels\u200bblatt", "Handelsblatt"),
        ("Handels\u00adblatt", "Handelsblatt"),
        ("Handelsblatt\u200e", "Handelsblatt"),
        ("\u202eHandelsblatt", "Handelsblatt"),
        ("H\u0336andelsblatt", "Handelsblatt"),
        ("Hande1sblatt", "Handelsblatt"),
        ("ﬁnancial Times", "Financial Times"),
        ("Fınancial Times", "Financial Times"),
        ("Reuterſ", "Reuters"),
        ("𝐑euters", "Reuters"),
        ("Ꭱeuters", "Reuters"),
        ("Тhe Guardian", "The Guardian"),
        ("Thе Nеw Yоrk Timеs", "The New York Times"),
        ("ВВС", "BBC"),  # Cyrillic throughout
        ("Kоммерсантъ", "Kommersant"),  # Latin K in a Cyrillic name
        ("Le М\u043ende", "Le Monde"),
        ("bbс.com", "BBC"),
        ("https://bbс.com/news", "BBC"),
        ("https://xn--bb-pmc.com/news", "BBC"),
        ("xn--bb-pmc.com", "BBC"),
        ("https://www.theguаrdian.com/", "The Guardian"),
        ("https://ｂbc.com/", "BBC"),
    ],
)
def test_a_look_alike_is_told_and_never_merged(written: str, real: str) -> None:
    assert REGISTRY.lookalike_of(written) == real
    assert REGISTRY.resolve(written) is None
    own = OutletRegistry.load([written])
    assert own.lookalike_of(written) == real
    assert own.resolve(written) in (written, None) and own.resolve(real) == real


@pytest.mark.parametrize(
    "written",
    [
        "Handelsblatt",
        "HANDELSBLATT",
        "Sueddeutsche Zeitung",
        "Süddeutsche Zeitung",
        "Večernji list",
        "Vecernji list",
        "Коммерсантъ",
        "Η Καθημερινή",
        "朝日新聞",
        "Правда",
        "Tidewater Courier",
        "Утренняя гавань",
        "bbc.com",
        "https://www.bbc.co.uk/news",
        "https://tidewater.example/",
        "http://[",
        "TV 2 Danmark",
        "N1",
        "24 heures",
        "",
        " ",
        "x" * 5000,
        "а" * 5000,
    ],
)
def test_an_honest_name_looks_like_nobody(written: str) -> None:
    assert REGISTRY.lookalike_of(written) is None


def test_no_name_or_domain_of_the_facts_looks_like_another() -> None:
    for outlet in filter(None, map(REGISTRY.outlet, REGISTRY.names())):
        for name in (outlet.name, *outlet.aliases, *outlet.domains):
            assert REGISTRY.lookalike_of(name) is None, name


def test_readings_of_any_name_are_few() -> None:
    assert len(list(readings("сороса" * 30))) < 250
    assert list(readings("plain")) == []
    assert unicode_host("xn--bb-pmc.com") == "bbс.com"
    assert unicode_host("xn--\u00e9.com") == "xn--\u00e9.com"


def records(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / "articles.jsonl"
    lines = [
        json.dumps({"title": f"Ferry {n}", "text": f"The ferry sails at {n}."} | row) for n, row in enumerate(rows)
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_an_ingest_tells_look_alikes_and_keeps_their_names(tmp_path: Path) -> None:
    news = tmp_path / "news"
    news.mkdir()
    records(
        news,
        {"outlet": "Hаndelsblatt"},
        {"outlet": "Handels\u200bblatt"},
        {"outlet": "BBC", "url": "https://bbс.com/a"},
        {"url": "https://xn--bb-pmc.com/b"},
        {"outlet": "https://bbс.com/"},
        {"outlet": "Handelsblatt", "url": "https://www.handelsblatt.com/c"},
        {"outlet": "Tidewater Courier"},
    )
    fronts = {"letters.md": "Lе Monde", "hidden.md": '"Le Mon\\u200Bde"'}
    for name, outlet in fronts.items():
        text = f"---\noutlet: {outlet}\n---\n# Ferry\n\nThe ferry of {name} sails at noon.\n"
        (news / name).write_text(text, encoding="utf-8")
    body = "".join(f"<p>The ferry sails at noon on day {n}, and the harbour is full of people.</p>" for n in range(9))
    (news / "page.html").write_text(
        '<html><head><meta property="og:site_name" content="Reu&#8203;ters"><title>Ferry</title></head>'
        f"<body><article><h1>Ferry</h1>{body}</article></body></html>",
        encoding="utf-8",
    )
    report = ingest(tmp_path / "home", [news], options=ReadOptions(), encoder=HashEncoder())
    assert report.added == 10 and not report.failures
    with contextlib.closing(Store.open(tmp_path / "home")) as store:
        stored = Counter(article.outlet for page in store.iter_articles() for article in page)
    assert stored["Handelsblatt"] == 1 and stored["Hаndelsblatt"] == stored["Handels\u200bblatt"] == 1
    assert stored["Le Monde"] == stored["Reuters"] == 0
    told = [notice for notice in report.to_dict()["notices"] if "only looks like" in notice]
    real = Counter(notice.partition("only looks like ")[2].partition(";")[0] for notice in told)
    assert real == {"Handelsblatt": 2, "BBC": 3, "Le Monde": 2, "Reuters": 1}
    assert any("'Hаndelsblatt' (H[0430]ndelsblatt) only looks like Handelsblatt" in notice for notice in told)
    assert sum("[200B]" in notice for notice in told) == 3
