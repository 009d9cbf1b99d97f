"""Whether a person or a machine answers is a question of its own: never a hand-over, never an answer in a form."""

import pytest

from actions.common.turn import Turn
from actions.general.handoff import ActionHandoff
from actions.lodging.form import LodgingForm
from tests.unit.actions.support import run, tracker


@pytest.mark.parametrize(
    "text", ["người thật hay máy", "nguoi that hay may", "đây là người hay máy trả lời vậy", "đang nói chuyện với người hay máy đó", "are you human or a bot?"]
)
async def test_it_is_answered_though_the_classifier_heard_the_wish_to_meet_a_person(text):
    said, _, _ = await run(ActionHandoff(), tracker(text, intent="handoff_agent", confidence=0.76))
    assert said == ["utter_bot_identity"]
    _, _, events = await run(LodgingForm(), tracker(text, intent="handoff_agent", confidence=0.76, slots={"journey": "lodging"}))
    assert events[-1]["event"] == "action_execution_rejected"


@pytest.mark.parametrize("text", ["gặp người thật", "cho tôi gặp người thật hay máy gì cũng được", "có cán bộ không, máy trả lời chán quá"])
async def test_a_wish_to_meet_a_person_stays_one(text):
    assert not Turn(tracker(text)).asks_who_speaks
    said, _, _ = await run(ActionHandoff(), tracker(text, intent="handoff_agent"))
    assert said == ["utter_handoff", "signal:handoff"]
