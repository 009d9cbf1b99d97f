"""Training sentences that are too near to an evaluation sentence: `python -m nlu_data.tools.leakage FILE.tsv …` prints the training side only.

Equal when folded, or with `NEAR` or more of their three-letter pieces in common. Sentences of up to `COMMON` words ("cảm ơn", "quên mật khẩu") belong to
everybody.
"""

from __future__ import annotations

import csv
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from math import ceil
from pathlib import Path

from nlu_data.tools.examples import everything, read

NEAR = 0.8
COMMON = 4


def folded(sentence: str) -> str:
    """Lower case letters and digits without marks, one blank between words."""
    decomposed = unicodedata.normalize("NFD", sentence.lower().replace("đ", "d"))
    return " ".join(re.findall(r"\w+", "".join(character for character in decomposed if not unicodedata.combining(character))))


def pieces(sentence: str) -> frozenset[str]:
    """Its three-letter pieces, borders included."""
    padded = f" {sentence} "
    return frozenset(padded[index : index + 3] for index in range(len(padded) - 2))


def too_near(training: Iterable[str], evaluation: Iterable[str]) -> Iterator[tuple[str, float]]:
    """Pairs (training sentence, likeness 0 to 1) at or above `NEAR`."""
    kept = [pieces(sentence) for sentence in map(folded, evaluation) if len(sentence.split()) > COMMON]
    counts = Counter(piece for own in kept for piece in own)
    holding: dict[str, list[frozenset[str]]] = {}
    for other in kept:
        for piece in _rarest(other, counts):
            holding.setdefault(piece, []).append(other)
    for original in training:
        sentence = folded(original)
        if len(sentence.split()) <= COMMON:
            continue
        own = pieces(sentence)
        candidates = {other for piece in _rarest(own, counts) for other in holding.get(piece, ())}
        likeness = max((len(own & other) / len(own | other) for other in candidates), default=0.0)
        if likeness >= NEAR:
            yield original, likeness


def _rarest(own: frozenset[str], counts: Counter[str]) -> list[str]:
    """As many of its rarest pieces as two near sentences cannot both lack in the other: one of them is shared (prefix filtering)."""
    return sorted(own, key=lambda piece: (counts[piece], piece))[: len(own) - ceil(NEAR * len(own)) + 1]


def sentences_of(path: Path) -> list[str]:
    """The column `text` of an evaluation file."""
    with path.open(encoding="utf-8", newline="") as source:
        return [row["text"] for row in csv.DictReader(source, delimiter="\t", quoting=csv.QUOTE_NONE)]


def main() -> int:
    training = sorted({sentence for sentence, _ in read(everything())})
    evaluation = [sentence for path in sys.argv[1:] for sentence in sentences_of(Path(path))]
    found = list(too_near(training, evaluation))
    sys.stdout.write(
        "".join(f"{likeness:.2f} {sentence}\n" for sentence, likeness in found) + f"{len(found)} of {len(training)} training sentences are too near\n"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
