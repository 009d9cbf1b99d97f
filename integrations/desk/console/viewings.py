"""Who has looked at what: on the audit trail, once a quarter of an hour for the same officer and conversation."""

from datetime import datetime, timedelta
from uuid import UUID

AGAIN_AFTER = timedelta(minutes=15)
MOST = 10_000


class Viewings:
    """Remembered in this process: several gateways note a viewing several times, never none."""

    def __init__(self) -> None:
        self._seen: dict[tuple[UUID, UUID], datetime] = {}

    def first(self, staff_id: UUID, subject_id: UUID, now: datetime) -> bool:
        """Whether this viewing is to be noted; remembers it."""
        last = self._seen.get((staff_id, subject_id))
        if last is not None and now - last < AGAIN_AFTER:
            return False
        if len(self._seen) >= MOST:
            self._seen.clear()
        self._seen[staff_id, subject_id] = now
        return True
