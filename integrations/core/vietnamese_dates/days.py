"""Which day a text names."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from integrations.core.vietnamese_dates.reading import VIETNAM, Problem, Reading, candidates
from integrations.core.vietnamese_dates.words import plain

RECENT = timedelta(days=31)
_PARTS = "(?:sang|trua|chieu|toi|dem|khuya)"
_NEXT = "(?:sau|toi|@toi|ke tiep|ke)"
_LAST = "(?:truoc|roi|qua)"
_LUNAR = re.compile(r"\b(?:am lich|tet|ram|gieng|chap)\b")
_ISO = re.compile(r"\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b")
_FULL = re.compile(r"\b(\d{1,2})(?:([-/.])(\d{1,2})\2(\d{2})(?![/.-]?\d)|[-/.](\d{1,2})[-/.](\d{4})\b)")
_WORDS = re.compile(r"\b(?:(?:ngay|hom|mung|mong) )?(\d{1,2}) thang (\d{1,2})\b(?: nam (\d{4}|\d{2})\b| (\d{4})\b)?")
_DAY_MONTH = re.compile(r"(?<![\d/.:-])(\d{1,2})[/.-](\d{1,2})(?![\d/.:-])(?: nam (\d{4}))?")
_DIGITS = re.compile(r"\b(\d{2})(\d{2})(\d{4})\b")
_DAY_OF_MONTH = re.compile(rf"\b(?:ngay|hom|mung|mong|bua) (\d{{1,2}})\b(?! gio| dem| ngay)(?: thang (nay|@nay|{_NEXT}|{_LAST}))?")
_NOT_A_NAME = r"(?<!thu )(?<!ngay )(?<!hom )(?<!mung )(?<!mong )\b"
_AHEAD = re.compile(_NOT_A_NAME + r"(?:(\d{1,3}) (ngay|hom|bua|dem|tuan|thang) (?:nua|sau)|sau (\d{1,3}) (ngay|hom|bua|dem|tuan|thang))\b")
_AGO = re.compile(_NOT_A_NAME + r"(\d{1,3}) (ngay|hom|bua|dem|tuan) truoc\b")
_WEEKDAY = re.compile(rf"\b(?:thu ([2-7])|chu nhat)\b(?: (@nay|nay|toi(?! nay)|@toi|{_LAST}|vua roi)\b)?")
_WEEK = re.compile(rf"\b(?:(cuoi|dau) )?tuan(?: (?:(nay|@nay)|({_NEXT}) nua|({_NEXT})|({_LAST})))?\b")
_VAGUE = re.compile(rf"\b(?:mai @mot|may (?:ngay|hom|bua)|vai (?:ngay|hom|bua)|giua tuan|thang (?:nay|@nay|{_NEXT})|hom nao|khi nao|bua nao)\b")
_NAMED = (
    (re.compile(r"\b(?:hom|bua) kia\b"), -2),
    (re.compile(r"\b(?:hom|bua) @kia\b"), -3),
    (re.compile(rf"\b(?:hom|bua|{_PARTS}) qua\b"), -1),
    (re.compile(rf"\b(?:hom|bua|ngay|{_PARTS}) nay\b|^nay\b|\bbay gio\b|\bbua ni\b"), 0),
    (re.compile(rf"\b(?:(?:ngay|{_PARTS}) )?@mot\b|(?<!\w)@mot\b|\b(?:ngay|{_PARTS}) kia\b"), 2),
    (re.compile(rf"(?:\bngay|\b{_PARTS}|(?<!\w)) ?@kia\b"), 3),
    (re.compile(r"\bmai\b"), 1),
)


@dataclass(frozen=True)
class Finding:
    """What one expression says: its candidates, and whether a day that another expression names would agree with it."""

    days: tuple[date, ...]
    agrees: Callable[[date], bool]
    problem: Problem | None = None


def read_date(text: str, now: datetime, not_before: date | None = None) -> Reading[date]:
    """The day or days meant by `text` at `now` (aware). `not_before` is the first day of a stay whose end is being read."""
    return read_plain_date(plain(text), now, not_before)


def read_plain_date(text: str, now: datetime, not_before: date | None = None) -> Reading[date]:
    """`read_date` for a text already in plain form."""
    if _LUNAR.search(text):
        return Reading(problem=Problem.LUNAR)
    today = now.astimezone(VIETNAM).date()
    findings = list(_findings(text, today, not_before))
    if any(finding.problem is Problem.NO_SUCH_DATE for finding in findings):
        return Reading(problem=Problem.NO_SUCH_DATE)
    with_days = [finding for finding in findings if finding.days]
    if not with_days:
        return Reading(problem=findings[0].problem if findings else Problem.NOTHING_SAID)
    first, *others = with_days
    agreed = [day for day in first.days if all(finding.agrees(day) for finding in others)]
    if not agreed:
        return candidates((day for finding in with_days for day in finding.days), Problem.CONTRADICTION)
    if not_before:
        agreed = [day for day in agreed if day >= not_before] or agreed
    return candidates(agreed, first.problem or Problem.SEVERAL)


def _findings(text: str, today: date, not_before: date | None) -> Iterator[Finding]:
    """Expressions from the most to the least explicit; each is cut out of the text before the next is looked for."""
    base = not_before or today
    for pattern, days in (
        (_ISO, lambda m: _exact(int(m[1]), int(m[2]), int(m[3]))),
        (_FULL, lambda m: _exact(_year(m[4] or m[6]), int(m[3] or m[5]), int(m[1]))),
        (_WORDS, lambda m: _day_month(int(m[1]), int(m[2]), m[3] or m[4], base)),
        (_DIGITS, lambda m: _exact(int(m[3]), int(m[2]), int(m[1]))),
        (_DAY_MONTH, lambda m: _day_month(int(m[1]), int(m[2]), m[3], base)),
        (_AHEAD, lambda m: _plus(today, int(m[1] or m[3]), m[2] or m[4])),
        (_AGO, lambda m: _plus(today, -int(m[1]), m[2])),
        (_DAY_OF_MONTH, lambda m: _day_of_month(int(m[1]), m[2], base)),
    ):
        while match := pattern.search(text):
            text = f"{text[: match.start()]} , {text[match.end() :]}"
            found = days(match)
            yield Finding(found, found.__contains__, None if found else Problem.NO_SUCH_DATE)
    if _VAGUE.search(text):
        yield Finding((), lambda day: True, Problem.VAGUE)
        return
    for pattern, offset in _NAMED:
        if match := pattern.search(text):
            text = f"{text[: match.start()]} , {text[match.end() :]}"
            found = (today + timedelta(days=offset),)
            yield Finding(found, found.__contains__)
    yield from _weekdays(text, today, not_before)


def _weekdays(text: str, today: date, not_before: date | None) -> Iterator[Finding]:
    week = _WEEK.search(text)
    shift = _week_shift(week)
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=shift or 0)
    weekday = _WEEKDAY.search(text)
    if weekday:
        index = int(weekday[1]) - 2 if weekday[1] else 6
        found = (monday + timedelta(days=index),) if shift is not None else _next_weekday(index, weekday[2], today, not_before)
        yield Finding(found, found.__contains__ if shift is not None or weekday[2] else lambda day: day.weekday() == index)
    elif week and week[1] == "cuoi":
        found = tuple(monday + timedelta(days=offset) for offset in (5, 6))
        if shift is None and today.weekday() == 6:
            found = (today, *(day + timedelta(weeks=1) for day in found))
        yield Finding(tuple(day for day in found if shift is not None or day >= today), lambda day: day.weekday() >= 5)
    elif week and week[1] == "dau":
        found = (monday if shift is not None else monday + timedelta(weeks=1),)
        yield Finding(found, found.__contains__)
    elif week and shift is not None:
        found = tuple(monday + timedelta(days=offset) for offset in range(7))
        yield Finding(found, found.__contains__, Problem.DAY_MISSING)


def _week_shift(week: re.Match[str] | None) -> int | None:
    if not week:
        return None
    this, after_next, following, last = week.group(2, 3, 4, 5)
    return 0 if this else 2 if after_next else 1 if following else -1 if last else None


def _next_weekday(index: int, said: str | None, today: date, not_before: date | None) -> tuple[date, ...]:
    if said in {"truoc", "roi", "qua", "vua roi"}:
        return (today - timedelta(days=(today.weekday() - index - 1) % 7 + 1),)
    base = not_before or today
    ahead = base + timedelta(days=(index - base.weekday() - 1) % 7 + 1)
    if said is None and not not_before and today.weekday() == index:
        return today, ahead
    if said in {"nay", "@nay"} and today.weekday() == index:
        return (today,)
    return (ahead,)


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _exact(year: int, month: int, day: int) -> tuple[date, ...]:
    try:
        return (date(year, month, day),)
    except ValueError:
        return ()


def _day_month(day: int, month: int, year: str | None, base: date) -> tuple[date, ...]:
    """Without a year: this year's, or next year's when it is past; both when it is only just past."""
    if year:
        return _exact(_year(year), month, day)
    this_year, next_year = _exact(base.year, month, day), _exact(base.year + 1, month, day)
    if this_year and this_year[0] >= base:
        return this_year
    if this_year and base - this_year[0] <= RECENT:
        return this_year + next_year
    return next_year


def _day_of_month(day: int, month: str | None, base: date) -> tuple[date, ...]:
    """Without a month: the next such day; with the one just past (a week) as second candidate."""
    shift = 0 if month in {"nay", "@nay"} else -1 if month in {"truoc", "roi", "qua"} else 1
    if month:
        index = base.year * 12 + base.month - 1 + shift
        return _exact(index // 12, index % 12 + 1, day)
    found = []
    for ahead in range(3):
        index = base.year * 12 + base.month - 1 + ahead
        found += _exact(index // 12, index % 12 + 1, day)
    upcoming = next((candidate for candidate in found if candidate >= base), None)
    just_past = [candidate for candidate in found if timedelta(0) < base - candidate <= timedelta(days=7)]
    return (*just_past, *([upcoming] if upcoming else []))


def _plus(day: date, count: int, unit: str) -> tuple[date, ...]:
    if unit == "thang":
        index = day.year * 12 + day.month - 1 + count
        return next(filter(None, (_exact(index // 12, index % 12 + 1, day.day - back) for back in range(4))))
    return (day + timedelta(days=count * (7 if unit == "tuan" else 1)),)
