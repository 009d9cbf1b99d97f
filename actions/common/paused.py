"""Journeys that were left half done, by the names of their forms, the latest last."""

from collections.abc import Mapping
from typing import Any

from actions.common.answers import Answers

SLOT = "paused_journey"


def paused(answers: Answers) -> list[str]:
    """All of them. A conversation that began before there could be several holds one name."""
    kept = answers[SLOT]
    return [kept] if isinstance(kept, str) else list(kept or [])


def latest(answers: Answers) -> str | None:
    """The one to go on with first."""
    return (paused(answers) or [None])[-1]


def leaving(answers: Answers, form: str) -> Mapping[str, Any]:
    """The slot when that form is left half done."""
    return {SLOT: [*(name for name in paused(answers) if name != form), form]}


def without(answers: Answers, form: str) -> Mapping[str, Any]:
    """The slot when that form goes on, or is given up."""
    return {SLOT: [name for name in paused(answers) if name != form] or None}
