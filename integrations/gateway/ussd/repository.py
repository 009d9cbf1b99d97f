"""SQL of USSD sessions."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.channels.ussd import CHANNEL, UssdRequest
from integrations.gateway.conversation import repository as conversations
from integrations.gateway.conversation.models import Conversation
from integrations.gateway.ussd.models import UssdSession


def session_index(session: AsyncSession, provider: str, session_id: str) -> str:
    return conversations.keyed_hash(session, session_id, f"ussd.session.{provider}")


async def conversation(session: AsyncSession, msisdn: str, now: datetime) -> Conversation:
    """The subscriber's conversation, locked until commit (before any session row, always)."""
    known = await conversations.find(session, CHANNEL, msisdn)
    if known is None:
        return await conversations.arrive(session, CHANNEL, msisdn, None, now)
    return await conversations.lock(session, known.id) or known


async def open_session(session: AsyncSession, request: UssdRequest, conversation_id: UUID, since: datetime) -> UssdSession | None:
    """This subscriber's session; a session id belongs to one number, and not for ever."""
    query = select(UssdSession).where(
        UssdSession.provider == request.provider,
        UssdSession.session_index == session_index(session, request.provider, request.session_id),
        UssdSession.conversation_id == conversation_id,
        UssdSession.ended_at.is_(None),
        UssdSession.touched_at >= since,
    )
    return await session.scalar(query.with_for_update())


async def locked(session: AsyncSession, session_id: UUID) -> UssdSession:
    return await session.get_one(UssdSession, session_id, with_for_update=True, populate_existing=True)


async def broken_off(session: AsyncSession, conversation_id: UUID, since: datetime) -> UssdSession | None:
    """The last session, if it was dropped in the middle of an answer (the operator may have told us, or not)."""
    query = select(UssdSession).where(UssdSession.conversation_id == conversation_id, UssdSession.touched_at >= since).order_by(UssdSession.touched_at.desc())
    last = await session.scalar(query.limit(1))
    if last is None or last.state["ended"]:
        return None
    return last if last.state["phase"] == "answer" or last.waiting_for is not None else None


async def add(session: AsyncSession, request: UssdRequest, conversation_id: UUID, state: dict[str, Any], now: datetime) -> UssdSession:
    row = UssdSession(
        id=uuid4(),
        provider=request.provider,
        session_index=session_index(session, request.provider, request.session_id),
        conversation_id=conversation_id,
        state=state,
        requests=0,
        started_at=now,
        touched_at=now,
    )
    session.add(row)
    await session.flush()
    return row


async def end(session: AsyncSession, current: UssdSession | None, now: datetime) -> None:
    if current is not None:
        current.ended_at = now
        await session.flush()


async def end_all(session: AsyncSession, conversation_id: UUID, now: datetime) -> None:
    """A phone has one session at a time."""
    await session.execute(
        update(UssdSession)
        .where(UssdSession.conversation_id == conversation_id, UssdSession.ended_at.is_(None))
        .values(ended_at=now)
        .execution_options(synchronize_session="fetch")
    )
