"""Finding the unit a question means: BM25 over the folded questions of all units, with the classifier's labels as prior."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from rank_bm25 import BM25Okapi

from actions.knowledge import KnowledgeError
from actions.knowledge.units import Unit
from integrations.core.text import fold

UNKNOWN_LABEL = 0.01
LABEL_WEIGHT = 0.12


@dataclass(frozen=True)
class Found:
    """A unit, how much of the question's weight its own wording covers (0 to 1), and that together with the prior of its label."""

    unit: Unit
    coverage: float
    score: float


class Index:
    """The questions of all units, ready to be searched."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self.units = list(units)
        if not self.units:
            raise KnowledgeError("nothing to search in")
        self.units_by_id = {unit.id: unit for unit in self.units}
        entries = [(number, question) for number, unit in enumerate(self.units) for question in unit.questions]
        self._owner = np.array([number for number, _ in entries])
        self._ranker = BM25Okapi([terms(question) for _, question in entries], k1=1.2, b=0.3)

    def search(self, text: str, labels: Mapping[str, float], among: Iterable[str] | None = None) -> list[Found]:
        """Units, the likeliest first. `labels` maps a label to its probability; `among` keeps only units with these ids."""
        coverage = self._coverage(terms(text))
        wanted = None if among is None else set(among)
        found = [
            Found(unit, float(share), float(share) + LABEL_WEIGHT * math.log(labels.get(unit.label, 0.0) + UNKNOWN_LABEL))
            for unit, share in zip(self.units, coverage, strict=True)
            if wanted is None or unit.id in wanted
        ]
        return sorted(found, key=lambda entry: -entry.score)

    def _coverage(self, query: list[str]) -> np.ndarray:
        """Best share of the query's weight that one question of each unit covers, shape (units,)."""
        best = np.zeros(len(self.units))
        full = sum(self._ranker.idf.get(term, self._ranker.average_idf) for term in query)
        if full > 0:
            np.maximum.at(best, self._owner, self._ranker.get_scores(query) / full)
        return np.clip(best, 0.0, 1.0)


def terms(text: str) -> list[str]:
    """Folded syllables and pairs of neighbours: most Vietnamese words have two syllables."""
    syllables = re.findall(r"\w+", fold(text))
    return syllables + [f"{first} {second}" for first, second in pairwise(syllables)]
