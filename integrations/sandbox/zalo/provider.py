"""Zalo's own endpoints. Refusals come with HTTP 200 and `error` in the body."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Header, Request, Response
from fastapi.responses import JSONResponse

from integrations.sandbox.zalo.cloud import FREE_REPLIES, Citizen, TakenMessage, ZaloCloud
from integrations.sandbox.zalo.dependencies import CloudOf, DispatcherOf
from integrations.sandbox.zalo.limits import INVALID, refusal
from integrations.sandbox.zalo.webhooks import account_event

router = APIRouter(tags=["Zalo"])

# Zalo's header names carry underscores.
TokenHeader = Annotated[str | None, Header(alias="access_token", convert_underscores=False)]
SecretHeader = Annotated[str | None, Header(alias="secret_key", convert_underscores=False)]


def _error(code: int, message: str) -> dict[str, Any]:
    return {"error": code, "message": message}


def _ordered(code: int) -> Response:
    return JSONResponse(_error(code, "Ordered by a test"))


@router.post("/v4/oa/access_token")
async def exchange_token(
    cloud: CloudOf,
    app_id: Annotated[str, Form()] = "",
    grant_type: Annotated[str, Form()] = "",
    refresh_token: Annotated[str, Form()] = "",
    secret_key: SecretHeader = None,
) -> Response:
    """A new pair of tokens for a refresh token that was never used."""
    fault = cloud.fault("oauth")
    if fault and (early := await fault.before(_ordered)):
        return early
    settings = cloud.settings
    if app_id != settings.zalo_app_id or secret_key != settings.zalo_app_secret:
        return JSONResponse({"error": -14003, "error_name": "Invalid app", "error_description": "App id or secret key is invalid"})
    if grant_type != "refresh_token" or not cloud.tokens.spend_refresh(refresh_token, cloud.now()):
        return JSONResponse({"error": -14014, "error_name": "Invalid refresh token", "error_description": "Refresh token is invalid, expired or used"})
    answer = JSONResponse(cloud.tokens.issue(cloud.now()))
    return await fault.after() or answer if fault else answer


@router.post("/v3.0/oa/message/cs")
async def send_consultation(request: Request, cloud: CloudOf, dispatcher: DispatcherOf, access_token: TokenHeader = None) -> Response:
    """Takes one message for one citizen, or says why not."""
    cloud.requests += 1
    fault = cloud.fault()
    if fault and (early := await fault.before(_ordered)):
        return early
    if problem := _token_problem(cloud, access_token):
        return JSONResponse(problem)
    if cloud.too_fast():
        return JSONResponse(_error(-32, "Your application reached limit call api"))
    try:
        body = await request.json()
    except ValueError:
        return JSONResponse(_error(*INVALID))
    if refused := refusal(cloud, body):
        return JSONResponse(_error(*refused))
    taken = cloud.take(body["recipient"]["user_id"], body["message"])
    if cloud.settings.zalo_receipts:
        for name in ("oa_send_text", "user_received_message"):
            dispatcher.later(account_event(cloud, taken, name))
    answer = JSONResponse({"error": 0, "message": "Success", "data": _accepted(cloud, taken)})
    return await fault.after() or answer if fault else answer


@router.post("/v3.0/oa/quota/message")
async def quota(request: Request, cloud: CloudOf, access_token: TokenHeader = None) -> dict[str, Any]:
    """Free replies left for a citizen, or the account's paid messages."""
    if problem := _token_problem(cloud, access_token):
        return problem
    try:
        body = await request.json()
    except ValueError:
        return _error(*INVALID)
    if user_id := body.get("user_id"):
        return {"error": 0, "message": "Success", "data": [_quota(cloud, cloud.citizen(user_id))]}
    paid = {"quota_type": "sub_quota", "remain": cloud.paid_left, "total": cloud.settings.zalo_paid_quota}
    return {"error": 0, "message": "Success", "data": [paid]}


@router.get("/v2.0/oa/getoa")
async def account(cloud: CloudOf, access_token: TokenHeader = None) -> dict[str, Any]:
    """The account's profile, the cheap check of a token."""
    problem = _token_problem(cloud, access_token)
    return problem or {"error": 0, "message": "Success", "data": {"oa_id": cloud.settings.zalo_oa_id, "name": "Trợ lý 06 (dữ liệu thử)"}}


def _token_problem(cloud: ZaloCloud, token: str | None) -> dict[str, Any] | None:
    problem = cloud.tokens.problem("access", token or "", cloud.now())
    # Some accounts see expiry under -216 with the word "expired".
    return _error(-216, "Access token has expired" if problem == "expired" else "Access token is invalid") if problem else None


def _accepted(cloud: ZaloCloud, taken: TakenMessage) -> dict[str, Any]:
    return {"message_id": taken.message_id, "user_id": taken.user_id, "quota": _quota(cloud, cloud.citizen(taken.user_id))}


def _quota(cloud: ZaloCloud, citizen: Citizen) -> dict[str, Any]:
    if cloud.is_free(citizen):
        return {"quota_type": "reply", "remain": str(FREE_REPLIES - citizen.replies_since), "total": str(FREE_REPLIES), "owner_type": "OA"}
    return {"quota_type": "sub_quota", "remain": str(cloud.paid_left), "total": str(cloud.settings.zalo_paid_quota), "owner_type": "OA"}
