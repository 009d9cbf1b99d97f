"""Reads the scenarios."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from integrations.sandbox.citizens.generate import REFERENCE_DAY, generate

HERE = Path(__file__).parent
APPLICANTS = 1000
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
def applicants() -> dict[str, list[dict[str, str]]]:
    """Invented applicants of the stand-in, by the status of their card; `overdue` is past its day."""
    found: dict[str, list[dict[str, str]]] = {}
    for person, application in generate(APPLICANTS):
        details = {"code": application.receipt_code, "last4": person.number[-4:], "birth": f"{person.birth_date:%d/%m/%Y}", "office": application.office}
        overdue = application.status == "processing" and application.due_on < REFERENCE_DAY
        found.setdefault("overdue" if overdue else application.status, []).append(details)
    return found


def filled(text: str, number: int) -> str:
    """With `${status.detail}` replaced; conversation `number` has its own applicant, because guesses at one code are counted."""

    def detail(match: re.Match[str]) -> str:
        same_status = applicants()[match[1]]
        return same_status[number % len(same_status)][match[2]]

    return re.sub(r"\$\{(\w+)\.(\w+)\}", detail, text)


def load() -> list[Scenario]:
    """Every scenario of every file, once for each of its channels."""
    found: list[Scenario] = []
    for file in sorted(HERE.glob("*.yml")):
        for entry in yaml.safe_load(file.read_text(encoding="utf-8")):
            for channel in entry.get("channels", ["web"]):
                number = len(found)
                exchanges = tuple(
                    Exchange(filled(str(turn[0]), number), tuple(filled(_expected(part), number) for part in turn[1:])) for turn in entry["turns"]
                )
                name = f"{file.stem}: {entry['name']} ({channel})"
                found.append(Scenario(name, channel, entry.get("at", DEFAULT_MOMENT), entry.get("vneid", "ok"), exchanges))
    return found


def _expected(part: object) -> str:
    if isinstance(part, dict):
        ((key, value),) = part.items()
        return f"{key}: {value}"
    return str(part)
