"""The one clock. Outside production `CLOCK` moves it, so that a question can be asked on another day."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

Clock = Callable[[], datetime]
"""Gives the present moment, aware, in Vietnam's zone."""


def system_clock() -> datetime:
    return datetime.now(UTC).astimezone(VIETNAM)


def shifted_clock(start: datetime, now: Clock = system_clock) -> Clock:
    """A clock that shows `start` at this moment and runs on from there."""
    if start.tzinfo is None:
        raise ValueError("CLOCK needs an offset, as in 2027-01-01T10:00:00+07:00")
    shift = start - now()
    return lambda: (now() + shift).astimezone(VIETNAM)
