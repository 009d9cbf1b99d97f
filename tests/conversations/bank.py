"""Questions whose unit is known, asked at the turn contract, and what became of each: the question bank, or a table (columns unit, register, text)."""

import csv
import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import yaml

from actions.knowledge.units import Unit, read_units
from integrations.core.text import fold
from tests.conversations.wording import is_said

EVALUATION = Path(__file__).parents[2] / "nlu_data" / "evaluation"
BANK, SPOKEN = EVALUATION / "bank.yml", EVALUATION / "spoken.tsv"
MOMENT, DAY = "2026-11-23T20:00:00+07:00", date(2026, 11, 23)
REGISTERS = ("the bank's words", "as spoken", "typed in haste")
# What the dialogue itself says in place of a unit: machine or person, emergencies, complaints.
DIALOGUE = {"who-am-i": "utter_bot_identity", "emergency": "utter_emergency", "complaint": "utter_complaint"}
# A request for a visit at home, or for the state of a card, opens its journey, if that says all that the written answer must.
JOURNEYS = {"eid-home-service": "ticket", "card-status-where": "id_card"}
OUTCOMES = ("right", "among the choices", "other choices", "not understood", "sent elsewhere", "WRONG")


@dataclass(frozen=True)
class Asked:
    """One way to ask one question: `name` is its number in the bank or its unit, `units` are those that answer it."""

    name: str
    units: frozenset[str]
    register: str
    marks: bool
    text: str


@dataclass(frozen=True)
class Result:
    """`outcome` is one of OUTCOMES; `got` names what was answered."""

    asked: Asked
    outcome: str
    got: str


def questions() -> list[Asked]:
    """Each line of the bank, as it stands and without diacritics."""
    entries = yaml.safe_load(BANK.read_text(encoding="utf-8"))
    return _also_without_marks(
        [Asked(number, right_units(number), register, True, text) for number, texts in entries.items() for register, text in zip(REGISTERS, texts, strict=True)]
    )


def questions_of(table: Path) -> list[Asked]:
    """Each line of a table, as it stands and without diacritics."""
    with table.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source, delimiter="\t", quoting=csv.QUOTE_NONE))
    return _also_without_marks([Asked(row["unit"], frozenset({row["unit"]}), row["register"], True, row["text"]) for row in rows])


def _also_without_marks(found: list[Asked]) -> list[Asked]:
    return found + [replace(asked, marks=False, text=fold(asked.text)) for asked in found if fold(asked.text) != asked.text.lower()]


@cache
def units() -> list[Unit]:
    return read_units()


@cache
def right_units(number: str) -> frozenset[str]:
    """The units that answer a question of the bank."""
    return frozenset(unit.id for unit in units() if number in ([unit.bank] if isinstance(unit.bank, str) else unit.bank or []))


def ask(bot_url: str, token: str, asked: Asked) -> Result:
    """A fresh conversation with this one question."""
    body = {"message_id": uuid.uuid4().hex, "sender_id": uuid.uuid4().hex, "channel": "web", "metadata": {}, "received_at": MOMENT, "text": asked.text}
    response = httpx.post(f"{bot_url}/webhooks/gateway/turn", json=body, headers={"X-Bot-Token": token}, timeout=20)
    response.raise_for_status()
    return Result(asked, *judged(asked.units, response.json()))


def judged(expected: frozenset[str], answer: dict[str, Any]) -> tuple[str, str]:
    """Outcome and what was given."""
    texts, language = [reply["text"] for reply in answer["replies"]], answer["state"]["language"]
    given = next((unit.id for unit in units() for text in texts if _states(unit, text)), None)
    payloads = " ".join(choice["payload"] for reply in answer["replies"] for choice in reply["choices"])
    offered = re.findall(r'/other\{"answer": "([a-z0-9-]+)"', payloads)
    journey = answer["state"]["journey"]
    served = journey is not None and any(JOURNEYS.get(unit) == journey for unit in expected) and _says_all(expected, texts)
    said_instead = next((DIALOGUE[unit] for unit in expected & DIALOGUE.keys() if is_said(DIALOGUE[unit], texts[0], "web", language)), None)
    if given in expected or served or said_instead:
        return "right", given or said_instead or str(journey)
    if given:
        return "WRONG", given
    if offered:
        return ("among the choices" if expected & set(offered) else "other choices"), ", ".join(offered)
    if journey:
        return "WRONG", f"journey {journey}"
    said = next((name for name in _SAID if is_said(name, texts[0], "web", language)), "?")
    return _SAID.get(said, "WRONG"), said if said != "?" else texts[0]


_SAID = {"utter_not_understood": "not understood", "utter_out_of_scope": "sent elsewhere"}


def _states(unit: Unit, text: str) -> bool:
    version = unit.version_on(DAY)
    return version is not None and text.startswith(tuple(filter(None, (version.answer.chat, version.answer.en))))


def _says_all(expected: frozenset[str], texts: list[str]) -> bool:
    said = fold("\n".join(texts))
    return all(re.search(pattern, said) for unit in units() if unit.id in expected for pattern in unit.must_have)


def ask_all(bot_url: str, token: str, asked: Iterable[Asked]) -> Iterator[Result]:
    """Each question in a conversation of its own."""
    return (ask(bot_url, token, question) for question in asked)
