"""The queue: which conversations are in people's hands, in the order in which they should be answered."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from integrations.desk.accounts.models import StaffMember, StaffUnit
from integrations.desk.accounts.service import Visitor
from integrations.desk.console.models import CaseNote, Mention
from integrations.desk.console.repository import in_case
from integrations.desk.office.service import Office
from integrations.gateway.conversation.models import Case, Conversation
from integrations.gateway.inbox.models import InboundMessage
from integrations.gateway.outbox.models import OutboundMessage

View = Literal["waiting", "mine", "assigned", "snoozed", "mentions", "failed", "resolved"]
VIEWS: tuple[View, ...] = ("waiting", "mine", "assigned", "snoozed", "mentions", "failed", "resolved")
SHOWN = 200
RECENT_FAILURES = timedelta(days=7)


@dataclass(frozen=True)
class QueueItem:
    """One line. `unanswered_since` is when the citizen's first unanswered message came, None when it is the citizen's turn.

    Without a case (`case_id` to `opened_at` None) people have only to look: at a message that did not arrive, or at a note that names them.
    """

    conversation_id: UUID
    channel: str
    owner: str
    case_id: UUID | None
    state: str | None
    reason: str | None
    label: str | None
    opened_at: datetime | None
    first_reply_at: datetime | None
    assigned_to: UUID | None
    assignee: str | None
    unit: str | None
    snoozed_until: datetime | None
    unanswered_since: datetime | None
    preview: str | None

    @property
    def urgent(self) -> bool:
        return self.reason == "emergency"

    def answer_by(self, office: Office) -> datetime | None:
        """By when the office has promised the first or the next answer; None when no answer is owed. An emergency knows no office hours."""
        if self.opened_at is None or self.state not in ("open", "assigned"):
            return None
        since, minutes = (self.opened_at, office.promise_first) if self.first_reply_at is None else (self.unanswered_since, office.promise_next)
        if since is None:
            return None
        return since + timedelta(minutes=minutes) if self.urgent else office.deadline(since, minutes)

    def late(self, now: datetime, office: Office) -> bool:
        """Whether the citizen has waited longer than promised."""
        by = self.answer_by(office)
        return by is not None and now > by

    def overdue(self, now: datetime, office: Office) -> bool:
        """Whether the case should have been done by now."""
        return self.opened_at is not None and self.state in ("open", "assigned") and now > office.deadline(self.opened_at, office.promise_resolution)


def visible(visitor: Visitor) -> ColumnElement[bool]:
    """Cases of other units are seen by supervisors only; a case without a unit is everybody's."""
    if visitor.role == "supervisor":
        return true()
    return or_(Case.unit_id.is_(None), Case.unit_id == visitor.member.unit_id, Case.assigned_to == visitor.id)


async def lines(session: AsyncSession, view: View, visitor: Visitor, now: datetime) -> list[QueueItem]:
    """Emergencies first, then by how long the citizen has waited."""
    found = _lines().where(visible(visitor))
    if view == "waiting":
        found = found.where(Case.state == "open")
    elif view == "mine":
        found = found.where(Case.state == "assigned", Case.assigned_to == visitor.id)
    elif view in ("mentions", "failed"):
        found = found.where(_newest_case(), Conversation.id.in_(_named(visitor.id) if view == "mentions" else _with_failures(now)))
    else:
        found = found.where(Case.state == view)
    if view == "resolved":
        found = found.where(_newest_case()).order_by(Case.resolved_at.desc())
    else:
        found = found.order_by(case((Case.reason == "emergency", 0), else_=1), func.coalesce(_unanswered_since(), Case.opened_at))
    return [QueueItem(*row) for row in await session.execute(found.limit(SHOWN))]


async def counts(session: AsyncSession, visitor: Visitor, now: datetime) -> dict[str, int]:
    """How many lines each open view has, and how many emergencies nobody has taken."""
    mine = func.count().filter(Case.state == "assigned", Case.assigned_to == visitor.id)
    states = [func.count().filter(Case.state == state) for state in ("open", "assigned", "snoozed")]
    urgent = func.count().filter(Case.state == "open", Case.reason == "emergency")
    found = select(*states, mine, urgent).where(Case.state != "resolved", visible(visitor))
    waiting, assigned, snoozed, own, emergencies = (await session.execute(found)).one()
    mentions, failed = [await _count_among(session, visitor, named) for named in (_named(visitor.id), _with_failures(now))]
    return {"waiting": waiting, "mine": own, "assigned": assigned, "snoozed": snoozed, "mentions": mentions, "failed": failed, "urgent": emergencies}


async def _count_among(session: AsyncSession, visitor: Visitor, conversations: Select[tuple[UUID]]) -> int:
    found = select(func.count()).select_from(Conversation).outerjoin(Case, Case.conversation_id == Conversation.id)
    return await session.scalar(found.where(visible(visitor), _newest_case(), Conversation.id.in_(conversations))) or 0


async def late_count(session: AsyncSession, visitor: Visitor, shown: list[QueueItem], office: Office, now: datetime) -> int:
    """How many promises are broken: among all for a supervisor, among what is on the screen for an officer."""
    if visitor.role == "supervisor":
        shown = [QueueItem(*row) for row in await session.execute(_lines().where(Case.state.in_(("open", "assigned"))).limit(SHOWN))]
    return sum(item.late(now, office) for item in shown)


async def touched(session: AsyncSession, conversations: list[UUID], visitor: Visitor) -> bool:
    """Whether any of these conversations waits for somebody or is this person's; a supervisor looks after all."""
    found = select(Case.id).where(Case.conversation_id.in_(conversations), Case.state != "resolved")
    if visitor.role != "supervisor":
        found = found.where(or_(Case.state == "open", Case.assigned_to == visitor.id))
    return await session.scalar(found.limit(1)) is not None


def _named(staff_id: UUID) -> Select[tuple[UUID]]:
    """Conversations with a note that names this person and was not read yet."""
    return select(CaseNote.conversation_id).join(Mention).where(Mention.staff_id == staff_id, Mention.read_at.is_(None))


def _with_failures(now: datetime) -> Select[tuple[UUID]]:
    trouble = OutboundMessage.state.in_(("dead", "ambiguous"))
    return select(OutboundMessage.conversation_id).where(trouble, OutboundMessage.created_at > now - RECENT_FAILURES).distinct()


def _newest_case() -> ColumnElement[bool]:
    newer = aliased(Case)
    return ~select(newer.id).where(newer.conversation_id == Case.conversation_id, newer.opened_at > Case.opened_at).exists()


def _unanswered_since() -> ColumnElement[datetime]:
    spoken = aliased(OutboundMessage)
    last_reply = select(func.coalesce(func.max(spoken.position), 0)).where(spoken.conversation_id == Conversation.id, spoken.author == "agent")
    return (
        select(func.min(InboundMessage.received_at))
        .where(InboundMessage.conversation_id == Conversation.id, InboundMessage.position > last_reply.scalar_subquery(), in_case(Case.opened_at))
        .correlate(Conversation, Case)
        .scalar_subquery()
    )


def _lines() -> Select[tuple[object, ...]]:
    preview = (
        select(InboundMessage.text)
        .where(InboundMessage.conversation_id == Conversation.id, InboundMessage.kind.in_(("text", "payload")))
        .order_by(InboundMessage.position.desc())
        .limit(1)
        .correlate(Conversation)
        .scalar_subquery()
    )
    return (
        select(
            Conversation.id, Conversation.channel, Conversation.owner, Case.id, Case.state, Case.reason, Case.label, Case.opened_at, Case.first_reply_at,
            Case.assigned_to, StaffMember.display_name, StaffUnit.name, Case.snoozed_until, _unanswered_since(), preview,
        )
        .outerjoin(Case, Case.conversation_id == Conversation.id)
        .outerjoin(StaffMember, StaffMember.id == Case.assigned_to)
        .outerjoin(StaffUnit, StaffUnit.id == Case.unit_id)
    )  # fmt: skip
