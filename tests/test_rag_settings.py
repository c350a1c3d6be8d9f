"""Where a setting comes from, and what happens to one that does not fit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.errors import SettingsError
from rag.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os

    for name in [n for n in os.environ if n.upper().startswith("BYLINE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("BYLINE_HOME", str(tmp_path))


def write_file(home: Path, text: str) -> None:
    (home / "byline.toml").write_text(text, encoding="utf-8")


def test_defaults_where_nothing_is_set(tmp_path: Path) -> None:
    settings = load_settings()
    assert (settings.home, settings.llm, settings.passages, settings.host) == (tmp_path, "none", 8, "127.0.0.1")


def test_home_is_the_users_data_folder_when_nobody_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("BYLINE_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert load_settings().home.name == "byline"


def test_override_beats_environment_beats_file_beats_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert load_settings().passages == 8
    write_file(tmp_path, "passages = 3\nsentences = 2\n")
    assert load_settings().passages == 3
    monkeypatch.setenv("BYLINE_PASSAGES", "4")
    assert load_settings().passages == 4
    assert load_settings(passages=6).passages == 6
    assert load_settings(passages=6).sentences == 2  # the others still come from below


def test_none_and_empty_mean_not_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write_file(tmp_path, "passages = 3\n")
    monkeypatch.setenv("BYLINE_PASSAGES", "")
    assert load_settings(passages=None).passages == 3


def test_the_file_is_read_from_the_home_that_was_passed(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    write_file(tmp_path, "passages = 3\n")
    write_file(other, "passages = 5\n")
    assert load_settings(home=other).passages == 5


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "byline.toml").write_bytes(b"\xef\xbb\xbfpassages = 3\n")
    assert load_settings().passages == 3


def test_home_is_absolute_and_needs_not_exist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings(home="a/../b").home == tmp_path / "b"
    assert not (tmp_path / "b").exists()
    assert "~" not in str(load_settings(home="~/x").home)


def test_settings_cannot_change_afterwards() -> None:
    with pytest.raises(Exception, match="frozen"):
        load_settings().passages = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "near"), [("pasages", "passages"), ("lllm", "llm"), ("max_upload", "max_upload_mb"), ("Port", "port")]
)
def test_an_unknown_name_is_refused_with_the_nearest_known_one(name: str, near: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=f"{name!r} in Settings.*did you mean {near}"):
        Settings(**{name: 1})
    write_file(tmp_path, f"{name} = 1\n")
    with pytest.raises(SettingsError, match=f"{name!r} in .*byline.toml; did you mean {near}"):
        load_settings()


def test_an_unknown_variable_is_refused_with_the_nearest_known_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYLINE_PASAGES", "1")
    with pytest.raises(SettingsError, match="'BYLINE_PASAGES' in the environment; did you mean BYLINE_PASSAGES"):
        load_settings()


@pytest.mark.parametrize("name", ["BYLINE_SEEDS", "BYLINE_DOWNLOAD", "BYLINE_LLM_KEY"])
def test_variables_that_are_no_settings_are_let_through(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "1")
    load_settings()


@pytest.mark.parametrize(
    "values",
    [
        {"passages": 0},
        {"passages": "many"},
        {"sentences": 21},
        {"port": 70_000},
        {"port": -1},
        {"llm_timeout_s": 0},
        {"llm_timeout_s": float("nan")},
        {"home": 5},
        {"home": "a\0b"},
        {"home": __file__},
        {"store": "truth.sqlite3"},
        {"index": "127.0.0.1:8000"},
        {"index": "ftp://127.0.0.1:8000"},
        {"index": "http://127.0.0.1:99999"},
        {"llm": "llama3.2"},
        {"llm": "@http://127.0.0.1:1/v1"},
        {"llm": "llama3.2@127.0.0.1:11434"},
        {"llm": "llama3.2@http://"},
        {"encoder": ""},
        {"host": ""},
    ],
)
def test_a_value_that_does_not_fit_is_one_line_that_names_the_setting(values: dict[str, Any]) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(**values)
    message = str(caught.value)
    name = next(iter(values))
    assert message.startswith(f"setting {name}: ") and "\n" not in message
    assert f"BYLINE_{name.upper()}" in message


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"passages = ", "expected TOML in"),
        (b"\xff\xfe", "expected UTF-8"),
        (b'home = "/tmp"', "expected no home"),
        (b'llm_key = "canary"', "expected no llm_key"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line_that_names_it(content: bytes, says: str, tmp_path: Path) -> None:
    (tmp_path / "byline.toml").write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert says in str(caught.value) and "byline.toml" in str(caught.value) and "\n" not in str(caught.value)
    assert "canary" not in str(caught.value)


def test_a_folder_in_the_files_place_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "byline.toml").mkdir()
    with pytest.raises(SettingsError, match=r"expected a readable file .*byline\.toml"):
        load_settings()


@pytest.mark.parametrize(
    "spec", ["m@http://127.0.0.1:8080/v1", "a/b:c@https://llm.example/v1", "x@y@http://h/v1", "none"]
)
def test_language_models_in_their_form_are_taken(spec: str) -> None:
    settings = load_settings(llm=spec)
    assert settings.llm == spec
    assert settings.llm_base_url == (None if spec == "none" else spec[spec.index("@http") + 1 :])


def test_secrets_never_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYLINE_LLM_KEY", "canary-key")
    settings = load_settings(store="postgresql://me:canary-word@db/byline")
    assert settings.llm_key is not None and settings.llm_key.get_secret_value() == "canary-key"
    assert "canary" not in repr(settings) + str(settings)
    for bad in (
        {"llm": "m@http://me:canary-word@h/v1"},
        {"index": "http://me:canary-word@h:1"},
        {"llm_key": ["canary"]},
    ):
        with pytest.raises(SettingsError) as caught:
            load_settings(**bad)
        assert "canary" not in str(caught.value)


@given(st.text(max_size=12))
def test_any_name_is_either_known_or_refused_in_one_line(name: str) -> None:
    if name in Settings.model_fields:
        return
    with pytest.raises(SettingsError) as caught:
        Settings(**{name: 1})
    assert "\n" not in str(caught.value)


def test_every_setting_has_a_description_of_one_sentence() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description and field.description.endswith("."), name
        assert "|" not in field.description and "\n" not in field.description, name
    assert len(Settings.model_fields) <= 20
