"""Knowledge units that may help an officer with what a citizen has just written. The officer decides; nothing is sent by itself.

Read as files (`nlu_data/knowledge`), again when one has changed; only what is right on the day asked about is suggested.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from rank_bm25 import BM25Plus

from integrations.core.text_fitting import fold

SHOWN = 3
FEWEST_SHARED_WORDS = 2


@dataclass(frozen=True)
class Suggestion:
    """One unit's answer of the day, where it comes from, and how sure its keeper is (`seen`, `second_hand`, `unverified`)."""

    unit: str
    question: str
    answer: str
    source: str
    checked_on: date | None
    certainty: str


def suggest(folder: Path, asked: str, day: date) -> list[Suggestion]:
    """The units nearest to the question, at most `SHOWN`; none when the folder is not there."""
    units, index = _library(_files(folder))
    words = _words(asked)
    if not units or index is None:
        return []
    scored = sorted(zip(index.get_scores(words), units, strict=True), key=lambda pair: -pair[0])
    near = [unit for _score, unit in scored[: 3 * SHOWN] if len(set(words) & set(_words(_searched(unit)))) >= min(FEWEST_SHARED_WORDS, len(set(words)))]
    return [found for unit in near if (found := _of_day(unit, day)) is not None][:SHOWN]


def all_units(folder: Path) -> list[tuple[str, str]]:
    """Every unit's id and first question."""
    return [(unit["id"], unit["questions"][0]) for unit in _library(_files(folder))[0]]


def _files(folder: Path) -> tuple[tuple[str, int], ...]:
    return tuple((str(path), path.stat().st_mtime_ns) for path in sorted(folder.glob("*.yml"))) if folder.is_dir() else ()


@lru_cache(maxsize=2)
def _library(files: tuple[tuple[str, int], ...]) -> tuple[list[dict[str, Any]], BM25Plus | None]:
    """Every unit with its file's defaults; a file that cannot be read is left out."""
    units: list[dict[str, Any]] = []
    for path, _changed in files:
        try:
            content = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
            units += [{**(content.get("defaults") or {}), **unit} for unit in content["units"]]
        except (yaml.YAMLError, KeyError, TypeError, AttributeError):
            continue
    return units, BM25Plus([_words(_searched(unit)) for unit in units]) if units else None


def _of_day(unit: dict[str, Any], day: date) -> Suggestion | None:
    for version in unit.get("versions", []):
        if (version.get("effective_from") or date.min) <= day <= (version.get("effective_to") or date.max):
            checked = version.get("checked_on") or unit.get("checked_on")
            certainty = version.get("certainty") or unit.get("certainty") or "unverified"
            return Suggestion(unit["id"], unit["questions"][0], version["answer"]["chat"], version.get("source") or "–", checked, certainty)
    return None


def _searched(unit: dict[str, Any]) -> str:
    return " ".join(unit.get("questions", []))


def _words(text: str) -> list[str]:
    return [word.strip(".,?!:;“”\"'()") for word in fold(text).lower().split()]
