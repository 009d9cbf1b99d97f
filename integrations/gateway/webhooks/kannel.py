"""Kannel's calls: `GET /webhooks/kannel/message` and `…/receipt`, with a basic password that only our Kannel's configuration knows.

Kannel repeats a call that is answered 5xx with the same id; an empty body of 200 sends nothing back to the phone.
"""

import base64
import binascii
import hmac
import logging

from fastapi import APIRouter, BackgroundTasks, HTTPException, Request, Response

from integrations.channels import kannel
from integrations.channels.base import MalformedRequest
from integrations.channels.ussd import kannel as ussd_over_smpp
from integrations.core.text_fitting import Coding, coding_of
from integrations.gateway.settings import Settings
from integrations.gateway.sms.senders import KANNEL_USER
from integrations.gateway.webhooks.requests import refusals_as_status
from integrations.gateway.webhooks.ussd import screen_for

router = APIRouter(prefix="/kannel")
logger = logging.getLogger(__name__)


@router.get("/message")
async def message(request: Request, afterwards: BackgroundTasks) -> Response:
    """200 once stored, also for a repeat, and for what is ignored. A USSD input is answered with its screen, in the same call."""
    settings = _authenticated(request)
    if ussd_over_smpp.is_ussd(request.query_params):
        return await _screen(request, settings)
    try:
        inbound = kannel.parse_message(request.query_params, settings.now())
    except MalformedRequest as error:
        # Any other status makes Kannel send "Could not fetch content" back, to an advertiser's short code too, and the two would write for ever.
        logger.warning("kannel message ignored", extra={"rule": str(error)})
        return Response(media_type="text/plain")
    await request.app.state.arrivals.take(inbound, afterwards)
    return Response(media_type="text/plain")


@router.get("/receipt")
async def receipt(request: Request, afterwards: BackgroundTasks) -> Response:
    settings = _authenticated(request)
    with refusals_as_status():
        parsed = kannel.parse_receipt(request.query_params, settings.now())
    await request.app.state.arrivals.take(parsed, afterwards)
    return Response(media_type="text/plain")


async def _screen(request: Request, settings: Settings) -> Response:
    with refusals_as_status():
        asked = ussd_over_smpp.read(request.query_params)
    screen = await screen_for(request, asked)
    if asked.is_end:
        return Response(media_type="text/plain")
    operations = ussd_over_smpp.Operations(settings.ussd_ask_operation, settings.ussd_close_operation)
    headers = {
        "X-Kannel-Coding": "0" if coding_of(screen.text) is Coding.GSM7 else "2",
        "X-Kannel-Meta-Data": ussd_over_smpp.write(screen, request.query_params, operations),
    }
    return Response(screen.text, headers=headers, media_type="text/plain; charset=UTF-8")


def _authenticated(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    if settings.kannel_callback_password is None:
        raise HTTPException(404, "Kannel is not used here")
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    try:
        given = base64.b64decode(encoded, validate=True) if scheme.lower() == "basic" else b""
    except binascii.Error:
        given = b""
    expected = f"{KANNEL_USER}:{settings.kannel_callback_password.get_secret_value()}".encode()
    if not hmac.compare_digest(given, expected):
        raise HTTPException(401, "wrong password", headers={"WWW-Authenticate": "Basic"})
    return settings
