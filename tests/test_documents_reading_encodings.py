"""Bytes to text: the right characters or a refusal, never other characters."""

from __future__ import annotations

import codecs
import random
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.decoding import decode, find_encoding
from documents.errors import ReadingError

TEXTS = {
    "de": "Der Bürgermeister von Grünau öffnete am Dienstag die neue Brücke über die Weiße Elster. „Wir haben länger "
    "gewartet, als wir wollten“, sagte er später, während die Stadtkapelle spielte.",
    "de-plain": "Der Bürgermeister von Grünau öffnete am Dienstag die neue Brücke über die Weiße Elster.",
    "fr": "Le maire de Rivières a inauguré mardi le nouveau théâtre, après dix années de travaux retardés. « Nous n’y "
    "croyions plus », a déclaré l’adjointe à la culture.",
    "fr-short": "Le café fermé rouvre à Noël.",
    "es": "El ayuntamiento de Peñalta aprobó ayer la ampliación del puerto después de años de discusión. La obra "
    "costará más de lo previsto.",
    "sv": "Borgmästaren i Ådala meddelade på tisdagen att bron skall öppnas på nytt inom några veckor.",
    "en": "The mayor of Saltmarsh said on Tuesday that the bridge – closed since May – would reopen “within weeks”.",
    "en-loan": "The owner of the café said that he would reopen within weeks. Residents doubt it.",
    "pl": "Wójt gminy Żółtowice ogłosił wczoraj, że budowa nowej drogi rozpocznie się jeszcze w październiku.",
    "cs": "Starosta města Říčany včera oznámil, že oprava mostu začne ještě letos na podzim. Obyvatelé však zůstávají "
    "skeptičtí, protože podobné sliby slyšeli už několikrát.",
    "hr": "Gradonačelnik Čakovca jučer je najavio da će obnova mosta početi već ove jeseni. Stanovnici su sumnjičavi.",
    "hu": "A város polgármestere tegnap bejelentette, hogy a híd felújítása még idén ősszel elkezdődik.",
    "tr": "Belediye başkanı dün köprünün onarımının bu sonbaharda başlayacağını açıkladı. Sakinler şüpheli.",
    "lt": "Miesto meras vakar pranešė, kad tilto remontas prasidės dar šį rudenį. Tačiau gyventojai abejoja.",
    "ru": "Мэр города вчера объявил, что ремонт моста начнётся уже этой осенью. Жители, однако, сомневаются.",
    "uk": "Міський голова вчора оголосив, що ремонт мосту розпочнеться вже цієї осені. Мешканці сумніваються.",
    "el": "Ο δήμαρχος ανακοίνωσε χθες ότι η επισκευή της γέφυρας θα αρχίσει ήδη αυτό το φθινόπωρο.",
    "he": "ראש העיר הודיע אתמול כי שיפוץ הגשר יחל כבר בסתיו הזה. התושבים בכל זאת ספקנים, כי שמעו הבטחות דומות.",
    "ar": "أعلن رئيس البلدية أمس أن ترميم الجسر سيبدأ في خريف هذا العام. لكن السكان يشككون في ذلك كثيرا.",
    "ja": "市長は昨日、橋の修理が今年の秋に始まると発表した。"
    "しかし住民は、同じような約束を何度も聞いてきたため、疑っている。市議会は来月、予算を採決する予定だ。",
    "zh": "市长昨天宣布，大桥的维修工程将于今年秋天开始。不过居民们仍然怀疑，因为类似的承诺他们已经听过好几次了。"
    "市议会将在下个月表决预算。",
    "ko": "시장은 어제 다리 보수 공사가 올가을에 시작된다고 발표했다. 그러나 주민들은 비슷한 약속을 이미 여러 번 "
    "들었기 때문에 의심하고 있다. 시의회는 다음 달에 예산을 의결한다.",
}

LEGACY = [
    *((name, "cp1252") for name in ("de", "de-plain", "fr", "fr-short", "es", "sv", "en", "en-loan")),
    *((name, "latin-1") for name in ("de-plain", "fr-short", "es", "sv", "en-loan")),
    *((name, codec) for name in ("pl", "cs", "hr", "hu") for codec in ("cp1250", "iso8859-2")),
    *(("ru", codec) for codec in ("cp1251", "koi8-r", "iso8859-5")),
    *(("uk", "cp1251"), ("el", "cp1253"), ("el", "iso8859-7"), ("tr", "cp1254"), ("lt", "cp1257")),
    *(("he", "cp1255"), ("ar", "cp1256"), ("ar", "iso8859-6"), ("ja", "cp932"), ("ja", "euc-jp")),
    *(("zh", "gb18030"), ("ko", "cp949")),
]


@pytest.mark.parametrize(("name", "codec"), LEGACY)
def test_legacy_encodings_are_told(name: str, codec: str) -> None:
    assert decode(TEXTS[name].encode(codec)) == TEXTS[name]


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_with_its_mark(name: str, codec: str) -> None:
    assert decode(TEXTS[name].encode(codec)) == TEXTS[name]


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_both_byte_orders(mark: bytes) -> None:
    codec = "utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-16-be"
    assert decode(mark + TEXTS["ru"].encode(codec)) == TEXTS["ru"]


@pytest.mark.parametrize("name", ["en", "de", "fr", "pl", "ru", "el"])
@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark(name: str, codec: str) -> None:
    assert decode(TEXTS[name].encode(codec)) == TEXTS[name]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200))
def test_utf_8_comes_back_exactly(text: str) -> None:
    if not text.startswith("\ufeff"):
        assert decode(text.encode("utf-8")) == text


@given(st.sampled_from(sorted(TEXTS)), st.integers(25, 200), st.sampled_from(sorted({codec for _, codec in LEGACY})))
def test_the_right_characters_or_a_refusal(name: str, length: int, codec: str) -> None:
    """Whatever part of whatever text in whatever encoding: other characters never come out."""
    text = TEXTS[name][:length]
    try:
        data = text.encode(codec)
    except UnicodeEncodeError:
        return
    try:
        assert decode(data) == text
    except ReadingError as error:
        assert error.code in ("encoding", "not-text")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "PDF"),
        (b"PK\x03\x04\x14\x00\x06\x00", "ZIP"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "PNG"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "JPEG"),
        (b"GIF89a\x01\x00", "GIF"),
        (b"\x7fELF\x02\x01\x01", "program"),
        (b"SQLite format 3\x00\x10\x00", "SQLite"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"{\\rtf1\\ansi Hello}", "rich text"),
        (b"Some words\x00and more words\x00\x01", "zero"),
        (b"plain words " * 10_000 + b"\x00" + b"more", "zero"),
        (bytes(range(1, 32)) * 4, "control"),
    ],
)
def test_what_is_no_text_is_named(data: bytes, what: str) -> None:
    with pytest.raises(ReadingError, match=what) as caught:
        decode(data)
    assert caught.value.code == "not-text"


def test_random_bytes_are_refused() -> None:
    chance = random.Random(7)
    for size in (20, 200, 5_000):
        for _ in range(40):
            with pytest.raises(ReadingError):
                decode(chance.randbytes(size) + b"\xff\x00\xfe")


def test_one_stray_byte_in_utf_8_refuses_the_file_instead_of_garbling_it() -> None:
    data = (TEXTS["fr"].encode() + b"\n") * 3 + b"stray \xe9 byte"
    with pytest.raises(ReadingError, match="0xe9") as caught:
        decode(data)
    assert caught.value.code == "encoding"


def test_too_little_to_tell_is_refused() -> None:
    with pytest.raises(ReadingError) as caught:
        decode(TEXTS["he"][:12].encode("cp1255"))
    assert caught.value.code == "encoding"


def test_a_pages_own_word_counts_where_bytes_allow_it() -> None:
    short = "Čaj"
    assert decode(short.encode("cp1250"), "windows-1250") == short
    assert decode("Zoë €".encode("cp1252"), "ISO-8859-1") == "Zoë €"  # as browsers read it
    assert decode("Zoë".encode(), "iso-8859-1") == "Zoë"  # UTF-8 whatever it says
    assert decode(TEXTS["de"].encode("cp1252"), "no-such-encoding") == TEXTS["de"]


def test_finding_the_encoding_rewinds_the_file() -> None:
    handle = BytesIO(TEXTS["ru"].encode("koi8-r"))
    assert find_encoding(handle).name == "koi8_r"
    assert handle.tell() == 0
