"""What a form keeps while it is being filled, and what reading an answer can result in."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk.events import EventType, SlotSet

from actions.common.turn import Turn


class Answers:
    """The slots of the conversation with this turn's changes on top."""

    def __init__(self, slots: Mapping[str, Any]) -> None:
        self._slots = slots
        self._changes: dict[str, Any] = {}

    def __getitem__(self, slot: str) -> Any:
        return self._changes[slot] if slot in self._changes else self._slots.get(slot)

    def update(self, values: Mapping[str, Any]) -> None:
        """Sets several slots."""
        self._changes.update(values)

    def clear(self, slots: Iterable[str]) -> None:
        """Empties slots."""
        self._changes.update(dict.fromkeys(slots))

    def events(self) -> list[EventType]:
        """One SlotSet for each slot that was set in this turn."""
        return [SlotSet(slot, value) for slot, value in self._changes.items()]


@dataclass(frozen=True)
class Filled:
    """The answer was understood; `values` are slots to set."""

    values: Mapping[str, Any]


@dataclass(frozen=True)
class Refused:
    """The answer was understood but is not acceptable; `response` says why and gives an example.

    `response` None leaves the saying to the next question; with `asks` the response is itself the question, with its choices.
    `values` are kept all the same; with `counts` False it is a question back and not a failed turn.
    """

    response: str | None
    values: Mapping[str, Any] = field(default_factory=dict)
    counts: bool = True
    asks: bool = False


Reading = Filled | Refused | None
"""None: nothing like an answer was found."""


def always(_: Answers) -> bool:
    """For a step that is asked every time."""
    return True


@dataclass(frozen=True)
class Step:
    """One question of a form.

    `slot` is what it fills, `ask` and `help` are responses, `free` says that almost any text is an answer (a name, an address),
    `binds` says that a yes sends, consents or cancels, `confirms` marks a yes-or-change question, `own_number` one that "the number I am calling from" answers,
    `fields` are the names under which a citizen may ask to change it, `shows` gives the values of `ask`'s placeholders and its `buttons`.
    """

    slot: str
    ask: str | Callable[[Answers], str]
    read: Callable[[Turn, Answers], Reading]
    help: str | None = None
    when: Callable[[Answers], bool] = always
    free: bool = False
    optional: bool = False
    binds: bool = False
    confirms: bool = False
    own_number: bool = False
    fields: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()
    shows: Callable[[Answers, Turn], Mapping[str, Any]] = lambda answers, turn: {}

    def question(self, answers: Answers) -> str:
        """The response to ask with."""
        return self.ask if isinstance(self.ask, str) else self.ask(answers)


def choice(title: str, answer: object, intent: str = "inform") -> dict[str, str]:
    """A button whose title is data (a name, an hour), not wording."""
    return {"title": title, "payload": f"/{intent}{json.dumps({'answer': answer}, ensure_ascii=False)}"}
