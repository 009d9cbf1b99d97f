"""The weekly report for the steering committee: made by itself when a week is over, kept as it was; counts only, none from 1 to 4 is told."""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.core.clock import VIETNAM
from integrations.desk.audit import record
from integrations.desk.learning import service as learning
from integrations.desk.reports import bottlenecks, figures
from integrations.desk.reports.figures import Week
from integrations.desk.reports.models import WeeklyReport
from integrations.desk.reports.suppression import SMALLEST, suppress
from integrations.gateway.conversation.models import Conversation

FORM = 4
"""The shape of the content; a report that was kept in an older one is made again."""


def week_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def last_week(now: datetime) -> date:
    """The Monday of the week that is over."""
    return week_of(now.astimezone(VIETNAM).date()) - timedelta(weeks=1)


def without_words_of_citizens(content: dict[str, Any]) -> dict[str, Any]:
    """The figures alone, as they may leave the desk."""
    return {**content, "unanswered": None, "bottlenecks": [finding for finding in content["bottlenecks"] if finding["kind"] != "unanswered"]}


async def weekly(session: AsyncSession, start: date, now: datetime) -> dict[str, Any]:
    """Everything of one week, Monday to Sunday in Vietnam, as JSON. Numbers too small to tell are None."""
    begin = datetime.combine(start, time(), VIETNAM)
    week = Week(begin, begin + timedelta(days=7), now)
    content: dict[str, Any] = {
        "form": FORM, "week": start.isoformat(), "channels": await figures.channels(session, week), "journeys": await figures.journeys(session, week),
        "abandoned": await figures.abandoned(session, week), "intents": await figures.intents(session, week), "reasons": await figures.reasons(session, week),
        "communes": await figures.communes(session, week),
        "unanswered": [
            {"example": group.example, "count": group.count}
            for group in await learning.groups(session, week.begin, week.end, limit=10)
            if group.count >= SMALLEST
        ],
    }  # fmt: skip
    suppress(content)
    return content | {"bottlenecks": bottlenecks.named(content, await figures.failed_deliveries(session, week))}


async def store(session: AsyncSession, start: date, now: datetime) -> dict[str, Any]:
    """The report of a week; once the week is over it is kept and not made again."""
    kept = await session.get(WeeklyReport, start)
    if kept is not None and kept.content.get("form") == FORM:
        return kept.content
    content = await weekly(session, start, now)
    if datetime.combine(start, time(), VIETNAM) + timedelta(days=7) <= now:
        row = insert(WeeklyReport).values(week_start=start, content=content, made_at=now)
        await session.execute(row.on_conflict_do_update(index_elements=["week_start"], set_={"content": content, "made_at": now}))
        await record(session, now, "desk", "report_made", "report", start.isoformat())
    return content


async def last_weeks(session: AsyncSession, now: datetime, count: int = 26) -> list[date]:
    """The weeks that can be chosen, the newest first, this one included."""
    oldest, current = await _span(session, now)
    return [week for week in (current - timedelta(weeks=back) for back in range(count)) if week >= oldest]


async def is_reported(session: AsyncSession, start: date, now: datetime) -> bool:
    """Whether there is a report of this week: none of a week to come, nor of one before the first conversation, unless it was kept."""
    oldest, current = await _span(session, now)
    return oldest <= start <= current or await kept(session, start) is not None


async def _span(session: AsyncSession, now: datetime) -> tuple[date, date]:
    """The weeks of the first conversation and of today."""
    first = await session.scalar(select(func.min(Conversation.created_at)))
    return week_of((first or now).astimezone(VIETNAM).date()), week_of(now.astimezone(VIETNAM).date())


async def kept(session: AsyncSession, start: date) -> WeeklyReport | None:
    """The kept report of a week; None while the week goes on."""
    return await session.get(WeeklyReport, start)
