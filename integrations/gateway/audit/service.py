"""Writes and checks the audit trail. Each event's hash covers its content and the hash before it (SHA-256)."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.gateway.audit.models import AuditEvent

GENESIS = "0" * 64
_CHAIN_LOCK = 0x617564697400  # one writer at a time, until its commit: the chain has no forks


async def record(session: AsyncSession, actor: str, action: str, subject_kind: str, subject_id: str, detail: dict[str, Any], now: datetime) -> AuditEvent:
    """Append one event in the session's transaction. `detail` must hold no personal data: it can never be erased."""
    await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHAIN_LOCK})
    last = (await session.execute(select(AuditEvent.number, AuditEvent.hash).order_by(AuditEvent.number.desc()).limit(1))).first()
    number, previous = (last.number + 1, last.hash) if last else (1, GENESIS)
    event = AuditEvent(
        number=number, at=now, actor=actor, action=action, subject_kind=subject_kind, subject_id=subject_id, detail=detail, previous_hash=previous
    )
    event.hash = event_hash(event)
    session.add(event)
    await session.flush()
    return event


def event_hash(event: AuditEvent) -> str:
    """64 hex digits over everything the event says."""
    content = [
        event.number,
        event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        event.actor,
        event.action,
        event.subject_kind,
        event.subject_id,
        event.detail,
        event.previous_hash,
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


async def verify(session: AsyncSession, expected_last: str | None = None) -> str | None:
    """None when the chain is whole, else a sentence naming the first break. `expected_last` (a hash kept elsewhere) also shows a cut-off end."""
    previous, number = GENESIS, 0
    async for event in await session.stream_scalars(select(AuditEvent).order_by(AuditEvent.number).execution_options(yield_per=1000)):
        number += 1
        if event.number != number:
            return f"event {number} is missing"
        if event.previous_hash != previous or event.hash != event_hash(event):
            return f"event {number} was changed"
        previous = event.hash
        session.expunge(event)
    if expected_last is not None and expected_last != previous:
        return f"the trail ends at event {number} with another hash than expected"
    return None
