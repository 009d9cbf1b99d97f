"""The offered reasons of a stay, by code."""

from functools import cache
from pathlib import Path

import yaml


@cache
def reasons() -> dict[str, dict[str, str]]:
    """Code → words in each language."""
    return yaml.safe_load((Path(__file__).parent / "reasons.yml").read_text(encoding="utf-8"))


def shown_reason(reason: str, language: str = "vi") -> str:
    """The words of an offered reason; anything else as it was typed."""
    return reasons()[reason][language] if reason in reasons() else reason
