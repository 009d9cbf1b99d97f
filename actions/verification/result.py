"""The kiosk's result arrives by itself and the conversation goes on."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.common import signals
from actions.common.turn import Turn

FINAL = frozenset({"verified", "rejected", "manual_review", "expired", "cancelled"})


class ActionVerificationResult(Action):
    """Says what came of it. Only the verification service can send this: what a citizen types is never an event."""

    def name(self) -> str:
        return "action_verification_result"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        turn = Turn(tracker)
        outcome, purpose = turn.entity("outcome"), turn.entity("purpose")
        if not turn.chosen or outcome not in FINAL:
            dispatcher.utter_message(response="utter_kiosk_verify")
            return []
        if outcome == "verified" and purpose == "lodging_check_in":
            dispatcher.utter_message(response="utter_verification_result_verified_lodging")
        else:
            dispatcher.utter_message(response=f"utter_verification_result_{outcome}")
        if outcome == "rejected":
            signals.handoff(dispatcher, "manual_review", "verification")
        return [SlotSet("verified_purpose", purpose if outcome == "verified" else None)]
