"""Signing in and out by the provider, and linking one's own account to it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.desk.access.guards import Transaction, permitted
from integrations.desk.accounts import service as accounts
from integrations.desk.accounts.endpoints import set_session_cookie
from integrations.desk.accounts.models import StaffMember
from integrations.desk.accounts.service import Visitor
from integrations.desk.audit import record
from integrations.desk.errors import Conflict, NotFound
from integrations.desk.oidc import service
from integrations.desk.oidc.handshake import end_handshake, keep_handshake, open_handshake
from integrations.desk.oidc.provider import Identity, Provider
from integrations.desk.pages import render
from integrations.desk.settings import get_desk_settings
from integrations.desk.texts import mark as _

router = APIRouter(prefix="/desk/oidc")
LINKING = "link"
REFUSALS = {
    "unknown": _("Tài khoản cơ quan của bạn chưa được cấp quyền ở bàn trực. Xin liên hệ quản trị viên."),
    "no_role": _("Tài khoản cơ quan của bạn không còn quyền ở bàn trực. Xin liên hệ quản trị viên."),
    "disabled": _("Tài khoản của bạn ở bàn trực đã bị khóa. Xin liên hệ quản trị viên."),
}


async def _provider(request: Request) -> Provider:
    provider: Provider | None = request.app.state.sign_in_provider
    if provider is None:
        raise NotFound(_("Bàn trực này không dùng tài khoản cơ quan."))
    return provider


Configured = Annotated[Provider, Depends(_provider)]


@router.get("/start")
async def start(request: Request, provider: Configured) -> Response:
    """To the provider. A link, not a form: the page's policy lets no form leave this site."""
    return await _leave_for(request, provider, None)


@router.get("/link")
async def link_own_account(request: Request, visitor: Annotated[Visitor, Depends(permitted("own_account"))], provider: Configured) -> Response:
    """The signed-in member's account becomes that of the identity they come back with. Another site cannot open this: the session's cookie is strict."""
    return await _leave_for(request, provider, visitor.id)


@router.get("/callback")
async def come_back(request: Request, session: Transaction, provider: Configured) -> Response:
    """Ends in a page of our own that leads on: a redirect from the provider's site would not carry the strict session cookie."""
    now = request.app.state.settings.now()
    linking = open_handshake(request, now).get(LINKING)
    identity = await provider.finish(request)
    if linking is not None:
        return await _linked(request, session, UUID(linking), identity)
    member, outcome = await service.admit(session, identity, get_desk_settings(), now)
    if member is None:
        await record(session, now, "provider", "sign_in_refused", "staff", "-", {"why": outcome})
        return render(request, "provider_refused.html", None, status=403, message=REFUSALS[outcome])
    token = accounts.open_session(session, member, now, by_provider=True)
    await session.flush()
    await record(session, now, f"staff:{member.id}", "signed_in", "staff", member.id, {"by": "provider"})
    response = _onward(request, "/desk")
    set_session_cookie(request, response, token)
    return response


@router.get("/sign-out")
async def sign_out(request: Request, provider: Configured) -> Response:
    """To the provider's own sign-out page; our session has ended before."""
    back = f"{request.app.state.settings.public_url}/desk/sign-in"
    return RedirectResponse(await provider.leave(back) or "/desk/sign-in", 303)


async def _leave_for(request: Request, provider: Provider, linking: UUID | None) -> Response:
    now = request.app.state.settings.now()
    kept = open_handshake(request, now)
    kept.clear()
    if linking is not None:
        kept[LINKING] = str(linking)
    response = await provider.begin(request, f"{request.app.state.settings.public_url}/desk/oidc/callback")
    keep_handshake(request, response, now)
    return response


async def _linked(request: Request, session: AsyncSession, member_id: UUID, identity: Identity) -> HTMLResponse:
    now = request.app.state.settings.now()
    member = await session.get(StaffMember, member_id)
    if member is None or member.disabled_at is not None or not await service.link(session, member, identity.subject):
        raise Conflict(_("Tài khoản cơ quan này đã gắn với người khác."))
    await session.flush()
    await record(session, now, f"staff:{member.id}", "account_linked", "staff", member.id)
    return _onward(request, "/desk/account")


def _onward(request: Request, address: str) -> HTMLResponse:
    response = render(request, "onward.html", None, address=address)
    end_handshake(request, response)
    return response
