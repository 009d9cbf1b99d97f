"""Dates of birth: always in the past, with four-digit years, two-digit years, or digits only."""

import re
from datetime import date, datetime

from integrations.core.vietnamese_dates.reading import VIETNAM, Problem, Reading, candidates
from integrations.core.vietnamese_dates.words import plain

OLDEST_YEARS = 125
_ISO = re.compile(r"\b(?P<year>\d{4})[-/. ](?P<month>\d{1,2})[-/. ](?P<day>\d{1,2})\b")
_FORMS = (
    _ISO,
    re.compile(r"\b(?P<day>\d{1,2})[-/. ](?P<month>\d{1,2})[-/. ](?P<year>\d{4}|\d{2})\b"),
    re.compile(r"\b(?P<day>\d{1,2}) thang (?P<month>\d{1,2})(?: nam)? (?P<year>\d{4}|\d{2})\b"),
    re.compile(r"\b(?P<day>\d{2})(?P<month>\d{2})(?P<year>\d{4}|\d{2})\b"),
)
_LUNAR = re.compile(r"\b(?:am lich|tet|ram|gieng|chap|tuoi)\b")


def read_birth_date(text: str, now: datetime) -> Reading[date]:
    """The day of birth. A two-digit year that fits both centuries is ambiguous; a year alone is `year_only`."""
    said = plain(text)
    if _LUNAR.search(said):
        return Reading(problem=Problem.LUNAR if "tuoi" not in said else Problem.VAGUE)
    match = next(filter(None, (form.search(said) for form in _FORMS)), None)
    if match is None:
        year_only = re.search(r"\b(?:19|20)\d{2}\b", said)
        return Reading(problem=Problem.YEAR_ONLY if year_only else Problem.NOTHING_SAID)
    today = now.astimezone(VIETNAM).date()
    years = [int(match["year"])] if len(match["year"]) == 4 else [1900 + int(match["year"]), 2000 + int(match["year"])]
    days = [day for year in years if (day := _day(year, int(match["month"]), int(match["day"])))]
    if not days:
        return Reading(problem=Problem.NO_SUCH_DATE)
    possible = [day for day in days if day <= today and today.year - day.year <= OLDEST_YEARS]
    if possible:
        return candidates(possible)
    return Reading(problem=Problem.IN_FUTURE if days[0] > today else Problem.TOO_OLD)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
