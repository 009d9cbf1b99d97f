"""Runs actions without Rasa: a tracker as Rasa sends it, and what came back."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

NOW = "2026-11-23T20:00:00+07:00"


def tracker(
    text: str = "",
    *,
    intent: str = "inform",
    confidence: float = 0.9,
    slots: dict[str, Any] | None = None,
    events: list[dict[str, Any]] | None = None,
    entities: dict[str, Any] | None = None,
    payload: bool = False,
    channel: str = "web",
    at: str = NOW,
    message_id: str = "m1",
) -> Tracker:
    """One turn: `payload` for a choice of ours, otherwise typed text."""
    ranking = [{"name": intent, "confidence": 1.0 if payload else confidence}] + ([] if payload else [{"name": "greet", "confidence": 0.01}])
    message = {
        "text": f"/{intent}" if payload else text,
        "intent": ranking[0],
        "intent_ranking": ranking,
        "entities": [{"entity": name, "value": value} for name, value in (entities or {}).items()],
        "metadata": {"received_at": at, "message_id": message_id, "channel": channel},
    }
    filled = {"language": "vi", **(slots or {})}
    return Tracker("sender-1", filled, message, [{"event": "user", **message}, *(events or [])], False, None, {}, "action_listen")


def is_bookkeeping(message: dict[str, Any]) -> bool:
    """What is counted and neither said nor done: tests/unit/actions/test_form.py looks at it."""
    return (message.get("custom") or {}).get("signal") == "journey_ended"


async def run(action: Action, turn: Tracker) -> tuple[list[str], dict[str, Any], list[dict[str, Any]]]:
    """Responses uttered (a signal as `signal:name`), slots set, and all events."""
    dispatcher = CollectingDispatcher()
    result = action.run(dispatcher, turn, {})
    events = await result if hasattr(result, "__await__") else result
    said = [message["response"] or f"signal:{message['custom']['signal']}" for message in dispatcher.messages if not is_bookkeeping(message)]
    slots = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
    return said, slots, events
