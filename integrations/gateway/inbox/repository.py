"""SQL of inbound messages."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.gateway.conversation.models import Conversation
from integrations.gateway.inbox.models import InboundMessage


async def find(session: AsyncSession, channel: str, provider_message_id: str) -> UUID | None:
    """The conversation of a message that was received before."""
    return await session.scalar(
        select(InboundMessage.conversation_id).where(InboundMessage.channel == channel, InboundMessage.provider_message_id == provider_message_id)
    )


async def add(session: AsyncSession, row: dict[str, Any]) -> bool:
    """Store one; False when a simultaneous delivery of the same message was first (its position stays unused)."""
    statement = insert(InboundMessage).values(row).on_conflict_do_nothing(index_elements=["channel", "provider_message_id"]).returning(InboundMessage.id)
    return (await session.execute(statement)).first() is not None


async def with_conversation(session: AsyncSession, inbound_id: UUID) -> tuple[InboundMessage, Conversation] | None:
    """A message and its conversation, the conversation locked until commit."""
    query = select(InboundMessage, Conversation).join(Conversation, Conversation.id == InboundMessage.conversation_id).where(InboundMessage.id == inbound_id)
    row = (await session.execute(query.with_for_update(of=Conversation))).one_or_none()
    return None if row is None else (row[0], row[1])


async def note_failure(session: AsyncSession, inbound_id: UUID, now: datetime) -> tuple[UUID, datetime] | None:
    """Count a failed try of a waiting message; its conversation and when the first try failed, or None when it is settled. Reads nothing encrypted."""
    statement = (
        update(InboundMessage)
        .where(InboundMessage.id == inbound_id, InboundMessage.state == "received")
        .values(failures=InboundMessage.failures + 1, first_failed_at=func.coalesce(InboundMessage.first_failed_at, now))
        .returning(InboundMessage.conversation_id, InboundMessage.first_failed_at)
        .execution_options(synchronize_session=False)
    )
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else (row[0], row[1])


async def settle(session: AsyncSession, inbound_id: UUID, state: str, now: datetime, understood: dict[str, Any] | None = None) -> bool:
    """Give a waiting message its final state; False when it has one already."""
    statement = (
        update(InboundMessage)
        .where(InboundMessage.id == inbound_id, InboundMessage.state == "received")
        .values(state=state, answered_at=now, understood=understood)
        .returning(InboundMessage.id)
        .execution_options(synchronize_session=False)
    )
    return (await session.execute(statement)).first() is not None
