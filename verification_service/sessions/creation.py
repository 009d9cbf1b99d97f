"""Opening a session, and reading it back, for callers."""

import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from verification_service.sessions.errors import TooMany, Unknown, WrongState
from verification_service.sessions.models import Review, VerificationSession
from verification_service.sessions.outcomes import finish
from verification_service.sessions.policies import POLICIES, Purpose
from verification_service.sessions.service import Service

LIFETIME = timedelta(minutes=10)
CODE_DIGITS = 6
SUBJECT_WINDOW = timedelta(hours=1)
OPEN_STATES = ("created", "claimed", "manual_review")
CODE_LOCK = 6004


@dataclass(frozen=True)
class Order:
    """`subject` is whatever the caller knows the person by (a conversation); it is only stored as a keyed hash."""

    purpose: Purpose
    consent_id: str
    subject: str
    expected_number: str | None = None


async def create(service: Service, transaction: AsyncSession, caller: str, order: Order, idempotency_key: str) -> VerificationSession:
    """A new session with a code, or the one this key made before. Raises WrongState, TooMany."""
    await _one_code_at_a_time(transaction)
    request_hash = sha256(json.dumps([order.purpose, order.consent_id, order.subject, order.expected_number]).encode()).hexdigest()
    known = await transaction.scalar(
        select(VerificationSession).where(VerificationSession.caller == caller, VerificationSession.idempotency_key == idempotency_key)
    )
    if known:
        if known.request_hash != request_hash:
            raise WrongState("idempotency_conflict")
        return known
    now = service.now()
    subject_index = service.keyring.keyed_hash(f"{caller}\x00{order.subject}", "subject")
    recent = select(func.count()).where(VerificationSession.subject_index == subject_index, VerificationSession.purpose == order.purpose,
                                         VerificationSession.created_at > now - SUBJECT_WINDOW)  # fmt: skip
    if await transaction.scalar(recent) >= POLICIES[order.purpose].sessions_an_hour:
        raise TooMany("too_many_sessions", {"Retry-After": "3600"})
    session = VerificationSession(
        caller=caller, idempotency_key=idempotency_key, request_hash=request_hash, purpose=order.purpose, consent_id=order.consent_id,
        subject_index=subject_index, expected_number=order.expected_number, created_at=now, reasons=[],
        policy_version=POLICIES[order.purpose].version, attempts_allowed=POLICIES[order.purpose].attempts,
    )  # fmt: skip
    await _give_code(service, transaction, session)
    transaction.add(session)
    await transaction.flush()
    service.audit(transaction, caller, "created", session.id, order.purpose)
    return session


async def reopen(service: Service, transaction: AsyncSession, session: VerificationSession) -> str:
    """One more attempt for a session under review, with a code of its own; returns the code. What was kept for the review is destroyed."""
    await _one_code_at_a_time(transaction)
    await transaction.execute(delete(Review).where(Review.session_id == session.id))
    session.attempts_allowed, session.kiosk_id, session.claims, session.reasons = session.attempts + 1, None, None, []
    await _give_code(service, transaction, session)
    return session.code


async def _one_code_at_a_time(transaction: AsyncSession) -> None:
    await transaction.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CODE_LOCK})


async def _give_code(service: Service, transaction: AsyncSession, session: VerificationSession) -> None:
    code = await _unused_code(service, transaction)
    session.state, session.code, session.code_index = "created", code, service.keyring.keyed_hash(code, "code")
    session.expires_at = service.now() + LIFETIME


async def _unused_code(service: Service, transaction: AsyncSession) -> str:
    while True:
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
        index = service.keyring.keyed_hash(code, "code")
        if not await transaction.scalar(select(VerificationSession.id).where(VerificationSession.code_index == index, VerificationSession.state == "created")):
            return code


async def find(service: Service, transaction: AsyncSession, caller: str, session_id: UUID) -> VerificationSession:
    """The caller's own session, locked; expired ones are ended on the way. Raises Unknown."""
    session = await transaction.get(VerificationSession, session_id, with_for_update=True)
    if session is None or session.caller != caller:
        raise Unknown("not_found")
    await end_if_due(service, transaction, session)
    return session


async def end_if_due(service: Service, transaction: AsyncSession, session: VerificationSession) -> None:
    """Ends a session whose time is over; evidence that waits for an operator is destroyed."""
    if session.state in OPEN_STATES and session.expires_at <= service.now():
        await finish(service, transaction, session, "expired", "clock")


async def cancel(service: Service, transaction: AsyncSession, session: VerificationSession, actor: str) -> None:
    """Ends a session before its decision. Raises WrongState when it has one."""
    if session.state == "cancelled":
        return
    if session.state not in OPEN_STATES:
        raise WrongState("already_decided")
    await finish(service, transaction, session, "cancelled", actor)
