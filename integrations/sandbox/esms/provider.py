"""eSMS's own endpoint. Refusals come with HTTP 200 and a CodeResult in the body."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from integrations.sandbox.esms.dependencies import CallerOf, OfficeOf
from integrations.sandbox.esms.office import ACCEPTED, MESSAGES, Fault

router = APIRouter(tags=["eSMS"])


@router.post("/MainService.svc/json/SendMultipleMessage_V4_post_json/")
async def send(request: Request, office: OfficeOf, caller: CallerOf) -> Response:
    """Takes one brandname message, or says why not."""
    office.requests += 1
    fault = office.fault()
    if fault and (early := await _go_wrong_before(fault)):
        return early
    try:
        body = await request.json()
    except ValueError:
        return _refused("99")
    if not isinstance(body, dict):
        return _refused("99")
    if code := office.refusal(body):
        return _refused(code)
    taken = office.take(body)
    caller.report(taken)
    if fault and (late := await _go_wrong_after(fault)):
        return late
    return JSONResponse({"CodeResult": ACCEPTED, "CountRegenerate": 0, "SMSID": taken.sms_id})


def _refused(code: str) -> JSONResponse:
    content: dict[str, Any] = {"CodeResult": code, "CountRegenerate": 0, "ErrorMessage": MESSAGES.get(code, "Ordered by a test")}
    return JSONResponse(content)


async def _go_wrong_before(fault: Fault) -> Response | None:
    if fault.kind == "code":
        return _refused(fault.code)
    if fault.kind == "status":
        return PlainTextResponse("upstream error", status_code=int(fault.code))
    if fault.kind == "malformed":
        return PlainTextResponse("<html>502</html>")
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
    return None


async def _go_wrong_after(fault: Fault) -> Response | None:
    """The message was taken, but the sender does not get to know."""
    if fault.kind == "accept_then_hang":
        await asyncio.sleep(fault.seconds)
    if fault.kind in ("accept_then_status", "accept_then_hang"):
        return PlainTextResponse("bad gateway", status_code=502)
    return None
