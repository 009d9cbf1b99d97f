"""Which hour a text names."""

import re
from dataclasses import dataclass
from datetime import time

from integrations.core.vietnamese_dates.reading import DayPart, Problem, Reading, candidates
from integrations.core.vietnamese_dates.words import plain

_PART_WORDS = {
    "sang": DayPart.MORNING, "trua": DayPart.NOON, "chieu": DayPart.AFTERNOON, "toi": DayPart.EVENING,
    "dem": DayPart.NIGHT, "khuya": DayPart.NIGHT, "am": DayPart.MORNING, "pm": DayPart.AFTERNOON,
}  # fmt: skip
_COLON = re.compile(r"\b(\d{1,2}):(\d{2})\b")
_CLOCK = re.compile(r"\b(\d{1,2}) gio(?: (ruoi)| kem (\d{1,2})| ([0-5]?\d)(?= phut)| ([0-5]\d)(?![\d/.:-]| (?:nguoi|khach|ngay(?! \d)|thang|dem|tuan|gio)\b))?")
_HALF = re.compile(r"\b(\d{1,2}) ruoi\b")
_TWELVE = re.compile(r"\b(\d{1,2}) (?:am|pm)\b")
_PART_AFTER_HOUR = re.compile(r"^(?: phut)?(?: (?:buoi|vao|luc))? (sang|trua|chieu|toi|dem|khuya|am|pm)\b")
_PART_NAMED = re.compile(r"\b(sang|trua|chieu|toi|dem|khuya) (?:nay|mai|qua|@mot|@kia|kia|hom|ngay|thu|chu|mung|cung|\d{1,2}\b(?! (?:ngay|dem|tuan)))")
_BUOI = re.compile(r"\b(?:buoi|luc|vao|ban) (sang|trua|chieu|toi|dem|khuya)\b|^(sang|trua|chieu|toi|dem|khuya)$")


@dataclass(frozen=True)
class Hour:
    """A time of day; `day_shift` is 1 when it belongs to the morning after the day that is named ("2h đêm nay")."""

    time: time
    day_shift: int = 0


def read_time(text: str) -> Reading[time]:
    """The time or times of day meant by `text`; `10h` alone is 10:00 or 22:00."""
    reading = read_plain_hour(plain(text))
    return Reading(tuple(dict.fromkeys(hour.time for hour in reading.candidates)), reading.problem)


def day_part(text: str) -> DayPart | None:
    """The part of the day named in a plain text, by the hour or by the day."""
    for pattern in (_COLON, _CLOCK, _HALF):
        if (match := pattern.search(text)) and (after := _PART_AFTER_HOUR.match(text[match.end() :])):
            return _PART_WORDS[after[1]]
    if match := _TWELVE.search(text):
        return _PART_WORDS[match[0].rsplit(" ", 1)[1]]
    if match := _PART_NAMED.search(text) or _BUOI.search(text):
        return _PART_WORDS[next(filter(None, match.groups()))]
    return None


def read_plain_hour(text: str) -> Reading[Hour]:
    """Hours named in a plain text."""
    if re.search(r"\bnua dem\b", text):
        return Reading((Hour(time(0), 1),))
    if re.search(r"\b(?:giua trua|dung ngo)\b", text):
        return Reading((Hour(time(12)),))
    said = _said(text)
    if said is None:
        return Reading(problem=Problem.NOTHING_SAID)
    hour, minute, exact = said
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return Reading(problem=Problem.NO_SUCH_TIME)
    found = _possible(hour, minute, day_part(text), exact)
    return candidates(found) if found else Reading(problem=Problem.NO_SUCH_TIME)


def _said(text: str) -> tuple[int, int, bool] | None:
    """Hour, minute, and whether the form itself says that it is a 24-hour one (`08:30`)."""
    if match := _COLON.search(text):
        return int(match[1]), int(match[2]), len(match[1]) == 2 and match[1].startswith("0")
    if match := _CLOCK.search(text):
        hour = int(match[1])
        if match[3]:
            return (hour - 1) % 24, 60 - int(match[3]), False
        return hour, 30 if match[2] else int(match[4] or match[5] or 0), False
    if match := _HALF.search(text):
        return int(match[1]), 30, False
    if match := _TWELVE.search(text):
        return int(match[1]), 0, False
    return None


def _possible(hour: int, minute: int, part: DayPart | None, exact: bool) -> list[Hour]:
    midnight = Hour(time(0, minute), 1)
    if hour == 24:
        return [midnight]
    as_said, later = Hour(time(hour, minute)), Hour(time((hour + 12) % 24, minute))
    match part:
        case None if exact or hour == 0 or hour > 12:
            return [as_said]
        case None:
            return [as_said, Hour(time(0, minute))] if hour == 12 else [as_said, later]
        case DayPart.MORNING:
            return [as_said] if hour < 12 else []
        case DayPart.NOON:
            return [as_said] if 10 <= hour <= 14 else [later] if hour in (1, 2) else []
        case DayPart.AFTERNOON:
            return [as_said] if 12 <= hour <= 19 else [later] if 1 <= hour <= 11 else []
        case DayPart.EVENING:
            return [midnight] if hour in (0, 12) else [as_said] if hour >= 17 else [later] if hour >= 5 else []
        case _:
            if hour in (0, 12):
                return [midnight]
            if hour <= 5:
                return [Hour(time(hour, minute), 1)]
            return [as_said] if hour >= 18 else [later] if hour < 12 else []
