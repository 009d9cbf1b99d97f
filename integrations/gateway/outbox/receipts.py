"""What providers tell later: receipts (may come twice, late and out of order) and messages that staff wrote in the provider's own console."""

from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID, uuid4

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.channels.base import Receipt, StaffEcho
from integrations.gateway.conversation import repository as conversations
from integrations.gateway.conversation import service as ownership
from integrations.gateway.encryption import keyring_of
from integrations.gateway.jobs import HOUSEKEEPING, SETTLE_ECHO, defer
from integrations.gateway.notifications import announce
from integrations.gateway.outbox import repository
from integrations.gateway.outbox.models import OutboundMessage

ECHO_CONTEXT = "job.echo_text"
_RANK = {"pending": 0, "sending": 0, "ambiguous": 1, "sent": 2, "delivered": 3, "seen": 4}
ECHO_PATIENCE = timedelta(seconds=20)  # our own message's echo may overtake the answer to our request


async def apply_receipt(session: AsyncSession, receipt: Receipt) -> int:
    """Move messages forward, never back; returns how many changed. References that are not ours are ignored.

    A message whose request was never answered has no reference of the provider's yet, and what a USSD session left to an SMS is of another channel:
    our own reference finds both.
    """
    changed = 0
    for provider_ref in receipt.provider_refs:
        message = await repository.by_provider_ref(session, receipt.channel, provider_ref)
        if message is None and receipt.reference:
            message = await repository.by_reference(session, receipt.reference, provider_ref)
        if message is not None and _apply(message, receipt):
            message.provider_ref, message.sent_at = provider_ref, message.sent_at or receipt.occurred_at
            await announce(session, message.conversation_id, "delivery", message.position)
            changed += 1
    return changed


def _apply(message: OutboundMessage, receipt: Receipt) -> bool:
    if receipt.state == "failed":
        if message.state in ("delivered", "seen", "dead"):
            return False
        message.state, message.reason, message.code = "dead", receipt.reason, receipt.raw_state[:64]
        return True
    state = "sent" if receipt.state == "accepted" else receipt.state
    if message.state == "dead" or _RANK[state] <= _RANK[message.state]:
        return False
    message.state = state
    message.reason = message.code = None  # of a try that was not answered
    if state == "delivered":
        message.delivered_at = receipt.occurred_at
    elif state == "seen":
        message.delivered_at = message.delivered_at or receipt.occurred_at
        message.seen_at = receipt.occurred_at
    return True


async def seen_on_web(session: AsyncSession, conversation_id: UUID, position: int, state: Literal["delivered", "seen"], now: datetime) -> None:
    """The citizen's page has messages up to a position, in sight (`seen`) or behind another tab."""
    earlier = ("sent", "delivered") if state == "seen" else ("sent",)
    changed = (
        update(OutboundMessage)
        .where(
            OutboundMessage.conversation_id == conversation_id, OutboundMessage.channel == "web", OutboundMessage.position <= position,
            OutboundMessage.state.in_(earlier),
        )
        .values(state=state, delivered_at=func.coalesce(OutboundMessage.delivered_at, now), **({"seen_at": now} if state == "seen" else {}))
        .returning(OutboundMessage.position)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    positions = (await session.scalars(changed)).all()
    if positions:
        await announce(session, conversation_id, "delivery", max(positions))


async def note_echo(session: AsyncSession, echo: StaffEcho, now: datetime) -> None:
    """Remember an echo until our own sends have had time to be recorded; `settle_echo` then decides whose message it is."""
    conversation = await conversations.find(session, echo.channel, echo.address)
    if conversation is None or await repository.by_provider_ref(session, echo.channel, echo.provider_ref) is not None:
        return
    text = keyring_of(session.get_bind().dialect).encrypt_text(echo.text or "", ECHO_CONTEXT)
    arguments = {"conversation_id": str(conversation.id), "provider_ref": echo.provider_ref, "text": text}
    await defer(session, SETTLE_ECHO, HOUSEKEEPING, arguments, at=datetime.now(UTC) + ECHO_PATIENCE)


async def settle_echo(session: AsyncSession, conversation_id: UUID, provider_ref: str, text: str, now: datetime) -> None:
    """The echo is of a message we know, or answers what became of an ambiguous one, or was written by staff elsewhere: then the bot steps back."""
    conversation = await conversations.lock(session, conversation_id)
    if conversation is None or await repository.by_provider_ref(session, conversation.channel, provider_ref) is not None:
        return
    said = keyring_of(session.get_bind().dialect).decrypt_text(text, ECHO_CONTEXT)
    for message in await repository.of_unknown_fate(session, conversation_id):
        if message.text == said:
            message.state, message.provider_ref, message.sent_at = "sent", provider_ref, now
            await announce(session, conversation_id, "delivery", message.position)
            return
    position = await conversations.take_positions(session, conversation_id, 1)
    row = OutboundMessage(
        id=uuid4(), conversation_id=conversation_id, position=position, channel=conversation.channel, author="agent", text=said,
        state="sent", provider_ref=provider_ref, created_at=now, sent_at=now,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    await announce(session, conversation_id, "outbound", position)
    await ownership.hand_over(session, conversation_id, "staff_wrote_elsewhere", None, now, actor="provider_console")
