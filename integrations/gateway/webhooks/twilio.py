"""Twilio's webhooks: `POST /webhooks/twilio/message` and `…/status`, signed over the form and our public URL.

Answers 204: replies go out by the REST API, so that they have an id and may take longer than Twilio's 15 seconds.
"""

from fastapi import APIRouter, BackgroundTasks, HTTPException, Request, Response

from integrations.channels import twilio
from integrations.gateway.settings import Settings
from integrations.gateway.webhooks.requests import raw_body, refusals_as_status

router = APIRouter(prefix="/twilio")


@router.post("/message", status_code=204)
async def message(request: Request, afterwards: BackgroundTasks) -> Response:
    settings, form = await _genuine(request)
    with refusals_as_status():
        inbound = twilio.parse_message(form, settings.now())
    await request.app.state.arrivals.take(inbound, afterwards)
    return Response(status_code=204)


@router.post("/status", status_code=204)
async def status(request: Request, afterwards: BackgroundTasks) -> Response:
    settings, form = await _genuine(request)
    with refusals_as_status():
        receipt = twilio.parse_receipt(form, settings.now(), request.query_params.get("ref"))
    await request.app.state.arrivals.take(receipt, afterwards)
    return Response(status_code=204)


async def _genuine(request: Request) -> tuple[Settings, twilio.requests.Form]:
    settings: Settings = request.app.state.settings
    if settings.twilio_auth_token is None:
        raise HTTPException(404, "Twilio is not used here")
    # Behind a proxy the request names an internal address; Twilio signed the public one.
    url = settings.public_url.rstrip("/") + request.url.path + (f"?{request.url.query}" if request.url.query else "")
    body = await raw_body(request)
    with refusals_as_status():
        form = twilio.read_form(body, request.headers.get("X-Twilio-Signature", ""), url, settings.twilio_auth_token.get_secret_value())
    return settings, form
