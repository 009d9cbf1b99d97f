"""What the gateway is told about one turn, read off the tracker: the same for a fresh turn and for a repeated one."""

from __future__ import annotations

from itertools import takewhile
from typing import Any, Dict, List, Text

from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

# Slots that carry no answer of the citizen.
_PLUMBING = frozenset(
    """journey step language requested_slot session_started_metadata knowledge_unit unclear_message unclear_turns not_ours_turns failed_turns
    abuse_turns""".split()
)


def answer(tracker: DialogueStateTracker, message_id: Text, repeated: bool) -> Dict[Text, Any]:
    """The body of docs/contracts.md "Gateway → bot" for the turn of `message_id`, which must be in the tracker."""
    events = list(tracker.events)
    asked = next(index for index, event in enumerate(events) if isinstance(event, UserUttered) and event.message_id == message_id)
    utterances = [event for event in takewhile(lambda event: not isinstance(event, UserUttered), events[asked + 1 :]) if isinstance(event, BotUttered)]
    signals = [event.data["custom"] for event in utterances if _is_signal(event)]
    replies = [_reply(event) for event in utterances if event.text]
    return {
        "outcome": "replied" if replies else "empty",
        "repeated": repeated,
        "replies": replies,
        "signals": [{"name": signal["signal"], **{key: value for key, value in signal.items() if key != "signal"}} for signal in signals],
        "understood": _understood(events[asked]),
        "state": _state(tracker),
    }


def _is_signal(event: BotUttered) -> bool:
    custom = event.data.get("custom")
    return isinstance(custom, dict) and "signal" in custom


def _reply(event: BotUttered) -> Dict[Text, Any]:
    offered: List[Dict[Text, Any]] = (event.data.get("buttons") or []) + (event.data.get("quick_replies") or [])
    return {"text": event.text, "choices": [{"title": choice["title"], "payload": choice.get("payload")} for choice in offered]}


def _understood(message: UserUttered) -> Dict[Text, Any]:
    entities = [{"entity": entity["entity"], "value": entity.get("value")} for entity in message.entities]
    return {"intent": message.intent.get("name"), "confidence": round(message.intent.get("confidence") or 0.0, 4), "entities": entities}


def _state(tracker: DialogueStateTracker) -> Dict[Text, Any]:
    """What staff may see: where the dialogue stands and which slots are filled, never a value that a citizen gave."""
    filled = [name for name, slot in tracker.slots.items() if slot.value is not None and slot.value != slot.initial_value and name not in _PLUMBING]
    return {
        "journey": _value(tracker, "journey") or tracker.active_loop_name,
        "step": _value(tracker, "step") or _value(tracker, "requested_slot"),
        "language": _value(tracker, "language") or "vi",
        "filled": sorted(filled),
    }


def _value(tracker: DialogueStateTracker, name: Text) -> Any:
    return tracker.slots[name].value if name in tracker.slots else None
