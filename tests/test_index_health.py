"""The doctor: says what is, finds what is wrong, changes nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fakes import HashEncoder
from stored import filled, invented, write

from documents.splitting import SPLITTER
from index.generations import Generation, current_generation, publish
from index.health import HealthReport, Problem, Reach, examine
from index.manifest import POINTER, generations_folder
from index.store import Store


@pytest.fixture(scope="module")
def published_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("published") / "home"
    with closing(filled(home, invented(10), HashEncoder(), splitter=SPLITTER)) as store:
        publish(home, store)
    return home


@pytest.fixture
def home(tmp_path: Path, published_home: Path) -> Path:
    shutil.copytree(published_home, tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    with closing(Store.open(home)) as opened:
        yield opened


@pytest.fixture
def generation(home: Path) -> Generation:
    found = current_generation(home)
    assert found is not None
    return found


def test_a_sound_collection_is_well(home: Path, generation: Generation) -> None:
    before = {p: p.read_bytes() for p in generations_folder(home).rglob("*") if p.is_file()}
    report = examine(home)
    assert report.problems == ()
    assert report.healthy
    assert (report.articles, report.passages, report.texts) == (10, 30, 30)
    assert (report.looked_for, report.found, report.with_words, report.exact) == (30, 30, 30, 0)
    assert report.found_share == 1.0
    assert report.encoder == "fake-hash-256"
    assert report.generation == generation.manifest.id
    assert report.disk_bytes > 100_000
    assert {p: p.read_bytes() for p in generations_folder(home).rglob("*") if p.is_file()} == before


def test_what_came_since_is_found_too(home: Path, store: Store) -> None:
    write(store, invented(4, seed=3), HashEncoder(), splitter=SPLITTER)
    report = examine(home)
    assert report.problems == ()
    assert (report.texts, report.looked_for, report.found, report.with_words, report.exact) == (42, 42, 42, 42, 12)


def test_the_report_is_plain_json_and_plain_text(home: Path) -> None:
    report = examine(home, llm_url="http://127.0.0.1:11434/v1")
    plain = json.loads(json.dumps(report.to_dict()))
    assert plain["healthy"] is True
    assert plain["found_share"] == 1.0
    assert plain["network"] == [{"host": "127.0.0.1:11434", "why": "the language model"}]
    assert "All is well." in str(report)
    assert "30 of 30 (all)" in str(report)


@pytest.mark.parametrize("where", ["nothing", "empty"])
def test_nothing_stored_is_no_problem(tmp_path: Path, where: str) -> None:
    if where == "empty":
        Store.open(tmp_path / where, create=True).close()
    report = examine(tmp_path / where)
    assert report.problems == ()
    assert report.found_share == 1.0
    assert (tmp_path / "nothing").exists() is False


def problems(report: HealthReport) -> str:
    assert not report.healthy
    assert all(problem.remedy for problem in report.problems)
    return "; ".join(problem.what for problem in report.problems)


def test_a_damaged_file_is_named(home: Path, generation: Generation) -> None:
    path = next(generation.folder.glob("words/*.term"))
    path.write_bytes(path.read_bytes()[:-1])
    assert path.name in problems(examine(home))


def test_a_removed_segment_is_named(home: Path, generation: Generation) -> None:
    shutil.rmtree(next(generation.folder.glob("vectors/*-*")))
    report = examine(home)
    assert "data_level0.bin" in problems(report)
    assert report.found == report.looked_for == 30  # exact search finds them all the same
    assert report.exact == 30


def test_a_lost_or_broken_pointer_is_a_problem(home: Path) -> None:
    (generations_folder(home) / POINTER).write_text("?")
    assert POINTER in problems(examine(home))
    (generations_folder(home) / POINTER).unlink()
    assert "no search index" in problems(examine(home))


def test_a_vector_that_the_index_lacks_is_counted(home: Path, store: Store) -> None:
    """The truth's vectors change under the index's feet: what is stored is no longer what is found."""
    import sqlite3

    with closing(sqlite3.connect(home / "truth.sqlite3")) as database:
        blob = HashEncoder().encode(["zeppelin"])[0].tobytes()
        database.execute("UPDATE vectors SET vector = ? WHERE rowid IN (SELECT rowid FROM vectors LIMIT 3)", (blob,))
        database.commit()
    report = examine(home)
    assert report.found == 27
    assert "3 texts are not found" in problems(report)


def test_a_damaged_truth_is_reported_not_raised(home: Path) -> None:
    with (home / "truth.sqlite3").open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096)
    report = examine(home)
    assert not report.healthy
    assert any("byline restore" in problem.remedy for problem in report.problems)
    (home / "truth.sqlite3").write_bytes(b"")
    assert not examine(home).healthy


def test_another_encoder_or_splitter_in_the_settings_is_a_problem(home: Path, tmp_path: Path) -> None:
    assert examine(home, encoder="fake-hash-256").problems == ()
    assert "all-MiniLM-L6-v2" in problems(examine(home, encoder="all-MiniLM-L6-v2"))
    filled(tmp_path / "old", invented(1), HashEncoder(), splitter="older").close()
    assert "an older Byline" in problems(examine(tmp_path / "old"))


def test_an_index_server_that_is_away_is_a_problem_with_its_own_remedy(home: Path, generation: Generation) -> None:
    from dataclasses import replace

    from index.manifest import write_manifest

    write_manifest(generation.folder, replace(generation.manifest, server="http://127.0.0.1:9", collection="byline-x"))
    report = examine(home, index_url="http://127.0.0.1:9")
    assert any(isinstance(problem, Problem) and "start that server" in problem.remedy for problem in report.problems)
    assert report.network == (Reach("127.0.0.1:9", "the index server"),)


def test_what_may_reach_the_network_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert examine(tmp_path).network == ()
    monkeypatch.setenv("BYLINE_DOWNLOAD", "1")
    report = examine(tmp_path, llm_url="https://models.example/v1", index_url="http://10.0.0.5:8000")
    assert [reach.host for reach in report.network] == ["models.example", "10.0.0.5:8000", "huggingface.co"]
    assert "models.example (the language model)" in str(report)


def test_a_large_collection_is_sampled_and_says_so(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.health.FULL_AUDIT", 10)
    report = examine(home)
    assert (report.looked_for, report.found) == (10, 10)
    assert "a sample of 10" in str(report)
