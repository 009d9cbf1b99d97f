"""Signing in and out, and a member's own account."""

import segno
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from integrations.desk.access.guards import Transaction, cookie_name, permitted
from integrations.desk.access.permissions import allows
from integrations.desk.accounts import passwords, repository, service
from integrations.desk.accounts.service import Visitor
from integrations.desk.audit import record
from integrations.desk.errors import Refused
from integrations.desk.pages import render
from integrations.desk.settings import get_desk_settings
from integrations.desk.texts import LANGUAGES
from integrations.desk.texts import mark as _

router = APIRouter(prefix="/desk")
Me = Depends(permitted("own_account"))
HOMES = (("conversations.read", "/desk/conversations"), ("tickets.read", "/desk/tickets"), ("audit.read", "/desk/audit"), ("staff.manage", "/desk/staff"))


@router.get("")
async def home(visitor: Visitor = Me) -> RedirectResponse:
    place = next((address for permission, address in HOMES if allows(visitor.role, permission)), "/desk/account")  # type: ignore[arg-type]
    return RedirectResponse(place, 303)


@router.get("/sign-in")
async def sign_in_page(request: Request, left: bool = False) -> HTMLResponse:
    """`left`: somebody whom the provider had signed in has just signed out here, and may want to do so there."""
    return _sign_in(request, 200, None, left=left)


@router.post("/sign-in")
async def sign_in(request: Request, session: Transaction, username: str = Form(""), password: str = Form(""), code: str = Form("")) -> Response:
    """Answers in the same words for every refusal. A request from another site is refused by its origin (there is no session yet to bind a token to)."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return _sign_in(request, 403, _("Xin đăng nhập từ trang này."))
    if not get_desk_settings().desk_local_accounts:
        return _sign_in(request, 403, _("Bàn trực này chỉ dùng tài khoản cơ quan."))
    wait = request.app.state.sign_in_limits.attempt(request.client.host if request.client else "")
    if wait:
        return _sign_in(request, 429, _("Thử quá nhiều lần. Xin đợi vài phút."), username=username)
    now = request.app.state.settings.now()
    result = await service.sign_in(session, username, password, code, now)
    if result.token is None or result.member is None:
        needed = result.outcome == "code_needed"
        message = (
            _("Nhập mã 6 số trong ứng dụng xác thực.") if needed else _("Tên đăng nhập, mật khẩu hoặc mã không đúng. Sau 5 lần sai, tài khoản khóa 15 phút.")
        )
        return _sign_in(request, 401, message, code_needed=needed or bool(code), username=username)
    await record(session, now, f"staff:{result.member.id}", "signed_in", "staff", result.member.id, {"by": "password"})
    response = RedirectResponse("/desk", 303)
    set_session_cookie(request, response, result.token)
    return response


@router.post("/sign-out")
async def sign_out(request: Request, session: Transaction, visitor: Visitor = Me) -> Response:
    await repository.end_session(session, visitor.token_hash)
    await record(session, request.app.state.settings.now(), visitor.actor, "signed_out", "staff", visitor.id)
    response = RedirectResponse("/desk/sign-in?left=true" if visitor.by_provider else "/desk/sign-in", 303)
    response.delete_cookie(cookie_name(request), httponly=True, samesite="strict", secure=request.app.state.settings.production, path="/")
    return response


@router.get("/account")
async def account_page(request: Request, visitor: Visitor = Me) -> HTMLResponse:
    return _account(request, visitor, None)


@router.post("/account/password")
async def change_password(request: Request, session: Transaction, old: str = Form(""), new: str = Form(""), visitor: Visitor = Me) -> Response:
    now = request.app.state.settings.now()
    try:
        await service.change_password(session, visitor, old, new, now)
    except Refused as error:
        return _account(request, visitor, error, status=422)
    await record(session, now, visitor.actor, "password_changed", "staff", visitor.id)
    return RedirectResponse("/desk/account", 303)


@router.post("/account/authenticator")
async def enrol_authenticator(
    request: Request, session: Transaction, secret: str = Form(""), code: str = Form(""), password: str = Form(""), visitor: Visitor = Me
) -> Response:
    """The secret shown on the page becomes the member's once a code proves that an application holds it."""
    now = request.app.state.settings.now()
    try:
        await service.enrol_totp(session, visitor, secret, code, password, now)
    except Refused as error:
        return _account(request, visitor, error, status=422)
    await record(session, now, visitor.actor, "authenticator_enrolled", "staff", visitor.id)
    return RedirectResponse("/desk/account", 303)


@router.post("/account/availability")
async def change_availability(request: Request, session: Transaction, available: bool = Form(False), visitor: Visitor = Me) -> Response:
    """On duty, or away for a while: citizens are told of waits only from those who are there."""
    visitor.member.available = available
    await record(session, request.app.state.settings.now(), visitor.actor, "on_duty" if available else "off_duty", "staff", visitor.id)
    return RedirectResponse("/desk", 303)


@router.post("/account/language")
async def choose_language(request: Request, language: str = Form(), visitor: Visitor = Me) -> Response:
    if language in LANGUAGES:
        visitor.member.language = language
    response = RedirectResponse("/desk/account", 303)
    response.set_cookie("desk_language", visitor.member.language, max_age=31536000, samesite="strict", httponly=True, path="/desk")
    return response


def set_session_cookie(request: Request, response: Response, token: str) -> None:
    response.set_cookie(
        cookie_name(request), token, httponly=True, samesite="strict", secure=request.app.state.settings.production, path="/",
        max_age=get_desk_settings().desk_session_hours * 3600,
    )  # fmt: skip


def _sign_in(request: Request, status: int, message: str | None, *, code_needed: bool = False, username: str = "", left: bool = False) -> HTMLResponse:
    settings = get_desk_settings()
    return render(
        request, "sign_in.html", None, status=status, message=message, code_needed=code_needed, username=username, left=left,
        local=settings.desk_local_accounts, provider=bool(settings.desk_oidc_issuer),
    )  # fmt: skip


def _account(request: Request, visitor: Visitor, error: Refused | None, status: int = 200) -> HTMLResponse:
    secret = passwords.new_totp_secret()
    picture = segno.make(passwords.totp_address(secret, visitor.member.username)).svg_data_uri(scale=5, border=2)
    return render(
        request,
        "account.html",
        visitor,
        status=status,
        error=error,
        secret=secret,
        picture=picture,
        shortest=passwords.SHORTEST,
        provider=bool(get_desk_settings().desk_oidc_issuer),
    )
