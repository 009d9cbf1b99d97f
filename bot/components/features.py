"""Sparse TF-IDF features of a sentence, seen in several ways ("views"); fitted once, then plain arrays that load in milliseconds."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Dict, Iterator, List, Sequence, Tuple

import numpy as np
from scipy.sparse import csr_matrix

from components.text import fold


@dataclass(frozen=True)
class Document:
    """One sentence without its punctuation: the normalised text, and the folded words that the tokeniser found in it."""

    text: str
    lemmas: Tuple[str, ...]

    @classmethod
    def of(cls, text: str, lemmas: Sequence[str]) -> Document:
        words = [word for word in text.split() if any(character.isalnum() for character in word)]
        return cls(" ".join(words), tuple(lemma for lemma in lemmas if any(character.isalnum() for character in lemma)))


def folded_syllables(document: Document) -> Iterator[str]:
    return _sequences(fold(document.text).split(), 1, 3)


def folded_words(document: Document) -> Iterator[str]:
    return _sequences([lemma.replace(" ", "_") for lemma in document.lemmas], 1, 2)


def folded_characters(document: Document) -> Iterator[str]:
    """Substrings of 3 to 6 characters of the whole sentence: what survives a typing error or a missing blank."""
    padded = f" {fold(document.text)} "
    for length in range(3, 7):
        for start in range(len(padded) - length + 1):
            yield padded[start : start + length]


def marked_syllables(document: Document) -> Iterator[str]:
    """Syllables with their marks; a text typed without any gives none, so that it is not judged by their absence."""
    return iter(()) if document.text.isascii() else _sequences(document.text.split(), 1, 2)


def _sequences(words: Sequence[str], shortest: int, longest: int) -> Iterator[str]:
    for length in range(shortest, longest + 1):
        for start in range(len(words) - length + 1):
            yield " ".join(words[start : start + length])


VIEWS: Dict[str, Callable[[Document], Iterator[str]]] = {
    "folded_syllables": folded_syllables,
    "folded_words": folded_words,
    "folded_characters": folded_characters,
    "marked_syllables": marked_syllables,
}


class SentenceFeatures:
    """TF-IDF over the chosen views, each of length 1 before its weight is applied."""

    def __init__(self, weights: Dict[str, float]) -> None:
        self.weights = weights
        self.columns: Dict[str, Dict[str, int]] = {}
        self.rarity = np.zeros(0)

    def fit(self, documents: Sequence[Document]) -> SentenceFeatures:
        rarity: List[float] = []
        for name in self.weights:
            seen = Counter(feature for document in documents for feature in set(VIEWS[name](document)))
            self.columns[name] = {feature: len(rarity) + position for position, feature in enumerate(sorted(seen))}
            rarity.extend(np.log((1 + len(documents)) / (1 + seen[feature])) + 1 for feature in sorted(seen))
        self.rarity = np.asarray(rarity)
        return self

    def transform(self, documents: Sequence[Document]) -> csr_matrix:
        """One row for each document, shape (documents, features)."""
        indices: List[np.ndarray] = []
        values: List[np.ndarray] = []
        ends = [0]
        for document in documents:
            row = [self._view_row(name, document) for name in self.weights]
            indices.extend(columns for columns, _ in row)
            values.extend(weights for _, weights in row)
            ends.append(ends[-1] + sum(len(columns) for columns, _ in row))
        return csr_matrix((np.concatenate(values), np.concatenate(indices), ends), shape=(len(documents), len(self.rarity)))

    def _view_row(self, name: str, document: Document) -> Tuple[np.ndarray, np.ndarray]:
        known = self.columns[name]
        counts = Counter(known[feature] for feature in VIEWS[name](document) if feature in known)
        columns = np.fromiter(counts.keys(), dtype=np.int32, count=len(counts))
        weights = (1 + np.log(np.fromiter(counts.values(), dtype=float, count=len(counts)))) * self.rarity[columns]
        length = np.linalg.norm(weights)
        return columns, weights * (self.weights[name] / length) if length else weights

    def save(self, directory: Path) -> None:
        vocabulary = {name: list(columns) for name, columns in self.columns.items()}
        (directory / "features.json").write_text(json.dumps({"weights": self.weights, "vocabulary": vocabulary}, ensure_ascii=False), encoding="utf-8")
        np.save(directory / "rarity.npy", self.rarity)

    @classmethod
    def load(cls, directory: Path) -> SentenceFeatures:
        stored = json.loads((directory / "features.json").read_text(encoding="utf-8"))
        features = cls(stored["weights"])
        first = 0
        for name, vocabulary in stored["vocabulary"].items():
            features.columns[name] = {feature: first + position for position, feature in enumerate(vocabulary)}
            first += len(vocabulary)
        features.rarity = np.load(directory / "rarity.npy", allow_pickle=False)
        return features
