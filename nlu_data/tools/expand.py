"""Makes `nlu_data/training/generated/`, always the same sentences from the same inputs.

    python -m nlu_data.tools.expand [--check]

Two kinds: `<intent>.yml` from the templates (hassil's template language), `noisy/<intent>.yml` from the hand-written sentences typed by somebody else
(`templates/noise.yaml`). `--check` writes nothing and fails when a file is not what its inputs give.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from hassil import parse_sentence
from hassil.intents import TextSlotList
from hassil.sample import sample_expression

from nlu_data.tools.examples import TRAINING, as_rasa, hand_written, read
from nlu_data.tools.noise import Typist

TEMPLATES = TRAINING.parent / "templates"
GENERATED = TRAINING / "generated"


def sentences_of(templates: list[str], lists: dict[str, list[str]], limit: int, seed: str) -> list[str]:
    """At most `limit` sentences, drawn evenly: every template gets its turn before any gets a second one."""
    slots = {name: TextSlotList.from_strings(values) for name, values in lists.items()}
    chance = random.Random(seed)  # noqa: S311 (a draw that must repeat, not a secret)
    pools = []
    for template in templates:
        pool = list(dict.fromkeys(" ".join(text.split()) for text in sample_expression(parse_sentence(template).expression, slots)))
        chance.shuffle(pool)
        pools.append(pool)
    drawn: dict[str, None] = {}
    while any(pools) and len(drawn) < limit:
        for pool in pools:
            if pool and len(drawn) < limit:
                drawn[pool.pop()] = None
    return list(drawn)


def from_templates() -> Iterator[tuple[str, list[str]]]:
    """Pairs (intent, its generated sentences)."""
    made: dict[str, dict[str, None]] = {}
    for path in sorted(TEMPLATES.glob("*.yml")):
        for intent, sentences in _expanded(path.stem, yaml.safe_load(path.read_text(encoding="utf-8"))):
            made.setdefault(intent, {}).update(dict.fromkeys(sentences))
    for intent, sentences in made.items():
        yield intent, list(sentences)


def _expanded(name: str, content: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    if "intent" in content:
        yield content["intent"], sentences_of(content["sentences"], content.get("lists", {}), content["limit"], name)
        return
    for intent, wanted in content["intents"].items():
        templates = [template for frame in wanted["frames"] for template in content["frames"][frame]]
        yield intent, sentences_of(templates, {"it": wanted["it"]}, wanted["limit"], f"{name} {intent}")


def with_noise() -> Iterator[tuple[str, list[str]]]:
    """Pairs (intent, noisy copies of its hand-written sentences)."""
    typist = Typist.of(TEMPLATES / "noise.yaml")
    sentences: dict[str, list[str]] = {}
    for sentence, intent in read(hand_written()):
        sentences.setdefault(intent, []).append(sentence)
    for intent, known in sorted(sentences.items()):
        noisy = dict.fromkeys(typed for sentence in known if (typed := typist.type(sentence)) and typed not in known)
        if noisy:
            yield intent, list(noisy)


def files() -> Iterator[tuple[Path, str]]:
    """Every generated file and its text."""
    for folder, source in ((GENERATED, from_templates()), (GENERATED / "noisy", with_noise())):
        for intent, sentences in source:
            yield folder / f"{intent}.yml", as_rasa(intent, sentences)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only compare")
    check = parser.parse_args().check
    stale = [(path, text) for path, text in files() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path, text in stale:
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{len(stale)} generated files {'are stale: ' + ', '.join(path.name for path, _ in stale) if check and stale else 'changed'}\n")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
