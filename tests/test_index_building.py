from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from fakes import HashEncoder
from numpy.typing import NDArray

from documents.articles import digest
from documents.errors import EncoderMismatch, RequestError, StoreBusy, StoreError
from documents.outlets.registry import OutletRegistry
from documents.sources import ReadOptions
from documents.splitting import SPLITTER, embedded_text, split_article
from index import building, ingesting
from index.building import IngestReport, ingest, rebuild, remove
from index.generations import current_generation
from index.ingesting import Ingest, Tally
from index.locking import writer_lock
from index.store import Store

ROOT = Path(__file__).resolve().parents[1]


def note(folder: Path, name: str, body: str, **fields: str) -> Path:
    """A Markdown article with front matter."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    front = "".join(f"{key}: {json.dumps(value)}\n" for key, value in fields.items())
    path.write_text(f"---\n{front}---\n{body}\n" if fields else f"{body}\n")
    return path


def json_lines(path: Path, *texts: str) -> Path:
    path.write_text("".join(json.dumps({"title": f"Item {text[:9]}", "text": text}) + "\n" for text in texts))
    return path


def quiet(stage: str, done: int, total: int, detail: str) -> None:
    pass


def absorb(home: Path, *paths: Path, encoder: HashEncoder | None = None, prune: bool = False) -> Tally:
    """An ingest without the index after it, which takes a second."""
    with writer_lock(home, "ingest"):
        store = Store.open(home, create=True)
        work = Ingest(store, encoder or HashEncoder(), ReadOptions(), quiet, prune=prune)
        work.run(paths)
        assert store.problems() == []
        store.close()
    return work.tally


def counted(tally: Tally) -> tuple[int, int, int, int, int]:
    return tally.added, tally.updated, tally.unchanged, tally.removed, len(tally.failures)


def content(home: Path) -> dict[str, object]:
    """What a collection says, without the ids of anything."""
    store = Store.open(home)
    said = {
        article.text: (
            article.title,
            article.outlet,
            [(p.start, p.end, p.attribution) for p in store.passages_of(article.id)],
        )
        for article in store.articles()
    }
    store.close()
    return said


class Refusing(HashEncoder):
    """An encoder that must not be asked."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        raise AssertionError(f"asked to embed {len(texts)} texts")


# ---- the whole of it


def test_an_ingest_reports_stores_and_publishes_and_a_second_one_does_nothing(tmp_path: Path) -> None:
    news, home = tmp_path / "news", tmp_path / "home"
    note(news, "a.md", "The night ferry was cancelled on Tuesday.", title="Ferry", outlet="Skerry Courier")
    note(news, "sub/b.txt", "The harbour council met. It counted its money.")
    note(news, "copy of b.txt", "The harbour council met. It counted its money.")
    (news / "bad.txt").write_bytes(bytes(range(256)) * 20)
    steps: list[tuple[str, int, int, str]] = []
    seen: list[int] = []

    def tell(stage: str, done: int, total: int, detail: str) -> None:
        steps.append((stage, done, total, detail))
        if stage == "stored":  # said after the commit: another reader finds it
            seen.append(Store.open(home).counts().articles)

    report = ingest(home, [news], options=ReadOptions(), encoder=HashEncoder(), progress=tell)
    told = report.to_dict()
    assert told["articles"] == {"added": 2, "updated": 0, "unchanged": 1, "removed": 0, "failed": 1}
    assert [Path(failure["path"]).name for failure in told["failures"]] == ["bad.txt"]
    [duplicate] = told["duplicates"]
    assert [Path(path).name for path in duplicate["paths"]] == ["copy of b.txt", "b.txt"]
    assert told["passages"] == Store.open(home).counts().passages and told["outlets"] == 1 and told["notices"] == []
    assert seen == [2, 2, 2] and [Path(s[3]).name for s in steps if s[0] == "failed"] == ["bad.txt"]
    assert (
        max(s[1] for s in steps if s[0] in ("stored", "failed")) == 4 == {s[2] for s in steps if s[0] == "stored"}.pop()
    )
    generation = current_generation(home)
    assert generation is not None and generation.manifest.passages == told["passages"]
    again = ingest(home, [news], options=ReadOptions(), encoder=Refusing())
    assert again.to_dict()["articles"] == {"added": 0, "updated": 0, "unchanged": 3, "removed": 0, "failed": 1}
    assert again.duplicates == report.duplicates and not again.nothing_read
    assert current_generation(home) == generation
    assert remove(home, [report.duplicates[0].article_id]) == 1 and Store.open(home).counts().articles == 1
    assert current_generation(home) == generation  # one article less is no reason for a new one


def test_what_cannot_be_read_is_said_and_a_missing_path_is_no_traceback(tmp_path: Path) -> None:
    report = ingest(tmp_path / "home", [tmp_path / "none"], options=ReadOptions(), encoder=Refusing())
    assert report.nothing_read and len(report.failures) == 1
    (tmp_path / "empty").mkdir()
    report = ingest(tmp_path / "home", [tmp_path / "empty"], options=ReadOptions(), encoder=Refusing())
    assert isinstance(report, IngestReport) and report.passages == 0 and not (report.added or report.unchanged)


def test_another_writer_is_named_and_nothing_is_done(tmp_path: Path) -> None:
    path = note(tmp_path, "a.txt", "Some words about the harbour.")
    with writer_lock(tmp_path / "home", "rebuild"):
        with pytest.raises(StoreBusy, match="rebuild"):
            ingest(tmp_path / "home", [path], options=ReadOptions(), encoder=HashEncoder())
        with pytest.raises(StoreBusy, match=str(os.getpid())):
            remove(tmp_path / "home", ["0" * 16])


def test_an_index_that_cannot_be_published_does_not_undo_the_ingest(tmp_path: Path) -> None:
    path = note(tmp_path, "a.txt", "Some words about the harbour.")
    home = tmp_path / "home"
    home.mkdir()
    (home / "generations").write_text("a file in the way")
    report = ingest(home, [path], options=ReadOptions(), encoder=HashEncoder())
    assert report.added == 1 and len(report.notices) == 1 and report.notices[0].startswith("Everything is stored")
    assert Store.open(home).counts().articles == 1


# ---- what changes, and what does not


def test_a_changed_file_replaces_its_article_and_embeds_only_what_is_new(tmp_path: Path) -> None:
    body = "\n\n".join(f"Paragraph {n} tells of the {n}th boat in the harbour. " * 8 for n in range(6))
    path = note(tmp_path, "a.md", body, title="Boats", outlet="Skerry Courier")
    encoder = HashEncoder()
    assert counted(absorb(tmp_path / "home", path, encoder=encoder)) == (1, 0, 0, 0, 0)
    whole = encoder.texts
    [before] = Store.open(tmp_path / "home").articles()
    note(tmp_path, "a.md", body + "\n\nA last paragraph was added.", title="Boats", outlet="Skerry Courier")
    encoder = HashEncoder()
    assert counted(absorb(tmp_path / "home", path, encoder=encoder)) == (0, 1, 0, 0, 0)
    [after] = Store.open(tmp_path / "home").articles()
    assert after.id == before.id and after.text.endswith("added.") and 0 < encoder.texts < whole


def test_a_new_headline_embeds_the_passages_of_their_sole_owner_again(tmp_path: Path) -> None:
    home = tmp_path / "home"
    path = note(tmp_path, "a.md", "The ferry was cancelled.", title="Ferry")
    absorb(home, path)
    note(tmp_path, "a.md", "The ferry was cancelled.", title="Ferry, corrected")
    encoder = HashEncoder()
    assert counted(absorb(home, path, encoder=encoder)) == (0, 1, 0, 0, 0) and encoder.texts == 1
    store = Store.open(home)
    [article] = store.articles()
    [passage] = store.passages_of(article.id)
    assert article.title == "Ferry, corrected"
    expected = HashEncoder().encode([embedded_text(article, passage)])
    assert np.allclose(store.vectors([passage.text_hash])[1], expected)
    assert store.embedded_hashes([passage.text_hash]) == {passage.text_hash: digest(embedded_text(article, passage))}
    # With a second owner, the vector of the first one stays.
    other = note(tmp_path, "b.md", "The ferry was cancelled.", title="Agency copy")
    encoder = HashEncoder()
    assert counted(absorb(home, other, encoder=encoder)) == (1, 0, 0, 0, 0) and encoder.texts == 0
    note(tmp_path, "a.md", "The ferry was cancelled.", title="Ferry, once more")
    assert counted(absorb(home, path, encoder=encoder)) == (0, 1, 0, 0, 0) and encoder.texts == 0


def test_a_file_of_many_articles_changes_line_by_line(tmp_path: Path) -> None:
    home, path = tmp_path / "home", tmp_path / "many.jsonl"
    texts = [f"Story number {n} is about the harbour and its {n} boats." for n in range(30)]
    json_lines(path, *texts)
    assert counted(absorb(home, path)) == (30, 0, 0, 0, 0)
    json_lines(path, "A new first line about the weather.", *texts[:10], "A changed line about the tide.", *texts[11:])
    encoder = HashEncoder()
    tally = absorb(home, path, encoder=encoder)
    assert (tally.unchanged, tally.added + tally.updated, encoder.texts) == (29, 2, 2)
    texts_now = {article.text for article in Store.open(home).articles()}
    assert {
        "A changed line about the tide.",
        "A new first line about the weather.",
        *texts[:10],
        *texts[11:],
    } <= texts_now
    assert counted(absorb(home, path)) == (0, 0, 31, 0, 0)


def test_a_line_that_cannot_be_read_is_told_again_each_time_and_takes_nothing_away(tmp_path: Path) -> None:
    home, path = tmp_path / "home", json_lines(tmp_path / "f.jsonl", "First story of all.", "Second story of all.")
    absorb(home, path)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], '{"title": broken', ""]))
    for _ in range(2):
        assert counted(absorb(home, path, prune=True)) == (0, 0, 1, 0, 1)
    assert Store.open(home).counts().articles == 2


@pytest.mark.parametrize("prune", [False, True])
def test_what_is_gone_from_disk_stays_unless_pruned(tmp_path: Path, prune: bool) -> None:
    home, news = tmp_path / "home", tmp_path / "news"
    note(news, "a.txt", "Alpha is gone soon.")
    note(news, "b.txt", "Beta has a copy.")
    note(news, "c/copy.txt", "Beta has a copy.")
    note(tmp_path / "elsewhere", "d.txt", "Delta lies elsewhere.")
    absorb(home, news, tmp_path / "elsewhere")
    (news / "a.txt").unlink()
    (news / "b.txt").unlink()
    (tmp_path / "elsewhere" / "d.txt").unlink()
    tally = absorb(home, news, prune=prune)
    assert counted(tally) == (0, 0, 1, 1 if prune else 0, 0)
    texts = sorted(article.text.strip() for article in Store.open(home).articles())
    assert texts == [*([] if prune else ["Alpha is gone soon."]), "Beta has a copy.", "Delta lies elsewhere."]
    # A folder that is not there at all says nothing about what lay in it.
    (news / "c" / "copy.txt").unlink()
    (news / "c").rmdir()
    news.rmdir()
    absorb(home, news, prune=True)
    assert Store.open(home).counts().articles == len(texts)


def test_removed_articles_are_gone_and_come_back_only_with_their_file(tmp_path: Path) -> None:
    home = tmp_path / "home"
    a, b = note(tmp_path, "a.txt", "Alpha words."), note(tmp_path, "b.txt", "Beta words.")
    absorb(home, a, b)
    ids = {article.text.strip(): article.id for article in Store.open(home).articles()}
    assert Store.open(home).remove([ids["Alpha words."][:9]]) == 1
    with pytest.raises(RequestError):
        remove(home, [ids["Alpha words."]])
    with pytest.raises(RequestError, match="nothing is stored yet"):
        remove(tmp_path / "empty", ["0" * 16])
    assert counted(absorb(home, b)) == (0, 0, 1, 0, 0) and Store.open(home).counts().articles == 1
    assert counted(absorb(home, a, b)) == (1, 0, 1, 0, 0)


# ---- outlets that nobody but the collection knows

REVIEW = """Voices on the cancelled ferry

Commentators disagree about the harbour council.

A cowardly vote

Tidewater comments:
“Cancelling the night ferry is an act of cowardice. Nobody asked the night workers, and nobody will.”

A sober vote

Saltmarsh Bell comments:
“The ferry carried eleven people a night. A council that counts its money is not a villain.”
"""


def test_attribution_does_not_depend_on_the_order_of_articles(tmp_path: Path) -> None:
    review = note(tmp_path, "m/review.txt", REVIEW)
    early = note(tmp_path, "a/own.md", "The vote was nine to two.", title="Vote", outlet="Tidewater")
    late = note(tmp_path, "z/own.md", "Eleven passengers a night.", title="Count", outlet="Saltmarsh Bell")
    together = tmp_path / "together"
    absorb(together, tmp_path)
    expected = content(together)
    for number, order in enumerate([(review, early, late), (late, early, review), (early, review, late)]):
        home = tmp_path / f"home{number}"
        for path in order:
            absorb(home, path)
        assert content(home) == expected
    quoted = {one.outlet: one.quoted_passages for one in Store.open(together).outlets()}
    assert quoted == {"Tidewater": 1, "Saltmarsh Bell": 1}


def test_a_name_counts_only_while_an_article_of_it_is_there(tmp_path: Path) -> None:
    review = note(tmp_path, "review.txt", REVIEW)
    own = note(tmp_path, "own.md", "The vote was nine to two.", title="Vote", outlet="Tidewater")
    absorb(tmp_path / "alone", review)
    article = Store.open(tmp_path / "alone").articles()[0]
    named = split_article(article, OutletRegistry.load(["Tidewater"]))
    if named == split_article(article, OutletRegistry.load()):
        pytest.skip("attribution takes this name without knowing it")
    home = tmp_path / "home"
    absorb(home, review, own)
    store = Store.open(home)
    [vote] = [one for one in store.articles() if one.title == "Vote"]
    store.remove([vote.id])
    own.unlink()
    absorb(home, review)
    assert content(home) == content(tmp_path / "alone")


def test_an_attribution_that_was_interrupted_is_made_up_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    review = note(tmp_path, "a/review.txt", REVIEW)
    own = note(tmp_path, "z/own.md", "The vote was nine to two.", title="Vote", outlet="Tidewater")
    absorb(tmp_path / "whole", review, own)
    home = tmp_path / "home"
    with monkeypatch.context() as patch:
        patch.setattr(ingesting, "attribute_again", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            absorb(home, review, own)
    assert Store.open(home).counts().articles == 2
    assert counted(absorb(home, review, own)) == (0, 0, 2, 0, 0)
    assert content(home) == content(tmp_path / "whole")


# ---- another encoder, another splitter


@pytest.mark.slow
def test_another_encoder_is_refused_and_rebuild_takes_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    path = note(tmp_path, "a.txt", "Words about the harbour. And about the ferry.")
    ingest(home, [path], options=ReadOptions(), encoder=HashEncoder())
    other = HashEncoder(name="other")
    with pytest.raises(EncoderMismatch, match="byline rebuild --encoder other"):
        ingest(home, [path], options=ReadOptions(), encoder=other)
    first = current_generation(home)
    report = rebuild(home, encoder=other)
    assert report.encoder_changed and not report.split and report.embedded == report.passages == 1
    assert Store.open(home).encoder_identity() == other.identity
    second = current_generation(home)
    assert first is not None and second is not None
    assert second.manifest.id == report.generation != first.manifest.id and second.manifest.encoder == other.identity
    assert ingest(home, [path], options=ReadOptions(), encoder=other).unchanged == 1
    again = rebuild(home, encoder=Refusing(name="other"))
    assert (again.encoder_changed, again.split, again.embedded) == (
        False,
        False,
        0,
    ) and again.generation != report.generation


def test_there_must_be_something_to_rebuild(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="ingest articles first"):
        rebuild(tmp_path / "home", encoder=HashEncoder())


@pytest.mark.slow
def test_another_splitter_is_refused_and_rebuild_splits_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    path = note(tmp_path, "a.txt", "\n\n".join(f"Paragraph {n} about boats. " * 30 for n in range(5)))
    with monkeypatch.context() as patch:
        patch.setattr(ingesting, "SPLITTER", "ancient-1")
        patch.setattr(ingesting, "split_article", lambda article, registry: [_whole(article)])
        absorb(home, path)
    assert Store.open(home).counts().passages == 1
    with pytest.raises(EncoderMismatch, match="run: byline rebuild"):
        ingest(home, [path], options=ReadOptions(), encoder=HashEncoder())
    report = rebuild(home, encoder=HashEncoder())
    assert report.split and not report.encoder_changed and report.passages == report.embedded > 1
    store = Store.open(home)
    assert store.splitter() == SPLITTER and store.problems() == [] and store.counts().texts == report.passages
    assert ingest(home, [path], options=ReadOptions(), encoder=Refusing()).unchanged == 1


def _whole(article: object) -> object:
    from documents.articles import Article, Attribution, Passage

    assert isinstance(article, Article)
    return Passage(article.id, 0, len(article.text), article.text, Attribution())


class Failing(HashEncoder):
    """An encoder that is interrupted at its second call."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self.calls:
            raise KeyboardInterrupt
        return super().encode(texts)


@pytest.mark.slow
def test_an_interrupted_rebuild_answers_as_before_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    for number in range(60):
        note(tmp_path / "news", f"{number}.txt", f"Story {number} of the harbour, with its own words {number * 7}.")
    absorb(home, tmp_path / "news")
    monkeypatch.setattr(building, "BATCH_PASSAGES", 20)
    with pytest.raises(KeyboardInterrupt):
        rebuild(home, encoder=Failing(dimension=32, name="other"))
    store = Store.open(home)
    assert store.encoder_identity() == HashEncoder().identity and store.problems() == []
    assert counted(absorb(home, tmp_path / "news")) == (0, 0, 60, 0, 0)
    other = HashEncoder(dimension=32, name="other")
    report = rebuild(home, encoder=other)
    assert 0 < report.embedded < 60 and other.texts == report.embedded
    assert store.encoder_identity() == other.identity and store.problems() == []


# ---- killed at any moment

CHILD = """
import sys
from pathlib import Path
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/tests"]
from fakes import HashEncoder
from documents.sources import ReadOptions
from index import building, ingesting
from index.building import ingest, rebuild, remove
from index.store import Store
home, news, what = Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
def tell(stage, done, total, detail):
    print(stage, detail, flush=True)
print("ready", "", flush=True)
ingesting.BATCH_PASSAGES = building.BATCH_PASSAGES = 32  # more commits to be killed between
if what == "ingest":
    ingest(home, [news], options=ReadOptions(), encoder=HashEncoder(name=sys.argv[5]), prune=True, progress=tell)
elif what == "remove":
    for article in Store.open(home).articles()[:10]:
        remove(home, [article.id])
        print("removed", article.id, flush=True)
else:
    rebuild(home, encoder=HashEncoder(name=sys.argv[5]), progress=tell)
"""


def run_and_kill(arguments: list[str], rng: random.Random | None) -> list[str]:
    """Run the child, kill it a moment after one of its messages (no `rng`: let it end), and return what it said."""
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(ROOT), *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stderr is not None
    said: list[str] = []
    if rng is not None:
        for _ in range(rng.choice([1, 2, 3, 5, 20])):
            said.append(process.stdout.readline().strip())
        time.sleep(rng.choice([0, 0.01, 0.1, 0.5]) * rng.random())
        process.send_signal(signal.SIGKILL)
    said += process.stdout.read().splitlines()
    wrong = process.stderr.read()
    process.stdout.close()
    process.stderr.close()
    assert process.wait() in (0, -signal.SIGKILL) and "Error" not in wrong, wrong
    return said


@pytest.mark.slow
def test_ten_kills_lose_nothing_and_leave_nothing_to_repair(tmp_path: Path) -> None:
    home, news, rng = tmp_path / "home", tmp_path / "news", random.Random(11)
    for number in range(150):
        note(news, f"{number:03}.txt", f"Story {number} of the harbour. " + f"It has {number} boats and a tale. " * 60)
    json_lines(news / "many.jsonl", *(f"Line {n} of the tide tables, with {n * 3} fish." for n in range(200)))
    name, promised, stages = "fake-hash-256", set[str](), set[str]()
    for kill in range(10):
        what = ("ingest", "ingest", "remove", "rebuild")[kill % 4]
        if what == "ingest" and kill:
            note(news, f"{rng.randrange(150):03}.txt", f"Story told anew at {kill}. " * 50)
        wanted = f"encoder-{kill}" if what == "rebuild" else name
        said = run_and_kill([str(home), str(news), what, wanted], rng)
        store = Store.open(home)
        assert store.problems() == []
        paths = {path for article in store.articles() for path in article.paths}
        for line in said:
            stage, _, detail = line.partition(" ")
            stages.add(stage)
            if stage == "stored":
                promised.add(detail)
            if stage == "removed":
                promised -= {str(news / "many.jsonl"), *(path for path in promised if path not in paths)}
                assert store.article(detail) is None
        assert promised <= paths
        identity = store.encoder_identity()
        assert identity is None or identity.name in (name, wanted)
        name = identity.name if identity else name
        store.close()
    assert {"stored", "removed", "embed"} <= stages
    run_and_kill([str(home), str(news), "ingest", name], None)
    store = Store.open(home)
    assert store.counts().articles == 350 and store.problems() == []
    for hashes, rows in store.iter_vectors():
        assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4) and len(set(hashes)) == len(hashes)
    absorb(tmp_path / "fresh", news)
    assert content(home) == content(tmp_path / "fresh")


# ---- hostile and odd input


def test_text_that_no_database_takes_is_a_failure_or_cleaned_and_stops_nobody(tmp_path: Path) -> None:
    path = tmp_path / "odd.jsonl"
    odd = ["lone \\ud800 surrogate in a text", "NUL \\u0000 inside a text", "fine text here"]
    path.write_text("".join(f'{{"title": "T", "text": "{text}", "outlet": "O\\ud800\\u0000x"}}\n' for text in odd))
    tally = absorb(tmp_path / "home", path)
    assert tally.added + len(tally.failures) == 3 and tally.added >= 1
    for article in Store.open(tmp_path / "home").articles():
        assert "\0" not in article.text and article.text.encode()


def test_one_big_article_is_stored_whole(tmp_path: Path) -> None:
    body = "\n\n".join(f"Paragraph {n} of the long report speaks of boats and tides in year {n}." for n in range(3000))
    absorb(tmp_path / "home", note(tmp_path, "big.txt", body))
    store = Store.open(tmp_path / "home")
    [article] = store.articles()
    assert "".join(p.text for p in store.passages_of(article.id)) == article.text
    assert store.counts().passages > building.BATCH_PASSAGES
