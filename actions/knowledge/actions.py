"""The actions that rules name: answer a question, more of the last answer, and what happens when nothing was understood."""

from collections.abc import Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.common.turn import Turn
from actions.knowledge.asked import library
from actions.knowledge.decide import Answered, Decision, NotOurs, WhichOne, decide
from actions.knowledge.elsewhere import elsewhere
from actions.knowledge.say import give, name_second, say_detail, say_which, withheld
from actions.knowledge.several import of_a_story, two_questions
from actions.knowledge.titles import button
from actions.knowledge.units import Unit
from integrations.core.emergency import is_emergency

Dispatcher = CollectingDispatcher
MOST_FAILURES = 3


class ActionAnswer(Action):
    """The written answer to a question, by the day it is asked."""

    def name(self) -> str:
        return "action_answer"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        turn = Turn(tracker)
        chosen = library().unit(turn.answer or "")
        if chosen:
            return give(dispatcher, turn, chosen)
        if is_emergency(turn.text):
            return [FollowupAction("action_emergency")]
        return _both(dispatcher, turn) or _act(dispatcher, turn, _decision(turn))


class ActionMoreDetail(Action):
    """The longer part of the last answer."""

    def name(self) -> str:
        return "action_more_detail"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        turn = Turn(tracker)
        unit = library().unit(tracker.get_slot("knowledge_unit") or "")
        version = unit.version_on(turn.now.date()) if unit else None
        if version is None:
            dispatcher.utter_message(response="utter_capabilities")
        elif version.answer.detail is None or withheld(unit, version) or turn.language == "en":
            dispatcher.utter_message(response="utter_no_more_detail", buttons=[button("person", turn.language)])
        else:
            say_detail(dispatcher, turn, version)
        return []


class ActionFallback(Action):
    """Nothing sure was understood: one question back, and the next time a person."""

    def name(self) -> str:
        return "action_fallback"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        turn = Turn(tracker)
        if is_emergency(turn.text):
            return [FollowupAction("action_emergency")]
        both = _both(dispatcher, turn)
        if both:
            return both
        decision = _decision(turn)
        # The classifier was unsure of everything, so its "out of scope" is no reason to send somebody away; a topic that is named is.
        if isinstance(decision, NotOurs) and elsewhere(turn.text) is None:
            return _not_sure(dispatcher, turn, ())
        return _act(dispatcher, turn, decision)


def _both(dispatcher: Dispatcher, turn: Turn) -> list[EventType]:
    """Of two questions in one message the first is answered and the second offered; nothing when there are not two sure ones."""
    two = two_questions(turn.text, turn.ranking, library().index)
    if two is None:
        return []
    events = give(dispatcher, turn, two[0])
    name_second(dispatcher, turn, two[1])
    return events


def _decision(turn: Turn) -> Decision:
    index = library().index
    decision = decide(turn.text, turn.ranking, index, index.units_by_id.get(turn.tracker.get_slot("knowledge_unit") or ""))
    return decision if isinstance(decision, Answered | NotOurs) else of_a_story(turn.text, turn.ranking, index) or decision


def _act(dispatcher: Dispatcher, turn: Turn, decision: Decision) -> list[EventType]:
    match decision:
        case Answered(unit):
            return give(dispatcher, turn, unit)
        case WhichOne(units):
            return _not_sure(dispatcher, turn, units)
        case NotOurs():
            return _not_ours(dispatcher, turn)
        case _:
            return _not_sure(dispatcher, turn, ())


def _not_ours(dispatcher: Dispatcher, turn: Turn) -> list[EventType]:
    """Where to ask instead, by topic where one is known; the same words are not said twice, and in the end a person helps."""
    if turn.entity("receipt_code"):  # a card's file code is our business whatever the classifier makes of its digits
        return [FollowupAction("card_status_form")]
    person = [button("person", turn.language)]
    topic = elsewhere(turn.text)
    if topic:
        dispatcher.utter_message(response=f"utter_elsewhere_{topic.office}", topic=topic.name_in(turn.language), buttons=person)
        return [SlotSet("unclear_message", None)]
    before = int(turn.tracker.get_slot("not_ours_turns") or 0)
    warned = library().unit(turn.tracker.get_slot("knowledge_unit") or "")
    if warned and warned.safety and not before:  # "tài khoản mất 20 triệu rồi" after a warning of fraud is nobody else's business
        return [*give(dispatcher, turn, warned), SlotSet("not_ours_turns", 1)]
    if before >= MOST_FAILURES - 1:
        return [SlotSet("not_ours_turns", 0), FollowupAction("action_handoff_failed_twice")]
    dispatcher.utter_message(response="utter_out_of_scope_again" if before else "utter_out_of_scope", buttons=person)
    return [SlotSet("unclear_message", None), SlotSet("not_ours_turns", before + 1)]


def _not_sure(dispatcher: Dispatcher, turn: Turn, units: Sequence[Unit]) -> list[EventType]:
    """Asks back once. When the turn before was unclear too, or it is the third in this conversation, a person takes over."""
    failures = int(turn.tracker.get_slot("unclear_turns") or 0) + (not units)
    if _unclear_before(turn) or failures >= MOST_FAILURES:
        return [SlotSet("unclear_message", None), SlotSet("unclear_turns", 0), FollowupAction("action_handoff_failed_twice")]
    if units:
        return say_which(dispatcher, turn, units)
    response = "utter_not_understood" if failures == 1 else "utter_not_understood_again"
    dispatcher.utter_message(response=response, buttons=[button("person", turn.language)])
    return [SlotSet("unclear_message", turn.message_id), SlotSet("unclear_turns", failures)]


def _unclear_before(turn: Turn) -> bool:
    """Whether the citizen's message just before this one was the unclear one."""
    unclear = turn.tracker.get_slot("unclear_message")
    messages = [event for event in turn.tracker.events if event.get("event") == "user"]
    return bool(unclear) and len(messages) > 1 and str((messages[-2].get("metadata") or {}).get("message_id") or messages[-2].get("message_id")) == unclear
