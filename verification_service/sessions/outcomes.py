"""Ending a session: one place where evidence, challenge and code are dropped, the audit is written and the gateway's message queued."""

import json
from collections.abc import Sequence

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from verification_service.chip import Document
from verification_service.sessions.models import Callback, Review, VerificationSession
from verification_service.sessions.policies import POLICIES, Purpose
from verification_service.sessions.service import Service


async def finish(service: Service, transaction: AsyncSession, session: VerificationSession, state: str, actor: str, reasons: Sequence[str] = ()) -> None:
    """Moves to a final state (verified, rejected, expired, cancelled) and drops all evidence."""
    session.state, session.decided_at, session.decided_by, session.reasons = state, service.now(), actor, list(reasons)
    session.challenge = session.challenge_id = session.code = session.expected_number = None
    if state != "verified":
        session.claims = None
    await transaction.execute(delete(Review).where(Review.session_id == session.id))
    service.audit(transaction, actor, state, session.id, " ".join(reasons)[:500])
    await notify(service, transaction, session)


async def notify(service: Service, transaction: AsyncSession, session: VerificationSession) -> None:
    """Queues the message to the gateway, once per session and state. One that has not got through yet is dropped: it would be told after this one."""
    now = service.now()
    earlier = (Callback.session_id == session.id, Callback.outcome != session.state, Callback.done_at.is_(None))
    await transaction.execute(update(Callback).where(*earlier).values(done_at=now))
    row = {"session_id": session.id, "outcome": session.state, "created_at": now, "next_at": now, "tries": 0}
    await transaction.execute(insert(Callback).values(row).on_conflict_do_nothing())
    service.wake.set()


def claims_of(document: Document | None, purpose: str) -> str | None:
    """The fields that this purpose's policy lets the caller learn, as JSON."""
    if document is None:
        return None
    values = {
        "name": document.name,
        "birth_date": document.birth_date and document.birth_date.isoformat(),
        "number": document.number,
        "expiry_date": document.expiry_date and document.expiry_date.isoformat(),
    }
    return json.dumps({name: values[name] for name in POLICIES[Purpose(purpose)].claims}, ensure_ascii=False)
