"""The internal API of docs/contracts.md: what actions and the verification service ask the gateway to keep. Token in `X-Internal-Token`."""

import hmac
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, model_validator

from integrations.gateway.database import Transaction
from integrations.gateway.errors import Unauthorized
from integrations.gateway.internal import service


async def authorize(request: Request, x_internal_token: Annotated[str, Header()] = "") -> None:
    """Constant-time comparison. Raises Unauthorized."""
    expected = request.app.state.settings.internal_token.get_secret_value()
    if not hmac.compare_digest(x_internal_token.encode(), expected.encode()):
        raise Unauthorized


router = APIRouter(prefix="/internal/v1", dependencies=[Depends(authorize)])


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class TicketRequest(Body):
    sender_id: str = Field(min_length=1, max_length=64)
    kind: Literal["home_visit", "call_back", "appointment", "wrong_data"]
    contact_name: str | None = Field(None, max_length=200)
    phone: str | None = Field(None, max_length=32)
    commune: str | None = Field(None, max_length=120)
    hamlet: str | None = Field(None, max_length=200)
    reason: str | None = Field(None, max_length=2000)
    preferred_time: str | None = Field(None, max_length=200)
    detail: str | None = Field(None, max_length=4000)


class AttemptRequest(Body):
    sender_id: str = Field(min_length=1, max_length=64)
    scope: Literal["card_status", "lodging_manage"]
    subject: str = Field(min_length=1, max_length=100)


class ConsentRequest(Body):
    sender_id: str = Field(min_length=1, max_length=64)
    purpose: str = Field(min_length=1, max_length=64)
    version: str = Field(min_length=1, max_length=32)
    given: bool


class NumberRequest(Body):
    sender_id: str = Field(min_length=1, max_length=64)
    purpose: Literal["lodging_notification"]


class EventRequest(Body):
    """Exactly one of `sender_id` and `reference` (an id announced by a `wait_for` signal)."""

    sender_id: str | None = Field(None, min_length=1, max_length=64)
    reference: str | None = Field(None, min_length=1, max_length=128)
    name: str = Field(pattern=r"^[a-z][a-z_]{0,25}$")
    data: dict[str, Any] = {}

    @model_validator(mode="after")
    def _one_addressee(self) -> "EventRequest":
        if (self.sender_id is None) == (self.reference is None):
            raise ValueError("exactly one of sender_id and reference")
        return self


@router.post("/tickets", status_code=201)
async def open_ticket(
    body: TicketRequest, request: Request, session: Transaction, idempotency_key: Annotated[str, Header(min_length=16, max_length=255)]
) -> dict[str, str]:
    """The ticket's code; a repeat of the key gives the same code, with another body 409. 404: no such sender."""
    ticket = await service.open_ticket(session, idempotency_key, body.model_dump(), request.app.state.settings.now())
    return {"code": ticket.code}


@router.post("/attempts")
async def count_attempt(body: AttemptRequest, request: Request, session: Transaction) -> dict[str, Any]:
    """Count one attempt if it is allowed. 404: no such sender."""
    retry_after = await service.count_attempt(session, body.sender_id, body.scope, body.subject, request.app.state.settings.now())
    return {"allowed": True} if retry_after is None else {"allowed": False, "retry_after": retry_after}


@router.post("/consents", status_code=201)
async def record_consent(body: ConsentRequest, request: Request, session: Transaction) -> dict[str, bool]:
    """A consent given or withdrawn. 404: no such sender."""
    await service.record_consent(session, body.sender_id, body.purpose, body.version, body.given, request.app.state.settings.now())
    return {"recorded": True}


@router.post("/numbers")
async def give_number(body: NumberRequest, request: Request, session: Transaction) -> dict[str, str]:
    """The number that the citizen writes or dials from and has chosen to give. 404: no such sender; 422: the channel has none."""
    return {"phone": await service.give_number(session, body.sender_id, body.purpose, request.app.state.settings.now())}


@router.post("/events", status_code=202)
async def accept_event(
    body: EventRequest, request: Request, session: Transaction, idempotency_key: Annotated[str | None, Header(max_length=255)] = None
) -> JSONResponse:
    """An outside result that continues a conversation, once per Idempotency-Key (without one, per reference and name). 404: nobody waits for it."""
    repeated = await service.accept_event(session, body.sender_id, body.reference, body.name, body.data, idempotency_key, request.app.state.settings.now())
    return JSONResponse({"accepted": True, "repeated": repeated}, 202)
