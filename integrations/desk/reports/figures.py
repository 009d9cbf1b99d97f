"""The figures of one week, from the tables, as they are: `suppression.suppress` hides what may not be told before anything leaves the report."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.core.addresses import find_communes
from integrations.desk.caretaker.waiting import BEGUN_BY_STAFF
from integrations.desk.reports.suppression import FINISHED, OUTCOMES, SMALLEST, TICKET_KINDS, Row
from integrations.desk.satisfaction.models import Satisfaction
from integrations.gateway.conversation.models import Case, Conversation, JourneyRun
from integrations.gateway.inbox.models import InboundMessage
from integrations.gateway.internal.models import Ticket
from integrations.gateway.outbox.models import OutboundMessage

HOME_PROVINCE = 42
CHANNELS = ("web", "zalo", "sms", "ussd")
LEFT_ALONE = timedelta(hours=48)
"""A journey without a message for so long is abandoned: its session is over."""


@dataclass(frozen=True)
class Week:
    """From Monday's first moment to the next Monday's, in Vietnam; `now` is when the report is made."""

    begin: datetime
    end: datetime
    now: datetime

    def holds(self, column: Any) -> ColumnElement[bool]:
        return and_(column >= self.begin, column < self.end)


async def channels(session: AsyncSession, week: Week) -> list[Row]:
    """Everything of each channel, and of all together."""
    every = [await _channel(session, week, name, [name]) for name in CHANNELS]
    return [*every, await _channel(session, week, "all", CHANNELS)]


async def _channel(session: AsyncSession, week: Week, name: str, among: Sequence[str]) -> Row:
    of_channel = Conversation.channel.in_(among)
    heard = select(InboundMessage.conversation_id).where(
        InboundMessage.channel.in_(among), InboundMessage.kind.in_(("text", "payload")), week.holds(InboundMessage.received_at)
    )
    conversations = await _count(session, heard.distinct())
    with_people = select(Case.conversation_id).where(week.holds(Case.opened_at), Case.reason.not_in(BEGUN_BY_STAFF))
    handed = await _count(session, heard.where(InboundMessage.conversation_id.in_(with_people)).distinct())
    runs = await _runs(session, week, of_channel)
    visits = select(Ticket.id).join(Conversation, Conversation.id == Ticket.conversation_id).where(of_channel, week.holds(Ticket.created_at))
    return {
        "channel": name, "conversations": conversations, "handed_over": handed,
        "containment": round(1 - handed / conversations, 3) if conversations else None,
        "started": sum(runs.values()), "finished": _total(runs, None, *FINISHED), "abandoned": _total(runs, None, "abandoned"),
        "activations": _total(runs, "eid"), "status_questions": _total(runs, "id_card"), "lodging": _total(runs, "lodging", "done"),
        "visits": await _count(session, visits.where(Ticket.kind == "home_visit")),
        **await _waits(session, week, of_channel), **await _marks(session, week, of_channel),
    }  # fmt: skip


async def _waits(session: AsyncSession, week: Week, of_channel: ColumnElement[bool]) -> Row:
    waited = func.extract("epoch", Case.assigned_at - Case.opened_at)
    found = (
        select(func.count(), func.percentile_cont(0.5).within_group(waited), func.percentile_cont(0.95).within_group(waited))
        .join(Conversation, Conversation.id == Case.conversation_id)
        .where(of_channel, week.holds(Case.assigned_at), Case.reason.not_in(BEGUN_BY_STAFF))
    )
    claimed, half, most = (await session.execute(found)).one()
    enough = claimed >= SMALLEST
    return {"claimed": claimed, "wait_median": round(half) if enough else None, "wait_95": round(most) if enough else None}


async def _marks(session: AsyncSession, week: Week, of_channel: ColumnElement[bool]) -> Row:
    found = (
        select(func.avg(Satisfaction.score), func.count(Satisfaction.score))
        .join(Conversation, Conversation.id == Satisfaction.conversation_id)
        .where(of_channel, week.holds(Satisfaction.asked_at))
    )
    score, rated = (await session.execute(found)).one()
    return {"satisfaction": round(float(score), 2) if rated >= SMALLEST else None, "rated": rated}


def _ended(week: Week) -> ColumnElement[str | None]:
    """How a run ended: as told; otherwise with a person, or abandoned, or still going on (None)."""
    people = select(Case.id).where(Case.conversation_id == JourneyRun.conversation_id, Case.opened_at >= JourneyRun.last_at).correlate(JourneyRun).exists()
    return case(
        (JourneyRun.outcome.is_not(None), JourneyRun.outcome), (people, "person"), (JourneyRun.last_at < week.now - LEFT_ALONE, "abandoned"), else_=None
    )


async def _runs(session: AsyncSession, week: Week, of_channel: ColumnElement[bool]) -> Counter[tuple[str, str | None]]:
    """Runs begun in the week by journey and end."""
    ended = _ended(week).label("ended")
    found = (
        select(JourneyRun.journey, ended, func.count())
        .join(Conversation, Conversation.id == JourneyRun.conversation_id)
        .where(of_channel, week.holds(JourneyRun.started_at))
        .group_by(JourneyRun.journey, ended)
    )
    return Counter({(journey, end): count for journey, end, count in await session.execute(found)})


def _total(runs: Counter[tuple[str, str | None]], journey: str | None = None, *outcomes: str) -> int:
    return sum(count for (name, end), count in runs.items() if journey in (None, name) and (not outcomes or end in outcomes))


async def journeys(session: AsyncSession, week: Week) -> list[Row]:
    """Each journey: begun, and how it ended."""
    runs = await _runs(session, week, Conversation.id.is_not(None))
    names = sorted({name for name, _end in runs}, key=lambda name: -_total(runs, name))
    ends = {"finished": FINISHED} | {end: (end,) for end in OUTCOMES}
    return [{"journey": name, "started": _total(runs, name)} | {end: _total(runs, name, *told) for end, told in ends.items()} for name in names]


async def abandoned(session: AsyncSession, week: Week, limit: int = 10) -> list[Row]:
    """Where citizens stopped, by journey and step."""
    found = (
        select(JourneyRun.journey, JourneyRun.step, func.count())
        .where(week.holds(JourneyRun.started_at), _ended(week) == "abandoned")
        .group_by(JourneyRun.journey, JourneyRun.step)
        .order_by(func.count().desc(), JourneyRun.journey)
    )
    return [{"journey": name, "step": step, "count": count} for name, step, count in await session.execute(found.limit(limit))]


async def intents(session: AsyncSession, week: Week, limit: int = 20) -> list[Row]:
    """What citizens asked for, by the assistant's own reading."""
    name = InboundMessage.understood["intent"].astext
    found = select(name, func.count()).where(week.holds(InboundMessage.received_at), name.is_not(None)).group_by(name).order_by(func.count().desc(), name)
    return [{"intent": intent, "count": count} for intent, count in await session.execute(found.limit(limit))]


async def reasons(session: AsyncSession, week: Week) -> list[Row]:
    """Why people were called."""
    found = select(Case.reason, func.count()).where(week.holds(Case.opened_at)).group_by(Case.reason).order_by(func.count().desc(), Case.reason)
    return [{"reason": reason, "count": count} for reason, count in await session.execute(found)]


async def communes(session: AsyncSession, week: Week) -> list[Row]:
    """By the commune that a ticket names: nothing else in a conversation says where a citizen lives."""
    found = select(Ticket).where(week.holds(Ticket.created_at))
    gathered: dict[str, list[Ticket]] = {}
    for ticket in await session.scalars(found):
        gathered.setdefault(_known(ticket.commune), []).append(ticket)
    marks = await _marks_of_communes(session, week)
    return [_commune(name, tickets, marks.get(name, []), week.now) for name, tickets in sorted(gathered.items(), key=lambda item: (-len(item[1]), item[0]))]


def _known(typed: str | None) -> str:
    """The commune's official name. What names none is somebody's own words, and those stay at the desk."""
    found = find_communes(typed or "", HOME_PROVINCE)
    return found[0].name if len(found) == 1 else "–"


def _commune(name: str, tickets: list[Ticket], marks: list[int], now: datetime) -> Row:
    kinds = Counter(ticket.kind for ticket in tickets)
    done = [ticket for ticket in tickets if ticket.state == "done" and ticket.closed_at is not None]
    overdue = sum(ticket.state in ("open", "assigned") and ticket.due_at is not None and ticket.due_at < now for ticket in tickets)
    days = sorted((ticket.closed_at - ticket.created_at).total_seconds() for ticket in done if ticket.closed_at is not None)
    return {
        "commune": name, "conversations": len({ticket.conversation_id for ticket in tickets}), **{kind: kinds[kind] for kind in TICKET_KINDS},
        "all": len(tickets), "done": len(done), "overdue": overdue,
        "time_median": round(days[len(days) // 2]) if len(days) >= SMALLEST else None,
        "satisfaction": round(sum(marks) / len(marks), 2) if len(marks) >= SMALLEST else None,
    }  # fmt: skip


async def _marks_of_communes(session: AsyncSession, week: Week) -> dict[str, list[int]]:
    found = (
        select(Ticket.commune, Satisfaction.score)
        .join(Satisfaction, Satisfaction.conversation_id == Ticket.conversation_id)
        .where(week.holds(Ticket.created_at), week.holds(Satisfaction.asked_at), Satisfaction.score.is_not(None))
    )
    marks: dict[str, list[int]] = {}
    for commune, score in await session.execute(found):
        marks.setdefault(_known(commune), []).append(score)
    return marks


async def failed_deliveries(session: AsyncSession, week: Week) -> dict[str, int]:
    """Messages that did not arrive, by channel."""
    trouble = or_(OutboundMessage.state == "dead", OutboundMessage.state == "ambiguous")
    found = select(OutboundMessage.channel, func.count()).where(week.holds(OutboundMessage.created_at), trouble).group_by(OutboundMessage.channel)
    return dict((await session.execute(found)).all())  # type: ignore[arg-type]


async def _count(session: AsyncSession, rows: Select[Any]) -> int:
    return await session.scalar(select(func.count()).select_from(rows.subquery())) or 0
