"""The training sentences as data: read from and written to Rasa's NLU files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

TRAINING = Path(__file__).resolve().parents[1] / "training"


def as_rasa(intent: str, sentences: Iterable[str]) -> str:
    """One Rasa 3.1 NLU file of one intent."""
    return f'version: "3.1"\n\nnlu:\n- intent: {intent}\n  examples: |\n' + "".join(f"    - {sentence}\n" for sentence in sentences)


def read(paths: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """Pairs (sentence, intent) of NLU files."""
    for path in paths:
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            for line in block["examples"].splitlines():
                yield line.removeprefix("- ").strip(), block["intent"]


def hand_written() -> list[Path]:
    return sorted(TRAINING.glob("*.yml"))


def everything() -> list[Path]:
    return sorted(TRAINING.rglob("*.yml"))
