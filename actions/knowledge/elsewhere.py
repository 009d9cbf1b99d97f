"""Other offices' topics that citizens often bring, and where to ask about them (`elsewhere.yml`)."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

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
        folded = " ".join(["", *re.findall(r"\w+", fold(text)), ""])
        return any(f" {word} " in folded for word in self.words)


@cache
def topics() -> tuple[Topic, ...]:
    """All topics, in the order of the file: the first that is named wins."""
    entries = yaml.safe_load((Path(__file__).parent / "elsewhere.yml").read_text(encoding="utf-8"))
    return tuple(Topic(entry["office"], entry["name"], tuple(entry["words"])) for entry in entries)


def elsewhere(text: str) -> Topic | None:
    """The topic that a text names."""
    return next((topic for topic in topics() if topic.named_in(text)), None)
