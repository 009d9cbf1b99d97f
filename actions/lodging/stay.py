"""From when to when: reading it, and the limits of the law."""

import re
from datetime import date, datetime, time, timedelta

from actions.common.answers import Answers, Filled, Reading, Refused
from actions.common.turn import Turn
from actions.lodging.english_days import in_vietnamese
from integrations.core.lodging_deadline import AFTER_MIDNIGHT, VIETNAM, Deadline, lodging_deadline
from integrations.core.vietnamese_dates import Moment, Problem, read_date, read_moment, read_stay

# Luật Cư trú Điều 2, 27: from 30 days on it is temporary residence.
TEMPORARY_RESIDENCE = timedelta(days=30)
FURTHEST_AHEAD = timedelta(days=60)
LONGEST_AGO = timedelta(days=7)
_CLOCK = re.compile(r"\b(\d{1,2}) ?(?:h|g|giờ|gio) ?([0-5]\d)\b(?![/.-]\d)", re.IGNORECASE)
# "8 giờ tối": read by the clock, because "tối" without its mark is also "tới".
_EVENING = re.compile(r"\b(\d{1,2})(?::([0-5]\d)| ?(?:h|giờ|gio)) ?(?:tối|toi)\b(?: (nay|qua)\b)?", re.IGNORECASE)
_PROBLEMS = {Problem.LUNAR: "utter_refused_lunar", Problem.VAGUE: "utter_refused_vague_date", Problem.SEVERAL: "utter_refused_several_dates"}


def arrival_of(answers: Answers) -> datetime | None:
    """The first moment, when day and hour are known."""
    day, hour = answers["lodging_arrival_day"], answers["lodging_arrival_time"]
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(hour), VIETNAM) if day and hour else None


def deadline_of(answers: Answers) -> Deadline | None:
    """By when Vietnamese guests must be notified."""
    arrival = arrival_of(answers)
    return lodging_deadline(arrival) if arrival else None


def read_arrival(turn: Turn, answers: Answers) -> Reading:
    """A day, perhaps its hour, perhaps the day of leaving: "từ tối nay đến thứ 6"."""
    said = _by_the_clock(turn.text)
    moment, stay = read_moment(said, turn.now), read_stay(said, turn.now)
    whole = stay.start.value if stay.end.value else None  # in "23 đến 25/11" the only whole date is that of leaving
    first = whole or moment.value or stay.start.value
    if first is None:
        days = {candidate.day for candidate in moment.candidates}
        if len(days) == 1:
            return _arrival(Moment(days.pop()), said, turn) if turn.text else None
        return _refused(moment.problem or Problem.SEVERAL)
    reading = _arrival(first, said, turn)
    if isinstance(reading, Filled) and stay.start.value and stay.start.value.day == first.day and stay.end.value:
        leaving = _departure(stay.end.value, first.day, first.time)
        return Filled({**reading.values, **leaving.values}) if isinstance(leaving, Filled) else reading
    return reading


def _by_the_clock(text: str) -> str:
    def evening(match: re.Match[str]) -> str:
        hour = int(match[1])
        return f"{hour + 12 if 4 <= hour < 12 else hour}:{match[2] or '00'}{f' hôm {match[3].lower()}' if match[3] else ''}"

    return _EVENING.sub(evening, _CLOCK.sub(r"\1:\2", in_vietnamese(text)))


def _arrival(moment: Moment, said: str, turn: Turn) -> Reading:
    ahead = moment.day - turn.now.date()
    if not -LONGEST_AGO <= ahead <= FURTHEST_AHEAD:
        return Refused("utter_lodging_refused_arrival_range")
    known = {"lodging_arrival_day": moment.day.isoformat(), "lodging_arrival_said": said}
    return Filled(known | ({"lodging_arrival_time": moment.time.isoformat("minutes")} if moment.time else {}))


def read_hour(turn: Turn, answers: Answers) -> Reading:
    """The hour of arrival; "8 giờ" after "tối nay" is 20:00, and alone offers 08:00 and 20:00."""
    if turn.answer and re.fullmatch(r"\d{2}:\d{2}", turn.answer):
        return Filled({"lodging_arrival_time": turn.answer, "lodging_hours_offered": None})
    day = date.fromisoformat(answers["lodging_arrival_day"])
    said = _by_the_clock(turn.text)
    if re.fullmatch(r"(?:[01]?\d|2[0-4])", turn.folded):
        said = f"{turn.folded} giờ"
    for text in (f"{said} {answers['lodging_arrival_said'] or ''}", f"{said} ngày {day:%d/%m/%Y}"):
        hours = sorted({candidate.time for candidate in read_moment(text, turn.now).candidates if candidate.time and candidate.day == day})
        if len(hours) == 1:
            return Filled({"lodging_arrival_time": hours[0].isoformat("minutes"), "lodging_hours_offered": None})
    if len(hours) > 1:
        return Refused(None, {"lodging_hours_offered": [hour.isoformat("minutes") for hour in hours]}, counts=False)
    return Refused("utter_refused_hour") if re.search(r"\d", turn.text) else None


def read_departure(turn: Turn, answers: Answers) -> Reading:
    """The day of leaving: "thứ 6", "27/11", "3 đêm"."""
    start = date.fromisoformat(answers["lodging_arrival_day"])
    hour = answers["lodging_arrival_time"]
    said = in_vietnamese(turn.text)
    stay = read_stay(said, turn.now, start)
    day = read_date(said, turn.now)
    found = stay.end.value or day.value
    if found is None:
        return _refused(stay.end.problem if stay.end.problem is not Problem.NOTHING_SAID else day.problem)
    return _departure(found, start, time.fromisoformat(hour) if hour else None)


def _departure(leaving: date, start: date, hour: time | None) -> Reading:
    if leaving - start >= TEMPORARY_RESIDENCE:
        return Refused("utter_lodging_refused_30_days", counts=False)
    if leaving < start:
        return Refused("utter_lodging_refused_departure_before")
    if leaving == start and not (hour and hour < AFTER_MIDNIGHT):
        return Refused("utter_lodging_refused_same_day")
    return Filled({"lodging_departure": leaving.isoformat()})


def _refused(problem: Problem | None) -> Refused | None:
    if problem in (None, Problem.NOTHING_SAID):
        return None
    return Refused(_PROBLEMS.get(problem, "utter_refused_date"))
