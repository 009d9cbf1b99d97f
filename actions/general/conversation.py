"""Language, leaving, going on with an unfinished journey, and commands when no form is open."""

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.common import signals
from actions.common.answers import Answers
from actions.common.form import journey_of
from actions.common.paused import latest, without
from actions.common.turn import Turn
from actions.general.handoff import ActionEmergency
from actions.id_card.form import find_receipt_code
from actions.knowledge.asked import asked
from actions.knowledge.decide import Answered, WhichOne
from actions.knowledge.say import give, say_which
from actions.verification.identity import session_of
from integrations.core.emergency import is_emergency

FORMS = {
    "eid_activate": "eid_form",
    "cccd_status": "card_status_form",
    "lodging_register": "lodging_form",
    "lodging_correct": "lodging_manage_form",
    "lodging_cancel": "lodging_manage_form",
    "home_visit": "ticket_form",
    "call_back": "ticket_form",
    "kiosk_verify": "verification_form",
}
_VIETNAMESE = re.compile(r"\btieng viet\b|^(?:in |speak )?vietnamese(?: please)?$|\b(?:switch|change|back|go back|return) to vietnamese\b")


class ActionSwitchLanguage(Action):
    """English for foreigners, and back."""

    def name(self) -> str:
        return "action_switch_language"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        turn = Turn(tracker)
        question = asked(turn) if turn.language == "en" else None
        if isinstance(question, Answered):
            # The rule would go on to say that the language was switched.
            return [*give(dispatcher, turn, question.unit), FollowupAction("action_listen")]
        code = "vi" if turn.answer == "vi" or _VIETNAMESE.search(turn.folded) else "en"
        signals.language(dispatcher, code)
        return [SlotSet("language", code)]


class ActionGreet(Action):
    """A greeting back, unless the greeting goes before a cry for help: "cô ơi, bố đánh cháu"."""

    def name(self) -> str:
        return "action_greet"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if is_emergency(Turn(tracker).text):
            return ActionEmergency().run(dispatcher, tracker, domain)
        dispatcher.utter_message(response="utter_greet")
        return []


class ActionSayGoodbye(Action):
    """The next message starts a fresh conversation, unless a journey is unfinished."""

    def name(self) -> str:
        return "action_say_goodbye"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        dispatcher.utter_message(response="utter_bye")
        if tracker.get_slot("journey") or latest(Answers(tracker.slots)):
            return []
        signals.close_session(dispatcher)
        return []


class ActionNothingRunning(Action):
    """A command such as "quay lại" with no form open; a question that only sounded like one is answered."""

    def name(self) -> str:
        return "action_nothing_running"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        turn = Turn(tracker)
        match asked(turn):
            case Answered(unit):
                return give(dispatcher, turn, unit)
            case WhichOne(units):
                return say_which(dispatcher, turn, units)
        dispatcher.utter_message(response="utter_nothing_running")
        return []


class ActionRepeat(Action):
    """Says the last thing again."""

    def name(self) -> str:
        return "action_repeat"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        said = next((event for event in reversed(tracker.events) if event.get("event") == "bot" and event.get("text")), None)
        if said is None:
            dispatcher.utter_message(response="utter_greet")
        else:
            dispatcher.utter_message(text=said["text"], buttons=(said.get("data") or {}).get("buttons") or [])
        return []


class ActionOpenByName(Action):
    """The classifier was unsure, but the message is a journey's own name or a file code. Otherwise silent: the rule goes on."""

    def name(self) -> str:
        return "action_open_by_name"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        turn = Turn(tracker)
        if turn.named_intent:
            return [FollowupAction(FORMS[turn.named_intent])]
        if not tracker.active_loop_name and find_receipt_code(turn.text):
            return [FollowupAction("card_status_form")]
        return []


class ActionOpenJourney(Action):
    """A journey is wanted: its form opens. A question about its facts gets the written answer, which offers the journey, or is asked back with it."""

    def name(self) -> str:
        return "action_open_journey"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        turn = Turn(tracker)
        match asked(turn):
            case Answered(unit):
                return give(dispatcher, turn, unit)
            case WhichOne(units):
                return say_which(dispatcher, turn, units, journey=turn.intent)
        return [FollowupAction(FORMS[turn.intent])]


class ActionUseDetail(Action):
    """Bare data or a choice without a form: a file code means the card's status, what is unclear gets a question."""

    def name(self) -> str:
        return "action_use_detail"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        turn, paused = Turn(tracker), latest(Answers(tracker.slots))
        if turn.answer in {"data_request", "data_request_to_officer"}:
            return _take_data_request(dispatcher, turn)
        if turn.answer == "drop" and paused:
            return _drop(dispatcher, tracker, paused)
        if turn.answer == "resume" and paused:
            return [FollowupAction(paused)]
        if turn.entity("receipt_code") or find_receipt_code(turn.text):
            return [FollowupAction("card_status_form")]
        dispatcher.utter_message(response="utter_what_is_it_for")
        return []


def _drop(dispatcher: CollectingDispatcher, tracker: Tracker, form: str) -> list[EventType]:
    """Gives up what was paused last, with everything that was said for it: a later form must not go on with it."""
    answers, journey = Answers(tracker.slots), journey_of(form)
    answers.update(without(answers, form))
    if journey:
        journey.reset(answers)
    dispatcher.utter_message(response="utter_journey_dropped")
    if latest(answers):
        dispatcher.utter_message(response="utter_resume_offer")
    return answers.events()


def _take_data_request(dispatcher: CollectingDispatcher, turn: Turn) -> list[EventType]:
    """Whose data it is must be sure: a kiosk check proves it, otherwise the officer asks."""
    proof = session_of(turn.tracker.get_slot("identity"), turn)
    if not proof and turn.answer == "data_request":
        dispatcher.utter_message(response="utter_data_request_identity")
        return []
    dispatcher.utter_message(response="utter_data_request_verified" if proof else "utter_data_request")
    signals.handoff(dispatcher, "asked", "data_request_verified" if proof else "data_request")
    return []
