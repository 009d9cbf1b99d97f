"""The desk's entries in the audit trail. Write them last in a transaction: the trail's lock is held until the commit."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from integrations.gateway.audit import service


async def record(
    session: AsyncSession, now: datetime, actor: str, action: str, kind: str, subject: UUID | str, detail: dict[str, object] | None = None
) -> None:
    """`detail` holds codes and ids only: nothing here can ever be erased."""
    await service.record(session, actor, action, kind, str(subject), detail or {}, now)
