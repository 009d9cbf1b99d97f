"""Finding the unit a question means: BM25 over the questions of all units and, with less weight, their answers; the classifier's labels as prior."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rank_bm25 import BM25Okapi

from actions.knowledge import KnowledgeError
from actions.knowledge.units import Unit
from actions.knowledge.words import terms

UNKNOWN_LABEL = 0.01
LABEL_WEIGHT = 0.1
ANSWER_WEIGHT = 0.3
UNHEARD_WORD = 0.5
"""Weight of a word that no unit knows, against the average word's: it may be chatter, or the very thing that we know nothing about."""


@dataclass(frozen=True)
class Found:
    """A unit, how much of the question's weight its own wording covers (0 to 1, its answer adds up to 0.3), and that with the prior of its label."""

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
        self._questions = BM25Okapi([terms(question) for _, question in entries], k1=1.2, b=0.3)
        self._answers = BM25Okapi([terms(" ".join([*unit.questions, unit.versions[-1].answer.chat])) for unit in self.units], k1=1.2, b=0.75)

    def search(self, text: str, labels: Mapping[str, float], among: Iterable[str] | None = None) -> list[Found]:
        """Units, the likeliest first. `labels` maps a label to its probability; `among` keeps only units with these ids."""
        wanted = None if among is None else set(among)
        found = [
            Found(unit, float(share), float(share) + LABEL_WEIGHT * math.log(labels.get(unit.label, 0.0) + UNKNOWN_LABEL))
            for unit, share in zip(self.units, self.coverage(text), strict=True)
            if wanted is None or unit.id in wanted
        ]
        return sorted(found, key=lambda entry: -entry.score)

    def coverage(self, text: str) -> np.ndarray:
        """Best share of the text's weight that one question of each unit covers, and a part of what its answer covers; shape (units,)."""
        query = terms(text)
        best = np.zeros(len(self.units))
        np.maximum.at(best, self._owner, self._share(self._questions, query, UNHEARD_WORD))
        return np.clip(best, 0.0, 1.0) + ANSWER_WEIGHT * np.clip(self._share(self._answers, query, 0.0) / (1 + self._answers.k1), 0.0, 1.0)

    @staticmethod
    def _share(ranker: BM25Okapi, query: Sequence[str], unheard: float) -> np.ndarray:
        """Of the weight of all words of the query, those that a document has. A pair of words that nobody ever wrote weighs nothing."""
        full = sum(ranker.idf.get(term, 0.0 if " " in term else unheard * ranker.average_idf) for term in query)
        return np.asarray(ranker.get_scores(query)) / full if full > 0 else np.zeros(ranker.corpus_size)
