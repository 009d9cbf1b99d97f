"""The supervisor's numbers, as they are now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.desk.accounts.models import StaffMember
from integrations.desk.accounts.service import Visitor
from integrations.desk.caretaker.waiting import ONLINE_WITHIN, staff_online
from integrations.desk.console import queue
from integrations.desk.office.service import Office
from integrations.desk.satisfaction.models import Satisfaction
from integrations.gateway.conversation.models import Case
from integrations.gateway.internal.models import Ticket


@dataclass(frozen=True)
class Officer:
    """One member of staff who answers citizens."""

    name: str
    online: bool
    available: bool
    holding: int
    resolved_today: int
    satisfaction: float | None


@dataclass(frozen=True)
class Board:
    """Waits are seconds. `late` are the conversations beyond what the office promises."""

    waiting: int
    urgent: int
    staff_online: int
    longest_wait: float | None
    assigned: int
    first_reply: float | None
    late: list[queue.QueueItem]
    overdue_resolution: int
    overdue_tickets: int
    satisfaction: float | None
    rated: int
    officers: list[Officer]


async def board(session: AsyncSession, visitor: Visitor, office: Office, now: datetime) -> Board:
    waiting = await queue.lines(session, "waiting", visitor, now)
    assigned = await queue.lines(session, "assigned", visitor, now)
    counted = await queue.counts(session, visitor, now)
    late = [item for item in waiting + assigned if item.late(now, office)]
    score, rated = (
        await session.execute(select(func.avg(Satisfaction.score), func.count(Satisfaction.score)).where(Satisfaction.asked_at > now - timedelta(days=7)))
    ).one()
    first = func.percentile_cont(0.5).within_group(func.extract("epoch", Case.first_reply_at - Case.opened_at))
    return Board(
        waiting=counted["waiting"],
        urgent=counted["urgent"],
        staff_online=await staff_online(session, now),
        longest_wait=max(((now - item.opened_at).total_seconds() for item in waiting), default=None),
        assigned=counted["assigned"],
        first_reply=await session.scalar(select(first).where(Case.first_reply_at > now - timedelta(days=1))),
        late=late,
        overdue_resolution=sum(item.overdue(now, office) for item in waiting + assigned),
        overdue_tickets=await session.scalar(select(func.count()).where(Ticket.state.in_(("open", "assigned")), Ticket.due_at < now)) or 0,
        satisfaction=float(score) if score is not None else None,
        rated=rated,
        officers=await _officers(session, now),
    )


async def _officers(session: AsyncSession, now: datetime) -> list[Officer]:
    holding = func.count(Case.id).filter(Case.state == "assigned")
    resolved = func.count(Case.id).filter(Case.state == "resolved", Case.resolved_at > now - timedelta(hours=24))
    score = select(func.avg(Satisfaction.score)).where(Satisfaction.staff_id == StaffMember.id).correlate(StaffMember).scalar_subquery()
    found = (
        select(StaffMember.display_name, StaffMember.last_seen_at, StaffMember.available, holding, resolved, score)
        .outerjoin(Case, Case.assigned_to == StaffMember.id)
        .where(StaffMember.role.in_(("agent", "supervisor")), StaffMember.disabled_at.is_(None))
        .group_by(StaffMember.id)
        .order_by(case((StaffMember.last_seen_at > now - ONLINE_WITHIN, 0), else_=1), StaffMember.display_name)
    )
    return [
        Officer(name, seen is not None and seen > now - ONLINE_WITHIN, available, held, done, float(mark) if mark is not None else None)
        for name, seen, available, held, done, mark in await session.execute(found)
    ]
