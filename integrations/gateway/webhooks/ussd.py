"""USSD: `/webhooks/ussd/{token}/{provider}`. Providers sign nothing, so the URL holds a secret and the caller's network may be narrowed.

Every request is answered with a screen, whatever happens behind: a phone that waits in vain loses its session.
"""

import hmac
import ipaddress
import logging
from urllib.parse import parse_qsl

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy.exc import SQLAlchemyError

from integrations.channels.strict_json import read_object
from integrations.channels.ussd import Screen, UssdRequest, africas_talking, hollatags, hubtel, nalo
from integrations.gateway.settings import Settings
from integrations.gateway.ussd.screens import Layout
from integrations.gateway.ussd.service import UssdService
from integrations.gateway.ussd.texts import MAINTENANCE
from integrations.gateway.webhooks.requests import raw_body, refusals_as_status

router = APIRouter(prefix="/ussd/{token}")
logger = logging.getLogger(__name__)


@router.post("/africas-talking")
async def from_africas_talking(token: str, request: Request) -> Response:
    _admit(token, request)
    form = await _form(request)
    with refusals_as_status():
        asked = africas_talking.read(form)
    return PlainTextResponse(africas_talking.write(await screen_for(request, asked)))


@router.post("/africas-talking/end")
async def end_from_africas_talking(token: str, request: Request) -> dict[str, str]:
    _admit(token, request)
    form = await _form(request)
    with refusals_as_status():
        asked = africas_talking.read_end(form)
    await screen_for(request, asked)
    return {"status": "ok"}


@router.post("/hubtel")
async def from_hubtel(token: str, request: Request) -> JSONResponse:
    _admit(token, request)
    body = await raw_body(request)
    with refusals_as_status():
        asked = hubtel.read(read_object(body))
    return JSONResponse(hubtel.write(await screen_for(request, asked), asked))


@router.post("/nalo")
async def from_nalo(token: str, request: Request) -> JSONResponse:
    _admit(token, request)
    raw = await raw_body(request)
    with refusals_as_status():
        body = read_object(raw)
        asked = nalo.read(body)
    return JSONResponse(nalo.write(await screen_for(request, asked), body))


@router.get("/hollatags")
async def from_hollatags(token: str, request: Request) -> JSONResponse:
    _admit(token, request)
    with refusals_as_status():
        asked = hollatags.read(request.query_params)
    return JSONResponse(hollatags.write(await screen_for(request, asked), asked))


async def screen_for(request: Request, asked: UssdRequest) -> Screen:
    """The screen, or the one that says whom to call when our own database is away."""
    settings: Settings = request.app.state.settings
    layout = Layout(settings.ussd_limit(asked.provider), settings.ussd_diacritics)
    service: UssdService = request.app.state.ussd
    try:
        return await service.answer(asked, layout)
    except SQLAlchemyError:
        logger.exception("ussd request not answered", extra={"provider": asked.provider})
        return Screen(layout.static(MAINTENANCE)[0], end=True)


def _admit(token: str, request: Request) -> None:
    settings: Settings = request.app.state.settings
    if settings.ussd_token is None or not hmac.compare_digest(token.encode(), settings.ussd_token.get_secret_value().encode()):
        raise HTTPException(404)
    networks = settings.ussd_allowed_networks
    if networks and (request.client is None or not any(ipaddress.ip_address(request.client.host) in network for network in networks)):
        raise HTTPException(403)


async def _form(request: Request) -> dict[str, str]:
    body = await raw_body(request)
    try:
        return dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=50, errors="strict"))
    except ValueError as error:
        raise HTTPException(400, "not a form in UTF-8") from error
