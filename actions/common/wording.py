"""The citizens' words for our commands and choices, kept in `words.yml` as folded text."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_POLITE = re.compile(r"^(?:cho (?:toi|minh|em|con|tui) |xin |vui long )|(?: (?:a|nhe|nha|voi|di|gium|giup|luon|roi nhe))+$")


@cache
def words() -> dict[str, Any]:
    """All of `words.yml`: group → meaning → phrases, or group → phrases."""
    return yaml.safe_load((Path(__file__).parent / "words.yml").read_text(encoding="utf-8"))


def exact_meaning(group: str, folded: str) -> str | None:
    """The meaning whose phrase is the whole of the folded text, politeness aside."""
    bare = _POLITE.sub("", folded).strip()
    return next((meaning for meaning, phrases in words()[group].items() if folded in phrases or bare in phrases), None)


def contained_meanings(group: str, folded: str, among: Iterable[str] | None = None) -> list[str]:
    """Meanings whose phrases occur in the folded text; a phrase inside a longer one does not count ("có" in "chưa có")."""
    meanings: Mapping[str, list[str]] = words()[group]
    allowed = set(meanings if among is None else among)
    spans = [
        (match.start(), match.end(), meaning)
        for meaning, phrases in meanings.items()
        for phrase in phrases
        for match in re.finditer(rf"(?<!\w){re.escape(phrase)}(?!\w)", folded)
    ]
    kept = [span for span in spans if not any(other[0] <= span[0] and span[1] <= other[1] and other[:2] != span[:2] for other in spans)]
    return [meaning for meaning in dict.fromkeys(span[2] for span in sorted(kept)) if meaning in allowed]


def only_meaning(group: str, folded: str, among: Iterable[str] | None = None) -> str | None:
    """The one meaning contained in the text; None when there is none or more than one."""
    found = contained_meanings(group, folded, among)
    return found[0] if len(found) == 1 else None
