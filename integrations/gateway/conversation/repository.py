"""SQL of conversations, bot sessions and cases."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.gateway.conversation.models import BotSession, Case, Conversation
from integrations.gateway.encryption import keyring_of


def keyed_hash(session: AsyncSession, value: str, purpose: str) -> str:
    """64 hex digits by which a value is found again without being stored."""
    return keyring_of(session.get_bind().dialect).keyed_hash(value, purpose)


def address_index(session: AsyncSession, channel: str, address: str) -> str:
    return keyed_hash(session, address, f"address.{channel}")


async def find(session: AsyncSession, channel: str, address: str) -> Conversation | None:
    query = select(Conversation).where(Conversation.channel == channel, Conversation.address_index == address_index(session, channel, address))
    return await session.scalar(query)


async def arrive(session: AsyncSession, channel: str, address: str, network: str | None, now: datetime) -> Conversation:
    """The citizen's conversation, made on first contact, locked until commit. Its `next_position` - 1 is the newcomer's position."""
    network_index = keyed_hash(session, network, "network") if network else None
    row = insert(Conversation).values(
        id=uuid4(),
        channel=channel,
        address=address,
        address_index=address_index(session, channel, address),
        network_index=network_index,
        owner_since=now,
        next_position=2,
        last_inbound_at=now,
        created_at=now,
    )
    changes: dict[str, Any] = {"next_position": Conversation.next_position + 1, "last_inbound_at": now}
    if network_index:
        changes["network_index"] = network_index
    statement = row.on_conflict_do_update(index_elements=["channel", "address_index"], set_=changes).returning(Conversation)
    return (await session.scalars(statement, execution_options={"populate_existing": True})).one()


async def reach(session: AsyncSession, channel: str, address: str, now: datetime) -> Conversation:
    """The conversation in which we write first, made when there is none, locked until commit. Nothing has arrived in it."""
    row = insert(Conversation).values(
        id=uuid4(), channel=channel, address=address, address_index=address_index(session, channel, address), owner_since=now, created_at=now
    )
    await session.execute(row.on_conflict_do_nothing(index_elements=["channel", "address_index"]))
    query = select(Conversation).where(Conversation.channel == channel, Conversation.address_index == address_index(session, channel, address))
    return (await session.scalars(query.with_for_update(), execution_options={"populate_existing": True})).one()


async def lock(session: AsyncSession, conversation_id: UUID) -> Conversation | None:
    """The conversation as it is now, locked until commit."""
    return await session.get(Conversation, conversation_id, with_for_update=True, populate_existing=True)


async def take_positions(session: AsyncSession, conversation_id: UUID, count: int) -> int:
    """Reserve `count` positions; returns the first. Locks the conversation until commit."""
    statement = (
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(next_position=Conversation.next_position + count)
        .returning(Conversation.next_position)
        .execution_options(synchronize_session=False)
    )
    return (await session.execute(statement)).scalar_one() - count


async def change_owner(session: AsyncSession, conversation_id: UUID, owner: str, expected: Sequence[str], now: datetime) -> bool:
    """Hand the conversation over if one of `expected` owns it; False when it does not."""
    statement = (
        update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.owner.in_(expected))
        .values(owner=owner, owner_since=now)
        .returning(Conversation.id)
        .execution_options(synchronize_session=False)
    )
    return (await session.execute(statement)).first() is not None


async def open_case(session: AsyncSession, conversation_id: UUID, reason: str, summary: str | None, now: datetime) -> UUID | None:
    """A new case, or None when an unresolved one already stands."""
    statement = (
        insert(Case)
        .values(id=uuid4(), conversation_id=conversation_id, reason=reason, summary=summary, opened_at=now)
        .on_conflict_do_nothing(index_elements=["conversation_id"], index_where=Case.state != "resolved")
        .returning(Case.id)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def tell_again(session: AsyncSession, conversation_id: UUID) -> None:
    """The citizen of the unresolved case is in the queue once more, and hears how long it will take."""
    unresolved = update(Case).where(Case.conversation_id == conversation_id, Case.state != "resolved")
    await session.execute(unresolved.values(told_at=None).execution_options(synchronize_session=False))


async def change_reason(session: AsyncSession, conversation_id: UUID, reason: str) -> None:
    """The unresolved case of the conversation has another reason from now on; an emergency stays one."""
    unresolved = (Case.conversation_id == conversation_id, Case.state != "resolved", Case.reason != "emergency")
    await session.execute(update(Case).where(*unresolved).values(reason=reason).execution_options(synchronize_session=False))


async def open_session(session: AsyncSession, conversation_id: UUID) -> BotSession | None:
    """The bot session that is open now."""
    return await session.scalar(select(BotSession).where(BotSession.conversation_id == conversation_id, BotSession.ended_at.is_(None)))


async def session_of_sender(session: AsyncSession, sender_id: str) -> BotSession | None:
    return await session.scalar(select(BotSession).where(BotSession.sender_id == sender_id))


async def end_open_session(session: AsyncSession, conversation_id: UUID, reason: str, now: datetime) -> None:
    await session.execute(
        update(BotSession)
        .where(BotSession.conversation_id == conversation_id, BotSession.ended_at.is_(None))
        .values(ended_at=now, end_reason=reason)
        .execution_options(synchronize_session=False)
    )


async def sender_ids(session: AsyncSession, conversation_id: UUID) -> list[str]:
    """Every name under which the bot has known this conversation."""
    return list(await session.scalars(select(BotSession.sender_id).where(BotSession.conversation_id == conversation_id)))
