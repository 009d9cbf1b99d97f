"""Sparse TF-IDF features of a sentence, seen in several ways ("views"); fitted once, then plain arrays that load in milliseconds."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Dict, Iterator, List, Sequence, Tuple

import numpy as np
from scipy.sparse import csr_matrix, diags, hstack

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

    def fit_transform(self, documents: Sequence[Document]) -> csr_matrix:
        """Learns the features and their rarity, and returns one row for each document, shape (documents, features)."""
        views = [self._fit_view(name, documents) for name in self.weights]
        return hstack(views, format="csr")

    def _fit_view(self, name: str, documents: Sequence[Document]) -> csr_matrix:
        known: Dict[str, int] = {}
        counted = [Counter(known.setdefault(feature, len(known)) for feature in VIEWS[name](document)) for document in documents]
        ends = np.cumsum([0, *map(len, counted)])
        columns = np.fromiter((column for counts in counted for column in counts), dtype=np.int32, count=ends[-1])
        counts = np.fromiter((count for counts in counted for count in counts.values()), dtype=float, count=ends[-1])
        rarity = np.log((1 + len(documents)) / (1 + np.bincount(columns, minlength=len(known)))) + 1
        weights = (1 + np.log(counts)) * rarity[columns]
        rows = csr_matrix((weights, columns, ends), shape=(len(documents), len(known)))
        lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
        self.columns[name] = {feature: len(self.rarity) + position for feature, position in known.items()}
        self.rarity = np.concatenate([self.rarity, rarity])
        return diags(self.weights[name] / np.where(lengths > 0, lengths, 1.0)) @ rows

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

    def familiar(self, document: Document) -> float:
        """Share of the sentence's folded syllables that training sentences have, 0 to 1; 1 where syllables are no view."""
        known, syllables = self.columns.get("folded_syllables"), fold(document.text).split()
        return sum(syllable in known for syllable in syllables) / len(syllables) if known and syllables else 1.0

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
