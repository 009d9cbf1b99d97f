"""This product's language pipeline beside Rasa's default one: same training sentences, same test sentences, one after the other.

    .venv/bin/python -m tests.bench.nlu_pipelines [--epochs 10] [--without-default] [--sentences N]

Test sentences: every fifth of our own (chosen by a hash of the folded sentence, so that a sentence and its twin without diacritics lie on the
same side), and ../shared/eval/dev.tsv where it exists. CPU is the process's own user and system time, one numeric thread; DIET is given as
many epochs as the flag says (100 are Rasa's default and take more than an hour on 2 cores with this much data).
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from integrations.core.text import fold
from nlu_data.tools.examples import as_rasa, everything, read
from nlu_data.tools.understand import label_of

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT / "tests" / "bench"
DEV = ROOT.parent / "shared" / "eval" / "dev.tsv"
UNSEEN = "?"
COLUMNS = (("training CPU", 14), ("model", 9), ("start CPU", 11), ("held out", 10), ("dev all", 9), ("dev in", 8), ("dev out", 9), ("CPU/turn", 10), ("p95", 8))


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--epochs", type=int, default=10, help="of DIET")
    options.add_argument("--without-default", action="store_true", help="only this product's pipeline")
    options.add_argument("--sentences", type=int, default=0, help="train on about so many of them; 0 is all")
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        training, tests, size = split(Path(directory), arguments.sentences)
        say(f"{size} training sentences; a test sentence is right when the likeliest intent is, fallback or not\n")
        say(f"{'pipeline':<22}" + "".join(f"{title:>{width}}" for title, width in COLUMNS))
        report("this product", run(ROOT / "bot/config.yml", training, tests, "--light"))
        if not arguments.without_default:
            config = yaml.safe_load((BENCH / "default_pipeline.yml").read_text())
            next(part for part in config["pipeline"] if part["name"] == "DIETClassifier")["epochs"] = arguments.epochs
            path = Path(directory) / "default.yml"
            path.write_text(yaml.safe_dump(config, sort_keys=False))
            report(f"Rasa default, {arguments.epochs} ep.", run(path, training, tests))
    return 0


def split(directory: Path, limit: int) -> tuple[Path, Path, int]:
    """(training file, test file, number of training sentences)."""
    training: dict[str, list[str]] = {}
    tests: list[tuple[str, str]] = []
    sentences = sorted(set(read(everything())), key=lambda pair: _hash(pair[0]))
    for sentence, intent in sentences[: limit * 5 // 4 or None]:
        if _hash(sentence) % 5 == 0:
            tests.append((sentence, intent))
        else:
            training.setdefault(intent, []).append(sentence)
    if DEV.exists():
        with DEV.open(encoding="utf-8", newline="") as source:
            tests += [(row["text"], UNSEEN + row["label"]) for row in csv.DictReader(source, delimiter="\t", quoting=csv.QUOTE_NONE)]
    (directory / "training").mkdir()
    for intent, examples in training.items():
        (directory / "training" / f"{intent}.yml").write_text(as_rasa(intent, examples), encoding="utf-8")
    table = directory / "tests.tsv"
    table.write_text("text\tintent\n" + "".join(f"{text}\t{intent}\n" for text, intent in tests), encoding="utf-8")
    return directory / "training", table, sum(map(len, training.values()))


def _hash(sentence: str) -> int:
    return int.from_bytes(hashlib.sha256(fold(sentence).encode()).digest()[:8], "big")


def run(config: Path, training: Path, tests: Path, *flags: str) -> dict[str, Any]:
    """What `_nlu_one_pipeline.py` measured."""
    command = [str(ROOT / "bot/.venv/bin/python"), "-W", "ignore", str(BENCH / "_nlu_one_pipeline.py"), str(config), str(training), str(tests), *flags]
    settings = {"OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3", "RASA_TELEMETRY_ENABLED": "false", "LOG_LEVEL": "WARNING"}
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, env={**inherited, **settings}, cwd=ROOT / "bot", capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    return json.loads(done.stdout.splitlines()[-1])


def report(name: str, measured: dict[str, Any]) -> None:
    rows = measured["rows"]
    own = [found == intent for intent, found, *_ in rows if not intent.startswith(UNSEEN)]
    unseen = [(intent[1:], label_of(found)) for intent, found, *_ in rows if intent.startswith(UNSEEN)]
    inside = [label == found for label, found in unseen if label != "out_of_scope"]
    outside = [label == found for label, found in unseen if label == "out_of_scope"]
    cpu = sorted(row[3] for row in rows)
    say(
        f"{name:<22}{measured['training_cpu']:>12.0f} s{measured['bytes'] / 1e6:>6.1f} MB{measured['loading_cpu']:>9.1f} s{percent(own):>10}"
        f"{percent(inside + outside):>9}{percent(inside):>8}{percent(outside):>9}{sum(cpu) / len(cpu):>7.1f} ms{cpu[int(len(cpu) * 0.95)]:>5.1f} ms"
    )


def percent(right: list[bool]) -> str:
    return f"{100 * sum(right) / len(right):.1f} %" if right else "–"


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
