"""`POST /webhooks/zalo`: authenticated by Zalo's signature over the raw body. Answers after one transaction; Zalo allows two seconds."""

import logging
from typing import Any

from fastapi import APIRouter, BackgroundTasks, HTTPException, Request

from integrations.channels import zalo_oa
from integrations.channels.base import MalformedRequest, SignatureError
from integrations.channels.strict_json import read_object
from integrations.channels.zalo_oa.signature import HEADER
from integrations.gateway.settings import Settings
from integrations.gateway.webhooks.requests import raw_body, refusals_as_status

router = APIRouter()
logger = logging.getLogger(__name__)


@router.get("/zalo")
async def probe() -> dict[str, str]:
    """Zalo looks whether the address exists when it is registered."""
    return {"status": "ok"}


@router.post("/zalo")
async def webhook(request: Request, afterwards: BackgroundTasks) -> dict[str, str]:
    """401 without Zalo's signature, 400 when it is no JSON object, otherwise 200: a repeat or an unknown event too."""
    body = await raw_body(request)
    header = request.headers.get(HEADER)
    if header is None and _carries_nothing(body):
        return {"status": "ignored"}
    settings: Settings = request.app.state.settings
    if not settings.zalo_app_id:
        raise HTTPException(404, "Zalo is not used here")
    # Two secrets, by comma, while the key is being changed at Zalo.
    secrets = settings.zalo_oa_secret.get_secret_value().split(",")
    with refusals_as_status():
        event = read_object(body)
        if header is None:
            raise SignatureError("not signed")
        timestamp = str(event.get("timestamp") or "0")
        zalo_oa.verify(header, body, timestamp, app_id=settings.zalo_app_id, secrets=secrets, now=settings.now())
    try:
        parsed = zalo_oa.parse(event)
    except MalformedRequest as error:
        # Refusing a genuine event makes Zalo repeat it and at last switch the webhook off for everybody.
        logger.error("zalo event not understood", extra={"event": _name(event), "rule": str(error)})
        return {"status": "ignored"}
    return {"status": await request.app.state.arrivals.take(parsed, afterwards)}


def _carries_nothing(body: bytes) -> bool:
    """The registration probe is not signed and names no event."""
    try:
        return not body.strip() or "event_name" not in read_object(body)
    except MalformedRequest as error:
        raise HTTPException(400, str(error)) from error


def _name(event: dict[str, Any]) -> str:
    return str(event.get("event_name"))[:64]
