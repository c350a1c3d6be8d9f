"""Fits the weights in `rag/scoring.py` and prints them with their held-out scores; not a test.

    python tests/fit_scoring.py SQUAD.json [QUESTIONS]

SQUAD.json is any file in SQuAD's format. Every paragraph becomes an article; a question is asked twice, once
as it is and once with its own paragraph taken out of the hits, when nothing answers it. The ranking model is
a listwise softmax over the sentences of the hits, the confidence model a logistic regression on the best
sentence. Paragraph titles are split 70:30, so that the scores printed are of unseen topics.
"""

from __future__ import annotations

import json
import random
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from documents.outlets.registry import OutletRegistry
from documents.reading import ReadOptions
from index.building import ingest
from index.collection import Collection
from index.embedding import Encoder, EncoderIdentity, load_encoder
from rag.questions import understand
from rag.scoring import FEATURES, rank_sentences

DEPTH = 40
READ = 8
SEED = 20240501


@dataclass
class Case:
    topic: str
    rows: np.ndarray
    gold: np.ndarray
    answerable: bool


class Remembering:
    """An encoder that keeps every vector it made: the same sentences are scored for many questions."""

    def __init__(self, inner: Encoder) -> None:
        self._inner = inner
        self._kept: dict[str, np.ndarray] = {}

    @property
    def identity(self) -> EncoderIdentity:
        return self._inner.identity

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        new = [t for t in dict.fromkeys(texts) if t not in self._kept]
        if new:
            self._kept.update(zip(new, self._inner.encode(new), strict=True))
        return np.stack([self._kept[t] for t in texts])


def normal(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()


def load(path: Path) -> tuple[list[dict], list[tuple[str, str, list[str], str]]]:
    articles, questions = [], []
    for t, topic in enumerate(json.loads(path.read_text(encoding="utf-8"))["data"]):
        for p, paragraph in enumerate(topic["paragraphs"]):
            key = f"t{t}p{p}"
            articles.append({"id": key, "title": topic["title"].replace("_", " "), "text": paragraph["context"]})
            for qa in paragraph["qas"]:
                if qa["answers"]:
                    questions.append((qa["question"], key, [a["text"] for a in qa["answers"]], topic["title"]))
    return articles, questions


def sample(questions: list[tuple[str, str, list[str], str]], count: int) -> list[tuple[str, str, list[str], str]]:
    """Return about `count` questions, all of a paragraph's together, from paragraphs drawn at random."""
    keys = sorted({key for _, key, _, _ in questions})
    random.Random(SEED).shuffle(keys)
    chosen: list[tuple[str, str, list[str], str]] = []
    for key in keys:
        if len(chosen) >= count:
            break
        chosen.extend(q for q in questions if q[1] == key)
    return chosen


def main(path: Path, count: int) -> None:
    articles, questions = load(path)
    questions = sample(questions, count)
    encoder = Remembering(load_encoder())
    with tempfile.TemporaryDirectory() as folder:
        home, source = Path(folder) / "home", Path(folder) / "articles.jsonl"
        source.write_text("\n".join(json.dumps(a) for a in articles), encoding="utf-8")
        print(ingest(home, [source], options=ReadOptions(), encoder=encoder).to_dict(), file=sys.stderr)
        collection = Collection.open(home, encoder=encoder)
        registry = OutletRegistry.load()
        cases: list[Case] = []
        contexts = {a["id"]: normal(a["text"]) for a in articles}
        for n, (text, key, answers, topic) in enumerate(questions):
            hits = collection.search(text, limit=DEPTH)
            question = understand(text, registry, (), ("en",))
            own = contexts[key]
            for answerable in (True, False):
                left = [h for h in hits if answerable or normal(h.passage.passage.text) not in own][:READ]
                # Ranks are counted anew: a gap where the paragraph was taken out would give the case away.
                read = [replace(h, rank=rank) for rank, h in enumerate(left, start=1)]
                ranked = rank_sentences(question, read, encoder)
                if not ranked:
                    continue
                gold = [
                    answerable
                    and normal(c.hit.passage.passage.text) in own
                    and any(normal(a) in normal(c.text) for a in answers)
                    for c in ranked
                ]
                cases.append(Case(topic, np.stack([c.features for c in ranked]), np.array(gold), answerable))
            if n % 100 == 0:
                print(n, file=sys.stderr)
        collection.close()
    report(cases)


def report(cases: list[Case]) -> None:
    topics = sorted({c.topic for c in cases})
    random.Random(SEED).shuffle(topics)
    train_topics = set(topics[: int(len(topics) * 0.7)])
    train = [c for c in cases if c.topic in train_topics]
    test = [c for c in cases if c.topic not in train_topics]
    listed = [c for c in train if c.gold.any()]

    def loss(weights: np.ndarray) -> float:
        total = 0.0
        for case in listed:
            scores = case.rows @ weights
            scores -= scores.max()
            p = np.exp(scores) / np.exp(scores).sum()
            total -= np.log(p[case.gold].sum() + 1e-12)
        return total / len(listed) + 1e-3 * float(weights @ weights)

    ranking = minimize(loss, np.ones(len(FEATURES)), method="L-BFGS-B").x

    def best(case: Case) -> int:
        return int(np.argmax(case.rows @ ranking))

    def table(some: list[Case]) -> tuple[np.ndarray, np.ndarray]:
        return np.stack([c.rows[best(c)] for c in some]), np.array([bool(c.gold[best(c)]) for c in some])

    x, y = table(train)
    model = LogisticRegression(C=1.0, max_iter=1000).fit(x, y)
    print("RANKING_WEIGHTS", dict(zip(FEATURES, np.round(ranking, 2).tolist(), strict=True)))
    print("CONFIDENCE_WEIGHTS", np.round(model.coef_[0], 2).tolist(), "BIAS", round(float(model.intercept_[0]), 2))
    answerable = [c for c in test if c.answerable]
    print(
        f"held out: {len(answerable)} answerable questions, right sentence in the hits "
        f"{np.mean([c.gold.any() for c in answerable]):.3f}, first {np.mean([c.gold[best(c)] for c in answerable]):.3f}"
    )
    x, y = table(test)
    p = model.predict_proba(x)[:, 1]
    print(f"held out: right against wrong or unanswerable, n={len(y)}, AUC {roc_auc_score(y, p):.3f}")
    for cut in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7):
        said = p >= cut
        unanswerable = np.array([not c.answerable for c in test])
        print(
            f"  threshold {cut}: answers {said.mean():.2f}, right when it answers {y[said].mean():.3f}, "
            f"answered of answerable {said[~unanswerable].mean():.3f}, "
            f"abstains of unanswerable {(~said)[unanswerable].mean():.3f}"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1500)
