"""Every scenario of the folder, at the turn contract."""

import pytest

from tests.conversations.conftest import Dialogue
from tests.conversations.driver import Conversation
from tests.conversations.scenarios import Scenario, load

pytestmark = pytest.mark.stack
SCENARIOS = load()


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[scenario.name for scenario in SCENARIOS])
def test_conversation(scenario: Scenario, dialogue: Dialogue) -> None:
    dialogue.set_vneid(scenario.vneid)
    conversation = Conversation(dialogue.bot_url, dialogue.bot_token, dialogue.lodging_url, scenario, dialogue.desk)
    for exchange in scenario.exchanges:
        conversation.take(exchange)
