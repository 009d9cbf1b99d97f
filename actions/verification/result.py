"""The kiosk's result arrives by itself and the conversation goes on where it was left."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.common import signals
from actions.common.answers import Answers
from actions.common.paused import latest
from actions.common.turn import Turn
from actions.verification.identity import proven

FINAL = frozenset({"verified", "rejected", "manual_review", "expired", "cancelled"})
GUEST = "lodging_check_in"
OWN_RESULT = frozenset({"notary", "health_check_in", "eid_level_2_precheck"})


class ActionVerificationResult(Action):
    """Says what came of it and goes on. Only the verification service can send this: what a citizen types is never an event."""

    def name(self) -> str:
        return "action_verification_result"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        turn = Turn(tracker)
        outcome, purpose = turn.entity("outcome"), str(turn.entity("purpose"))
        if not turn.chosen or outcome not in FINAL:
            dispatcher.utter_message(response="utter_kiosk_verify")
            return []
        if outcome == "verified":
            return _verified(dispatcher, turn, purpose)
        return _not_verified(dispatcher, turn, outcome, purpose)


def _verified(dispatcher: CollectingDispatcher, turn: Turn, purpose: str) -> list[EventType]:
    session_id, goes_on = str(turn.entity("id")), _go_on(turn)
    if purpose == GUEST:
        if not (goes_on or turn.tracker.active_loop_name):
            dispatcher.utter_message(response="utter_verification_result_verified_lodging")
        return [SlotSet("lodging_kiosk_sessions", [*(turn.tracker.get_slot("lodging_kiosk_sessions") or []), session_id]), *goes_on]
    if purpose in OWN_RESULT:
        dispatcher.utter_message(response=f"utter_verification_result_verified_{purpose}")
        return goes_on
    identity = SlotSet("identity", proven(session_id, turn))
    if turn.tracker.get_slot("verification_then") == "data_request":
        dispatcher.utter_message(response="utter_data_request_verified")
        signals.handoff(dispatcher, "asked", "data_request_verified")
        return [identity, SlotSet("verification_then", None)]
    dispatcher.utter_message(response="utter_verification_result_verified_here" if goes_on else "utter_verification_result_verified")
    return [identity, *goes_on]


def _not_verified(dispatcher: CollectingDispatcher, turn: Turn, outcome: str, purpose: str) -> list[EventType]:
    if outcome == "rejected" and purpose == GUEST:
        # At a hotel desk it is the guest who was refused: who notifies can go on by hand, and sees the officer at the kiosk.
        dispatcher.utter_message(response="utter_verification_result_rejected_guest")
        return _go_on(turn)
    dispatcher.utter_message(response=f"utter_verification_result_{outcome}")
    if outcome == "rejected":
        signals.handoff(dispatcher, "manual_review", "verification")
    return _go_on(turn) if outcome in {"expired", "cancelled"} else []


def _go_on(turn: Turn) -> list[EventType]:
    """The journey that was left for the kiosk; an open form asks again by itself."""
    paused = latest(Answers(turn.tracker.slots))
    return [FollowupAction(paused)] if paused and not turn.tracker.active_loop_name else []
