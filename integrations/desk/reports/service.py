"""The weekly report for the steering committee: counts only, and no count under five is told."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.core.clock import VIETNAM
from integrations.desk.caretaker.waiting import BEGUN_BY_STAFF
from integrations.desk.learning import service as learning
from integrations.desk.reports.models import WeeklyReport
from integrations.desk.satisfaction.models import Satisfaction
from integrations.gateway.conversation.models import BotSession, Case, Conversation
from integrations.gateway.inbox.models import InboundMessage
from integrations.gateway.internal.models import Ticket

SMALLEST = 5
"""Smaller numbers could point at a person and are shown as `< 5`."""
CHANNELS = ("web", "zalo", "sms", "ussd")
BOTTLENECKS = 5


def week_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


async def weekly(session: AsyncSession, start: date, now: datetime) -> dict[str, Any]:
    """Everything of one week, Monday to Sunday in Vietnam, as JSON. Numbers under `SMALLEST` are None."""
    begin = datetime.combine(start, time(), VIETNAM)
    end = begin + timedelta(days=7)
    return {
        "week": start.isoformat(),
        "channels": [await _channel(session, channel, begin, end) for channel in CHANNELS],
        "intents": await _intents(session, begin, end),
        "abandoned": await _abandoned(session, begin, end, now),
        "communes": await _communes(session, begin, end),
        "people": await _people(session, begin, end),
        "unanswered": [
            {"example": group.example, "count": shown(group.count)} for group in await learning.groups(session, begin, end, limit=10) if group.count >= SMALLEST
        ],
    }


def shown(count: int) -> int | None:
    """The number, or None when it is too small to tell; zero tells nothing about anybody."""
    return count if count == 0 or count >= SMALLEST else None


async def store(session: AsyncSession, start: date, now: datetime) -> dict[str, Any]:
    """Makes the report and keeps it; a week that is kept is not made again."""
    kept = await session.get(WeeklyReport, start)
    if kept is not None:
        return kept.content
    content = await weekly(session, start, now)
    if datetime.combine(start, time(), VIETNAM) + timedelta(days=7) <= now:
        await session.execute(insert(WeeklyReport).values(week_start=start, content=content, made_at=now).on_conflict_do_nothing())
    return content


async def last_weeks(session: AsyncSession, now: datetime, count: int = 8) -> list[date]:
    """The weeks that can be chosen, the newest first, this one included."""
    first = await session.scalar(select(func.min(Conversation.created_at)))
    current = week_of(now.astimezone(VIETNAM).date())
    oldest = week_of((first or now).astimezone(VIETNAM).date())
    return [week for week in (current - timedelta(weeks=back) for back in range(count)) if week >= oldest]


async def _channel(session: AsyncSession, channel: str, begin: datetime, end: datetime) -> dict[str, Any]:
    heard = (
        select(InboundMessage.conversation_id)
        .where(InboundMessage.channel == channel, InboundMessage.kind.in_(("text", "payload")), _within(InboundMessage.received_at, begin, end))
        .distinct()
        .subquery()
    )
    conversations = await session.scalar(select(func.count()).select_from(heard)) or 0
    with_people = select(Case.conversation_id).where(_within(Case.opened_at, begin, end), Case.reason.not_in(BEGUN_BY_STAFF)).distinct().subquery()
    handed = await session.scalar(select(func.count()).select_from(heard.join(with_people, with_people.c.conversation_id == heard.c.conversation_id))) or 0
    return {
        "channel": channel, "conversations": shown(conversations), "handed_over": shown(handed),
        "containment": round(1 - handed / conversations, 3) if conversations >= SMALLEST else None,
    }  # fmt: skip


async def _intents(session: AsyncSession, begin: datetime, end: datetime) -> list[dict[str, Any]]:
    """What citizens asked for, by the assistant's own reading."""
    name = InboundMessage.understood["intent"].astext
    found = select(name, func.count()).where(_within(InboundMessage.received_at, begin, end), name.is_not(None)).group_by(name).order_by(func.count().desc())
    return [{"intent": intent, "count": shown(count)} for intent, count in await session.execute(found.limit(20))]


async def _abandoned(session: AsyncSession, begin: datetime, end: datetime, now: datetime) -> list[dict[str, Any]]:
    """Journeys begun in the week and left in the middle, by the step where the citizen stopped: the bottlenecks."""
    journey, step = Conversation.state["journey"].astext, Conversation.state["step"].astext
    idle = now - timedelta(hours=48)
    stopped = BotSession.conversation_id.in_(select(Conversation.id).where(Conversation.last_inbound_at < idle))
    found = (
        select(journey, step, func.count())
        .join(BotSession, BotSession.conversation_id == Conversation.id)
        .where(_within(BotSession.started_at, begin, end), BotSession.journey.is_not(None), journey == BotSession.journey, stopped)
        .group_by(journey, step)
        .order_by(func.count().desc())
    )
    return [{"journey": name, "step": at, "count": shown(count)} for name, at, count in await session.execute(found.limit(BOTTLENECKS))]


async def _communes(session: AsyncSession, begin: datetime, end: datetime) -> list[dict[str, Any]]:
    """Tickets by commune: the only thing of which a commune is known."""
    found = select(Ticket.commune, Ticket.kind, Ticket.state).where(_within(Ticket.created_at, begin, end))
    kinds: dict[str, Counter[str]] = {}
    for commune, kind, state in await session.execute(found):
        counted = kinds.setdefault(commune or "–", Counter())
        counted.update([kind, "all"] + (["done"] if state == "done" else []))
    return [
        {"commune": commune, **{kind: shown(counted[kind]) for kind in ("home_visit", "call_back", "appointment", "wrong_data", "done", "all")}}
        for commune, counted in sorted(kinds.items(), key=lambda item: -item[1]["all"])
    ]


async def _people(session: AsyncSession, begin: datetime, end: datetime) -> dict[str, Any]:
    waited = func.extract("epoch", Case.assigned_at - Case.opened_at)
    found = select(func.count(), func.percentile_cont(0.5).within_group(waited), func.percentile_cont(0.95).within_group(waited))
    claimed, half, most = (await session.execute(found.where(_within(Case.assigned_at, begin, end), Case.reason.not_in(BEGUN_BY_STAFF)))).one()
    reasons = await session.execute(
        select(Case.reason, func.count()).where(_within(Case.opened_at, begin, end)).group_by(Case.reason).order_by(func.count().desc())
    )
    score, rated = (
        await session.execute(select(func.avg(Satisfaction.score), func.count(Satisfaction.score)).where(_within(Satisfaction.asked_at, begin, end)))
    ).one()
    enough, marked = claimed >= SMALLEST, rated >= SMALLEST
    return {
        "claimed": shown(claimed), "wait_median": round(half) if enough else None, "wait_95": round(most) if enough else None,
        "reasons": [{"reason": reason, "count": shown(count)} for reason, count in reasons],
        "satisfaction": round(float(score), 2) if marked else None, "rated": shown(rated),
    }  # fmt: skip


def _within(column: Any, begin: datetime, end: datetime) -> Any:
    return (column >= begin) & (column < end)
