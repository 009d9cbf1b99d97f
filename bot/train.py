"""Trains the model when its inputs changed, and replaces `models/current.tar.gz` in one step.

    .venv/bin/python train.py [--force] [--validate-only]

Inputs: config, domain, rules, stories, the components' code and tables, the lock file, and nlu_data/training. A running bot keeps the
model it loaded; it takes the new one at its next start.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Iterator

import light_rasa

ROOM = Path(__file__).resolve().parent
TRAINING_DATA = ROOM.parent / "nlu_data" / "training"
MODEL = ROOM / "models" / "current.tar.gz"
INPUTS = ("config.yml", "uv.lock", "domain", "rules", "stories", "components")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--force", action="store_true", help="train even when nothing changed")
    parser.add_argument("--validate-only", action="store_true", help="run Rasa's check of domain, rules and training data, and stop")
    arguments = parser.parse_args()
    os.chdir(ROOM)
    if arguments.validate_only:
        return validate()
    fingerprint = inputs_fingerprint()
    if not arguments.force and MODEL.exists() and _fingerprint_file().exists() and _fingerprint_file().read_text() == fingerprint:
        say("the model is up to date")
        return 0
    started = time.monotonic()
    train()
    _fingerprint_file().write_text(fingerprint)
    say(f"trained in {time.monotonic() - started:.0f} s")
    return 0


def train() -> None:
    """One training run into a file of its own, renamed over the current model only when it is complete."""
    say(f"training on {len(list(TRAINING_DATA.glob('*.yml')))} files of examples")
    light_rasa.prepare()
    logging.basicConfig(level=logging.WARNING, format="   %(message)s", stream=sys.stdout)
    logging.getLogger("rasa.engine.training.hooks").setLevel(logging.INFO)
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.WARNING)
    from rasa.model_training import train as rasa_train

    result = rasa_train(
        domain="domain",
        config="config.yml",
        training_files=[str(path) for path in (ROOM / "rules", ROOM / "stories", TRAINING_DATA) if path.exists()],
        output="models",
        fixed_model_name=f"training-{os.getpid()}",
        force_training=True,
    )
    if result.model is None:
        raise SystemExit(f"training failed (code {result.code})")
    os.replace(result.model, MODEL)


def validate() -> int:
    """`rasa data validate --fail-on-warnings` over everything that is trained on."""
    data = [str(path) for path in (ROOM / "rules", ROOM / "stories", TRAINING_DATA) if path.exists()]
    command = [sys.executable, "-m", "rasa", "data", "validate", "--fail-on-warnings", "--domain", "domain", "--config", "config.yml", "--data", *data]
    return subprocess.run(command, cwd=ROOM, env={**os.environ, "RASA_TELEMETRY_ENABLED": "false", "PYTHONPATH": str(ROOM)}).returncode  # noqa: S603 (our own command)


def inputs_fingerprint() -> str:
    """SHA-256 over names and contents of all inputs."""
    digest = hashlib.sha256()
    for path in _input_files():
        digest.update(path.relative_to(ROOM.parent).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _input_files() -> Iterator[Path]:
    for place in (*(ROOM / name for name in INPUTS), TRAINING_DATA):
        files = [place] if place.is_file() else sorted(place.rglob("*"))
        yield from (path for path in files if path.is_file() and path.suffix in {".yml", ".yaml", ".py", ".lock"})


def _fingerprint_file() -> Path:
    return MODEL.with_suffix(".inputs")


def say(text: str) -> None:
    print(f"── model: {text}", flush=True)  # noqa: T201 (a command line tool)


if __name__ == "__main__":
    sys.exit(main())
