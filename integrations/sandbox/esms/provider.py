"""eSMS's own endpoint. Refusals come with HTTP 200 and a CodeResult in the body."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from integrations.sandbox.esms.dependencies import CallerOf, OfficeOf
from integrations.sandbox.esms.office import ACCEPTED, MESSAGES

router = APIRouter(tags=["eSMS"])


@router.post("/MainService.svc/json/SendMultipleMessage_V4_post_json/")
async def send(request: Request, office: OfficeOf, caller: CallerOf) -> Response:
    """Takes one brandname message, or says why not."""
    office.requests += 1
    fault = office.fault()
    if fault and (early := await fault.before(lambda code: _refused(str(code)))):
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
    if fault and (late := await fault.after()):
        return late
    return JSONResponse({"CodeResult": ACCEPTED, "CountRegenerate": 0, "SMSID": taken.sms_id})


def _refused(code: str) -> JSONResponse:
    content: dict[str, Any] = {"CodeResult": code, "CountRegenerate": 0, "ErrorMessage": MESSAGES.get(code, "Ordered by a test")}
    return JSONResponse(content)
