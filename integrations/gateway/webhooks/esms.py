"""eSMS's calls: `GET /webhooks/esms/message` (signed by their contract) and `…/status`, which names only our unguessable reference."""

from fastapi import APIRouter, BackgroundTasks, HTTPException, Request, Response

from integrations.channels import esms
from integrations.gateway.settings import Settings
from integrations.gateway.webhooks.requests import refusals_as_status

router = APIRouter(prefix="/esms")


@router.get("/message")
async def message(request: Request, afterwards: BackgroundTasks) -> Response:
    settings: Settings = request.app.state.settings
    if settings.esms_private_key is None:
        raise HTTPException(404, "eSMS is not used here")
    with refusals_as_status():
        inbound = esms.parse_message(request.query_params, settings.esms_private_key.get_secret_value())
    await request.app.state.arrivals.take(inbound, afterwards)
    return Response(esms.acknowledgement(request.query_params), media_type="application/xml")


@router.get("/status")
async def status(request: Request, afterwards: BackgroundTasks) -> dict[str, str]:
    settings: Settings = request.app.state.settings
    if "esms" not in settings.sms_sender_names:
        raise HTTPException(404, "eSMS is not used here")
    with refusals_as_status():
        receipt = esms.parse_receipt(request.query_params, settings.now())
    return {"status": await request.app.state.arrivals.take(receipt, afterwards)}
