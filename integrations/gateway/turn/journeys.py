"""Which journeys citizens go through, where they stand and how they end: written with each turn, read by the weekly report."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.gateway.conversation.models import Conversation, JourneyRun
from integrations.gateway.turn.bot import TurnAnswer

PUT_OFF = "put_off"
SAME_RUN = timedelta(hours=48)
"""An unfinished journey keeps its session so long (conversation.sessions); what comes later is another attempt."""


async def note_journeys(session: AsyncSession, conversation: Conversation, answer: TurnAnswer, now: datetime) -> None:
    """In the turn's own transaction, under the conversation's lock. A turn outside every journey costs nothing."""
    ended = [signal.model_dump() for signal in answer.signals if signal.name == "journey_ended"]
    for fields in ended:
        run = await _run(session, conversation, str(fields.get("journey"))[:64], now)
        run.ended_at, run.outcome, run.last_at = now, str(fields.get("outcome"))[:16], now
        await session.flush()
    if answer.state.journey:
        run = await _run(session, conversation, answer.state.journey[:64], now)
        run.step, run.last_at = (answer.state.step or "")[:64] or None, now


async def _run(session: AsyncSession, conversation: Conversation, journey: str, now: datetime) -> JourneyRun:
    """The one that is going on, or goes on after the citizen has put it off, or a new one."""
    unfinished = or_(JourneyRun.ended_at.is_(None), JourneyRun.outcome == PUT_OFF)
    found = select(JourneyRun).where(JourneyRun.conversation_id == conversation.id, JourneyRun.journey == journey, unfinished)
    run = await session.scalar(found.order_by(JourneyRun.ended_at.is_not(None), JourneyRun.ended_at.desc()).limit(1))
    if run is not None and now - run.last_at > SAME_RUN:
        if run.outcome != PUT_OFF:
            run.ended_at, run.outcome = run.last_at, "abandoned"
            await session.flush()
        run = None
    if run is not None:
        run.ended_at = run.outcome = None
    if run is None:
        run = JourneyRun(conversation_id=conversation.id, journey=journey, started_at=now, last_at=now)
        session.add(run)
    return run
