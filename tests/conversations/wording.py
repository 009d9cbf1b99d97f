"""Recognises a response of the domain in what was said."""

import re
from functools import cache
from pathlib import Path

import yaml

DOMAIN = Path(__file__).parents[2] / "bot" / "domain"


@cache
def domain_files() -> tuple[dict, ...]:
    """The content of every domain file."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return tuple(yaml.load(file.read_text(encoding="utf-8"), loader) or {} for file in sorted(DOMAIN.glob("*.yml")))  # noqa: S506 (a safe loader)


@cache
def responses() -> dict[str, list[dict]]:
    """Response → variations, of all domain files."""
    found: dict[str, list[dict]] = {}
    for content in domain_files():
        found |= content.get("responses") or {}
    return found


def variation(name: str, channel: str, language: str) -> dict:
    """The variation that Rasa must choose."""
    fitting = [option for option in responses()[name] if ("condition" in option) == (language == "en")]
    own = [option for option in fitting if option.get("channel") == channel]
    return (own or [option for option in fitting if "channel" not in option])[0]


def pattern(name: str, channel: str, language: str) -> str:
    """A regular expression of a response with its placeholders filled; `any` is any text."""
    if name == "any":
        return "(?s:.+?)"
    return re.sub(r"\\\{\w+\\\}", "(?s:.+?)", re.escape(variation(name, channel, language)["text"]))


def is_said(name: str, text: str, channel: str, language: str) -> bool:
    """Whether `text` is this response."""
    return re.fullmatch(pattern(name, channel, language), text) is not None


def turn_pattern(names: list[str], channel: str, language: str) -> re.Pattern[str]:
    """The bubbles of a turn with an empty line between them."""
    return re.compile("\n\n".join(pattern(name, channel, language) for name in names))
