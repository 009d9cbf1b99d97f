"""Puts an answer into the words of the domain: short part first, source and date of the check beside it, choices below."""

from collections.abc import Sequence

from rasa_sdk.executor import CollectingDispatcher

from actions.common.formatting import show_date
from actions.common.turn import Turn
from actions.knowledge.titles import button, journey_buttons, unit_button
from actions.knowledge.units import Unit, Version


def say_answer(dispatcher: CollectingDispatcher, turn: Turn, unit: Unit, version: Version, offers: bool) -> None:
    """One version of a unit. `offers` False leaves out the journeys: one is open already."""
    buttons = [button("detail", turn.language)] if version.answer.detail else []
    if offers:
        buttons += journey_buttons(unit.journeys, turn.language)
    if turn.language == "en" and not version.answer.en:
        dispatcher.utter_message(response="utter_answer_in_vietnamese")
    answer = version.answer
    english = answer.en if turn.language == "en" else None
    dispatcher.utter_message(
        response="utter_answer" if version.status == "approved" else "utter_answer_trial",
        buttons=buttons,
        chat=english or answer.chat,
        sms=english or answer.sms,
        ussd=english or answer.ussd,
        source=version.source,
        checked_on=show_date(version.checked_on, turn.language),
    )


def say_which(dispatcher: CollectingDispatcher, turn: Turn, units: Sequence[Unit]) -> None:
    """Asks which question was meant; with no candidates it says plainly that nothing was understood."""
    if units:
        buttons = [*(unit_button(unit) for unit in units), button("none_of_these", turn.language)]
        dispatcher.utter_message(response="utter_which_question", buttons=buttons)
    else:
        dispatcher.utter_message(response="utter_not_understood", buttons=[button("person", turn.language)])
