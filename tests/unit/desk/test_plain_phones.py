"""Plain phones at the desk: a call-back ticket instead of a wait, and the mark of satisfaction by SMS."""

from datetime import datetime

import pytest
from sqlalchemy import select

from integrations.channels.base import Reply
from integrations.channels.sms import CHANNEL as SMS
from integrations.core.clock import VIETNAM
from integrations.core.text_fitting import fold, sms_segments
from integrations.desk.caretaker.loop import look_at, sweep
from integrations.desk.satisfaction.models import Satisfaction
from integrations.gateway.conversation.models import Conversation
from tests.support.application import Application
from tests.support.citizen import Citizen, at, claimed


@pytest.fixture
def phones(application: Application) -> Application:
    """SMS and USSD have a sender that sends nothing."""

    class Silent:
        def compose(self, replies: list[Reply]) -> tuple[Reply, ...]:
            return tuple(Reply(fold(reply.text), reply.choices) for reply in replies)

    application.app.state.outbox.senders = {SMS: Silent(), "ussd": Silent()}
    return application


async def test_a_plain_phone_gets_a_call_back_ticket_with_a_day(phones: Application) -> None:
    citizen = Citizen(phones, "ussd", "+84912345678")
    await citizen.ask_for_a_person()
    made = await citizen.ticket()
    assert (made.kind, made.phone, made.state) == ("call_back", "+84912345678", "open")
    told = (await citizen.told())[-1]
    assert made.code in told and "17:00 27/11/26" in told and sms_segments(told) == 1
    assert (await citizen.owner(), (await citizen.case()).resolution) == ("bot", "ticket")
    await sweep(phones.app)
    assert (await citizen.ticket()).due_at == datetime(2026, 11, 27, 17, tzinfo=VIETNAM)


async def test_an_emergency_on_a_plain_phone_also_rings_the_desk(phones: Application) -> None:
    lan = await phones.signed_in("lan")
    citizen = Citizen(phones, "ussd", "+84912345679")
    await citizen.ask_for_a_person("emergency")
    await look_at(phones.app, citizen.conversation_id)
    assert await citizen.ticket() is not None
    assert (await citizen.owner(), len(await citizen.told())) == ("queued", 1)
    assert 'data-urgent="1"' in (await lan.get("/desk/fragments/queue")).text


async def test_after_a_call_back_the_number_is_asked_by_sms_for_a_mark(phones: Application) -> None:
    lan = await phones.signed_in("lan")
    dialled = Citizen(phones, "ussd", "+84912345670")
    await dialled.ask_for_a_person()
    made = await dialled.ticket()
    assert (await lan.post(f"/desk/tickets/{made.id}/result", outcome="done", result="đã gọi")).status_code == 303
    texted = Citizen(phones, "sms", "+84912345670")
    async with phones.transaction() as session:
        texted.conversation_id = await session.scalar(select(Conversation.id).where(Conversation.channel == "sms"))
    assert "tu 1 (khong hai long) den 5" in (await texted.told())[-1]
    phones.pass_time(hours=3)
    await texted.say("4")
    async with phones.transaction() as session:
        assert [(mark.score, mark.staff_id) for mark in await session.scalars(select(Satisfaction))] == [(4, lan.visitor.id)]
    await texted.say("toi hoi ve luu tru")
    assert (await texted.owner(), (await texted.states())[-1]) == ("bot", "received")


@pytest.mark.parametrize("channel", ["web", "zalo", "sms"])
async def test_a_mark_and_a_comment_are_taken_on_every_channel(phones: Application, channel: str) -> None:
    lan = await phones.signed_in("lan")
    citizen = Citizen(phones, channel)
    await citizen.ask_for_a_person()
    await claimed(lan, citizen)
    await lan.post(at(citizen, "resolve"), resolution="solved")
    for text in ("5", "góp ý", "nhanh"):
        await citizen.say(text)
    async with phones.transaction() as session:
        assert [(mark.score, mark.comment) for mark in await session.scalars(select(Satisfaction))] == [(5, "nhanh")]
    assert await citizen.owner() == "bot"
