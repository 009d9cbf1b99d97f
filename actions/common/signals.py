"""What an action asks the gateway to do in the turn's own transaction (docs/contracts.md, Signals)."""

from typing import Literal

from rasa_sdk.executor import CollectingDispatcher

HandoffReason = Literal["asked", "failed_twice", "angry", "emergency", "failed_turn", "manual_review"]

Outcome = Literal["done", "corrected", "elsewhere", "ticket", "person", "put_off", "cancelled"]


def handoff(dispatcher: CollectingDispatcher, reason: HandoffReason, summary: str | None = None) -> None:
    """A person takes over; `summary` is a code or journey name for staff, never personal data."""
    dispatcher.utter_message(json_message={"signal": "handoff", "reason": reason} | ({"summary": summary} if summary else {}))


def close_session(dispatcher: CollectingDispatcher) -> None:
    """The conversation is over: the next message starts a fresh one."""
    dispatcher.utter_message(json_message={"signal": "close_session"})


def journey_ended(dispatcher: CollectingDispatcher, journey: str, outcome: Outcome) -> None:
    """A journey has come to its end, for the counts of the weekly report."""
    dispatcher.utter_message(json_message={"signal": "journey_ended", "journey": journey, "outcome": outcome})


def language(dispatcher: CollectingDispatcher, code: Literal["vi", "en"]) -> None:
    """The citizen's language from now on."""
    dispatcher.utter_message(json_message={"signal": "language", "code": code})


def wait_for_verification(dispatcher: CollectingDispatcher, session_id: str) -> None:
    """An outside result will continue the dialogue by an event payload."""
    dispatcher.utter_message(json_message={"signal": "wait_for", "kind": "verification", "id": session_id})
