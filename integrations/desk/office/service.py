"""When the office answers, what it promises, and what it announces. Supervisors change it; the built-in values hold until then."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import holidays
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.core.clock import VIETNAM
from integrations.desk.errors import Refused
from integrations.desk.office.models import OfficeSetting
from integrations.desk.sentences import said
from integrations.desk.texts import mark as _

WORKDAY = (("07:30", "11:30"), ("13:30", "17:00"))
DAYS_AHEAD = 30
DAY = "%d/%m/%Y"
"""How a supervisor writes a single day."""


@dataclass(frozen=True)
class Office:
    """`hours` by weekday (0 is Monday), `closed` and `open` are single days that differ. `promise_*` are minutes."""

    hours: dict[int, tuple[tuple[str, str], ...]] = field(default_factory=lambda: dict.fromkeys(range(5), WORKDAY))
    closed: frozenset[date] = frozenset()
    open: frozenset[date] = frozenset()
    promise_first: int = 5
    promise_next: int = 10
    promise_resolution: int = 480
    notice: str = ""
    notice_until: datetime | None = None
    sentences: dict[str, str] = field(default_factory=dict)

    def is_open(self, at: datetime) -> bool:
        local = at.astimezone(VIETNAM)
        return any(begin <= local < end for begin, end in self._periods(local.date()))

    def next_opening(self, at: datetime) -> datetime | None:
        """The moment the office opens next, `at` itself when it is open; None when it stays closed for a month."""
        if self.is_open(at):
            return at
        local = at.astimezone(VIETNAM)
        for offset in range(DAYS_AHEAD):
            for begin, _end in self._periods(local.date() + timedelta(days=offset)):
                if begin > local:
                    return begin
        return None

    def deadline(self, since: datetime, minutes: int) -> datetime:
        """When so many minutes of office time have passed since a moment: nobody is late at night."""
        left = timedelta(minutes=minutes)
        day = since.astimezone(VIETNAM).date()
        for offset in range(2 * DAYS_AHEAD):
            for begin, end in self._periods(day + timedelta(days=offset)):
                begin = max(begin, since)
                if begin < end and left <= end - begin:
                    return begin + left
                left -= max(end - begin, timedelta())
        return since + timedelta(minutes=minutes)

    def said(self, sentence: str, language: str, /, **values: object) -> str:
        """One of the desk's sentences, as the office words it."""
        return said(self.sentences, sentence, language, **values)

    def public_notice(self, at: datetime) -> str | None:
        """What every citizen is shown now."""
        return self.notice if self.notice and (self.notice_until is None or at < self.notice_until) else None

    def _periods(self, day: date) -> list[tuple[datetime, datetime]]:
        if day in self.closed or (day in _calendar() and day not in self.open):
            return []
        hours = self.hours.get(day.weekday()) or (WORKDAY if day in self.open else ())
        return [(_moment(day, begin), _moment(day, end)) for begin, end in hours]


@cache
def _calendar() -> holidays.HolidayBase:
    return holidays.country_holidays("VN")


def _moment(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), VIETNAM)


async def load(session: AsyncSession) -> Office:
    """The office as it is set now."""
    stored = {setting.name: setting.value for setting in await session.scalars(select(OfficeSetting))}
    values: dict[str, Any] = {}
    if "hours" in stored:
        content = stored["hours"]
        values["hours"] = {int(day): tuple((begin, end) for begin, end in periods) for day, periods in content["days"].items()}
        values["closed"] = frozenset(map(date.fromisoformat, content["closed"]))
        values["open"] = frozenset(map(date.fromisoformat, content["open"]))
    if "promises" in stored:
        values |= {f"promise_{name}": int(minutes) for name, minutes in stored["promises"].items()}
    if "notice" in stored:
        until = stored["notice"].get("until")
        values |= {"notice": stored["notice"]["text"], "notice_until": datetime.fromisoformat(until) if until else None}
    if "sentences" in stored:
        values["sentences"] = stored["sentences"]
    return Office(**values)


async def save(session: AsyncSession, name: str, value: dict[str, Any], staff_id: UUID, now: datetime) -> None:
    row = insert(OfficeSetting).values(name=name, value=value, changed_by=staff_id, changed_at=now)
    await session.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": value, "changed_by": staff_id, "changed_at": now}))


def read_hours(days: dict[int, str], closed: str, opened: str) -> dict[str, Any]:
    """The `hours` setting from what a supervisor typed: `07:30-11:30, 13:30-17:00` per weekday, dates one a line. Raises Refused."""
    try:
        periods = {str(day): [_period(part) for part in text.split(",") if part.strip()] for day, text in days.items()}
        dates = {
            name: [datetime.strptime(line.strip(), DAY).date().isoformat() for line in text.splitlines() if line.strip()]
            for name, text in (("closed", closed), ("open", opened))
        }
    except ValueError as error:
        raise Refused(_("Giờ viết như 07:30-11:30, 13:30-17:00; ngày viết như 31/12/2026, mỗi dòng một ngày.")) from error
    return {"days": periods} | dates


def _period(text: str) -> list[str]:
    begin, _separator, end = (part.strip() for part in text.partition("-"))
    if time.fromisoformat(begin) >= time.fromisoformat(end):
        raise ValueError("ends before it begins")
    return [begin, end]
