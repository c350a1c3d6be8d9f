"""A real cross-encoder of a few kilobytes: labels by name, rows that are probabilities, and one line for what is wrong."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from documents.errors import EncoderError, EncoderMissing
from index.reranking import PairClassifier

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "ferry", "council", "harbour", "night", "the", "of", "##s"]
LABELS = ["contradiction", "ENTAILMENT", "neutral"]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a random two-layer BERT with three labels, as models of inference are published."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    folder = tmp_path_factory.mktemp("model") / "tiny"
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(WORDS))
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=24,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        initializer_range=0.5,
        id2label=dict(enumerate(LABELS)),
        label2id={label: number for number, label in enumerate(LABELS)},
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


@pytest.fixture
def copy(tiny: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny, tmp_path / "copy"))


def reason(name: str | Path) -> str:
    with pytest.raises(EncoderError) as caught:
        PairClassifier(str(name))
    assert "\n" not in str(caught.value) and str(caught.value).startswith("expected")
    return str(caught.value)


def test_pairs_give_probabilities_whatever_the_order(tiny: Path) -> None:
    model = PairClassifier(str(tiny))
    assert model.name == str(tiny) and model.labels == ("contradiction", "entailment", "neutral")
    pairs = [("the ferry", "night"), ("harbour council " * 100, "the night"), ("", ""), ("日本", "ferrys")] * 9
    rows = model.classify(pairs)
    assert rows.shape == (len(pairs), 3) and rows.dtype == np.float32
    assert np.allclose(rows.sum(axis=1), 1, atol=1e-5) and (rows >= 0).all()
    order = np.random.default_rng(0).permutation(len(pairs))
    assert np.allclose(model.classify([pairs[at] for at in order]), rows[order], atol=1e-5)
    assert not np.allclose(model.classify([("night", "the ferry")]), rows[:1], atol=1e-6)  # which is which matters
    assert model.classify([]).shape == (0, 3)


def test_an_activation_that_the_folder_asks_for_does_not_come_first(tiny: Path, copy: Path) -> None:
    settings = json.loads((copy / "config.json").read_text())
    settings["sentence_transformers"] = {"activation_fn": "torch.nn.modules.activation.Sigmoid"}
    (copy / "config.json").write_text(json.dumps(settings))
    pairs = [("the ferry", "night"), ("council", "harbour")]
    assert np.allclose(PairClassifier(str(copy)).classify(pairs), PairClassifier(str(tiny)).classify(pairs), atol=1e-6)


def test_a_model_that_is_not_there_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("BYLINE_DOWNLOAD", raising=False)
    for name in ("", " ", "nowhere", "/no/such/folder", "./none", "a/b/c"):
        assert "where there is none" in reason(name)
    assert "config.json" in reason(tmp_path)
    assert "BYLINE_DOWNLOAD" in reason("nobody/no-such-model-anywhere")
    with pytest.raises(EncoderMissing):
        PairClassifier("nowhere")


def test_a_broken_model_is_one_line(copy: Path) -> None:
    weights = next(copy.rglob("*.safetensors"))
    whole = weights.read_bytes()
    weights.write_bytes(whole[: len(whole) // 2])
    assert "loads from" in reason(copy)
    weights.rename(weights.with_suffix(".bin"))
    assert ".safetensors" in reason(copy)
    weights.write_bytes(whole)
    (copy / "config.json").write_text("not json")
    assert "loads from" in reason(copy)


def test_a_model_with_one_label_tells_nothing_apart(copy: Path) -> None:
    settings = json.loads((copy / "config.json").read_text())
    settings |= {"id2label": {"0": "score"}, "label2id": {"score": 0}}
    (copy / "config.json").write_text(json.dumps(settings))
    said = reason(copy)
    assert "loads from" in said or "at least two labels" in said


def test_a_model_brings_no_code(copy: Path) -> None:
    settings = json.loads((copy / "config.json").read_text())
    settings["auto_map"] = {"AutoModelForSequenceClassification": "evil.Model", "AutoConfig": "evil.Config"}
    settings["model_type"] = "evil"
    (copy / "config.json").write_text(json.dumps(settings))
    (copy / "evil.py").write_text("import pathlib\npathlib.Path(__file__).with_name('ran').touch()\n")
    assert "loads from" in reason(copy)
    assert not (copy / "ran").exists()


def test_it_judges_sentences_by_the_name_of_its_label(tiny: Path) -> None:
    from judged import REGISTRY, citation, memory

    from rag.evaluation.sentence_judges import EntailmentJudge, sentence_judge
    from rag.settings import Settings

    judge = sentence_judge(f"nli:{tiny}", Settings(home=tiny), memory(), REGISTRY)
    assert isinstance(judge, EntailmentJudge) and judge.name == str(tiny)
    assert judge.carries("The bridge stays shut.", [citation(1, "review", "the bridge stays shut")]) in (True, False)
