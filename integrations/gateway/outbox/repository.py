"""SQL of outbound messages."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.channels.base import Choice
from integrations.gateway.conversation.models import Conversation
from integrations.gateway.outbox.models import OutboundMessage


async def start_sending(session: AsyncSession, message_id: UUID, now: datetime) -> tuple[OutboundMessage, str] | None:
    """Mark a pending message as being sent; the message and the citizen's address, or None when it is not pending."""
    statement = (
        update(OutboundMessage)
        .where(OutboundMessage.id == message_id, OutboundMessage.state == "pending", Conversation.id == OutboundMessage.conversation_id)
        .values(state="sending", sending_since=now, attempts=OutboundMessage.attempts + 1)
        .returning(OutboundMessage, Conversation.address)
    )
    row = (await session.execute(statement, execution_options={"populate_existing": True, "synchronize_session": False})).one_or_none()
    return None if row is None else (row[0], row[1])


async def settle(session: AsyncSession, message_id: UUID, expected: Sequence[str], **values: object) -> OutboundMessage | None:
    """Change a message that is in one of the `expected` states; None when it is not."""
    statement = update(OutboundMessage).where(OutboundMessage.id == message_id, OutboundMessage.state.in_(expected)).values(**values).returning(OutboundMessage)
    return (await session.scalars(statement, execution_options={"populate_existing": True})).one_or_none()


async def by_provider_ref(session: AsyncSession, channel: str, provider_ref: str) -> OutboundMessage | None:
    query = select(OutboundMessage).where(OutboundMessage.channel == channel, OutboundMessage.provider_ref == provider_ref)
    return await session.scalar(query.with_for_update())


async def by_reference(session: AsyncSession, reference: str, provider_ref: str) -> OutboundMessage | None:
    """The message that was sent under it last, locked, unless the provider is known to call it otherwise."""
    try:
        message_id = UUID(reference[:36])
    except ValueError:
        return None
    known = or_(OutboundMessage.provider_ref.is_(None), OutboundMessage.provider_ref == provider_ref)
    message = await session.scalar(select(OutboundMessage).where(OutboundMessage.id == message_id, known).with_for_update())
    return message if message is not None and message.reference == reference else None


async def offered_in_session(session: AsyncSession, conversation_id: UUID, since: datetime) -> list[Choice]:
    """Every choice offered since then, the newest first."""
    query = select(OutboundMessage.choices).where(
        OutboundMessage.conversation_id == conversation_id, OutboundMessage.created_at >= since, OutboundMessage.choices.is_not(None)
    )
    rows = await session.scalars(query.order_by(OutboundMessage.position.desc()).limit(50))
    return [Choice(choice["title"], choice["payload"]) for choices in rows for choice in choices or []]


async def noticed_since(session: AsyncSession, conversation_id: UUID, notice: str, since: datetime) -> bool:
    query = select(OutboundMessage.id).where(
        OutboundMessage.conversation_id == conversation_id, OutboundMessage.notice == notice, OutboundMessage.created_at >= since
    )
    return await session.scalar(query.limit(1)) is not None


async def answers(session: AsyncSession, inbound_id: UUID) -> Sequence[OutboundMessage]:
    """What answered one inbound message, in order."""
    query = select(OutboundMessage).where(OutboundMessage.inbound_id == inbound_id, OutboundMessage.part.is_not(None))
    return (await session.scalars(query.order_by(OutboundMessage.part))).all()


async def of_unknown_fate(session: AsyncSession, conversation_id: UUID) -> Sequence[OutboundMessage]:
    """Messages of one conversation whose request may have reached the provider (a dead worker's too), locked until commit."""
    unknown = OutboundMessage.state.in_(("sending", "ambiguous"))
    query = select(OutboundMessage).where(OutboundMessage.conversation_id == conversation_id, unknown)
    return (await session.scalars(query.order_by(OutboundMessage.position).with_for_update())).all()


async def unknown_between(session: AsyncSession, first: datetime, last: datetime, limit: int = 50) -> Sequence[tuple[OutboundMessage, str]]:
    """Messages of unknown fate that were sent in that time, the oldest first, each with its citizen's address."""
    query = select(OutboundMessage, Conversation.address).join(Conversation, Conversation.id == OutboundMessage.conversation_id)
    query = query.where(OutboundMessage.state == "ambiguous", OutboundMessage.sending_since.between(first, last))
    rows = await session.execute(query.order_by(OutboundMessage.sending_since).limit(limit))
    return [(row[0], row[1]) for row in rows]


async def in_trouble(session: AsyncSession, limit: int = 500) -> Sequence[OutboundMessage]:
    """Dead letters and messages of unknown fate, the newest first."""
    query = select(OutboundMessage).where(OutboundMessage.state.in_(("dead", "ambiguous")))
    return (await session.scalars(query.order_by(OutboundMessage.created_at.desc()).limit(limit))).all()
