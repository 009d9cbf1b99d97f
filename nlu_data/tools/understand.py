"""How well the trained bot understands the sentences of a file: `make understand FILE=x.tsv` (columns text, label, tier).

    python -m nlu_data.tools.understand FILE [--model M] [--worst 15] [--no-stripped]

Prints accuracy by label and tier, macro-F1, in-domain accuracy, out-of-scope recall, calibration, confident-and-wrong, confused pairs, the worst sentences
and CPU per sentence; then the main figures once more for the same sentences without diacritics. Nothing is stored.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
LABELS = ROOT / "nlu_data" / "evaluation" / "labels.yml"
OUT_OF_SCOPE = "out_of_scope"
FALLBACK = "nlu_fallback"


@dataclass(frozen=True)
class Judged:
    """One sentence, what it means, and what the bot understood with which confidence (0 to 1)."""

    text: str
    label: str
    tier: str
    understood: str
    confidence: float
    cpu_ms: float

    @property
    def right(self) -> bool:
        return self.understood == self.label


@cache
def _mapping() -> dict[str, object]:
    return yaml.safe_load(LABELS.read_text(encoding="utf-8"))


def label_of(intent: str) -> str:
    """The evaluation's label of an intent."""
    return _mapping()["intents"].get(intent, intent)


def confident() -> float:
    return _mapping()["confident"]


def without_marks(text: str) -> str:
    """The same sentence typed without diacritics, in its own case."""
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def judge(rows: Iterable[dict[str, str]], model: Path | None) -> list[Judged]:
    """What the trained model understands of every sentence."""
    return [_judged(row) for row in parse(rows, model)]


def parse(rows: Iterable[dict[str, str]], model: Path | None) -> list[dict[str, Any]]:
    """The rows with what the trained model makes of them (`bot/parse_file.py`), in the bot's own environment."""
    table = "text\tlabel\ttier\n" + "".join(f"{row['text']}\t{row['label']}\t{row['tier']}\n" for row in rows)
    command = [str(ROOT / "bot/.venv/bin/python"), "parse_file.py", "-", *(["--model", str(model)] if model else [])]
    parsed = subprocess.run(command, cwd=ROOT / "bot", input=table, text=True, capture_output=True, check=False)
    if parsed.returncode:
        raise SystemExit(parsed.stderr[-2000:])
    return [json.loads(line) for line in parsed.stdout.splitlines() if line.startswith("{")]


def _judged(row: dict[str, Any]) -> Judged:
    intent, confidence = next(((name, share) for name, share in row["ranking"] if name != FALLBACK), ("", 0.0))
    return Judged(row["text"], row["label"], row["tier"], label_of(intent), confidence, row["cpu_ms"])


def share(sentences: Iterable[Judged], test: Callable[[Judged], bool] = lambda sentence: sentence.right) -> float:
    """Per cent of the sentences that pass; nan of none."""
    found = [test(sentence) for sentence in sentences]
    return 100 * sum(found) / len(found) if found else float("nan")


def macro_f1(sentences: list[Judged]) -> float:
    """Mean over the labels that occur, in per cent."""
    scores = []
    for label in {sentence.label for sentence in sentences}:
        hits = sum(sentence.right for sentence in sentences if sentence.label == label)
        named = sum(sentence.label == label for sentence in sentences) + sum(sentence.understood == label for sentence in sentences)
        scores.append(2 * hits / named)
    return 100 * sum(scores) / len(scores)


def calibration(sentences: list[Judged], steps: int = 10) -> tuple[float, list[tuple[float, int, float, float]]]:
    """Expected calibration error in per cent, and for each step (from, sentences, mean confidence, accuracy)."""
    rows, error = [], 0.0
    for step in range(steps):
        inside = [sentence for sentence in sentences if step <= min(sentence.confidence * steps, steps - 1e-9) < step + 1]
        if inside:
            mean = 100 * sum(sentence.confidence for sentence in inside) / len(inside)
            rows.append((step / steps, len(inside), mean, share(inside)))
            error += len(inside) / len(sentences) * abs(mean - share(inside))
    return error, rows


def figures(sentences: list[Judged]) -> str:
    """The main figures in one line."""
    ours = [sentence for sentence in sentences if sentence.label != OUT_OF_SCOPE]
    others = [sentence for sentence in sentences if sentence.label == OUT_OF_SCOPE]
    wrong = share(sentences, lambda sentence: sentence.confidence >= confident() and not sentence.right)
    asked = share(sentences, lambda sentence: sentence.confidence < confident())
    return (
        f"all {share(sentences):.1f} %   in-domain {share(ours):.1f} %   out-of-scope recall {share(others):.1f} %   macro-F1 {macro_f1(sentences):.1f} %   "
        f"confident and wrong {wrong:.1f} %   not confident {asked:.1f} %   calibration error {calibration(sentences)[0]:.1f} %"
    )


def report(sentences: list[Judged], worst: int) -> str:
    """The whole report."""
    lines = [f"{len(sentences)} sentences", figures(sentences), "", "by tier"]
    for tier in sorted({sentence.tier for sentence in sentences}):
        inside = [sentence for sentence in sentences if sentence.tier == tier]
        lines.append(f"  {tier:20} {len(inside):5} {share(inside):6.1f} %")
    lines += ["", "by label"]
    for label, count in Counter(sentence.label for sentence in sentences).most_common():
        lines.append(f"  {label:24} {count:5} {share(sentence for sentence in sentences if sentence.label == label):6.1f} %")
    lines += ["", "calibration: confidence from, sentences, mean confidence, accuracy"]
    lines += [f"  {start:.1f} {count:5} {mean:6.1f} % {accuracy:6.1f} %" for start, count, mean, accuracy in calibration(sentences)[1]]
    lines += ["", "confused pairs"]
    pairs = Counter((sentence.label, sentence.understood) for sentence in sentences if not sentence.right)
    lines += [f"  {count:3} {label} → {understood}" for (label, understood), count in pairs.most_common(20)]
    if worst:
        lines += ["", "most confidently wrong"]
        wrong = sorted((sentence for sentence in sentences if not sentence.right), key=lambda sentence: -sentence.confidence)
        lines += [f"  {sentence.confidence:.2f} {sentence.label} → {sentence.understood}: {sentence.text}" for sentence in wrong[:worst]]
    cpu = sorted(sentence.cpu_ms for sentence in sentences)
    lines += ["", f"CPU per sentence: median {cpu[len(cpu) // 2]:.1f} ms, 95th percentile {cpu[int(len(cpu) * 0.95)]:.1f} ms"]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--model", type=Path, help="another model than the current one")
    parser.add_argument("--worst", type=int, default=15, help="how many wrong sentences to show; 0 for none")
    parser.add_argument("--no-stripped", action="store_true", help="not a second time without diacritics")
    options = parser.parse_args()
    with options.file.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source, delimiter="\t", quoting=csv.QUOTE_NONE))
    sys.stdout.write(report(judge(rows, options.model), options.worst) + "\n")
    if not options.no_stripped:
        stripped = judge(({**row, "text": without_marks(row["text"])} for row in rows), options.model)
        sys.stdout.write(f"\nwithout diacritics\n{figures(stripped)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
