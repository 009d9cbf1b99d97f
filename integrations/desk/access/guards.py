"""Who may call a route. Every desk route depends on `permitted(...)` or is listed in `PUBLIC_ROUTES`."""

import hmac
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.desk.access.permissions import Permission, allows
from integrations.desk.accounts import service
from integrations.desk.accounts.service import Visitor
from integrations.desk.errors import Forbidden, NotSignedIn, SetUpNeeded
from integrations.desk.settings import get_desk_settings
from integrations.desk.texts import mark as _
from integrations.gateway.database import get_session

SAFE_METHODS = frozenset({"GET", "HEAD"})
PUBLIC_ROUTES = frozenset({"/desk/sign-in", "/desk/oidc/start", "/desk/oidc/callback", "/desk/oidc/sign-out"})

Transaction = Annotated[AsyncSession, Depends(get_session, scope="function")]
"""One transaction per request, committed before the answer leaves: staff are never told of a change that was not stored."""


def cookie_name(request: Request) -> str:
    """In production the `__Host-` prefix makes browsers refuse the cookie from other hosts and over plain HTTP."""
    return "__Host-desk" if request.app.state.settings.production else "desk"


def permitted(permission: Permission) -> Callable[..., Awaitable[Visitor]]:
    """The dependency of a route: the signed-in visitor, when the role grants `permission` and a change carries its CSRF token."""

    async def guard(request: Request, session: Transaction) -> Visitor:
        now = request.app.state.settings.now()
        visitor = await service.visitor(session, request.cookies.get(cookie_name(request)), now, get_desk_settings(), active=not by_itself(request))
        if visitor is None:
            raise NotSignedIn(_("Xin đăng nhập."))
        if not allows(visitor.role, permission):
            raise Forbidden(_("Tài khoản của bạn không có quyền này."))
        if request.method not in SAFE_METHODS:
            await check_csrf(request, visitor)
        if must_set_up(visitor) and permission != "own_account":
            raise SetUpNeeded(_("Xin đặt mật khẩu mới và mã xác thực trước."))
        return visitor

    guard.permission = permission  # type: ignore[attr-defined]
    return guard


def by_itself(request: Request) -> bool:
    """Whether a page asks without anybody having done anything: its stream, and what it fetches to stay current."""
    return "X-Background" in request.headers or "text/event-stream" in request.headers.get("Accept", "")


def must_set_up(visitor: Visitor) -> bool:
    """Whether the member must first choose a password or enrol an authenticator; the provider looks after both for those it signs in."""
    return not visitor.by_provider and (visitor.member.must_change_password or (get_desk_settings().totp_required and visitor.member.totp_secret is None))


async def check_csrf(request: Request, visitor: Visitor) -> None:
    """The session's token, in a header (scripts) or in the form. Raises Forbidden."""
    given = request.headers.get("X-CSRF-Token") or str((await request.form()).get("csrf", ""))
    if not hmac.compare_digest(given.encode(), visitor.csrf_token.encode()):
        raise Forbidden(_("Trang đã cũ. Xin tải lại trang rồi làm lại."))
