"""eSMS's own endpoint. Refusals come with HTTP 200 and a CodeResult in the body."""

from datetime import datetime
from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from integrations.sandbox.esms.dependencies import CallerOf, OfficeOf
from integrations.sandbox.esms.office import ACCEPTED, MESSAGES, sent_entry

router = APIRouter(tags=["eSMS"])


class SentDataQuery(BaseModel):
    """Field names are eSMS's; times are those of Vietnam, without a zone."""

    ApiKey: str
    SecretKey: str
    SmsType: Literal["2"]
    From: datetime
    To: datetime
    Page: int = Field(ge=1)
    PageSize: int = Field(ge=1, le=500)


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


@router.post("/MainService.svc/json/GetSmsSentData_V2")
async def sent_data(query: SentDataQuery, office: OfficeOf) -> dict[str, Any]:
    """The messages that were taken up in a span of time, in pages."""
    if (query.ApiKey, query.SecretKey) != (office.settings.esms_api_key, office.settings.esms_secret_key):
        return {"CodeResult": "101", "ErrorMessage": MESSAGES["101"]}
    found = office.taken_between(query.From, query.To)
    page = found[(query.Page - 1) * query.PageSize :][: query.PageSize]
    return {"CodeResult": ACCEPTED, "CountTotal": len(found), "SentData": [sent_entry(taken) for taken in page]}


def _refused(code: str) -> JSONResponse:
    content: dict[str, Any] = {"CodeResult": code, "CountRegenerate": 0, "ErrorMessage": MESSAGES.get(code, "Ordered by a test")}
    return JSONResponse(content)
