"""Finding the unit a question means: its words in the units' questions (BM25), its likeness to all of them together, and what the classifier made of it."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from rank_bm25 import BM25Okapi

from actions.knowledge import KnowledgeError
from actions.knowledge.units import Unit
from actions.knowledge.words import terms

OUT_OF_SCOPE = "out_of_scope"
UNKNOWN_LABEL = 0.01
ANSWER_WEIGHT = 0.3
UNHEARD_WORD = 0.5
"""Weight of a word that no unit knows, against the average word's: it may be chatter, or the very thing that we know nothing about."""
TERM_REPEATED = 1.2
"""BM25's k1: how much a word counts that a document has more than once."""
PART_OF_THE_REST = 0.1
"""How much of what is out of scope a single unit may be about: "thường trú" is one of many things that are not ours."""
# What a unit's evidence weighs (a softmax over the units and "none of them"): fitted once on sentences whose unit or label is known (docs/understanding.md).
COVERAGE_WEIGHT, LIKENESS_WEIGHT, LABEL_WEIGHT, NONE_OF_THEM = 4.8, 10.2, 1.6, 1.8


@dataclass(frozen=True)
class Found:
    """A unit, how much of the question's weight one of its own questions covers (0 to 1, its answer adds up to 0.3), and the probability that it is meant."""

    unit: Unit
    coverage: float
    share: float


class Index:
    """The questions of all units, ready to be searched."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self.units = list(units)
        if not self.units:
            raise KnowledgeError("nothing to search in")
        self.units_by_id = {unit.id: unit for unit in self.units}
        entries = [(number, terms(question)) for number, unit in enumerate(self.units) for question in unit.questions]
        self._owner = np.array([number for number, _ in entries])
        self._questions = _Ranker([question for _, question in entries], TERM_REPEATED, b=0.3)
        self._answers = _Ranker([terms(" ".join([*unit.questions, unit.versions[-1].answer.chat])) for unit in self.units], TERM_REPEATED, b=0.75)
        self._place = {term: place for place, term in enumerate({term for _, question in entries for term in question})}
        seen = Counter(term for _, question in entries for term in set(question))
        self._rarity = np.array([1 + math.log((1 + len(entries)) / (1 + seen[term])) for term in self._place])
        self._centres = np.zeros((len(self.units), len(self._place)))
        for number, question in entries:
            self._centres[number] += self._direction(question)
        self._centres /= np.linalg.norm(self._centres, axis=1, keepdims=True)

    def search(self, text: str, labels: Mapping[str, float]) -> list[Found]:
        """All units, the likeliest first. `labels` maps a label to its probability; what the shares lack to 1 is the probability that no unit is meant."""
        coverage = self.coverage(text)
        part = {**labels, OUT_OF_SCOPE: PART_OF_THE_REST * labels.get(OUT_OF_SCOPE, 0.0)}
        known = np.log([sum(part.get(label, 0.0) for label in unit.labels) + UNKNOWN_LABEL for unit in self.units])
        scores = COVERAGE_WEIGHT * coverage + LIKENESS_WEIGHT * self.likeness(text) + LABEL_WEIGHT * known
        nothing = NONE_OF_THEM + LABEL_WEIGHT * math.log(labels.get(OUT_OF_SCOPE, 0.0) + UNKNOWN_LABEL)
        weights = np.exp(np.append(scores, nothing) - max(scores.max(), nothing))
        shares = weights / weights.sum()
        found = [Found(unit, float(covered), float(share)) for unit, covered, share in zip(self.units, coverage, shares[:-1], strict=True)]
        return sorted(found, key=lambda entry: -entry.share)

    def coverage(self, text: str) -> np.ndarray:
        """Best share of the text's weight that one question of each unit covers, and a part of what its answer covers; shape (units,)."""
        query = terms(text)
        best = np.zeros(len(self.units))
        np.maximum.at(best, self._owner, self._questions.share(query, UNHEARD_WORD))
        return np.clip(best, 0.0, 1.0) + ANSWER_WEIGHT * np.clip(self._answers.share(query, 0.0) / (1 + TERM_REPEATED), 0.0, 1.0)

    def likeness(self, text: str) -> np.ndarray:
        """Cosine of the text and the sum of each unit's questions, 0 to 1. Words that nobody knows do not count: a story costs little; shape (units,)."""
        return self._centres @ self._direction(terms(text))

    def _direction(self, query: Sequence[str]) -> np.ndarray:
        """The known words of a text as a vector of length 1 (0 when it has none), rare ones heavier."""
        vector = np.zeros(len(self._place))
        for term, times in Counter(query).items():
            if term in self._place:
                vector[self._place[term]] = (1 + math.log(times)) * self._rarity[self._place[term]]
        return vector / (np.linalg.norm(vector) or 1.0)


class _Ranker:
    """BM25 over documents; what a term gives to each of them is worked out when it is first asked for."""

    def __init__(self, documents: Sequence[Sequence[str]], k1: float, b: float) -> None:
        self._bm25 = BM25Okapi([list(document) for document in documents], k1=k1, b=b)
        self._term = cache(lambda term: np.asarray(self._bm25.get_scores([term])))

    def share(self, query: Sequence[str], unheard: float) -> np.ndarray:
        """Of the weight of all words of the query, those that each document has. A pair of words that nobody ever wrote weighs nothing."""
        idf = self._bm25.idf
        known, strange = [term for term in query if term in idf], sum(term not in idf and " " not in term for term in query)
        full = sum(idf[term] for term in known) + strange * unheard * self._bm25.average_idf
        if full <= 0 or not known:
            return np.zeros(self._bm25.corpus_size)
        return np.sum([self._term(term) for term in known], axis=0) / full
