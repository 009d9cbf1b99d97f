"""How long each kind of record is kept, and the job that deletes what is older. Erasure on request is `privacy.citizen`.

A bot session goes together with what the bot remembers under its sender id: afterwards nobody could name that any more.
"""

import logging
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase

from integrations.gateway.conversation.models import AwaitedResult, BotSession, Case, Conversation, JourneyRun
from integrations.gateway.database import Sessions
from integrations.gateway.inbox.models import InboundMessage
from integrations.gateway.internal.models import Attempt, Consent, Ticket
from integrations.gateway.outbox.models import OutboundMessage
from integrations.gateway.privacy.trackers import erase_trackers
from integrations.gateway.ussd.models import UssdSession

MESSAGES = timedelta(days=180)
CASES = timedelta(days=365)
TICKETS = timedelta(days=365)
CONSENTS = timedelta(days=3 * 365)
ATTEMPTS = timedelta(days=2)
AWAITED = timedelta(days=2)
BOT_SESSIONS = timedelta(days=180)
USSD_SESSIONS = timedelta(days=1)
BATCH = 1_000
logger = logging.getLogger(__name__)


def rules(now: datetime) -> list[tuple[type[DeclarativeBase], ColumnElement[bool]]]:
    """Each table with the rows that are past their time. The audit trail holds no personal data and stays.

    A conversation goes when nothing of it is left; that also takes its encrypted address away.
    """
    silent = Conversation.created_at < now - MESSAGES, func.coalesce(Conversation.last_inbound_at, Conversation.created_at) < now - MESSAGES
    remains = [select(table.id).where(table.conversation_id == Conversation.id).exists() for table in (InboundMessage, OutboundMessage, Case, Ticket, Consent)]
    empty = silent[0] & silent[1]
    for remainder in remains:
        empty &= ~remainder
    return [
        (Attempt, Attempt.at < now - ATTEMPTS),
        (AwaitedResult, AwaitedResult.created_at < now - AWAITED),
        (UssdSession, UssdSession.touched_at < now - USSD_SESSIONS),
        (OutboundMessage, OutboundMessage.created_at < now - MESSAGES),
        (InboundMessage, InboundMessage.received_at < now - MESSAGES),
        (BotSession, BotSession.last_turn_at < now - BOT_SESSIONS),
        (JourneyRun, JourneyRun.last_at < now - BOT_SESSIONS),
        (Case, (Case.state == "resolved") & (Case.resolved_at < now - CASES)),
        (Ticket, Ticket.closed_at < now - TICKETS),
        (Consent, Consent.recorded_at < now - CONSENTS),
        (Conversation, empty),
    ]


async def delete_expired(sessions: Sessions, now: datetime, tracker_database_url: str) -> dict[str, int]:
    """Delete in small transactions; returns how many rows per table. `tracker_database_url` is empty where the bot keeps nothing."""
    deleted: dict[str, int] = {}
    for table, condition in rules(now):
        count = 0
        while True:
            async with sessions() as session, session.begin():
                batch = await _delete_batch(session, table, condition, tracker_database_url)
            count += batch
            if batch < BATCH:
                break
        deleted[table.__tablename__] = count
    logger.info("expired records deleted", extra={"deleted": deleted})
    return deleted


async def _delete_batch(session: AsyncSession, table: type[DeclarativeBase], condition: ColumnElement[bool], tracker_database_url: str) -> int:
    key = table.__table__.primary_key.columns.values()[0]
    doomed = (await session.scalars(select(key).where(condition).limit(BATCH))).all()
    if tracker_database_url and table in (BotSession, Conversation):
        column = BotSession.id if table is BotSession else BotSession.conversation_id
        senders = (await session.scalars(select(BotSession.sender_id).where(column.in_(doomed)))).all()
        await erase_trackers(tracker_database_url, senders)
    result = await session.execute(delete(table).where(key.in_(doomed), condition).execution_options(synchronize_session=False))
    return result.rowcount
