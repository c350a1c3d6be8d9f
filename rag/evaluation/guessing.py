"""What the words of a question alone give away of its answer, by a classifier that never sees an article.

Trained on the other questions of the set with their answers. When it guesses well, the set measures how questions
are worded and not what the articles say. Making answers of the guesses is `rag.evaluation.baselines`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from rag.evaluation.gold import GoldQuestion

FOLDS = 5

FEW = 10
"""With fewer questions each is guessed from all the others, since a fifth of them would be too few to learn from."""

_WORD = r"(?u)\w+"


def predicted_answers(questions: Sequence[GoldQuestion], seed: int) -> list[str | None]:
    """Return the guessed first answer to each question; None is a guess that nothing answers it.

    Multinomial naive Bayes over the counts of the question's words, 5-fold: a question is guessed by a model that
    has seen the other folds only, or by one of all questions with gold where it has none itself. Where there is
    nothing to learn from, the guess is that nothing answers.

    Args:
        questions: The set. What is learnt is the first gold answer, or that the question is unanswerable.
        seed: Of drawing the folds.

    Source: C. D. Manning, P. Raghavan and H. Schütze, "Introduction to Information Retrieval" (2008), chapter 13;
    as a check for giveaways: S. Gururangan et al., "Annotation artifacts in natural language inference data" (2018).
    """
    labels = [_label(question) for question in questions]
    known = [at for at, label in enumerate(labels) if label is not None]
    words = [question.question for question in questions]
    spelt = {_plain(q.answers[0]): q.answers[0] for q in reversed(questions) if q.answers}
    guessed = [""] * len(questions)
    for held_out, rest in _folds(known, seed):
        _guess(words, labels, rest, held_out, guessed)
    _guess(words, labels, known, [at for at, label in enumerate(labels) if label is None], guessed)
    return [spelt.get(label) for label in guessed]


def _label(question: GoldQuestion) -> str | None:
    """Return what is learnt of a question: its first answer, "" when nothing answers it; None when nobody said."""
    if question.answerable is False:
        return ""
    return _plain(question.answers[0]) if question.answers else None


def _folds(known: Sequence[int], seed: int) -> list[tuple[list[int], list[int]]]:
    """Return (held out, rest) of each fold of the places `known`; none where there is no rest."""
    from sklearn.model_selection import KFold

    if len(known) < 2:
        return [([at], []) for at in known]
    folds = KFold(len(known) if len(known) < FEW else FOLDS, shuffle=True, random_state=seed)
    places = np.asarray(known)
    return [(places[held].tolist(), places[rest].tolist()) for rest, held in folds.split(places)]


def _guess(
    words: Sequence[str], labels: Sequence[str | None], learnt: Sequence[int], asked: Sequence[int], into: list[str]
) -> None:
    """Write the guesses for the places `asked` into `into`, learnt from the places `learnt`."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.naive_bayes import MultinomialNB

    if not learnt or not asked:
        return
    seen = [labels[at] for at in learnt]
    counter = CountVectorizer(token_pattern=_WORD)
    if not any(counter.build_analyzer()(words[at]) for at in learnt):
        guesses = [Counter(seen).most_common(1)[0][0]] * len(asked)  # no word in any question
    else:
        model = MultinomialNB().fit(counter.fit_transform([words[at] for at in learnt]), seen)
        guesses = model.predict(counter.transform([words[at] for at in asked])).tolist()
    for at, guess in zip(asked, guesses, strict=True):
        into[at] = guess or ""


def _plain(answer: str) -> str:
    return " ".join(answer.casefold().split())
