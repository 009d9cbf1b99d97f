"""What a reader returns: every candidate, or the reason why there is none."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as TimeOfDay
from enum import StrEnum
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

T = TypeVar("T")
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


class Problem(StrEnum):
    """Why a reading has not exactly one candidate; each asks for another question to the citizen."""

    NOTHING_SAID = "nothing_said"
    NO_SUCH_DATE = "no_such_date"
    NO_SUCH_TIME = "no_such_time"
    LUNAR = "lunar"
    VAGUE = "vague"
    DAY_MISSING = "day_missing"
    YEAR_ONLY = "year_only"
    SEVERAL = "several"
    CONTRADICTION = "contradiction"
    IN_FUTURE = "in_future"
    TOO_OLD = "too_old"
    ENDS_BEFORE_START = "ends_before_start"


class DayPart(StrEnum):
    """The part of a day that was named."""

    MORNING = "morning"
    NOON = "noon"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    NIGHT = "night"


@dataclass(frozen=True)
class Reading(Generic[T]):
    """`candidates` is empty, one or several; `problem` is set unless there is exactly one."""

    candidates: tuple[T, ...] = ()
    problem: Problem | None = None

    @property
    def value(self) -> T | None:
        """The one candidate, or None."""
        return self.candidates[0] if len(self.candidates) == 1 else None

    @property
    def ambiguous(self) -> bool:
        """Whether the citizen has to choose."""
        return len(self.candidates) > 1


def candidates(values: Iterable[T], problem: Problem = Problem.SEVERAL) -> Reading[T]:
    """A reading of distinct values in their order; `problem` when they are several."""
    distinct = tuple(dict.fromkeys(values))
    return Reading(distinct, None if len(distinct) == 1 else problem if distinct else Problem.NOTHING_SAID)


@dataclass(frozen=True)
class Moment:
    """A day and, when said, the hour or at least the part of the day."""

    day: date
    time: TimeOfDay | None = None
    part: DayPart | None = None

    @property
    def at(self) -> datetime | None:
        """Aware, in Vietnamese time; None without an hour."""
        return datetime.combine(self.day, self.time, VIETNAM) if self.time else None
