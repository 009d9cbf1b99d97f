"""The offered reasons of a stay, by code."""

import re
from functools import cache
from pathlib import Path

import yaml

from integrations.core.text import fold


@cache
def reasons() -> dict[str, dict[str, str]]:
    """Code → words in each language."""
    return yaml.safe_load((Path(__file__).parent / "reasons.yml").read_text(encoding="utf-8"))


def reason_of(folded: str) -> str | None:
    """The code of an offered reason that is typed out."""
    return next((code for code, words in reasons().items() if folded == re.sub(r"[^\w ]", "", fold(words["vi"]))), None)


def shown_reason(reason: str, language: str = "vi") -> str:
    """The words of an offered reason; anything else as it was typed."""
    return reasons()[reason][language] if reason in reasons() else reason
