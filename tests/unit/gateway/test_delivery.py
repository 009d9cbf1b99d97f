"""What happens to a message on its way to a provider, and what the provider tells later."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from integrations.channels.base import Ambiguous, Failed, Receipt, Reply, Sent, StaffEcho
from integrations.gateway.conversation.models import Case
from integrations.gateway.conversation.repository import reach
from integrations.gateway.conversation.service import claim
from integrations.gateway.errors import NotOwned
from integrations.gateway.outbox.delivery import RETRY_AFTER, DeliveryPostponed
from integrations.gateway.outbox.inquiry import settle_unknown
from integrations.gateway.outbox.models import OutboundMessage
from integrations.gateway.outbox.receipts import apply_receipt, note_echo, settle_echo
from integrations.gateway.outbox.service import retry_dead_letter
from tests.unit.gateway.conftest import FAILED_FOR_GOOD, FAILED_FOR_NOW, ScriptedSender


@pytest.fixture
async def message(gateway):
    [message] = await gateway.say("xin chào", channel="zalo")
    return message


async def stored(gateway, message) -> OutboundMessage:
    async with gateway.sessions() as session:
        return await session.get_one(OutboundMessage, message.id)


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


async def leave_unknown(gateway, message, died: bool, noted: bool = True) -> None:
    """The provider did not answer, or the sender died between request and answer (which the next one has `noted`)."""
    if not died:
        gateway.sender.outcomes = [Ambiguous("no answer")]
        return await gateway.delivery.deliver(message.id)
    send = gateway.sender.send

    async def die(*arguments):
        await send(*arguments)
        raise KeyboardInterrupt

    gateway.sender.send = die
    with pytest.raises(KeyboardInterrupt):
        await gateway.delivery.deliver(message.id)
    gateway.sender.send = send
    if noted:
        await gateway.delivery.deliver(message.id)
    return None


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


async def test_a_report_of_an_sms_finds_what_a_ussd_session_left(gateway):
    async with gateway.sessions() as session, session.begin():
        conversation = await reach(session, "ussd", "+84912345678", gateway.clock())
        [message] = await gateway.outbox.say(session, conversation, [Reply("Chào bác")], "agent", gateway.clock())
    gateway.outbox.senders = {"ussd": gateway.sender}
    gateway.sender.outcomes = [Sent(f"kannel:{message.id}")]
    await gateway.delivery.deliver(message.id)
    async with gateway.sessions() as session, session.begin():
        await apply_receipt(session, Receipt("sms", (f"kannel:{message.id}",), "delivered", gateway.clock(), "1", reference=str(message.id)))
    assert (await stored(gateway, message)).state == "delivered"


@pytest.mark.parametrize(
    "receipts, state",
    [
        (["delivered"], "delivered"),
        (["seen", "delivered"], "seen"),
        (["delivered", "delivered", "seen"], "seen"),
        (["accepted"], "sent"),
        (["failed"], "dead"),
        (["delivered", "failed"], "delivered"),
        (["failed", "delivered"], "dead"),
    ],
)
async def test_receipts_move_a_message_forward_only(gateway, message, receipts, state):
    await gateway.delivery.deliver(message.id)
    for one in receipts:
        async with gateway.sessions() as session, session.begin():
            await apply_receipt(session, Receipt("zalo", ("ref-1", "foreign"), one, gateway.clock(), one))
    assert (await stored(gateway, message)).state == state


@pytest.mark.parametrize(("receipts", "state"), [(["accepted"], "sent"), (["accepted", "delivered"], "delivered"), (["failed"], "dead")])
@pytest.mark.parametrize("died", [False, True])
async def test_a_receipt_with_our_reference_settles_an_unknown_fate(gateway, message, receipts, state, died):
    await leave_unknown(gateway, message, died)
    for one in receipts:
        async with gateway.sessions() as session, session.begin():  # of another channel: what a USSD session left to an SMS
            assert await apply_receipt(session, Receipt("sms", ("late-1",), one, gateway.clock(), one, reference=str(message.id)))
    settled = await stored(gateway, message)
    assert (settled.state, settled.provider_ref) == (state, "late-1")
    assert (settled.code is None) == (state != "dead")


@pytest.mark.parametrize("reference", ["not-an-id", "00000000-0000-4000-8000-000000000000", None])
async def test_a_receipt_with_another_reference_settles_nothing(gateway, message, reference):
    gateway.sender.outcomes = [Ambiguous("no answer")]
    await gateway.delivery.deliver(message.id)
    async with gateway.sessions() as session, session.begin():
        assert not await apply_receipt(session, Receipt("zalo", ("late-1",), "delivered", gateway.clock(), "x", reference=reference))
    assert (await stored(gateway, message)).state == "ambiguous"


@pytest.mark.parametrize(("minutes", "settled"), [(1, 0), (3, 1), (59, 1), (61, 0)])
async def test_a_provider_that_can_be_asked_settles_an_unknown_fate(gateway, message, minutes, settled):
    await leave_unknown(gateway, message, died=False)
    asked = []

    class Asked(ScriptedSender):
        async def inquire(self, address, message, reference, since, now):
            asked.append((address, message.text, reference, since))
            return Receipt("zalo", ("late-1",), "delivered", now, "asked", reference=reference)

    started = gateway.clock()
    gateway.outbox.senders["zalo"] = Asked()
    assert await settle_unknown(gateway.sessions, gateway.outbox, started + timedelta(minutes=minutes)) == settled
    assert asked == [("citizen", "Nghe: xin chào", str(message.id), started)] * settled
    assert (await stored(gateway, message)).state == ("delivered" if settled else "ambiguous")


async def test_a_provider_that_cannot_be_asked_leaves_it_unknown(gateway, message):
    await leave_unknown(gateway, message, died=False)
    assert await settle_unknown(gateway.sessions, gateway.outbox, gateway.clock() + timedelta(minutes=3)) == 0
    assert (await stored(gateway, message)).state == "ambiguous"


async def test_our_reference_under_another_name_of_the_providers_is_not_believed(gateway, message):
    await gateway.delivery.deliver(message.id)
    async with gateway.sessions() as session, session.begin():
        assert not await apply_receipt(session, Receipt("zalo", ("late-1",), "delivered", gateway.clock(), "x", reference=str(message.id)))


async def test_the_echo_of_our_own_message_changes_nothing(gateway, message):
    await gateway.delivery.deliver(message.id)
    async with gateway.sessions() as session, session.begin():
        await note_echo(session, StaffEcho("zalo", "ref-1", "citizen", gateway.clock(), "Nghe: xin chào"), gateway.clock())
        jobs = await session.execute(text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'settle_echo'"))
        assert jobs.scalar_one() == 0


async def test_an_echo_tells_what_became_of_an_unknown_fate(gateway, message):
    gateway.sender.outcomes = [Ambiguous("no answer")]
    await gateway.delivery.deliver(message.id)
    await settle(gateway, StaffEcho("zalo", "ref-9", "citizen", gateway.clock(), "Nghe: xin chào"))
    assert ((await stored(gateway, message)).state, (await stored(gateway, message)).provider_ref) == ("sent", "ref-9")
    assert (await gateway.conversation(message.conversation_id)).owner == "bot"


async def test_an_echo_of_a_message_whose_sender_died_is_ours(gateway, message):
    await leave_unknown(gateway, message, died=True, noted=False)
    assert (await stored(gateway, message)).state == "sending"
    await settle(gateway, StaffEcho("zalo", "ref-9", "citizen", gateway.clock(), "Nghe: xin chào"))
    assert ((await stored(gateway, message)).state, (await stored(gateway, message)).provider_ref) == ("sent", "ref-9")
    assert (await gateway.conversation(message.conversation_id)).owner == "bot"


async def test_an_officer_writing_in_the_providers_console_mutes_the_bot(gateway, message):
    await gateway.delivery.deliver(message.id)
    await settle(gateway, StaffEcho("zalo", "ref-9", "citizen", gateway.clock(), "Chào bác, cán bộ đây"))
    assert (await gateway.conversation(message.conversation_id)).owner == "queued"
    async with gateway.sessions() as session:
        rows = list(await session.scalars(select(OutboundMessage).order_by(OutboundMessage.position)))
        [case] = await session.scalars(select(Case))
    assert [(row.author, row.text, row.state) for row in rows[-1:]] == [("agent", "Chào bác, cán bộ đây", "sent")]
    assert case.reason == "staff_wrote_elsewhere"


async def settle(gateway, echo: StaffEcho) -> None:
    """Note the echo, then do what its job does."""
    async with gateway.sessions() as session, session.begin():
        await note_echo(session, echo, gateway.clock())
        query = "SELECT args, scheduled_at FROM procrastinate_jobs WHERE task_name = 'settle_echo'"
        [(arguments, scheduled_at)] = (await session.execute(text(query))).all()
    assert scheduled_at > datetime.now(UTC) and echo.text not in str(arguments)
    for _ in range(2):
        async with gateway.sessions() as session, session.begin():
            await settle_echo(session, UUID(arguments["conversation_id"]), arguments["provider_ref"], arguments["text"], gateway.clock())


async def test_only_an_owner_may_answer_for_staff(gateway, message):
    async with gateway.sessions() as session, session.begin():
        with pytest.raises(NotOwned):
            await gateway.outbox.send_from_agent(session, message.conversation_id, uuid4(), "Chào bác", gateway.clock())
        assert await claim(session, message.conversation_id, "officer", gateway.clock())
        assert not await claim(session, message.conversation_id, "another", gateway.clock())
        sent = await gateway.outbox.send_from_agent(session, message.conversation_id, uuid4(), "Chào bác", gateway.clock())
    assert (sent.author, sent.text, sent.state) == ("agent", "Chào bác", "pending")
