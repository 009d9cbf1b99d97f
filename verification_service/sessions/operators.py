"""People who rule on doubtful cases: signing in, seeing the evidence (every view is audited), ruling with a reason."""

import json
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from fastapi import Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from verification_service.sessions.creation import reopen
from verification_service.sessions.errors import NotAuthenticated, TooMany, Unknown, WrongState
from verification_service.sessions.models import Operator, Review, VerificationSession
from verification_service.sessions.outcomes import finish
from verification_service.sessions.service import Service

MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
TOKEN_LASTS = timedelta(hours=8)
LEAST_PASSWORD = 12
_hasher = PasswordHasher()
# Compared with when the name is unknown, so that it costs the same.
_NOBODY = _hasher.hash(secrets.token_hex(16))


async def add(service: Service, transaction: AsyncSession, name: str, password: str) -> Operator:
    """A new operator. Raises ValueError for a short password."""
    if len(password) < LEAST_PASSWORD:
        raise ValueError(f"a password needs {LEAST_PASSWORD} characters")
    operator = Operator(name=name, password_hash=_hasher.hash(password))
    transaction.add(operator)
    service.audit(transaction, "administrator", "operator_added", detail=name[:100])
    return operator


async def sign_in(service: Service, name: str, password: str) -> str:
    """A token for some hours. Raises NotAuthenticated, TooMany while locked."""
    now = service.now()
    async with service.sessions.begin() as transaction:
        operator = await transaction.scalar(select(Operator).where(Operator.name == name).with_for_update())
        if operator and operator.locked_until and operator.locked_until > now:
            raise TooMany("locked", {"Retry-After": str(int(LOCKED_FOR.total_seconds()))})
        right = _is_right(operator.password_hash if operator else _NOBODY, password)
        token = secrets.token_urlsafe(32)
        if operator and right:
            operator.failures, operator.locked_until = 0, None
            operator.token_hash, operator.token_expires_at = sha256(token.encode()).hexdigest(), now + TOKEN_LASTS
        elif operator:
            _count_failure(operator, now)
        service.audit(transaction, f"operator:{name[:100]}", "signed_in" if operator and right else "sign_in_failed")
    if not (operator and right):
        raise NotAuthenticated("name_or_password")
    return token


def _count_failure(operator: Operator, now: datetime) -> None:
    operator.failures += 1
    if operator.failures >= MOST_FAILURES:
        operator.failures, operator.locked_until = 0, now + LOCKED_FOR


def _is_right(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except VerificationError:
        return False


async def authenticate(request: Request) -> str:
    """The name of the operator whose bearer token this is (FastAPI dependency). Raises NotAuthenticated."""
    service: Service = request.app.state.service
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    async with service.sessions() as transaction:
        operator = await transaction.scalar(select(Operator).where(Operator.token_hash == sha256(token.encode()).hexdigest()))
    if scheme.lower() != "bearer" or operator is None or operator.token_expires_at <= service.now():
        raise NotAuthenticated("operator_token")
    return operator.name


async def waiting(service: Service, transaction: AsyncSession) -> list[VerificationSession]:
    """Sessions under review whose time is not over, oldest first."""
    query = select(VerificationSession).where(VerificationSession.state == "manual_review", VerificationSession.expires_at > service.now())
    return list(await transaction.scalars(query.order_by(VerificationSession.created_at)))


async def view(service: Service, transaction: AsyncSession, operator: str, session_id: UUID) -> tuple[VerificationSession, dict]:
    """The session and its evidence; the view is audited. Raises Unknown."""
    session = await _under_review(service, transaction, session_id)
    review = await transaction.get(Review, session_id)
    service.audit(transaction, f"operator:{operator}", "viewed", session_id)
    return session, json.loads(review.evidence) | {"claims": json.loads(session.claims) if session.claims else None}


async def rule(service: Service, transaction: AsyncSession, operator: str, session_id: UUID, outcome: str, reason: str) -> VerificationSession:
    """Ends the review: `verified` or `rejected`, with the operator's reason. Raises Unknown, WrongState."""
    session = await _under_review(service, transaction, session_id)
    await finish(service, transaction, session, outcome, f"operator:{operator}", (*session.reasons, f"operator:{outcome}"))
    service.audit(transaction, f"operator:{operator}", "ruled", session_id, reason[:500])
    return session


async def allow_retry(service: Service, transaction: AsyncSession, operator: str, session_id: UUID, reason: str) -> str:
    """The person may try once more, with the new code that is returned. Raises Unknown, WrongState."""
    session = await _under_review(service, transaction, session_id)
    code = await reopen(service, transaction, session)
    service.audit(transaction, f"operator:{operator}", "retry_allowed", session_id, reason[:500])
    return code


async def _under_review(service: Service, transaction: AsyncSession, session_id: UUID) -> VerificationSession:
    session = await transaction.get(VerificationSession, session_id, with_for_update=True)
    if session is None:
        raise Unknown("not_found")
    if session.state == "manual_review" and session.expires_at <= service.now():
        raise WrongState("expired")  # the background loop ends it
    if session.state != "manual_review":
        raise WrongState(session.state)
    return session
