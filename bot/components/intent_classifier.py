"""Logistic regression over n-grams of words and characters, of the folded text and of the text with its marks.

Half of the citizens type without diacritics, so the folded features carry the decision; the marked ones help where marks were typed.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, List, Sequence, Text, Tuple, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.features import Document, SentenceFeatures
from components.normaliser import NORMALISED

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression


class LinearModel:
    """Logistic regression, one intent against the rest, as plain arrays: `coefficients` (features, intents), `intercepts` (intents,)."""

    def __init__(self, intents: Sequence[str], features: SentenceFeatures, coefficients: np.ndarray, intercepts: np.ndarray) -> None:
        self.intents = list(intents)
        self.features = features
        self.coefficients = coefficients
        self.intercepts = intercepts

    @classmethod
    def fit(cls, documents: Sequence[Document], intents: Sequence[str], config: Dict[Text, Any]) -> LinearModel:
        features = SentenceFeatures(config["views"])
        regression = fit_regression(features.fit_transform(documents), intents, config)
        return cls(regression.classes_, features, np.ascontiguousarray(regression.coef_.T, dtype=np.float32), regression.intercept_.astype(np.float32))

    def rank(self, document: Document) -> List[Tuple[str, float]]:
        """All intents with their probabilities, the likeliest first. Of a sentence of mostly unknown syllables nobody can be sure."""
        row = self.features.transform([document])
        scores = row.data @ self.coefficients[row.indices] + self.intercepts
        # Each intent was fitted against the rest, so each has a probability of its own. A softmax over the scores is far too sure (docs/understanding.md).
        alone = 1 / (1 + np.exp(-scores))
        probabilities = alone / alone.sum() * min(1.0, 2 * self.features.familiar(document))
        return [(self.intents[index], float(probabilities[index])) for index in np.argsort(-probabilities)]

    def save(self, directory: Path) -> None:
        self.features.save(directory)
        np.savez(directory / "regression.npz", intents=np.asarray(self.intents, dtype=str), coefficients=self.coefficients, intercepts=self.intercepts)

    @classmethod
    def load(cls, directory: Path) -> LinearModel:
        with np.load(directory / "regression.npz", allow_pickle=False) as stored:
            return cls(stored["intents"].tolist(), SentenceFeatures.load(directory), stored["coefficients"], stored["intercepts"])


def fit_regression(rows: csr_matrix, intents: Sequence[str], config: Dict[Text, Any]) -> LogisticRegression:
    """One intent against the rest, by coordinate descent: five times faster than the multinomial solver, and as accurate on held-out sentences."""
    from sklearn.linear_model import LogisticRegression  # needed for training only; a server starts faster without it

    weights = _weights(intents, config["balance"])
    regression = LogisticRegression(C=config["C"], class_weight=weights, solver="liblinear", dual=True, multi_class="ovr", tol=1e-2, random_state=0)
    return regression.fit(rows, intents)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntentClassifier(IntentClassifier, GraphComponent):
    """Ranks the intents of a message by a `LinearModel`; a message without words has no intent and confidence 0."""

    def __init__(self, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource, model: LinearModel | None = None) -> None:
        self.config = config
        self.model = model
        self._model_storage = model_storage
        self._resource = resource

    @classmethod
    def required_components(cls) -> List[Type]:
        return [Tokenizer]

    @staticmethod
    def required_packages() -> List[Text]:
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {
            "views": {"folded_syllables": 1.0, "folded_words": 0.5, "folded_characters": 1.0, "marked_syllables": 0.5},
            "C": 4.0,
            "balance": 0.35,
            "ranking_length": 10,
        }

    @classmethod
    def create(cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext) -> LinearIntentClassifier:
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        examples = [message for message in training_data.intent_examples if message.get(TEXT) and message.get(INTENT)]
        self.model = LinearModel.fit([_document(message) for message in examples], [message.get(INTENT) for message in examples], self.config)
        with self._model_storage.write_to(self._resource) as directory:
            self.model.save(directory)
        return self._resource

    @classmethod
    def load(
        cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **kwargs: Any
    ) -> LinearIntentClassifier:
        with model_storage.read_from(resource) as directory:
            return cls(config, model_storage, resource, LinearModel.load(directory))

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            words = bool(message.get(TEXT, "").strip())
            ranked = self.model.rank(_document(message)) if words else []
            ranking = [{"name": name, "confidence": confidence} for name, confidence in ranked[: self.config["ranking_length"]]]
            message.set("intent", ranking[0] if ranking else {"name": None, "confidence": 0.0}, add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data


def _weights(intents: Sequence[str], balance: float) -> Dict[str, float]:
    """Weight of an example by its intent: 0 counts every example the same, 1 every intent the same."""
    counts = Counter(intents)
    largest = max(counts.values())
    return {intent: (largest / count) ** balance for intent, count in counts.items()}


def _document(message: Message) -> Document:
    return Document.of(message.get(NORMALISED) or "", [token.lemma for token in message.get(TOKENS_NAMES[TEXT]) or ()])
