"""From when to when somebody stays."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from integrations.core.vietnamese_dates.days import read_plain_date
from integrations.core.vietnamese_dates.moments import read_plain_moment
from integrations.core.vietnamese_dates.reading import VIETNAM, Moment, Problem, Reading, candidates
from integrations.core.vietnamese_dates.words import plain

_COUNT = r"(?<![\d/.:-])"  # "20:00 ngày mai" counts no days
_DAYS_NIGHTS = re.compile(r"\b\d{1,2} ngay (\d{1,2}) dem\b")
_NIGHTS = re.compile(_COUNT + r"(\d{1,3}) dem\b(?! (?:nua|truoc))")
_WEEKS = re.compile(_COUNT + r"(\d{1,2}) tuan\b(?! (?:nua|truoc|sau))")
_MONTHS = re.compile(_COUNT + r"(\d{1,2}) thang\b(?! (?:\d|nua|truoc|sau|nay|@nay|@toi|toi))")
_DAYS = re.compile(_COUNT + r"(\d{1,3}) (?:ngay|hom|bua)\b(?! (?:nua|truoc|sau))")
_ONE_NIGHT = re.compile(r"\b(?:qua dem|ngu lai dem nay)\b")
_VAGUE = re.compile(r"\b(?:vai|may|it) (?:ngay|hom|bua|dem|tuan)\b|\b(?:tuan|thang) ruoi\b|\blau dai\b")
_SEPARATOR = re.compile(r" (?:cho den|den het|den|@toi|toi|->) ")
_TWO_DAYS_ONE_MONTH = re.compile(
    r"(?<![\d/.:-])(\d{1,2})(?: ?(?:->|-|den|@toi) ?(?:het )?(?:ngay )?)(\d{1,2})(/\d{1,2}(?:/\d{4})?| thang \d{1,2}(?: nam \d{4})?)(?![\d/-])"
)
_TWO_DATES = re.compile(r"(\d{1,2}[/.]\d{1,2}(?:[/.]\d{2,4})?)-(\d{1,2}[/.]\d{1,2})")
_DURATION = re.compile(_COUNT + r"(?:\d{1,2} ngay \d{1,2} dem|\d{1,3} (?:dem|tuan|ngay|hom|bua|thang)(?! (?:\d|nua|sau|truoc)))\b")

# An end without a year that lies before the start would otherwise be read as next year's.
_A_YEAR_OFF = timedelta(days=330)


@dataclass(frozen=True)
class Stay:
    """`start` and `end` are readings of their own, so that a dialogue can ask for the missing one. `end` is the day of leaving."""

    start: Reading[Moment]
    end: Reading[date]


def read_nights(text: str, start: date) -> Reading[int]:
    """How many nights: "3 đêm" is 3; "3 ngày" is 2 or 3 nights; "một tuần" 7; a month by the calendar from `start`."""
    return _nights(plain(text), start)


def read_stay(text: str, now: datetime, start: date | None = None) -> Stay:
    """Reads "từ tối nay đến thứ 6", "25-27/12", "tối mai 3 đêm"; `start` is a first day that is already known, for "đến thứ 6" or "3 đêm"."""
    said = _TWO_DAYS_ONE_MONTH.sub(r" \1\3 -> \2\3 ", plain(text)).replace("  ", " ")
    said = _TWO_DATES.sub(r"\1 -> \2", said)
    for left, right in _splits(f" {said} "):
        first = read_plain_moment(left, now)
        last = read_plain_date(right, now, first.candidates[0].day if first.candidates else start)
        if first.candidates and last.candidates:
            return Stay(first, _not_before(last, first))
        if start and last.candidates and not left.replace("tu", "").strip():
            return Stay(Reading((Moment(start),)), _not_before(last, Reading((Moment(start),))))
    first = read_plain_moment(_DURATION.sub(",", said), now)
    if first.problem is Problem.NOTHING_SAID and start:
        first = Reading((Moment(start),))
    if not first.candidates:
        return Stay(first, Reading(problem=_nights(said, now.date()).problem or Problem.NOTHING_SAID))
    nights = _nights(said, first.candidates[0].day)
    ends = candidates(moment.day + timedelta(days=count) for moment in first.candidates for count in nights.candidates)
    return Stay(first, ends if nights.candidates else Reading(problem=nights.problem))


def _splits(text: str) -> Iterator[tuple[str, str]]:
    for match in _SEPARATOR.finditer(text):
        yield text[: match.start()].strip(), text[match.end() :].strip()


def _not_before(last: Reading[date], first: Reading[Moment]) -> Reading[date]:
    earliest = min(moment.day for moment in first.candidates)
    kept = [day for day in last.candidates if day >= earliest]
    if not kept or kept[0] - earliest > _A_YEAR_OFF:
        return Reading(problem=Problem.ENDS_BEFORE_START)
    return candidates(kept, last.problem or Problem.SEVERAL)


def _nights(text: str, start: date) -> Reading[int]:
    if _VAGUE.search(text):
        return Reading(problem=Problem.VAGUE)
    if match := _DAYS_NIGHTS.search(text) or _NIGHTS.search(text):
        return Reading((int(match[1]),))
    if match := _WEEKS.search(text):
        return Reading((7 * int(match[1]),))
    if re.search(r"\bnua thang\b", text):
        return Reading((15,))
    if match := _MONTHS.search(text):
        end = read_plain_date(f"{match[1]} thang nua", datetime.combine(start, time(12), VIETNAM))
        return Reading(tuple((day - start).days for day in end.candidates))
    if match := _DAYS.search(text):
        return candidates((max(1, int(match[1]) - 1), max(1, int(match[1]))))
    return Reading((1,)) if _ONE_NIGHT.search(text) else Reading(problem=Problem.NOTHING_SAID)
