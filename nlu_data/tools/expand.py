"""Expands `nlu_data/templates/*.yml` (hassil's template language) into `nlu_data/training/generated/`, always to the same sentences.

    python -m nlu_data.tools.expand [--check]

`--check` writes nothing and fails when a generated file is not what its templates give.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator

import yaml
from hassil import parse_sentence
from hassil.intents import TextSlotList
from hassil.sample import sample_expression

from nlu_data.tools.examples import TRAINING, as_rasa

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


def generated() -> Iterator[tuple[str, list[str]]]:
    """Pairs (intent, its generated sentences)."""
    for path in sorted(TEMPLATES.glob("*.yml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        if "intent" in content:
            yield content["intent"], sentences_of(content["sentences"], content.get("lists", {}), content["limit"], path.stem)
            continue
        for intent, wanted in content["intents"].items():
            templates = [template for frame in wanted["frames"] for template in content["frames"][frame]]
            yield intent, sentences_of(templates, {"it": wanted["it"]}, wanted["limit"], f"{path.stem} {intent}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only compare")
    check = parser.parse_args().check
    GENERATED.mkdir(parents=True, exist_ok=True)
    stale = []
    for intent, sentences in generated():
        path, text = GENERATED / f"{intent}.yml", as_rasa(intent, sentences)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(path.name)
            if not check:
                path.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{len(stale)} generated files {'are stale: ' + ', '.join(stale) if check and stale else 'written' if stale else 'were stale'}\n")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
