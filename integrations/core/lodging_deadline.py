"""By when an overnight stay must be notified.

Vietnamese guests: Luật Cư trú Điều 30 (as replaced by Luật 118/2025/QH15 from 1/7/2026): before 23:00 of the first day, and for an arrival
after 23:00 before 08:00 of the next day. Foreign guests: Luật 47/2014 Điều 33: within 12 hours of arrival, 24 in a remote area.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
EVENING_LIMIT = time(23)
MORNING_LIMIT = time(8)
AFTER_MIDNIGHT = time(5)
"""Who arrives before this hour belongs to the night before."""


class DeadlineRule(StrEnum):
    """Which sentence of the law gave the deadline."""

    BEFORE_23 = "before_23"
    BEFORE_08 = "before_08"
    FOREIGNER_12_HOURS = "foreigner_12_hours"
    FOREIGNER_24_HOURS = "foreigner_24_hours"


@dataclass(frozen=True)
class Deadline:
    """`at` is the last moment (the notice must come before it). `interpreted` marks a border case that the law's words do not settle."""

    at: datetime
    rule: DeadlineRule
    interpreted: bool = False

    def missed(self, now: datetime) -> bool:
        """Whether it is too late at `now` (aware)."""
        return now >= self.at


def lodging_deadline(arrival: datetime, *, foreign: bool = False, remote_area: bool = False) -> Deadline:
    """The deadline for a guest who arrives at `arrival` (aware); the answer is in Vietnamese time."""
    local = arrival.astimezone(VIETNAM)
    if foreign:
        hours, rule = (24, DeadlineRule.FOREIGNER_24_HOURS) if remote_area else (12, DeadlineRule.FOREIGNER_12_HOURS)
        return Deadline(local + timedelta(hours=hours), rule)
    if local.time() >= EVENING_LIMIT:
        # "sau 23 giờ" leaves 23:00 itself open.
        next_morning = datetime.combine(local.date() + timedelta(days=1), MORNING_LIMIT, VIETNAM)
        return Deadline(next_morning, DeadlineRule.BEFORE_08, interpreted=local.time() == EVENING_LIMIT)
    if local.time() < AFTER_MIDNIGHT:
        # The law is silent on arrivals after midnight; VNeID takes them with the night before until 08:00.
        return Deadline(datetime.combine(local.date(), MORNING_LIMIT, VIETNAM), DeadlineRule.BEFORE_08, interpreted=True)
    return Deadline(datetime.combine(local.date(), EVENING_LIMIT, VIETNAM), DeadlineRule.BEFORE_23)
