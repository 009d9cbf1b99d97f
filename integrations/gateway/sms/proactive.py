"""When a message may go out that the citizen did not ask for: not after opting out, and not between 22:00 and 6:00."""

from datetime import datetime, time, timedelta

from integrations.core.clock import VIETNAM
from integrations.core.phone import PLAIN_PHONE_CHANNELS
from integrations.gateway.conversation.models import Conversation

QUIET_FROM, QUIET_UNTIL = time(22), time(6)


def wait_before_proactive(conversation: Conversation, now: datetime) -> timedelta | None:
    """How long such a message has to wait (until 6 o'clock at night), or None when the citizen does not want any. Web and Zalo never wait."""
    if conversation.channel not in PLAIN_PHONE_CHANNELS:
        return timedelta()
    if conversation.opted_out_at is not None:
        return None
    local = now.astimezone(VIETNAM)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return timedelta()
    day = local.date() + timedelta(days=local.time() >= QUIET_FROM)
    return datetime.combine(day, QUIET_UNTIL, VIETNAM) - now
