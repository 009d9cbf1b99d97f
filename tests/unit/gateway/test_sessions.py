"""When the bot gets a fresh sender id (architecture decision 1)."""

from datetime import timedelta

import pytest

from integrations.gateway.conversation.models import BotSession
from integrations.gateway.conversation.sessions import reason_to_end
from tests.unit.gateway.conftest import NOON


@pytest.mark.parametrize(
    "channel, journey, idle, reason",
    [
        ("web", None, timedelta(minutes=59), None),
        ("web", None, timedelta(minutes=61), "idle"),
        ("zalo", None, timedelta(hours=23), None),
        ("zalo", None, timedelta(hours=25), "idle"),
        ("sms", None, timedelta(hours=25), "idle"),
        ("web", "lodging", timedelta(hours=47), None),
        ("web", "lodging", timedelta(hours=49), "idle"),
    ],
)
def test_idle_sessions_end_and_unfinished_journeys_wait(channel, journey, idle, reason):
    bot_session = BotSession(last_turn_at=NOON - idle, events=10, journey=journey)
    assert reason_to_end(bot_session, channel, NOON) == reason


@pytest.mark.parametrize("events, journey, reason", [(299, None, None), (300, None, "long"), (300, "lodging", None), (900, "lodging", "long")])
def test_long_sessions_end_but_not_in_the_middle_of_a_journey(events, journey, reason):
    assert reason_to_end(BotSession(last_turn_at=NOON, events=events, journey=journey), "web", NOON) == reason


async def test_an_idle_citizen_comes_back_to_a_fresh_session(gateway):
    await gateway.say("đầu")
    gateway.clock.advance(minutes=30)
    await gateway.say("tiếp")
    gateway.clock.advance(minutes=61)
    await gateway.say("hôm sau")
    first, second, third = (turn["sender_id"] for turn in gateway.bot.turns)
    assert first == second != third
    assert len(first) >= 32


async def test_the_bots_own_count_of_events_is_believed(gateway):
    gateway.bot.script = lambda turn: {"replies": [{"text": "…"}], "state": {"events": 300}}
    await gateway.say("một")
    await gateway.say("hai")
    assert gateway.bot.turns[0]["sender_id"] != gateway.bot.turns[1]["sender_id"]
