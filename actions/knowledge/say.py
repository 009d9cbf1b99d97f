"""Puts an answer into the words of the domain: short part first, source and date of the check beside it, choices below."""

from collections.abc import Sequence

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.common.formatting import show_date
from actions.common.turn import Turn
from actions.knowledge.titles import button, intent_button, journey_buttons, unit_button
from actions.knowledge.units import Unit, Version
from actions.settings import ActionsSettings

Dispatcher = CollectingDispatcher


def give(dispatcher: Dispatcher, turn: Turn, unit: Unit) -> list[EventType]:
    """The answer that holds on the day of the question, or that there is none yet; and what to remember of it."""
    version = unit.version_on(turn.now.date())
    if version is None or withheld(unit, version):
        buttons = [*journey_buttons(unit.journeys, turn.language), button("person", turn.language)]
        dispatcher.utter_message(response="utter_answer_not_confirmed", question=unit.title_in(turn.language), buttons=buttons)
    else:
        _say_version(dispatcher, turn, unit, version, offers=not turn.tracker.active_loop_name)
    return [SlotSet("knowledge_unit", unit.id), SlotSet("unclear_message", None), SlotSet("not_ours_turns", 0)]


def withheld(unit: Unit, version: Version) -> bool:
    """In production only what the province's legal staff approved is stated as fact. A warning that keeps people from harm is never held back."""
    return version.status != "approved" and not unit.safety and ActionsSettings().production


def _say_version(dispatcher: Dispatcher, turn: Turn, unit: Unit, version: Version, offers: bool) -> None:
    """One version of a unit. `offers` False leaves out the journeys: one is open already."""
    answer = version.answer
    english = answer.en if turn.language == "en" else None
    buttons = [button("detail", turn.language)] if answer.detail and not english else []
    if offers:
        buttons += journey_buttons(unit.journeys, turn.language)
    if turn.language == "en" and not english:
        dispatcher.utter_message(response="utter_answer_in_vietnamese")
    dispatcher.utter_message(
        response="utter_answer" if version.status == "approved" else "utter_answer_trial",
        buttons=buttons,
        chat=english or answer.chat,
        sms=english or answer.sms,
        ussd=english or answer.ussd,
        **cited(turn, version),
    )


def say_detail(dispatcher: Dispatcher, turn: Turn, version: Version) -> None:
    """The longer part of an answer."""
    dispatcher.utter_message(response="utter_answer_detail", detail=version.answer.detail, **cited(turn, version))


def cited(turn: Turn, version: Version) -> dict[str, str]:
    """Source, its short form for plain phones, and the day it was checked."""
    return {"source": version.source, "cite": version.cite, "checked_on": show_date(version.checked_on, turn.language)}


def say_which(dispatcher: Dispatcher, turn: Turn, units: Sequence[Unit], journey: str | None = None) -> list[EventType]:
    """Asks which question was meant, or whether a journey was: that of this intent, else the first that their answers offer. The next time a person helps."""
    readable = [unit for unit in units if unit.english] if turn.language == "en" else []
    questions = [unit_button(unit, turn.language) for unit in readable or units]
    if journey:
        questions = [intent_button(journey, turn.language), *questions]
    elif not turn.tracker.active_loop_name:
        questions += journey_buttons([name for unit in units for name in unit.journeys][:1], turn.language)
    dispatcher.utter_message(response="utter_which_question", buttons=[*questions, button("none_of_these", turn.language)])
    return [SlotSet("unclear_message", turn.message_id)]


def name_second(dispatcher: Dispatcher, turn: Turn, unit: Unit) -> None:
    """The second question of a message: named, and one choice away."""
    dispatcher.utter_message(response="utter_second_question", buttons=[unit_button(unit, turn.language)])
