"""What the caretaker's sweep looks for, and what the desk forgets in time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.desk.accounts.models import StaffMember, StaffSession
from integrations.desk.caretaker.service import OFFICER_GONE, OFFICER_GONE_IN_DANGER
from integrations.desk.caretaker.waiting import ANSWERING_ROLES
from integrations.desk.console import repository
from integrations.desk.console.models import CaseNote, Reveal, Submission
from integrations.gateway.conversation.models import Case, Conversation
from integrations.gateway.inbox.models import InboundMessage

SESSIONS_KEPT = timedelta(days=2)
NOTES_KEPT = timedelta(days=365)


async def in_peoples_hands(session: AsyncSession, conversation_id: UUID) -> bool:
    """Without a lock: most messages are the assistant's and stop here."""
    return await session.scalar(select(Conversation.id).where(Conversation.id == conversation_id, Conversation.owner != "bot")) is not None


async def due_conversations(session: AsyncSession, now: datetime) -> Sequence[UUID]:
    """Waiting and untold, snoozed and due, finished and still unrated, left alone by an officer who is away, or with a message nobody has looked at."""
    newest = select(Case.id).where(Case.conversation_id == Conversation.id).order_by(Case.opened_at.desc()).limit(1).correlate(Conversation)
    untold = (Conversation.owner == "queued") & Case.told_at.is_(None)
    snoozed = (Case.state == "snoozed") & (Case.snoozed_until <= now)
    rating = (Conversation.owner == "agent") & (Case.state == "resolved")
    gone = or_(StaffMember.last_seen_at.is_(None), StaffMember.last_seen_at < now - OFFICER_GONE)
    gone_in_danger = (Case.reason == "emergency") & (StaffMember.last_seen_at < now - OFFICER_GONE_IN_DANGER)
    answers_nobody = or_(StaffMember.disabled_at.is_not(None), StaffMember.role.not_in(ANSWERING_ROLES))
    away = (Case.state == "assigned") & or_(gone, gone_in_danger, answers_nobody)
    unseen = select(InboundMessage.id).where(
        InboundMessage.conversation_id == Conversation.id, InboundMessage.position > Case.attended, repository.in_case(Case.opened_at)
    )
    found = (
        select(Conversation.id)
        .join(Case, Case.id == newest.scalar_subquery())
        .outerjoin(StaffMember, StaffMember.id == Case.assigned_to)
        .where(Conversation.owner != "bot", or_(untold, snoozed, rating, away, unseen.exists()))
    )
    return (await session.scalars(found)).all()


async def forget(session: AsyncSession, now: datetime) -> None:
    """Old sign-ins, forms and permissions, and notes as old as their cases may get."""
    await session.execute(delete(StaffSession).where(StaffSession.created_at < now - SESSIONS_KEPT))
    await session.execute(delete(Submission).where(Submission.at < now - SESSIONS_KEPT))
    await session.execute(delete(Reveal).where(Reveal.until < now - SESSIONS_KEPT))
    await session.execute(delete(CaseNote).where(CaseNote.created_at < now - NOTES_KEPT))
