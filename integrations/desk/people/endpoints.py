"""Staff accounts, for administrators."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.desk.access.forms import optional_id
from integrations.desk.access.guards import Transaction, permitted
from integrations.desk.accounts import repository, service
from integrations.desk.accounts.models import ROLES, StaffMember, StaffUnit
from integrations.desk.accounts.passwords import made_password
from integrations.desk.accounts.service import Visitor
from integrations.desk.audit import record
from integrations.desk.errors import NotFound, Refused
from integrations.desk.pages import render
from integrations.desk.texts import mark as _

router = APIRouter(prefix="/desk/staff")
Administrator = Annotated[Visitor, Depends(permitted("staff.manage"))]


@router.get("")
async def staff_page(request: Request, session: Transaction, visitor: Administrator) -> HTMLResponse:
    return await _page(request, session, visitor)


@router.post("")
async def add(
    request: Request, session: Transaction, visitor: Administrator, username: str = Form(""), name: str = Form(""), role: str = Form(""), unit: str = Form("")
) -> HTMLResponse:
    """The temporary password is shown once, on this answer."""
    password = made_password()
    now = request.app.state.settings.now()
    member = await service.add_member(session, username=username, display_name=name, role=role, password=password, now=now, unit_id=optional_id(unit))
    await record(session, now, visitor.actor, "account_added", "staff", member.id, {"role": member.role})
    return await _page(request, session, visitor, made=(member.username, password))


@router.post("/units")
async def add_unit(request: Request, session: Transaction, visitor: Administrator, name: str = Form("", max_length=120), communes: str = Form("")) -> Response:
    if len(name.strip()) < 2:
        raise Refused(_("Xin ghi tên đơn vị."))
    unit = StaffUnit(name=name.strip(), communes=[line.strip() for line in communes.splitlines() if line.strip()])
    try:
        async with session.begin_nested():
            session.add(unit)
    except IntegrityError as error:
        raise Refused(_("Tên đơn vị này đã có.")) from error
    await record(session, request.app.state.settings.now(), visitor.actor, "unit_added", "unit", unit.id)
    return RedirectResponse("/desk/staff", 303)


@router.post("/{member_id}/change")
async def change(request: Request, session: Transaction, visitor: Administrator, member_id: UUID, role: str = Form(""), unit: str = Form("")) -> Response:
    """A new role holds from the member's next request."""
    member = await _other(session, visitor, member_id)
    if role not in ROLES:
        raise Refused(_("Vai trò phải là một trong: %(roles)s."), roles=", ".join(ROLES))
    member.role, member.unit_id = role, optional_id(unit)
    await session.flush()
    await record(session, request.app.state.settings.now(), visitor.actor, "account_changed", "staff", member.id, {"role": role})
    return RedirectResponse("/desk/staff", 303)


@router.post("/{member_id}/reset")
async def reset(request: Request, session: Transaction, visitor: Administrator, member_id: UUID) -> HTMLResponse:
    member = await _other(session, visitor, member_id)
    password = made_password()
    await service.reset(session, member.username, password)
    await record(session, request.app.state.settings.now(), visitor.actor, "account_reset", "staff", member.id)
    return await _page(request, session, visitor, made=(member.username, password))


@router.post("/{member_id}/disable")
async def disable(request: Request, session: Transaction, visitor: Administrator, member_id: UUID, enable: bool = Form(False)) -> Response:
    member = await _other(session, visitor, member_id)
    now = request.app.state.settings.now()
    await service.set_disabled(session, member.username, None if enable else now)
    await record(session, now, visitor.actor, "account_enabled" if enable else "account_disabled", "staff", member.id)
    return RedirectResponse("/desk/staff", 303)


async def _page(request: Request, session: AsyncSession, visitor: Visitor, made: tuple[str, str] | None = None) -> HTMLResponse:
    await session.flush()
    members, units = await repository.all_staff(session), await repository.all_units(session)
    return render(request, "staff.html", visitor, members=members, units=units, roles=ROLES, made=made)


async def _other(session: AsyncSession, visitor: Visitor, member_id: UUID) -> StaffMember:
    """Nobody changes their own role, password or state here."""
    member = await session.get(StaffMember, member_id)
    if member is None:
        raise NotFound(_("Không có tài khoản này."))
    if member.id == visitor.id:
        raise Refused(_("Không tự đổi tài khoản của mình ở đây."))
    return member
