"""What a citizen gets for each sentence of an evaluation file, from classifier and retrieval together: `python -m tests.bench.understand [FILE.tsv]`.

A wrong answer is one whose unit has another label than the sentence, or any answer to an out-of-scope sentence. Without a file it takes ../shared/eval/dev.tsv.
"""

import csv
import os
import sys
from collections import Counter
from pathlib import Path

from actions.knowledge.decide import Answered, NotOurs, Unknown, WhichOne, decide
from actions.knowledge.search import Index
from actions.knowledge.units import Unit, read_units
from nlu_data.tools.understand import FALLBACK, OUT_OF_SCOPE, ROOT, label_of, parse

SHARED = Path(os.environ.get("SHARED_DIR", ROOT.parent / "shared"))


def outcome(row: dict, index: Index, answerable: set[str]) -> str:
    """In words, what the citizen gets."""
    label, ranking = row["label"], [(name, share) for name, share in row["ranking"] if name != FALLBACK]
    if row["intent"] not in answerable | {FALLBACK, OUT_OF_SCOPE}:
        return "dialogue, right" if label_of(row["intent"]) == label else "dialogue, WRONG"
    match decide(row["text"], ranking, index):
        case Answered(unit):
            return "answered, right label" if label in _labels(unit) else "answered, WRONG label"
        case WhichOne(units):
            return "asked back, the right label among the choices" if any(label in _labels(unit) for unit in units) else "asked back, not among"
        case NotOurs():
            return "sent elsewhere, right" if label == OUT_OF_SCOPE else "sent elsewhere, WRONG"
        case Unknown():
            return "said that it did not understand"


def _labels(unit: Unit) -> set[str]:
    """The evaluation's labels that a unit answers."""
    return {label_of(label) for label in unit.labels}


def main() -> int:
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED / "eval" / "dev.tsv"
    if not file.exists():
        print(f"no evaluation file at {file}")
        return 0
    with file.open(encoding="utf-8", newline="") as source:
        rows = parse(list(csv.DictReader(source, delimiter="\t", quoting=csv.QUOTE_NONE)), None)
    index = Index(read_units())
    counts = Counter(outcome(row, index, {label for unit in index.units for label in unit.labels if label_of(label) == label}) for row in rows)
    print(f"{len(rows)} sentences, {len(index.units)} units")
    for name, count in counts.most_common():
        print(f"  {name:48} {count:5} {100 * count / len(rows):6.1f} %")
    wrong = sum(count for name, count in counts.items() if "WRONG" in name)
    print(f"  stated and wrong {100 * wrong / len(rows):.1f} %")
    return 0


if __name__ == "__main__":
    sys.exit(main())
