"""For operators: sign in, see what waits, look at it, rule. `Authorization: Bearer <token>`."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, StringConstraints

from verification_service.sessions import operators
from verification_service.sessions.api_callers import ServiceOf
from verification_service.sessions.database import Transaction
from verification_service.sessions.errors import NotAuthenticated, TooMany, Unknown, WrongState, declared
from verification_service.sessions.policies import Purpose

router = APIRouter(prefix="/v1/operator", tags=["operator"])
OperatorName = Annotated[str, Depends(operators.authenticate)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400, pattern=r"^[^\x00]+$")]


class SignIn(BaseModel):
    """Name and password."""

    name: Text
    password: Text


class Token(BaseModel):
    """Good for eight hours."""

    token: str


class ReviewRow(BaseModel):
    """One case that waits."""

    id: UUID
    purpose: Purpose
    reasons: list[str]
    attempts: int
    created_at: datetime
    expires_at: datetime


class ReviewEvidence(ReviewRow):
    """What the operator sees. Pictures are JPEG in base64."""

    pictures: dict[str, str]
    findings: list[dict]
    score: float | None
    claims: dict | None


class Retry(BaseModel):
    """Why the person may try again."""

    reason: Text


class RetryCode(BaseModel):
    """The code to enter at the kiosk, good for ten minutes."""

    code: str


class Ruling(BaseModel):
    """The operator's decision and why."""

    outcome: Literal["verified", "rejected"]
    reason: Text


def _row(session) -> dict:
    return {name: getattr(session, name) for name in ReviewRow.model_fields}


@router.post("/sign-in", responses=declared(NotAuthenticated, TooMany))
async def sign_in(body: SignIn, service: ServiceOf) -> Token:
    """A token; five wrong passwords lock the name for a quarter of an hour."""
    return Token(token=await operators.sign_in(service, body.name, body.password))


@router.get("/reviews", responses=declared(NotAuthenticated))
async def list_reviews(operator: OperatorName, service: ServiceOf, transaction: Transaction) -> list[ReviewRow]:
    """The cases that wait, oldest first."""
    return [ReviewRow(**_row(session)) for session in await operators.waiting(service, transaction)]


@router.get("/reviews/{session_id}", responses=declared(NotAuthenticated, Unknown, WrongState))
async def view_review(session_id: UUID, operator: OperatorName, service: ServiceOf, transaction: Transaction) -> ReviewEvidence:
    """The evidence of one case; the view is audited."""
    session, evidence = await operators.view(service, transaction, operator, session_id)
    return ReviewEvidence(**_row(session), **evidence)


@router.post("/reviews/{session_id}/ruling", responses=declared(NotAuthenticated, Unknown, WrongState))
async def rule(session_id: UUID, body: Ruling, operator: OperatorName, service: ServiceOf, transaction: Transaction) -> ReviewRow:
    """Decides the case; its evidence is destroyed."""
    return ReviewRow(**_row(await operators.rule(service, transaction, operator, session_id, body.outcome, body.reason)))


@router.post("/reviews/{session_id}/retry", status_code=201, responses=declared(NotAuthenticated, Unknown, WrongState))
async def allow_retry(session_id: UUID, body: Retry, operator: OperatorName, service: ServiceOf, transaction: Transaction) -> RetryCode:
    """One more attempt with a new code instead of a ruling; the evidence is destroyed."""
    return RetryCode(code=await operators.allow_retry(service, transaction, operator, session_id, body.reason))
