"""When a message may go out that the citizen did not ask for: not after opting out, and not between 22:00 and 6:00."""

from datetime import datetime, time, timedelta

from integrations.core.clock import VIETNAM
from integrations.gateway.conversation.models import Conversation

QUIET_FROM, QUIET_UNTIL = time(22), time(6)


def sendable_at(conversation: Conversation, now: datetime) -> datetime | None:
    """The first moment at which it may be sent (`now`, or 6 o'clock), or None when the citizen does not want any."""
    if conversation.opted_out_at is not None:
        return None
    local = now.astimezone(VIETNAM)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return now
    day = local.date() + timedelta(days=local.time() >= QUIET_FROM)
    return datetime.combine(day, QUIET_UNTIL, VIETNAM)
