"""A citizen who asks the knowledge actions one thing after another, on a day of the test's choice."""

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.knowledge.actions import ActionAnswer, ActionFallback, ActionMoreDetail

NOON = "2026-11-23T12:00:00+07:00"


class Conversation:
    """Keeps slots and events as Rasa would; `said` are the raw messages of the last turn."""

    def __init__(self, received_at: str = NOON, language: str = "vi", open_form: str | None = None) -> None:
        self.received_at = received_at
        self.slots: dict[str, Any] = {"language": language}
        self.events: list[dict[str, Any]] = []
        self.open_form = open_form
        self.said: list[dict[str, Any]] = []
        self.followed_by: str | None = None

    def ask(self, text: str, *ranking: tuple[str, float], action: Action | None = None) -> "Conversation":
        """A typed question; `ranking` is what the classifier thinks of it."""
        return self._turn(text, list(ranking) or [("other", 0.9)], [], action or ActionAnswer())

    def unclear(self, text: str, *ranking: tuple[str, float]) -> "Conversation":
        """A message that fell below the classifier's threshold."""
        return self._turn(text, list(ranking), [], ActionFallback())

    def choose(self, unit: str) -> "Conversation":
        """One of our own choices."""
        return self._turn(f'/other{{"answer": "{unit}"}}', [("other", 1.0)], [{"entity": "answer", "value": unit}], ActionAnswer())

    def more(self) -> "Conversation":
        return self._turn("chi tiết", [("more_detail", 0.9)], [], ActionMoreDetail())

    def _turn(self, text: str, ranking: list[tuple[str, float]], entities: list[dict[str, Any]], action: Action) -> "Conversation":
        metadata = {"received_at": self.received_at, "message_id": f"m{len(self.events)}"}
        entries = [{"name": name, "confidence": share} for name, share in ranking]
        message = {"text": text, "intent": (entries or [{"name": None}])[0], "intent_ranking": entries, "entities": entities, "metadata": metadata}
        self.events.append({"event": "user", "text": text, "metadata": metadata})
        tracker = Tracker("citizen", self.slots, message, self.events, False, None, {"name": self.open_form} if self.open_form else {}, None)
        dispatcher = CollectingDispatcher()
        self.followed_by = None
        for event in asyncio.run(_as_coroutine(action, dispatcher, tracker)):
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
            if event["event"] == "followup":
                self.followed_by = event["name"]
        self.said = dispatcher.messages
        return self

    @property
    def responses(self) -> list[str]:
        return [message["response"] for message in self.said]

    @property
    def titles(self) -> list[str]:
        return [button["title"] for message in self.said for button in message["buttons"]]

    def value(self, name: str) -> Any:
        """What the last message filled into a placeholder."""
        return self.said[-1][name]


async def _as_coroutine(action: Action, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[dict[str, Any]]:
    result = action.run(dispatcher, tracker, {})
    return await result if asyncio.iscoroutine(result) else result
