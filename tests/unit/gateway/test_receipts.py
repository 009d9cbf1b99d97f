"""What a provider tells later of a message: receipts, and echoes of what was written in its own console."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text

from integrations.channels.base import Ambiguous, Receipt, Reply, Sent, StaffEcho
from integrations.gateway.conversation.models import Case
from integrations.gateway.conversation.repository import reach
from integrations.gateway.outbox.inquiry import settle_unknown
from integrations.gateway.outbox.models import OutboundMessage
from integrations.gateway.outbox.receipts import apply_receipt, note_echo, settle_echo
from tests.unit.gateway.conftest import ScriptedSender, leave_unknown, stored


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
