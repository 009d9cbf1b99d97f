"""SQL of the console: the queue, one case, and who holds it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import Select, case, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from integrations.desk.accounts.models import StaffMember
from integrations.desk.console.models import Submission
from integrations.gateway.conversation.models import Case, Conversation
from integrations.gateway.inbox.models import InboundMessage
from integrations.gateway.outbox.models import OutboundMessage

View = Literal["waiting", "mine", "assigned", "snoozed", "resolved"]
VIEWS: tuple[View, ...] = ("waiting", "mine", "assigned", "snoozed", "resolved")
SHOWN = 200


@dataclass(frozen=True)
class QueueItem:
    """One line of the queue. `unanswered_since` is when the citizen's first unanswered message came, None when it is the citizen's turn."""

    conversation_id: UUID
    channel: str
    owner: str
    case_id: UUID
    state: str
    reason: str
    opened_at: datetime
    assigned_to: UUID | None
    assignee: str | None
    snoozed_until: datetime | None
    unanswered_since: datetime | None
    preview: str | None

    @property
    def urgent(self) -> bool:
        return self.reason == "emergency"


async def queue(session: AsyncSession, view: View, me: UUID) -> list[QueueItem]:
    """Emergencies first, then by how long the citizen has waited."""
    found = _queue_query()
    if view == "waiting":
        found = found.where(Case.state == "open")
    elif view == "mine":
        found = found.where(Case.state == "assigned", Case.assigned_to == me)
    else:
        found = found.where(Case.state == view)
    if view == "resolved":
        found = found.order_by(Case.resolved_at.desc())
    else:
        found = found.order_by(case((Case.reason == "emergency", 0), else_=1), func.coalesce(_unanswered_since(), Case.opened_at))
    return [QueueItem(*row) for row in await session.execute(found.limit(SHOWN))]


async def counts(session: AsyncSession, me: UUID) -> dict[str, int]:
    """How many lines each open view has."""
    mine = func.count().filter(Case.state == "assigned", Case.assigned_to == me)
    states = [func.count().filter(Case.state == state) for state in ("open", "assigned", "snoozed")]
    waiting, assigned, snoozed, own = (await session.execute(select(*states, mine).where(Case.state != "resolved"))).one()
    return {"waiting": waiting, "mine": own, "assigned": assigned, "snoozed": snoozed}


async def latest_case(session: AsyncSession, conversation_id: UUID) -> Case | None:
    """The unresolved case, else the newest one."""
    newest = select(Case).where(Case.conversation_id == conversation_id).order_by(case((Case.state == "resolved", 1), else_=0), Case.opened_at.desc())
    return await session.scalar(newest.limit(1).execution_options(populate_existing=True))


async def holder(session: AsyncSession, conversation_id: UUID) -> StaffMember | None:
    """Who the unresolved case is assigned to."""
    found = select(StaffMember).join(Case, Case.assigned_to == StaffMember.id).where(Case.conversation_id == conversation_id, Case.state != "resolved")
    return await session.scalar(found)


async def change_case(
    session: AsyncSession, conversation_id: UUID, expected: Sequence[str], values: dict[str, object], assigned_to: UUID | None = None
) -> bool:
    """One conditional UPDATE of the unresolved case; False when it is in none of the expected states (or not this person's)."""
    changed = update(Case).where(Case.conversation_id == conversation_id, Case.state.in_(expected)).values(**values).returning(Case.id)
    if assigned_to is not None:
        changed = changed.where(Case.assigned_to == assigned_to)
    return (await session.execute(changed.execution_options(synchronize_session=False))).first() is not None


async def first_time(session: AsyncSession, submission_id: UUID, staff_id: UUID, now: datetime) -> bool:
    """Whether this form was not sent before; remembers it."""
    added = insert(Submission).values(id=submission_id, staff_id=staff_id, at=now).on_conflict_do_nothing().returning(Submission.id)
    return (await session.execute(added)).first() is not None


async def touches_queue(session: AsyncSession, conversations: Sequence[UUID]) -> bool:
    """Whether any of these conversations is in people's hands."""
    found = select(Case.id).where(Case.conversation_id.in_(conversations), Case.state != "resolved").limit(1)
    return await session.scalar(found) is not None


def _unanswered_since():  # type: ignore[no-untyped-def]
    """When the oldest message arrived that came during the case and after the last word of an officer."""
    spoken = aliased(OutboundMessage)
    last_reply = select(func.coalesce(func.max(spoken.position), 0)).where(spoken.conversation_id == Conversation.id, spoken.author == "agent")
    return (
        select(func.min(InboundMessage.received_at))
        .where(
            InboundMessage.conversation_id == Conversation.id, InboundMessage.state == "kept",
            InboundMessage.received_at >= Case.opened_at, InboundMessage.position > last_reply.scalar_subquery(),
        )
        .correlate(Conversation, Case)
        .scalar_subquery()
    )  # fmt: skip


def _queue_query() -> Select[tuple[object, ...]]:
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
            Conversation.id, Conversation.channel, Conversation.owner, Case.id, Case.state, Case.reason, Case.opened_at, Case.assigned_to,
            StaffMember.display_name, Case.snoozed_until, _unanswered_since(), preview,
        )
        .join(Case, Case.conversation_id == Conversation.id)
        .outerjoin(StaffMember, StaffMember.id == Case.assigned_to)
    )  # fmt: skip
