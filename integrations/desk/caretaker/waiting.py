"""How long a citizen will wait, from what really happened; and who is there to answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.desk.accounts.models import StaffMember
from integrations.gateway.conversation.models import Case

FEWEST = 3
"""Fewer real waits than this say nothing about the next one."""
ONLINE_WITHIN = timedelta(minutes=5)
BEGUN_BY_STAFF = ("taken_over", "reopened", "staff_wrote_elsewhere", "call_back")
"""Cases in which nobody waited."""
ANSWERING_ROLES = ("agent", "supervisor")


@dataclass(frozen=True)
class Wait:
    """`minutes` is None when there is nothing to estimate from: then no number is said."""

    ahead: int
    minutes: int | None
    staff_online: int


async def estimate(session: AsyncSession, case: Case, now: datetime) -> Wait:
    """For one open case. The minutes are the time within which four of five recent citizens were attended to."""
    ahead = await session.scalar(select(func.count()).where(Case.state == "open", Case.opened_at < case.opened_at))
    seconds = await _four_of_five(session, now - timedelta(hours=2)) or await _four_of_five(session, now - timedelta(days=7))
    minutes = None if seconds is None else max(1, round(seconds / 60 + 0.49))
    return Wait(ahead or 0, minutes, await staff_online(session, now))


async def staff_online(session: AsyncSession, now: datetime) -> int:
    found = select(func.count()).where(
        StaffMember.available, StaffMember.disabled_at.is_(None), StaffMember.role.in_(ANSWERING_ROLES), StaffMember.last_seen_at > now - ONLINE_WITHIN
    )
    return await session.scalar(found) or 0


async def _four_of_five(session: AsyncSession, since: datetime) -> float | None:
    waited: ColumnElement[float] = func.extract("epoch", Case.assigned_at - Case.opened_at)
    found = select(func.count(), func.percentile_cont(0.8).within_group(waited)).where(Case.assigned_at > since, Case.reason.not_in(BEGUN_BY_STAFF))
    count, seconds = (await session.execute(found)).one()
    return float(seconds) if count >= FEWEST else None
