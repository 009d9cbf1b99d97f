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


def is_said(name: str, text: str, channel: str, language: str) -> bool:
    """Whether `text` is this response with its placeholders filled."""
    template = variation(name, channel, language)["text"]
    pattern = re.sub(r"\\\{\w+\\\}", "(?s:.+?)", re.escape(template))
    return re.fullmatch(pattern, text) is not None
