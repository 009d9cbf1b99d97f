"""When the bot gets a fresh sender id: trackers stay short, and an old matter does not leak into a new one (architecture decision 1)."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from integrations.gateway.conversation import repository
from integrations.gateway.conversation.models import BotSession

IDLE = {"web": timedelta(hours=1), "zalo": timedelta(hours=24), "sms": timedelta(hours=24), "ussd": timedelta(hours=1)}
IDLE_IN_JOURNEY = timedelta(hours=48)
MAXIMUM_EVENTS = 300
MAXIMUM_EVENTS_IN_JOURNEY = 900  # a journey is not cut in the middle unless it runs away
EVENTS_PER_TURN = 8  # assumed when the bot does not say; measured 7.2 (shared/reliability.md §7.2)


def reason_to_end(bot_session: BotSession, channel: str, now: datetime) -> str | None:
    """Why the next message needs a new session: `idle`, `long`, or None."""
    idle = IDLE_IN_JOURNEY if bot_session.journey else IDLE[channel]
    if now - bot_session.last_turn_at > idle:
        return "idle"
    maximum = MAXIMUM_EVENTS_IN_JOURNEY if bot_session.journey else MAXIMUM_EVENTS
    return "long" if bot_session.events >= maximum else None


async def session_for_turn(session: AsyncSession, conversation_id: UUID, channel: str, now: datetime) -> BotSession:
    """The open bot session, or a new one with a random sender id (192 bits)."""
    current = await repository.open_session(session, conversation_id)
    if current is not None:
        reason = reason_to_end(current, channel, now)
        if reason is None:
            return current
        current.ended_at, current.end_reason = now, reason
        await session.flush()
    fresh = BotSession(id=uuid4(), conversation_id=conversation_id, sender_id=secrets.token_urlsafe(24), started_at=now, last_turn_at=now)
    fresh.turns = fresh.events = 0
    session.add(fresh)
    await session.flush()
    return fresh
