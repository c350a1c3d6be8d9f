"""One score out of two: how near a passage's vector is to the question's, and how well its words match.

A weighted sum of scaled scores. Questions about news name outlets, people and dates, which words match
better than vectors do, so words weigh more; merging by rank alone would forget how sure either is.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

WORDS_SHARE = 0.6
"""How much the words count; the vectors have the rest."""

FULL_SHARE = 0.5
"""Share of the full score (every word of the question found once) that counts as a whole match.

Without it the best of a poor lot would count as a perfect match: a question put in other words than
the article's would be answered by whatever happens to share one.
"""


def fused_scores(cosines: Sequence[float], bm25: Sequence[float], full_score: float) -> NDArray[np.float64]:
    """Return one score from 0 to 1 for each of several passages.

    Args:
        cosines: Of each passage's vector with the question's.
        bm25: Of each passage; 0 where no word matches.
        full_score: `index.lexical.WordQuery.full_score`.

    Source:
        Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval" (2023): a convex
        combination; cosines are divided by the best one, BM25 by the best or by a share of the full score.
    """
    near = np.clip(np.asarray(cosines, dtype=np.float64), 0.0, 1.0)
    match = np.asarray(bm25, dtype=np.float64)
    best_near = near.max(initial=0.0) or 1.0
    best_match = max(match.max(initial=0.0), FULL_SHARE * full_score) or 1.0
    return WORDS_SHARE * match / best_match + (1 - WORDS_SHARE) * near / best_near
