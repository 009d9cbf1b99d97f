"""Parses sentences with the trained model: `parse_file.py FILE.tsv [--model M] > out.jsonl`.

The file has a header line with a column `text` (others are copied); `-` reads standard input. One JSON object for each line:
the columns, `intent`, `confidence`, `ranking` ([[intent, confidence], …], the likeliest first), `entities`, `cpu_ms`.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Callable, Dict

import light_rasa

MODEL = Path(__file__).resolve().parent / "models" / "current.tar.gz"


def load_parser(model: Path = MODEL) -> Callable[[str], Dict[str, Any]]:
    """A function from a sentence to its intent, confidence, ranking, entities and the milliseconds of CPU it took."""
    light_rasa.prepare()
    from engine import as_spoken
    from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
    from rasa.engine.loader import load_predict_graph_runner
    from rasa.engine.runner.dask import DaskGraphRunner
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.shared.core.trackers import DialogueStateTracker

    with tempfile.TemporaryDirectory() as directory:
        metadata, runner = load_predict_graph_runner(Path(directory), model, LocalModelStorage, DaskGraphRunner)
    nobody = DialogueStateTracker.from_events("nobody", [])

    def parse(text: str) -> Dict[str, Any]:
        started = time.process_time()
        parsed = runner.run({PLACEHOLDER_MESSAGE: [as_spoken(text)], PLACEHOLDER_TRACKER: nobody}, [metadata.nlu_target])[metadata.nlu_target][0]
        milliseconds = (time.process_time() - started) * 1000
        ranking = [[entry["name"], round(entry["confidence"], 4)] for entry in parsed.get("intent_ranking", [])]
        return {
            "intent": parsed.get("intent")["name"],
            "confidence": round(parsed.get("intent")["confidence"], 4),
            "ranking": ranking,
            "entities": parsed.get("entities", []),
            "cpu_ms": round(milliseconds, 2),
        }

    parse("khởi động")
    return parse


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("file", help="TSV with a header line, or - for standard input")
    options.add_argument("--model", type=Path, default=MODEL)
    arguments = options.parse_args()
    parse = load_parser(arguments.model)
    with sys.stdin if arguments.file == "-" else open(arguments.file, encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source, delimiter="\t", quoting=csv.QUOTE_NONE):
            sys.stdout.write(json.dumps({**row, **parse(row["text"])}, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
