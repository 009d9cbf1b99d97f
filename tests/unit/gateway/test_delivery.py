"""What happens to a message on its way to a provider."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from integrations.channels.base import Ambiguous, Failed, Receipt, Reply, Sent
from integrations.gateway.conversation.repository import reach
from integrations.gateway.conversation.service import claim
from integrations.gateway.errors import NotOwned
from integrations.gateway.outbox.delivery import RETRY_AFTER, DeliveryPostponed
from integrations.gateway.outbox.receipts import apply_receipt
from integrations.gateway.outbox.service import retry_dead_letter
from tests.unit.gateway.conftest import FAILED_FOR_GOOD, FAILED_FOR_NOW, leave_unknown, stored


async def test_a_message_is_sent_once_with_the_providers_reference(gateway, message):
    await gateway.delivery.deliver(message.id)
    await gateway.delivery.deliver(message.id)
    assert gateway.sender.sent == [("citizen", "Nghe: xin chào")]
    assert ((await stored(gateway, message)).state, (await stored(gateway, message)).provider_ref) == ("sent", "ref-1")


async def test_a_busy_provider_is_tried_again_with_growing_pauses_then_given_up(gateway, message):
    gateway.sender.outcomes = [FAILED_FOR_NOW] * 20
    waits = []
    for _ in RETRY_AFTER:
        with pytest.raises(DeliveryPostponed) as postponed:
            await gateway.delivery.deliver(message.id)
        waits.append(postponed.value.seconds)
    assert tuple(waits) == RETRY_AFTER
    await gateway.delivery.deliver(message.id)
    dead = await stored(gateway, message)
    assert (dead.state, dead.code, dead.reason) == ("dead", "-32", "busy")
    assert gateway.sender.sent == []


async def test_a_provider_may_ask_for_a_longer_pause(gateway, message):
    gateway.sender.outcomes = [Failed("night", True, "-234", retry_after=28_800)]
    with pytest.raises(DeliveryPostponed) as postponed:
        await gateway.delivery.deliver(message.id)
    assert postponed.value.seconds == 28_800


async def test_a_refusal_for_good_is_a_dead_letter_at_once_and_can_be_retried_by_a_person(gateway, message):
    gateway.sender.outcomes = [FAILED_FOR_GOOD]
    await gateway.delivery.deliver(message.id)
    assert (await stored(gateway, message)).state == "dead"
    async with gateway.sessions() as session, session.begin():
        assert await retry_dead_letter(session, message.id, "operator", gateway.clock())
    await gateway.delivery.deliver(message.id)
    assert (await stored(gateway, message)).state == "sent"


async def test_an_unknown_fate_is_never_sent_again_blindly(gateway, message):
    gateway.sender.outcomes = [Ambiguous("no answer")]
    await gateway.delivery.deliver(message.id)
    await gateway.delivery.deliver(message.id)
    assert (await stored(gateway, message)).state == "ambiguous"
    async with gateway.sessions() as session, session.begin():
        assert not await retry_dead_letter(session, message.id, "operator", gateway.clock())
    assert len(gateway.sender.sent) == 1


async def test_a_sender_that_died_between_request_and_answer_leaves_an_unknown_fate(gateway, message):
    await leave_unknown(gateway, message, died=True)
    assert (await stored(gateway, message)).state == "ambiguous"
    assert len(gateway.sender.sent) == 1


async def test_a_slow_sender_that_was_taken_for_dead_leaves_a_job_when_the_provider_was_busy(gateway, message):
    send = gateway.sender.send

    async def outlive_a_second_run(*arguments):
        gateway.sender.send = send
        await gateway.delivery.deliver(message.id)  # the rescued job; it ends
        async with gateway.sessions() as session, session.begin():
            await session.execute(text("DELETE FROM procrastinate_jobs"))
        return FAILED_FOR_NOW

    gateway.sender.send = outlive_a_second_run
    await gateway.delivery.deliver(message.id)
    assert (await stored(gateway, message)).state == "pending"
    async with gateway.sessions() as session:
        [arguments] = await session.scalars(text("SELECT args FROM procrastinate_jobs WHERE task_name = 'deliver'"))
    await gateway.delivery.deliver(UUID(arguments["message_id"]))
    assert (await stored(gateway, message)).state == "sent"


async def deliveries(gateway) -> int:
    """Delivery jobs in the queue."""
    async with gateway.sessions() as session:
        return (await session.execute(text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'deliver'"))).scalar_one()


@pytest.mark.parametrize("channel", ["zalo", "sms", "ussd"])
async def test_the_worker_makes_dead_letters_of_a_channel_without_a_sender(gateway, channel):
    async with gateway.sessions() as session, session.begin():
        conversation = await reach(session, channel, "+84912345678", gateway.clock())
        [message] = await gateway.outbox.say(session, conversation, [Reply("Chào bác")], "agent", gateway.clock())
    await gateway.work()
    assert ((await stored(gateway, message)).state, (await stored(gateway, message)).code) == ("dead", "no_sender")
    assert await deliveries(gateway) == 0


async def test_a_message_that_is_sent_again_has_a_name_of_its_own(gateway, message):
    """eSMS takes a second request with the same name for a repetition; a late report on the first one must not be believed of the second."""
    names = []

    async def send(_address, _message, reference):
        names.append(reference)
        return Sent(f"provider:{reference}")

    gateway.sender.send = send
    await gateway.delivery.deliver(message.id)
    failed = Receipt("zalo", (f"provider:{message.id}",), "failed", gateway.clock(), "3", reference=str(message.id))
    async with gateway.sessions() as session, session.begin():
        assert await apply_receipt(session, failed)
        assert await retry_dead_letter(session, message.id, "operator", gateway.clock())
        assert not await apply_receipt(session, failed)
    await gateway.delivery.deliver(message.id)
    assert names == [str(message.id), f"{message.id}-1"]
    async with gateway.sessions() as session, session.begin():
        assert not await apply_receipt(session, failed)
        again = replace(failed, provider_refs=(f"provider:{names[1]}",), state="delivered", reference=names[1])
        assert await apply_receipt(session, again)
    assert (await stored(gateway, message)).state == "delivered"
    assert len(f"{message.id}-99") <= 50  # eSMS's limit for a RequestId


async def test_only_an_owner_may_answer_for_staff(gateway, message):
    async with gateway.sessions() as session, session.begin():
        with pytest.raises(NotOwned):
            await gateway.outbox.send_from_agent(session, message.conversation_id, uuid4(), "Chào bác", gateway.clock())
        assert await claim(session, message.conversation_id, "officer", gateway.clock())
        assert not await claim(session, message.conversation_id, "another", gateway.clock())
        sent = await gateway.outbox.send_from_agent(session, message.conversation_id, uuid4(), "Chào bác", gateway.clock())
    assert (sent.author, sent.text, sent.state) == ("agent", "Chào bác", "pending")
