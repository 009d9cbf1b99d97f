"""Time on a plain phone: redialling, repeated requests, the first screen without a bot, and messages that wait for the morning."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import select

from integrations.channels.base import Reply
from integrations.channels.ussd import Screen, UssdRequest
from integrations.core.text_fitting import fold
from integrations.gateway.conversation.models import Conversation
from integrations.gateway.inbox.models import InboundMessage
from integrations.gateway.ussd import texts
from integrations.gateway.ussd.screens import Layout
from integrations.gateway.ussd.service import UssdService

NUMBER = "+84912345678"
MENU, RESUME = fold(texts.MENU), fold(texts.RESUME)


class NoNotifications:
    """A listener that never hears anything: the service looks for itself."""

    @contextmanager
    def subscribe(self, _conversation) -> Iterator[asyncio.Queue]:
        yield asyncio.Queue()


class Phone:
    """Dials and types on a gateway that gives no key by which a repeated request could be told."""

    def __init__(self, gateway) -> None:
        self.gateway, self.dialled = gateway, 0
        self.service = UssdService(gateway.sessions, NoNotifications(), gateway.clock, budget=20.0, sms=True)

    async def dial(self) -> Screen:
        self.dialled += 1
        return await self._request("", is_first=True)

    async def type(self, text: str) -> Screen:
        """A screen of the bot needs the worker's part, which is taken here."""
        asked = asyncio.create_task(self._request(text))
        while not asked.done():
            await self._work()
            await asyncio.wait([asked], timeout=0.05)
        return asked.result()

    async def _request(self, text: str, **flags: bool) -> Screen:
        return await self.service.answer(UssdRequest("hollatags", f"s{self.dialled}", NUMBER, "*1022#", text, **flags), Layout())

    async def waiting(self) -> list[UUID]:
        """Messages that no turn has taken yet."""
        async with self.gateway.sessions() as session:
            return list(await session.scalars(select(InboundMessage.id).where(InboundMessage.state == "received")))

    async def _work(self) -> None:
        for inbound_id in await self.waiting():
            await self.gateway.turns.take(inbound_id)


@pytest.fixture
def phone(gateway) -> Phone:
    gateway.bot.script = lambda turn: {"replies": [{"text": f"Nghe {turn['text'] or turn['payload']}"}], "state": {"journey": "id_card", "step": "code"}}
    return Phone(gateway)


async def test_the_first_screens_ask_no_bot(phone, gateway):
    gateway.bot.script = lambda turn: 503
    assert (await phone.dial()).text == MENU
    for key, shown in (("5", texts.CALL_BACK), ("0", texts.MENU), ("6", texts.HOME_VISIT), ("0", texts.MENU), ("7", texts.HOTLINE)):
        gateway.clock.advance(seconds=5)
        assert (await phone.type(key)).text == fold(shown)
    assert gateway.bot.requests == 0


@pytest.mark.parametrize(("minutes", "seconds", "shown"), [(0, 30, RESUME), (9, 59, RESUME), (10, 1, MENU)])
async def test_a_redial_continues_within_ten_minutes(phone, gateway, minutes, seconds, shown):
    await phone.dial()
    question = await phone.type("1")
    gateway.clock.advance(minutes=minutes, seconds=seconds)
    assert (await phone.dial()).text == shown
    if shown == RESUME:
        gateway.clock.advance(seconds=5)
        assert (await phone.type("1")).text == question.text


async def test_an_answer_that_no_screen_has_shown_is_shown_when_the_citizen_continues(phone, gateway):
    await phone.dial()
    gateway.clock.advance(seconds=5)
    asked = asyncio.create_task(phone._request("hai"))
    while not (waiting := await phone.waiting()):
        await asyncio.wait([asked], timeout=0.05)
    asked.cancel()  # the gateway is started anew
    await asyncio.wait([asked])
    for inbound_id in waiting:
        await gateway.turns.take(inbound_id)
    gateway.clock.advance(seconds=5)
    assert (await phone.dial()).text == RESUME
    gateway.clock.advance(seconds=5)
    assert "Nghe hai" in (await phone.type("1")).text


async def test_the_same_input_at_once_is_a_repeated_request_and_later_an_answer(phone, gateway):
    await phone.dial()
    first = await phone.type("hai")
    gateway.clock.advance(seconds=1)
    assert await phone.type("hai") == first
    assert len(gateway.bot.turns) == 1
    gateway.clock.advance(seconds=3)
    await phone.type("hai")
    assert len(gateway.bot.turns) == 2


def jobs_at_night(gateway) -> list[bool]:
    """For each delivery job, whether it waits for a later time."""
    with psycopg.connect(gateway.settings.gateway_database_url) as connection:
        rows = connection.execute("SELECT scheduled_at IS NOT NULL FROM procrastinate_jobs WHERE task_name LIKE '%deliver%' ORDER BY id").fetchall()
    return [later for (later,) in rows]


@pytest.mark.parametrize(("hour", "notice", "later"), [(23, "reminder", [True]), (23, None, [False]), (12, "reminder", [False])])
async def test_what_nobody_asked_for_waits_until_the_morning(gateway, hour, notice, later):
    gateway.outbox.senders = {"sms": gateway.sender}
    received = await gateway.receive("xin chào", channel="sms", address=NUMBER)
    gateway.clock.advance(hours=hour - 12)
    async with gateway.sessions() as session, session.begin():
        conversation = await session.get_one(Conversation, received.conversation_id)
        await gateway.outbox.say(session, conversation, [Reply("Nhắc ông/bà")], "system", gateway.clock(), notice=notice)
    assert jobs_at_night(gateway) == later


async def test_who_opted_out_gets_answers_but_no_reminders(gateway):
    gateway.outbox.senders = {"sms": gateway.sender}
    received = await gateway.receive(channel="sms", address=NUMBER, kind="event", event="opted_out")
    async with gateway.sessions() as session, session.begin():
        conversation = await session.get_one(Conversation, received.conversation_id)
        reminders = await gateway.outbox.say(session, conversation, [Reply("Nhắc ông/bà")], "system", gateway.clock(), notice="reminder")
        answers = await gateway.outbox.say(session, conversation, [Reply("Trả lời")], "assistant", gateway.clock())
    assert (reminders, [answer.text for answer in answers]) == ([], ["Trả lời"])
