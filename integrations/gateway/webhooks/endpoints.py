"""Where providers knock. Authentic requests are stored and acknowledged within milliseconds; what they mean is worked out later."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.channels import zalo_oa
from integrations.channels.base import Inbound, MalformedRequest, Parsed, Receipt, SignatureError, StaffEcho
from integrations.gateway.database import Transaction
from integrations.gateway.inbox.service import receive
from integrations.gateway.outbox.receipts import apply_receipt, note_echo
from integrations.gateway.settings import Settings

MAXIMUM_BODY = 64 * 1024
router = APIRouter(prefix="/webhooks")


@router.post("/zalo")
async def zalo(request: Request, session: Transaction, x_zevent_signature: Annotated[str, Header()] = "") -> JSONResponse:
    """Zalo OA. 200 stored or nothing to do; 400 not understood; 401 not from Zalo; 413 too large. Zalo repeats anything but 200."""
    settings: Settings = request.app.state.settings
    body = await request.body()
    if not settings.zalo_app_id:
        return _answer(404, "not_configured")
    if len(body) > MAXIMUM_BODY:
        return _answer(413, "too_large")
    try:
        event = _object(body)
        secrets = [settings.zalo_oa_secret.get_secret_value()]
        zalo_oa.verify(x_zevent_signature, body, str(event.get("timestamp", "")), app_id=settings.zalo_app_id, secrets=secrets, now=settings.now())
        parsed = zalo_oa.parse(event)
    except SignatureError:
        return _answer(401, "signature")
    except MalformedRequest:
        return _answer(400, "malformed")
    await accept(session, parsed, settings)
    return _answer(200, "ok")


async def accept(session: AsyncSession, parsed: Parsed, settings: Settings) -> None:
    """Store what any channel's request means."""
    now = settings.now()
    match parsed:
        case Inbound():
            await receive(session, parsed, now)
        case Receipt():
            await apply_receipt(session, parsed)
        case StaffEcho():
            await note_echo(session, parsed, now)


def _object(body: bytes) -> dict[str, Any]:
    try:
        event = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedRequest("not JSON") from error
    if not isinstance(event, dict):
        raise MalformedRequest("not an object")
    return event


def _answer(status: int, code: str) -> JSONResponse:
    return JSONResponse({"code": code}, status)
