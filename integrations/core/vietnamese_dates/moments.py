"""A day together with its hour."""

import re
from datetime import datetime, timedelta

from integrations.core.vietnamese_dates.days import read_plain_date
from integrations.core.vietnamese_dates.hours import Hour, day_part, read_plain_hour
from integrations.core.vietnamese_dates.reading import VIETNAM, DayPart, Moment, Problem, Reading, candidates
from integrations.core.vietnamese_dates.words import plain

SMALL_HOURS = 5


def read_moment(text: str, now: datetime) -> Reading[Moment]:
    """The day and hour meant by `text` at `now` (aware). An hour without a day is today's, or tomorrow's too when it has passed."""
    return read_plain_moment(plain(text), now)


def read_plain_moment(text: str, now: datetime) -> Reading[Moment]:
    """`read_moment` for a text already in plain form."""
    local = now.astimezone(VIETNAM)
    days, hours, part = read_plain_date(text, now), read_plain_hour(text), day_part(text)
    if hours.problem is Problem.NO_SUCH_TIME:
        return Reading(problem=Problem.NO_SUCH_TIME)
    if not days.candidates:
        if days.problem is not Problem.NOTHING_SAID or not hours.candidates:
            return Reading(problem=days.problem)
        return candidates(moment for hour in hours.candidates for moment in _without_day(hour, part, local))
    if not hours.candidates:
        return candidates((Moment(day, None, part) for day in _with_last_night(days.candidates, text, local)), days.problem or Problem.SEVERAL)
    found = [_moment(day, hour, part) for day in days.candidates for hour in hours.candidates]
    if part is DayPart.NIGHT and any(hour.day_shift for hour in hours.candidates) and _night_is_open(text, local):
        found = [Moment(day, hour.time, part) for day in days.candidates for hour in hours.candidates] + found
    return candidates(found)


def _moment(day, hour: Hour, part: DayPart | None) -> Moment:
    return Moment(day + timedelta(days=hour.day_shift), hour.time, part)


def _without_day(hour: Hour, part: DayPart | None, local: datetime) -> list[Moment]:
    today = _moment(local.date(), hour, part)
    return [today] if today.at >= local.replace(second=0, microsecond=0) else [today, _moment(local.date() + timedelta(days=1), hour, part)]


def _night_is_open(text: str, local: datetime) -> bool:
    """Small hours "at night" of a date may be before or after that day; of tonight they are ahead, unless it is already after midnight."""
    if re.search(r"\bdem (?:nay|mai|qua)\b|\b(?:nay|mai)\b", text):
        return bool(re.search(r"\bdem nay\b", text)) and local.hour < SMALL_HOURS
    return not re.search(r"\b12 gio|\bnua dem\b", text)


def _with_last_night(days, text: str, local: datetime):
    """After midnight, "đêm nay" may be the night that began yesterday."""
    if local.hour < SMALL_HOURS and re.search(r"\bdem nay\b", text) and len(days) == 1:
        return (days[0] - timedelta(days=1), days[0])
    return days
