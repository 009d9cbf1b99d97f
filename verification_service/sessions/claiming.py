"""A kiosk takes a session by its code, gets a challenge, and has its chip authentication held here."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from verification_service.chip import ChipAuthenticationStart, ChipError, HeldChipAuthentication, SessionKeys, new_challenge
from verification_service.chip.evidence import Issued
from verification_service.face import liveness
from verification_service.sessions.errors import TooMany, Unacceptable, Unknown, WrongState
from verification_service.sessions.models import FailedClaim, Kiosk, VerificationSession
from verification_service.sessions.service import Service

MOST_FAILED_CLAIMS = 10
FAILED_CLAIM_WINDOW = timedelta(minutes=10)


@dataclass(frozen=True)
class Challenge:
    """What one attempt must answer. `chip` is signed by the card, `movements` are made before the camera within `deadline` seconds."""

    id: UUID
    chip: bytes
    movements: tuple[str, ...]
    deadline: float
    attempts_left: int
    expires_at: datetime


async def claim(service: Service, kiosk_id: UUID, code: str) -> tuple[VerificationSession, Challenge]:
    """The session of an unused code now belongs to this kiosk, and its first challenge. Raises Unknown, TooMany."""
    now = service.now()
    async with service.sessions.begin() as transaction:
        # One claim of a kiosk at a time, or many codes tried at once would all find few failures counted.
        await transaction.execute(select(Kiosk.id).where(Kiosk.id == kiosk_id).with_for_update(key_share=True))
        failed = select(func.count()).where(FailedClaim.kiosk_id == kiosk_id, FailedClaim.at > now - FAILED_CLAIM_WINDOW)
        if await transaction.scalar(failed) >= MOST_FAILED_CLAIMS:
            raise TooMany("too_many_codes", {"Retry-After": "600"})
        session = await _waiting_for(service, transaction, code)
        if session is None:
            transaction.add(FailedClaim(kiosk_id=kiosk_id, at=now))
        else:
            session.state, session.kiosk_id, session.code = "claimed", kiosk_id, None
            challenge = issue_challenge(service, session)
            service.audit(transaction, f"kiosk:{kiosk_id}", "claimed", session.id)
    if session is None:
        raise Unknown("no_such_code")
    return session, challenge


async def _waiting_for(service: Service, transaction: AsyncSession, code: str) -> VerificationSession | None:
    index = service.keyring.keyed_hash(code, "code")
    query = select(VerificationSession).where(VerificationSession.code_index == index, VerificationSession.state == "created")
    session = await transaction.scalar(query.with_for_update())
    return session if session is not None and session.expires_at > service.now() else None


async def of_kiosk(service: Service, transaction: AsyncSession, kiosk_id: UUID, session_id: UUID) -> VerificationSession:
    """The session this kiosk has claimed, locked. Raises Unknown, and WrongState once it is over."""
    session = await transaction.get(VerificationSession, session_id, with_for_update=True)
    if session is None or session.kiosk_id != kiosk_id:
        raise Unknown("not_found")
    if session.state == "claimed" and session.expires_at <= service.now():
        raise WrongState("expired")  # the background loop ends it
    if session.state != "claimed":
        raise WrongState(session.state)
    return session


def issue_challenge(service: Service, session: VerificationSession) -> Challenge:
    """A fresh challenge that replaces an earlier one. Raises WrongState when no attempt is left."""
    if session.attempts >= session.attempts_allowed:
        raise WrongState("no_attempt_left")
    drawn = liveness.new_challenge(service.settings.verification_challenge_seed, eyes=service.eyes is not None)
    issued = Issued(new_challenge())
    session.challenge_id = uuid4()
    session.challenge = json.dumps({"issued": issued.to_dict(), "movements": drawn.movements, "deadline": drawn.deadline})
    return present_challenge(session)


def present_challenge(session: VerificationSession) -> Challenge:
    """The challenge that the next upload has to answer. Raises WrongState without one."""
    issued, drawn = what_was_issued(session)
    left = session.attempts_allowed - session.attempts
    return Challenge(session.challenge_id, issued.challenge, drawn.movements, drawn.deadline, left, session.expires_at)


def what_was_issued(session: VerificationSession) -> tuple[Issued, liveness.Challenge]:
    """The two halves of the session's present challenge. Raises WrongState without one."""
    if session.challenge is None:
        raise WrongState("no_challenge")
    record = json.loads(session.challenge)
    movements = tuple(liveness.Movement(movement) for movement in record["movements"])
    return Issued.from_dict(record["issued"]), liveness.Challenge(movements, record["deadline"])


def begin_chip_authentication(session: VerificationSession, dg14: bytes) -> ChipAuthenticationStart:
    """A new run with an ephemeral key that stays here. Raises Unacceptable when the chip offers nothing we can run."""
    issued, _ = what_was_issued(session)
    try:
        issued.chip_authentication = HeldChipAuthentication.begin(dg14)
        start = issued.chip_authentication.start
    except ChipError:
        raise Unacceptable("chip_authentication_unsupported") from None
    _keep(session, issued)
    return start


def finish_chip_authentication(session: VerificationSession, answer: bytes) -> SessionKeys | None:
    """Session keys when the chip's answer is right, None when it is wrong; the answer is recorded either way. Raises WrongState."""
    issued, _ = what_was_issued(session)
    held = issued.chip_authentication
    if held is None or held.answer is not None:
        raise WrongState("no_chip_authentication")
    try:
        return held.finish(answer)
    except ChipError:
        return None
    finally:
        _keep(session, issued)


def _keep(session: VerificationSession, issued: Issued) -> None:
    session.challenge = json.dumps(json.loads(session.challenge) | {"issued": issued.to_dict()})
