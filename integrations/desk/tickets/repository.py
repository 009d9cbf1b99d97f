"""SQL of tickets: visits, call-backs, appointments, reports of wrong data."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.core.clock import VIETNAM
from integrations.core.text_fitting import fold
from integrations.core.working_days import add_working_days
from integrations.desk.accounts.models import StaffMember, StaffUnit
from integrations.desk.accounts.service import Visitor
from integrations.gateway.internal.models import Ticket

View = Literal["today", "open", "overdue", "mine", "closed"]
VIEWS: tuple[View, ...] = ("today", "open", "overdue", "mine", "closed")
SHOWN = 200
WORKING_DAYS_TO_ANSWER = 3
UNFINISHED = ("open", "assigned")


def visible(visitor: Visitor) -> ColumnElement[bool]:
    """Supervisors and officers of no unit (the province's own desk) see all; a unit's officers the unit's and those of no unit;
    field teams their unit's only. Whoever a ticket is assigned to sees it."""
    unit = visitor.member.unit_id
    if visitor.role == "supervisor" or (visitor.role != "field" and unit is None):
        return Ticket.id.is_not(None)
    of_unit = and_(Ticket.unit_id.is_not(None), Ticket.unit_id == unit)
    return or_(of_unit, Ticket.assigned_to == visitor.id, Ticket.unit_id.is_(None) if visitor.role != "field" else false())


async def listed(session: AsyncSession, view: View, visitor: Visitor, now: datetime) -> Sequence[tuple[Ticket, str | None, str | None]]:
    """Tickets with the names of their unit and of who has them, the most urgent first."""
    found = _named().where(visible(visitor))
    today = now.astimezone(VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0)
    if view == "closed":
        found = found.where(Ticket.state.not_in(UNFINISHED)).order_by(Ticket.closed_at.desc())
        return [(row[0], row[1], row[2]) for row in await session.execute(found.limit(SHOWN))]
    found = found.where(Ticket.state.in_(UNFINISHED))
    if view == "today":
        found = found.where(func.date_trunc("day", func.timezone("Asia/Ho_Chi_Minh", Ticket.visit_at)) <= today.replace(tzinfo=None))
    elif view == "overdue":
        found = found.where(Ticket.due_at < now)
    elif view == "mine":
        found = found.where(Ticket.assigned_to == visitor.id)
    ordered = found.order_by(Ticket.visit_at.asc().nulls_last(), Ticket.due_at.asc().nulls_last(), Ticket.created_at)
    return [(row[0], row[1], row[2]) for row in await session.execute(ordered.limit(SHOWN))]


async def find(session: AsyncSession, ticket_id: UUID, visitor: Visitor, *, lock: bool = False) -> Ticket | None:
    found = select(Ticket).where(Ticket.id == ticket_id, visible(visitor))
    return await session.scalar(found.with_for_update() if lock else found)


async def route(session: AsyncSession) -> None:
    """New tickets go to the unit that serves their commune, and get the day by which somebody answers."""
    fresh = (await session.scalars(select(Ticket).where(Ticket.due_at.is_(None), Ticket.state == "open").limit(SHOWN).with_for_update(skip_locked=True))).all()
    if not fresh:
        return
    units = {_plain(commune): unit.id for unit in await session.scalars(select(StaffUnit)) for commune in unit.communes}
    for ticket in fresh:
        ticket.due_at = answer_by(ticket.created_at)
        ticket.unit_id = ticket.unit_id or units.get(_plain(ticket.commune or ""))


def answer_by(created_at: datetime) -> datetime:
    """The end of the third working day: by then somebody has answered a ticket."""
    day = add_working_days(created_at.astimezone(VIETNAM).date(), WORKING_DAYS_TO_ANSWER)
    return datetime(day.year, day.month, day.day, 17, 0, tzinfo=VIETNAM)


def _plain(commune: str) -> str:
    words = fold(commune).lower().split()
    return " ".join(words[1:] if words[:1] in (["xa"], ["phuong"]) else words)


def _named() -> Select[tuple[Ticket, str | None, str | None]]:
    return (
        select(Ticket, StaffUnit.name, StaffMember.display_name)
        .outerjoin(StaffUnit, StaffUnit.id == Ticket.unit_id)
        .outerjoin(StaffMember, StaffMember.id == Ticket.assigned_to)
    )
