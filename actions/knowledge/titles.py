"""Titles of the choices beside an answer, kept in `choices.yml`."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from actions.common.answers import choice
from actions.knowledge.units import Unit

Button = dict[str, str]


@cache
def _choices() -> dict[str, Any]:
    return yaml.safe_load((Path(__file__).parent / "choices.yml").read_text(encoding="utf-8"))


def button(name: str, language: str) -> Button:
    """A choice by its name in `choices.yml`."""
    return _button(_choices()[name], language)


def journey_buttons(journeys: Iterable[str], language: str) -> list[Button]:
    """One choice for each journey that can follow the answer."""
    return [_button(_choices()["journeys"][journey], language) for journey in journeys]


def intent_button(intent: str, language: str) -> Button:
    """The choice that opens the journey of an intent."""
    entry = next(entry for entry in _choices()["journeys"].values() if entry["payload"] == f"/{intent}")
    return _button(entry, language)


def unit_button(unit: Unit, language: str) -> Button:
    """The unit's question as a choice that answers it."""
    return choice(unit.title_in(language), unit.id, "other")


def _button(entry: dict[str, Any], language: str) -> Button:
    return {"title": entry["title"][language], "payload": entry["payload"]}
