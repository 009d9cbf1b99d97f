"""The question bank asked at the turn contract, and what became of each question."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import yaml

from actions.knowledge.units import Unit, read_units
from integrations.core.text import fold
from tests.conversations.wording import is_said

BANK = Path(__file__).parents[2] / "nlu_data" / "evaluation" / "bank.yml"
MOMENT, DAY = "2026-11-23T20:00:00+07:00", date(2026, 11, 23)
REGISTERS = ("the bank's words", "as spoken", "typed in haste")
# What the dialogue itself says to these, without a unit: machine or person, and emergencies.
DIALOGUE = {"F-85": "utter_bot_identity", "F-89": "utter_emergency"}
# A request for a visit at home, or for the state of a card, opens its journey, if that says all that the written answer must.
JOURNEYS = {"F-29": "ticket", "F-55": "id_card"}
OUTCOMES = ("right", "among the choices", "other choices", "not understood", "sent elsewhere", "WRONG")


@dataclass(frozen=True)
class Asked:
    """One way to ask one question."""

    number: str
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
    found = [Asked(number, register, True, text) for number, texts in entries.items() for register, text in zip(REGISTERS, texts, strict=True)]
    bare = [Asked(asked.number, asked.register, False, fold(asked.text)) for asked in found if fold(asked.text) != asked.text.lower()]
    return found + bare


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
    return Result(asked, *judged(asked.number, response.json()))


def judged(number: str, answer: dict[str, Any]) -> tuple[str, str]:
    """Outcome and what was given."""
    texts = [reply["text"] for reply in answer["replies"]]
    expected = right_units(number)
    given = next((unit.id for unit in units() for text in texts if _states(unit, text)), None)
    payloads = " ".join(choice["payload"] for reply in answer["replies"] for choice in reply["choices"])
    offered = re.findall(r'/other\{"answer": "([a-z0-9-]+)"', payloads)
    journey = answer["state"]["journey"]
    served = journey is not None and JOURNEYS.get(number) == journey and _says_all(expected, texts)
    if given in expected or served or (number in DIALOGUE and is_said(DIALOGUE[number], texts[0], "web", "vi")):
        return "right", given or journey or DIALOGUE[number]
    if given:
        return "WRONG", given
    if offered:
        return ("among the choices" if expected & set(offered) else "other choices"), ", ".join(offered)
    if journey:
        return "WRONG", f"journey {journey}"
    said = next((name for name in _SAID if is_said(name, texts[0], "web", "vi")), "?")
    return _SAID.get(said, "WRONG"), said if said != "?" else texts[0]


_SAID = {"utter_not_understood": "not understood", "utter_out_of_scope": "sent elsewhere"}


def _states(unit: Unit, text: str) -> bool:
    version = unit.version_on(DAY)
    return version is not None and text.startswith(version.answer.chat)


def _says_all(expected: frozenset[str], texts: list[str]) -> bool:
    said = fold("\n".join(texts))
    return all(re.search(pattern, said) for unit in units() if unit.id in expected for pattern in unit.must_have)


def ask_all(bot_url: str, token: str) -> Iterator[Result]:
    """Every question in every register."""
    return (ask(bot_url, token, asked) for asked in questions())
