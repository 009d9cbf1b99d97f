"""Other offices' topics that citizens often bring, and where to ask about them (`elsewhere.yml`)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from actions.knowledge.words import asks
from integrations.core.text import fold


@dataclass(frozen=True)
class Topic:
    """A topic by its names; `office` chooses the response `utter_elsewhere_<office>`."""

    office: str
    names: dict[str, str]
    words: tuple[str, ...]

    def name_in(self, language: str) -> str:
        """As it is put into the response."""
        return self.names[language]

    def named_in(self, text: str) -> bool:
        """Whether one of its words stands in the text."""
        return _names(text, self.words)


@cache
def _table() -> dict[str, Any]:
    return yaml.safe_load((Path(__file__).parent / "elsewhere.yml").read_text(encoding="utf-8"))


@cache
def topics() -> tuple[Topic, ...]:
    """All topics, in the order of the file: the first that is named wins."""
    return tuple(Topic(entry["office"], entry["name"], tuple(entry["words"])) for entry in _table()["topics"])


def elsewhere(text: str) -> Topic | None:
    """The topic that a text names."""
    return next((topic for topic in topics() if topic.named_in(text)), None)


def our_part(text: str) -> str | None:
    """The question about our own field in a text that names another office only on the way to it: "đi đăng ký xe mà căn cước hết hạn thì đổi ở đâu"."""
    parts = [part.strip() for part in re.split(_table()["clauses"], fold(text)) if part.strip()]
    ours = [part for part in parts if elsewhere(part) is None]
    asked_of_them = any(asks(part) for part in parts if part not in ours)
    question = ", ".join(ours)
    return question if asks(question) and _names(question, _table()["ours"]) and not asked_of_them else None


def _names(text: str, words: Iterable[str]) -> bool:
    folded = " ".join(["", *re.findall(r"\w+", fold(text)), ""])
    return any(f" {word} " in folded for word in words)
