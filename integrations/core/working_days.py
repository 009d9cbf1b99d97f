"""Working days of Vietnamese offices: Monday to Friday without public holidays.

The government swaps days by yearly decisions; those the `holidays` package does not know yet are missing, so a computed day is an estimate.
"""

from datetime import date, timedelta
from functools import cache

import holidays


@cache
def _calendar():
    return holidays.country_holidays("VN")


def is_working_day(day: date) -> bool:
    """Monday to Friday and not a public holiday."""
    return day.weekday() < 5 and day not in _calendar()


def add_working_days(start: date, count: int) -> date:
    """The day that is `count` working days after `start`; `start` itself never counts. Zero gives `start`, or the next working day."""
    if count < 0:
        raise ValueError("count must not be negative")
    day = start
    while count or not is_working_day(day):
        day += timedelta(days=1)
        if is_working_day(day) and count:
            count -= 1
    return day


def working_days_between(start: date, end: date) -> int:
    """How many working days lie after `start` up to and including `end`; 0 when `end` is not later."""
    return sum(is_working_day(start + timedelta(days=offset)) for offset in range(1, (end - start).days + 1))
