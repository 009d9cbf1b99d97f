"""For enrolled kiosks. Every request is signed (`signatures.py`); a kiosk delivers evidence and is told what to show, nothing more."""

from base64 import b64decode
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from verification_service.sessions import claiming, creation, evidence, kiosks
from verification_service.sessions.api_callers import ServiceOf
from verification_service.sessions.database import Transaction
from verification_service.sessions.decision import Outcome
from verification_service.sessions.errors import NotAuthenticated, NotReady, TooLarge, TooMany, Unacceptable, Unknown, WrongState, declared
from verification_service.sessions.judgement import MOST_FRAMES, captured
from verification_service.sessions.policies import POLICIES, Purpose

router = APIRouter(prefix="/v1/kiosk", tags=["kiosk"])
KioskId = Annotated[UUID, Depends(kiosks.authenticate)]
Hexadecimal = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{2})*$", max_length=2000)]


class Strict(BaseModel):
    """Unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class Claim(Strict):
    """The code that the person typed or showed."""

    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


class ChallengeView(BaseModel):
    """`chip`: 8 bytes in hex for the card to sign. `movements`: what to do before the camera, in order, within `deadline` seconds."""

    id: UUID
    chip: str
    movements: list[str]
    deadline: float
    attempts_left: int
    expires_at: datetime


class ClaimView(BaseModel):
    """The session is this kiosk's now. `claims` are the holder's data that the caller learns, for the question of consent."""

    session_id: UUID
    purpose: Purpose
    claims: list[str]
    challenge: ChallengeView


class ChipFile(Strict):
    """DG14 in base64."""

    dg14: Annotated[str, StringConstraints(max_length=20_000)]


class ChipAnswer(Strict):
    """The chip's answer to the first secured command, in hex."""

    answer: Hexadecimal


class ChipKeys(BaseModel):
    """Session keys when the answer was right."""

    right: bool
    keys: dict | None


class FrameUpload(Strict):
    """A JPEG in base64, and seconds since the capture began."""

    image: Annotated[str, StringConstraints(max_length=600_000)]
    at: float = Field(ge=0, le=600, allow_inf_nan=False)


class EvidenceUpload(Strict):
    """The answer to one challenge: chip evidence as JSON text, camera frames in order."""

    challenge_id: UUID
    chip: Annotated[str, StringConstraints(max_length=1_500_000)]
    frames: list[FrameUpload] = Field(max_length=4 * MOST_FRAMES)


class RulingView(BaseModel):
    """What came of it; with `retry` there is a fresh challenge."""

    outcome: Outcome
    reasons: list[str]
    challenge: ChallengeView | None


def _view(challenge: claiming.Challenge | None) -> ChallengeView | None:
    if challenge is None:
        return None
    return ChallengeView(id=challenge.id, chip=challenge.chip.hex(), movements=list(challenge.movements), deadline=challenge.deadline,
                         attempts_left=challenge.attempts_left, expires_at=challenge.expires_at)  # fmt: skip


@router.post("/claims", status_code=201, responses=declared(NotAuthenticated, Unknown, TooMany))
async def claim(body: Claim, kiosk_id: KioskId, service: ServiceOf) -> ClaimView:
    """Takes the session of an unused code."""
    session, challenge = await claiming.claim(service, kiosk_id, body.code)
    claims = list(POLICIES[Purpose(session.purpose)].claims)
    return ClaimView(session_id=session.id, purpose=session.purpose, claims=claims, challenge=_view(challenge))


@router.post("/sessions/{session_id}/challenge", status_code=201, responses=declared(NotAuthenticated, Unknown, WrongState))
async def new_challenge(session_id: UUID, kiosk_id: KioskId, service: ServiceOf, transaction: Transaction) -> ChallengeView:
    """A fresh challenge in place of the present one, for a kiosk that lost its answer."""
    session = await claiming.of_kiosk(service, transaction, kiosk_id, session_id)
    return _view(claiming.issue_challenge(service, session))


@router.post("/sessions/{session_id}/chip-authentication", status_code=201, responses=declared(NotAuthenticated, Unknown, WrongState))
async def begin_chip_authentication(session_id: UUID, body: ChipFile, kiosk_id: KioskId, service: ServiceOf, transaction: Transaction) -> dict:
    """Public key and first command for the chip; the private key stays here."""
    session = await claiming.of_kiosk(service, transaction, kiosk_id, session_id)
    try:
        dg14 = b64decode(body.dg14, validate=True)
    except ValueError:
        raise Unacceptable("dg14_malformed") from None
    return claiming.begin_chip_authentication(session, dg14).to_dict()


@router.post("/sessions/{session_id}/chip-authentication/answer", responses=declared(NotAuthenticated, Unknown, WrongState))
async def finish_chip_authentication(session_id: UUID, body: ChipAnswer, kiosk_id: KioskId, service: ServiceOf, transaction: Transaction) -> ChipKeys:
    """The session keys, once the chip's answer has shown that it owns its key."""
    session = await claiming.of_kiosk(service, transaction, kiosk_id, session_id)
    keys = claiming.finish_chip_authentication(session, bytes.fromhex(body.answer))
    return ChipKeys(right=keys is not None, keys=keys.to_dict() if keys else None)


@router.post("/sessions/{session_id}/evidence", responses=declared(NotAuthenticated, Unknown, WrongState, TooLarge, NotReady))
async def upload_evidence(session_id: UUID, body: EvidenceUpload, kiosk_id: KioskId, service: ServiceOf) -> RulingView:
    """Judges the evidence; the attempt counts whatever comes of it."""
    frames = captured([(frame.image, frame.at) for frame in body.frames])
    ruling = await evidence.take(service, kiosk_id, session_id, evidence.Upload(body.challenge_id, body.chip, frames))
    return RulingView(outcome=ruling.decision.outcome, reasons=list(ruling.decision.reasons), challenge=_view(ruling.next_challenge))


@router.post("/sessions/{session_id}/decline", status_code=204, responses=declared(NotAuthenticated, Unknown, WrongState))
async def decline(session_id: UUID, kiosk_id: KioskId, service: ServiceOf, transaction: Transaction) -> None:
    """The person did not agree, or left: nothing was taken."""
    session = await claiming.of_kiosk(service, transaction, kiosk_id, session_id)
    await creation.cancel(service, transaction, session, f"kiosk:{kiosk_id}")
