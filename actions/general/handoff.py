"""Ways to a person. A form that is open waits as it is: it does not repeat its question after a hand-over."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.common import signals
from actions.common.turn import Turn

ABUSE_LIMIT = 2


class ActionHandoff(Action):
    """The citizen asked for a person, or only whether this is one."""

    def name(self) -> str:
        return "action_handoff"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if Turn(tracker).asks_who_speaks:
            dispatcher.utter_message(response="utter_bot_identity")
            return []
        dispatcher.utter_message(response="utter_handoff")
        signals.handoff(dispatcher, "asked", tracker.get_slot("journey"))
        return [SlotSet("failed_turns", 0)]


class ActionHandoffFailedTwice(Action):
    """Two turns in a row were not understood."""

    def name(self) -> str:
        return "action_handoff_failed_twice"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        dispatcher.utter_message(response="utter_handoff_failed_twice")
        signals.handoff(dispatcher, "failed_twice", tracker.get_slot("journey"))
        return [SlotSet("failed_turns", 0)]


class ActionComplaint(Action):
    """A complaint goes to a person at once."""

    def name(self) -> str:
        return "action_complaint"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        dispatcher.utter_message(response="utter_complaint")
        signals.handoff(dispatcher, "angry", tracker.get_slot("journey"))
        return []


class ActionEmergency(Action):
    """113, 114, 115 first and without a question back; staff see it too."""

    def name(self) -> str:
        return "action_emergency"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        dispatcher.utter_message(response="utter_emergency")
        signals.handoff(dispatcher, "emergency")
        return []


class ActionAbuse(Action):
    """Rude words are answered calmly once; then a person takes over."""

    def name(self) -> str:
        return "action_abuse"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        times = int(tracker.get_slot("abuse_turns") or 0) + 1
        if times < ABUSE_LIMIT:
            dispatcher.utter_message(response="utter_abuse")
            return [SlotSet("abuse_turns", times)]
        dispatcher.utter_message(response="utter_handoff")
        signals.handoff(dispatcher, "angry")
        return [SlotSet("abuse_turns", 0)]
