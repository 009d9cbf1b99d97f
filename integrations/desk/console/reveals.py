"""Seeing a record's numbers in clear: for five minutes, thirty times an hour, and with a reason."""

import re
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from integrations.desk.console import repository
from integrations.desk.errors import Refused
from integrations.desk.texts import mark as _

LASTS = timedelta(minutes=5)
MOST_AN_HOUR = 30
SHORTEST_REASON, LONGEST_REASON = 5, 200


async def allow(session: AsyncSession, staff_id: UUID, subject_id: UUID, reason: str, now: datetime) -> str:
    """Returns the reason as the audit trail may hold it, without numbers. Raises Refused."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused(_("Xin ghi lý do cần xem số."))
    await repository.one_at_a_time(session, staff_id)
    if await repository.reveals_since(session, staff_id, now - timedelta(hours=1)) >= MOST_AN_HOUR:
        raise Refused(_("Bạn đã xem số quá nhiều lần trong một giờ. Xin báo phụ trách."))
    await repository.reveal(session, staff_id, subject_id, now + LASTS)
    return re.sub(r"\d", "*", reason)[:LONGEST_REASON]
