"""What a citizen sends is stored once, in order, encrypted, without secrets."""

import asyncio

import psycopg
import pytest
from sqlalchemy import select, text

from integrations.channels.base import Inbound
from integrations.gateway.conversation.models import Conversation
from integrations.gateway.conversation.service import claim
from integrations.gateway.inbox.models import InboundMessage
from integrations.gateway.inbox.service import receive, receive_event
from integrations.gateway.inbox.text import MAXIMUM_CHARACTERS, clean
from integrations.gateway.outbox.models import OutboundMessage
from integrations.gateway.sms.arrivals import receive_sms


async def test_a_message_is_stored_with_its_job_in_one_transaction(gateway):
    received = await gateway.receive("xin chào")
    async with gateway.sessions() as session:
        jobs = (await session.execute(text("SELECT task_name, lock, args FROM procrastinate_jobs"))).all()
    assert [tuple(job) for job in jobs] == [("take_turn", f"turn:{received.conversation_id}", {"inbound_id": str(received.inbound_id)})]


async def test_an_outside_result_is_no_word_of_the_citizen(gateway):
    received = await gateway.receive("xin chào", channel="zalo")
    heard_at = gateway.clock()
    gateway.clock.advance(hours=47)
    async with gateway.sessions() as session, session.begin():
        conversation = await session.get_one(Conversation, received.conversation_id)
        result = await receive_event(session, conversation, "event:1", "verification", {}, "/verification_result", gateway.clock())
    assert result.position == received.position + 1
    assert (await gateway.conversation(received.conversation_id)).last_inbound_at == heard_at


async def test_nothing_is_left_when_the_transaction_fails(gateway):
    with pytest.raises(ZeroDivisionError):
        async with gateway.sessions() as session, session.begin():
            await receive(session, Inbound("web", "m", "citizen", "text", "message", gateway.clock(), text="xin chào"), gateway.clock())
            raise ZeroDivisionError
    async with gateway.sessions() as session:
        for table in ("procrastinate_jobs", "inbound_message", "conversation"):
            assert (await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() == 0


async def test_ten_simultaneous_deliveries_of_one_message_are_one_message(gateway):
    inbound = Inbound("zalo", "same", "citizen", "text", "user_send_text", gateway.clock(), text="xin chào")

    async def deliver() -> bool:
        async with gateway.sessions() as session, session.begin():
            return (await receive(session, inbound, gateway.clock())).repeated

    repeated = await asyncio.gather(*(deliver() for _ in range(10)))
    assert sorted(repeated) == [False] + [True] * 9
    async with gateway.sessions() as session:
        assert (await session.execute(text("SELECT count(*) FROM procrastinate_jobs"))).scalar_one() == 1


async def test_the_same_id_on_two_channels_is_two_messages(gateway):
    first = await gateway.receive("một", channel="zalo", provider_message_id="same")
    second = await gateway.receive("hai", channel="sms", provider_message_id="same")
    assert not first.repeated and not second.repeated and first.conversation_id != second.conversation_id


async def test_simultaneous_messages_of_one_citizen_get_different_positions(gateway):
    received = await asyncio.gather(*(gateway.receive(f"tin {number}") for number in range(12)))
    assert sorted(one.position for one in received) == list(range(1, 13))


async def test_neither_text_nor_address_stands_in_the_database_in_clear(gateway):
    await gateway.receive("tôi tên Nguyễn Văn Mẫu", address="0912345678", channel="sms")
    with psycopg.connect(gateway.settings.gateway_database_url) as connection:
        for table in ("conversation", "inbound_message", "procrastinate_jobs"):
            content = str(connection.execute(f"SELECT * FROM {table}").fetchall())
            assert "Mẫu" not in content and "0912345678" not in content


async def test_a_code_is_removed_before_it_is_stored(gateway):
    received = await gateway.receive("mã OTP của tôi là 123456")
    inbound = await gateway.inbound(received.inbound_id)
    assert inbound.text == "mã OTP của tôi là [đã xóa]"
    assert inbound.redacted == ["code"]


@pytest.mark.parametrize("event, opted_out", [("opted_out", True), ("opted_in", False)])
async def test_a_subscription_event_is_noted_and_needs_no_turn(gateway, event, opted_out):
    received = await gateway.receive(channel="sms", kind="event", event=event, raw_event="STOP")
    assert (await gateway.inbound(received.inbound_id)).state == "noted"
    assert ((await gateway.conversation(received.conversation_id)).opted_out_at is not None) == opted_out


async def arrives(gateway, text):
    """What is stored of one SMS, and what was said to it at once."""
    gateway.serial += 1
    inbound = Inbound("sms", f"m-{gateway.serial}", "+84912345678", "text", "mo", gateway.clock(), text=text)
    async with gateway.sessions() as session, session.begin():
        received = await receive_sms(session, gateway.outbox, inbound, gateway.clock())
    async with gateway.sessions() as session:
        said = await session.scalars(select(OutboundMessage.notice).where(OutboundMessage.conversation_id == received.conversation_id))
        return await session.get_one(InboundMessage, received.inbound_id), list(said)


async def test_words_that_opt_out_are_kept_for_people_to_read(gateway):
    message, said = await arrives(gateway, "HUY")
    assert (message.event, message.text, said) == ("opted_out", "HUY", ["opted_out"])


@pytest.mark.parametrize("text", ["đúng", "DUNG", "Từ chối", "stop"])
async def test_what_a_citizen_answers_an_officer_reaches_the_officer(gateway, text):
    received = await gateway.receive("xin chào", channel="sms", address="+84912345678")
    async with gateway.sessions() as session, session.begin():
        await claim(session, received.conversation_id, "officer", gateway.clock())
    message, said = await arrives(gateway, text)
    assert (message.kind, message.event, message.text, said) == ("text", None, text, [])


async def test_dung_after_choices_of_the_assistant_is_an_answer(gateway):
    gateway.bot.script = lambda _turn: {"replies": [{"text": "Khai nhà này?", "choices": [{"title": "Đúng", "payload": "/affirm"}]}]}
    await gateway.say("khai lưu trú", channel="sms", address="+84912345678")
    message, _ = await arrives(gateway, "DUNG")
    assert (message.event, message.text) == (None, "DUNG")


async def test_a_message_without_end_is_kept_up_to_the_limit(gateway):
    received = await gateway.receive("a" * 100_000)
    inbound = await gateway.inbound(received.inbound_id)
    assert (inbound.kind, len(inbound.text)) == ("too_long", MAXIMUM_CHARACTERS)


@pytest.mark.parametrize(
    "raw, text, kind",
    [
        ("  xin chào \n", "xin chào", "text"),
        ("a\x00b\x1bc\u202ed", "abcd", "text"),
        ("dòng một\r\ndòng hai", "dòng một\ndòng hai", "text"),
        ("Việt", "Việt", "text"),
        ("\ud800 lẻ", "lẻ", "text"),
        ("👨‍👩‍👧", "👨‍👩‍👧", "text"),
        ("", "", "empty"),
        (" \u200b\ufeff\x07 ", "", "empty"),
        ("x" * 4000, "x" * 4000, "text"),
        ("x" * 4001, "x" * 4000, "too_long"),
    ],
)
def test_text_is_cleaned(raw, text, kind):
    cleaned = clean(raw)
    assert (cleaned.text, cleaned.kind) == (text, kind)


async def test_messages_come_back_in_order_of_position(gateway):
    for number in range(3):
        await gateway.receive(f"tin {number}")
    async with gateway.sessions() as session:
        texts = await session.scalars(select(InboundMessage.text).order_by(InboundMessage.position))
        assert list(texts) == ["tin 0", "tin 1", "tin 2"]
