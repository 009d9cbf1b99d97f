"""SQL of the console: one case, who holds it, and what an officer adds to it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.desk.accounts.models import StaffMember
from integrations.desk.console.models import CaseNote, Mention, Reveal, Submission
from integrations.gateway.conversation.models import Case
from integrations.gateway.inbox.models import InboundMessage
from integrations.gateway.outbox.models import OutboundMessage


async def latest_case(session: AsyncSession, conversation_id: UUID) -> Case | None:
    """The unresolved case, else the newest one."""
    newest = select(Case).where(Case.conversation_id == conversation_id).order_by(case((Case.state == "resolved", 1), else_=0), Case.opened_at.desc())
    return await session.scalar(newest.limit(1).execution_options(populate_existing=True))


async def cases_of(session: AsyncSession, conversation_id: UUID) -> Sequence[Case]:
    """All cases of one conversation, the newest first."""
    return (await session.scalars(select(Case).where(Case.conversation_id == conversation_id).order_by(Case.opened_at.desc()))).all()


async def holder(session: AsyncSession, conversation_id: UUID) -> StaffMember | None:
    """Who the unresolved case is assigned to."""
    found = select(StaffMember).join(Case, Case.assigned_to == StaffMember.id).where(Case.conversation_id == conversation_id, Case.state != "resolved")
    return await session.scalar(found)


async def change_case(session: AsyncSession, conversation_id: UUID, expected: Sequence[str], **values: object) -> bool:
    """One conditional UPDATE of the unresolved case; False when it is in none of the expected states."""
    changed = update(Case).where(Case.conversation_id == conversation_id, Case.state.in_(expected)).values(**values).returning(Case.id)
    return (await session.execute(changed.execution_options(synchronize_session=False))).first() is not None


async def first_time(session: AsyncSession, submission_id: UUID, staff_id: UUID, now: datetime) -> bool:
    """Whether this form was not sent before; remembers it."""
    added = insert(Submission).values(id=submission_id, staff_id=staff_id, at=now).on_conflict_do_nothing().returning(Submission.id)
    return (await session.execute(added)).first() is not None


async def last_reply_position(session: AsyncSession, conversation_id: UUID) -> int:
    """The position of the last thing an officer said to the citizen, 0 when there is none."""
    found = select(func.max(OutboundMessage.position)).where(OutboundMessage.conversation_id == conversation_id, OutboundMessage.author == "agent")
    return await session.scalar(found) or 0


async def unanswered_since(session: AsyncSession, conversation_id: UUID) -> datetime | None:
    """When the oldest message came that people have not answered; None when it is the citizen's turn."""
    current = await latest_case(session, conversation_id)
    if current is None:
        return None
    position = await last_reply_position(session, conversation_id)
    found = select(func.min(InboundMessage.received_at)).where(
        InboundMessage.conversation_id == conversation_id, InboundMessage.position > position, in_case(current.opened_at)
    )
    return await session.scalar(found)


async def keep_for_people(session: AsyncSession, conversation_id: UUID, now: datetime) -> None:
    """Messages whose turn has not begun belong to whoever holds the conversation now: a slow worker must not have them answered later."""
    waiting = update(InboundMessage).where(InboundMessage.conversation_id == conversation_id, InboundMessage.state == "received")
    await session.execute(waiting.values(state="kept", answered_at=now).execution_options(synchronize_session=False))


async def take_along(session: AsyncSession, last: Case, now: datetime) -> None:
    """What came since a case was ended, and was not looked at, lies with the one that is opened now."""
    unseen = (InboundMessage.conversation_id == last.conversation_id, InboundMessage.state == "kept", InboundMessage.position > last.attended)
    taken = update(InboundMessage).where(*unseen, InboundMessage.answered_at >= last.opened_at).values(answered_at=now)
    await session.execute(taken.execution_options(synchronize_session=False))


def in_case(opened_at: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
    """Messages that came into people's hands since a case was opened, even if they were sent a moment before it."""
    return or_(InboundMessage.state == "received", (InboundMessage.state == "kept") & (InboundMessage.answered_at >= opened_at))


async def add_note(session: AsyncSession, note: CaseNote, mentioned: Sequence[UUID]) -> None:
    session.add(note)
    await session.flush()
    session.add_all(Mention(note_id=note.id, staff_id=staff_id) for staff_id in mentioned)


async def members_named(session: AsyncSession, usernames: Sequence[str]) -> Sequence[StaffMember]:
    return (await session.scalars(select(StaffMember).where(StaffMember.username.in_(usernames), StaffMember.disabled_at.is_(None)))).all()


async def read_mentions(session: AsyncSession, staff_id: UUID, conversation_id: UUID, now: datetime) -> None:
    notes = select(CaseNote.id).where(CaseNote.conversation_id == conversation_id)
    unread = update(Mention).where(Mention.staff_id == staff_id, Mention.read_at.is_(None), Mention.note_id.in_(notes))
    await session.execute(unread.values(read_at=now).execution_options(synchronize_session=False))


async def reveal(session: AsyncSession, staff_id: UUID, subject_id: UUID, until: datetime) -> None:
    session.add(Reveal(staff_id=staff_id, subject_id=subject_id, until=until))


async def revealed_until(session: AsyncSession, staff_id: UUID, subject_id: UUID, now: datetime) -> datetime | None:
    """Until when this member may see this record's numbers in clear."""
    return await session.scalar(select(func.max(Reveal.until)).where(Reveal.staff_id == staff_id, Reveal.subject_id == subject_id, Reveal.until > now))


async def one_at_a_time(session: AsyncSession, staff_id: UUID) -> None:
    """Until the commit nothing else that asks so happens for this member: what is counted is what there is."""
    await session.execute(select(func.pg_advisory_xact_lock(staff_id.int & 0x7FFFFFFFFFFFFFFF)))


async def reveals_since(session: AsyncSession, staff_id: UUID, since: datetime) -> int:
    return await session.scalar(select(func.count()).where(Reveal.staff_id == staff_id, Reveal.until > since)) or 0
