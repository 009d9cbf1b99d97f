"""For callers such as the action server: open a session, follow it, fetch the signed result. `Authorization: Bearer <caller's key>`."""

import hmac
import io
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import segno
from fastapi import APIRouter, Depends, Header, Request, Response
from pydantic import BaseModel, ConfigDict, StringConstraints

from verification_service.sessions import creation, kiosks
from verification_service.sessions.database import Transaction
from verification_service.sessions.errors import NotAuthenticated, TooMany, Unknown, WrongState, declared
from verification_service.sessions.models import VerificationSession
from verification_service.sessions.nearest import Whereabouts, nearest
from verification_service.sessions.policies import Purpose
from verification_service.sessions.results import public_keys, signed_result
from verification_service.sessions.service import Service

router = APIRouter(prefix="/v1", tags=["callers"])
Short = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$")]
QR_PREFIX = "TROLY06:"


def service_of(request: Request) -> Service:
    """The process's service."""
    return request.app.state.service


def caller_of(request: Request) -> str:
    """The caller whose key this is, in constant time. Raises NotAuthenticated."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    callers = service_of(request).settings.callers
    found = [name for name, expected in callers.items() if hmac.compare_digest(expected.encode(), key.encode())]
    if scheme.lower() != "bearer" or not found:
        raise NotAuthenticated("caller_key")
    return found[0]


ServiceOf = Annotated[Service, Depends(service_of)]
Caller = Annotated[str, Depends(caller_of)]


class SessionOrder(BaseModel):
    """`subject` is the caller's own name for the person (a conversation id); `expected_number` is checked against the card when given."""

    model_config = ConfigDict(extra="forbid")

    purpose: Purpose
    consent_id: Short
    subject: Short
    expected_number: Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")] | None = None


class SessionView(BaseModel):
    """`code` and `qr` are present while the code can be used."""

    id: UUID
    state: Literal["created", "claimed", "manual_review", "verified", "rejected", "expired", "cancelled"]
    purpose: Purpose
    expires_at: datetime
    code: str | None
    qr: str | None
    reasons: list[str]


class SignedResult(BaseModel):
    """Compact JWS (Ed25519); check it with `/v1/keys`."""

    jws: str


class KioskView(BaseModel):
    """A kiosk in service. `distance_km` from the asked commune, where both points are known."""

    name: str
    place: str
    commune: str
    province: str
    distance_km: float | None


def _view(session: VerificationSession) -> SessionView:
    code = session.code if session.state == "created" else None
    return SessionView(
        id=session.id, state=session.state, purpose=session.purpose, expires_at=session.expires_at, code=code,
        qr=f"{QR_PREFIX}{code}" if code else None, reasons=session.reasons,
    )  # fmt: skip


@router.post("/sessions", status_code=201, responses=declared(NotAuthenticated, WrongState, TooMany))
async def create_session(
    order: SessionOrder, caller: Caller, service: ServiceOf, transaction: Transaction, idempotency_key: Annotated[str, Header(min_length=8, max_length=200)]
) -> SessionView:
    """A session of ten minutes with a six-digit code; a repeat of the key gives the same one."""
    wanted = creation.Order(order.purpose, order.consent_id, order.subject, order.expected_number)
    return _view(await creation.create(service, transaction, caller, wanted, idempotency_key))


@router.get("/sessions/{session_id}", responses=declared(NotAuthenticated, Unknown))
async def read_session(session_id: UUID, caller: Caller, service: ServiceOf, transaction: Transaction) -> SessionView:
    """Where the session stands."""
    return _view(await creation.find(service, transaction, caller, session_id))


@router.get("/sessions/{session_id}/qr.svg", responses=declared(NotAuthenticated, Unknown, WrongState), response_class=Response)
async def read_qr(session_id: UUID, caller: Caller, service: ServiceOf, transaction: Transaction) -> Response:
    """The code as a QR picture, while it can be used."""
    view = _view(await creation.find(service, transaction, caller, session_id))
    if view.qr is None:
        raise WrongState(view.state)
    picture = io.BytesIO()
    segno.make_qr(view.qr, error="m").save(picture, kind="svg", scale=8, border=4, light="#fff")
    return Response(picture.getvalue(), media_type="image/svg+xml")


@router.post("/sessions/{session_id}/cancel", responses=declared(NotAuthenticated, Unknown, WrongState))
async def cancel_session(session_id: UUID, caller: Caller, service: ServiceOf, transaction: Transaction) -> SessionView:
    """Ends a session that is not decided."""
    session = await creation.find(service, transaction, caller, session_id)
    await creation.cancel(service, transaction, session, caller)
    return _view(session)


@router.get("/sessions/{session_id}/result", responses=declared(NotAuthenticated, Unknown, WrongState))
async def read_result(session_id: UUID, caller: Caller, service: ServiceOf, transaction: Transaction) -> SignedResult:
    """The signed result of a decided session; holder's data are in it for one hour."""
    return SignedResult(jws=signed_result(service, await creation.find(service, transaction, caller, session_id)))


@router.get("/kiosks", responses=declared(NotAuthenticated))
async def list_kiosks(caller: Caller, transaction: Transaction, commune: Short | None = None, province: Short | None = None) -> list[KioskView]:
    """Kiosks in service: those nearest to the commune of that official name first; without one, by name."""
    here = Whereabouts.named(commune, province) if commune and province else None
    found = await nearest(transaction, await kiosks.in_service(transaction), here)
    return [KioskView(name=kiosk.name, place=kiosk.place, commune=kiosk.commune, province=kiosk.province,
                      distance_km=None if distance is None else round(distance, 1)) for kiosk, distance in found]  # fmt: skip


@router.get("/keys")
async def read_keys(service: ServiceOf) -> dict:
    """The public key of results, as a JWK set. Public."""
    return public_keys(service)
