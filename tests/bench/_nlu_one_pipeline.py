"""Runs in the bot's environment: trains one pipeline, parses the test sentences, prints one JSON object.

    python _nlu_one_pipeline.py CONFIG.yml TRAINING.yml TEST.tsv [--light]

TEST has the columns text and intent; an intent beginning with "?" belongs to a second test set. CPU times are of this whole process.
"""

from __future__ import annotations

import csv
import json
import sys
import tempfile
import time
from pathlib import Path

BOT = Path(__file__).resolve().parents[2] / "bot"
sys.path.insert(0, str(BOT))

if "--light" in sys.argv:
    import light_rasa

    light_rasa.prepare()


def run(config: str, training: str, tests: str) -> dict:
    from engine import as_spoken
    from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
    from rasa.engine.loader import load_predict_graph_runner
    from rasa.engine.runner.dask import DaskGraphRunner
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.model_training import train_nlu
    from rasa.shared.core.trackers import DialogueStateTracker

    with tempfile.TemporaryDirectory() as directory:
        started = time.process_time()
        model = train_nlu(config, training, directory)
        training_cpu = time.process_time() - started
        started = time.process_time()
        storage = Path(directory) / "unpacked"
        storage.mkdir()
        metadata, runner = load_predict_graph_runner(storage, Path(model), LocalModelStorage, DaskGraphRunner)
        loading_cpu = time.process_time() - started
        size = Path(model).stat().st_size
    nobody = DialogueStateTracker.from_events("nobody", [])

    def parse(text: str) -> tuple:
        began = time.process_time()
        message = runner.run({PLACEHOLDER_MESSAGE: [as_spoken(text)], PLACEHOLDER_TRACKER: nobody}, [metadata.nlu_target])[metadata.nlu_target][0]
        milliseconds = (time.process_time() - began) * 1000
        best = next((entry for entry in message.get("intent_ranking", []) if entry["name"] != "nlu_fallback"), {"name": None, "confidence": 0.0})
        return best["name"], float(best["confidence"]), milliseconds

    parse("khởi động")
    with open(tests, encoding="utf-8", newline="") as source:
        rows = [(row["intent"], *parse(row["text"])) for row in csv.DictReader(source, delimiter="\t", quoting=csv.QUOTE_NONE)]
    return {"training_cpu": training_cpu, "loading_cpu": loading_cpu, "bytes": size, "rows": rows}


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(run(*sys.argv[1:4])) + "\n")
