"""Reads the scenarios."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from integrations.sandbox.citizens.generate import OVERDUE_INDEX, generate

HERE = Path(__file__).parent
DEFAULT_MOMENT = "2026-11-23T20:00:00+07:00"


@dataclass(frozen=True)
class Exchange:
    """What the citizen does and what must come back."""

    said: str
    expected: tuple[str, ...]


@dataclass(frozen=True)
class Scenario:
    """One conversation on one channel."""

    name: str
    channel: str
    at: str
    vneid: str
    exchanges: tuple[Exchange, ...]


@cache
def applicants() -> dict[str, dict[str, str]]:
    """Invented applicants of the stand-in, by the status of their card."""
    found: dict[str, dict[str, str]] = {}
    for index, (person, application) in enumerate(generate(OVERDUE_INDEX + 1)):
        details = {"code": application.receipt_code, "last4": person.number[-4:], "birth": f"{person.birth_date:%d/%m/%Y}", "office": application.office}
        found["overdue" if index == OVERDUE_INDEX else application.status] = details
    return found


def filled(text: str) -> str:
    """With `${status.detail}` replaced."""
    return re.sub(r"\$\{(\w+)\.(\w+)\}", lambda match: applicants()[match[1]][match[2]], text)


def load() -> list[Scenario]:
    """Every scenario of every file, once for each of its channels."""
    found = []
    for file in sorted(HERE.glob("*.yml")):
        for entry in yaml.safe_load(file.read_text(encoding="utf-8")):
            exchanges = tuple(Exchange(filled(str(turn[0])), tuple(filled(_expected(part)) for part in turn[1:])) for turn in entry["turns"])
            for channel in entry.get("channels", ["web"]):
                name = f"{file.stem}: {entry['name']} ({channel})"
                found.append(Scenario(name, channel, entry.get("at", DEFAULT_MOMENT), entry.get("vneid", "ok"), exchanges))
    return found


def _expected(part: object) -> str:
    if isinstance(part, dict):
        ((key, value),) = part.items()
        return f"{key}: {value}"
    return str(part)
