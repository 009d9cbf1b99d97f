"""A greeting is greeted back, unless it goes before a cry for help."""

import pytest

from actions.general.conversation import ActionGreet
from tests.unit.actions.support import run, tracker


@pytest.mark.parametrize("text", ["cô ơi bố đánh cháu", "chào chú, nhà cháu cháy nhà rồi", "alo cứu tôi với"])
async def test_a_cry_for_help_after_a_greeting_is_heard(text):
    said, _, _ = await run(ActionGreet(), tracker(text, intent="greet"))
    assert said == ["utter_emergency", "signal:handoff"]


@pytest.mark.parametrize("text", ["xin chào", "cháu chào cô ạ", "hello"])
async def test_a_greeting_is_greeted_back(text):
    said, _, _ = await run(ActionGreet(), tracker(text, intent="greet"))
    assert said == ["utter_greet"]
