"""The actions that rules name: answer a question, more of the last answer, and what happens when nothing was understood."""

from functools import cache
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.common.turn import Turn
from actions.knowledge.decide import Answered, NotOurs, WhichOne, decide
from actions.knowledge.library import Library
from actions.knowledge.say import say_answer, say_which
from actions.knowledge.titles import button
from actions.knowledge.units import Unit
from actions.settings import ActionsSettings

Dispatcher = CollectingDispatcher


@cache
def library() -> Library:
    """The one library of this process. Raises KnowledgeError."""
    return Library()


class ActionAnswer(Action):
    """The written answer to a question, by the day it is asked."""

    def name(self) -> str:
        return "action_answer"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        turn, index = Turn(tracker), library().index
        previous = index.units_by_id.get(tracker.get_slot("knowledge_unit") or "")
        chosen = index.units_by_id.get(turn.answer or "")
        decision = Answered(chosen) if chosen else decide(turn.text, turn.ranking, index, previous)
        match decision:
            case Answered(unit):
                return [*_answer(dispatcher, turn, unit), *_understood()]
            case WhichOne(units):
                return _not_sure(dispatcher, turn, units)
            case NotOurs():
                dispatcher.utter_message(response="utter_out_of_scope", buttons=[button("person", turn.language)])
                return _understood()
            case _:
                return _not_sure(dispatcher, turn, ())


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
        elif version.answer.detail is None or _withheld(version.status):
            dispatcher.utter_message(response="utter_no_more_detail", buttons=[button("person", turn.language)])
        else:
            dispatcher.utter_message(response="utter_answer_detail", detail=version.answer.detail)
        return []


class ActionFallback(Action):
    """Nothing sure was understood: one question back, and the next time a person."""

    def name(self) -> str:
        return "action_fallback"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        turn, index = Turn(tracker), library().index
        previous = index.units_by_id.get(tracker.get_slot("knowledge_unit") or "")
        match decide(turn.text, turn.ranking, index, previous):
            case Answered(unit):
                return [*_answer(dispatcher, turn, unit), *_understood()]
            case WhichOne(units):
                return _not_sure(dispatcher, turn, units)
            case _:
                return _not_sure(dispatcher, turn, ())


def _answer(dispatcher: Dispatcher, turn: Turn, unit: Unit) -> list[EventType]:
    version = unit.version_on(turn.now.date())
    if version is None or _withheld(version.status):
        dispatcher.utter_message(response="utter_answer_not_confirmed", question=unit.title, buttons=[button("person", turn.language)])
    else:
        say_answer(dispatcher, turn, unit, version, offers=not turn.tracker.active_loop_name)
    return [SlotSet("knowledge_unit", unit.id)]


def _withheld(status: str) -> bool:
    """In production only what the province's legal staff approved is stated as fact."""
    return status != "approved" and ActionsSettings().production


def _understood() -> list[EventType]:
    return [SlotSet("unclear_message", None)]


def _not_sure(dispatcher: Dispatcher, turn: Turn, units: tuple[Unit, ...]) -> list[EventType]:
    """Asks back once; when the turn before was unclear too, a person takes over."""
    if _unclear_before(turn):
        return [SlotSet("unclear_message", None), FollowupAction("action_handoff_failed_twice")]
    say_which(dispatcher, turn, units)
    return [SlotSet("unclear_message", turn.message_id)]


def _unclear_before(turn: Turn) -> bool:
    """Whether the citizen's message just before this one was the unclear one."""
    unclear = turn.tracker.get_slot("unclear_message")
    messages = [event for event in turn.tracker.events if event.get("event") == "user"]
    return bool(unclear) and len(messages) > 1 and str((messages[-2].get("metadata") or {}).get("message_id") or messages[-2].get("message_id")) == unclear
