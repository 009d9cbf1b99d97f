"""Tickets, at the desk and on the phones of field teams."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.desk.access.forms import local_moment
from integrations.desk.access.guards import Transaction, permitted
from integrations.desk.accounts import repository as accounts
from integrations.desk.accounts.models import StaffMember, StaffUnit
from integrations.desk.accounts.service import Visitor
from integrations.desk.audit import record
from integrations.desk.console import repository as console
from integrations.desk.console import reveals
from integrations.desk.errors import NotFound, Refused
from integrations.desk.pages import render
from integrations.desk.satisfaction.service import ask_plain_phone
from integrations.desk.texts import mark as _
from integrations.desk.tickets import repository
from integrations.desk.tickets.repository import View
from integrations.gateway.conversation.models import Conversation
from integrations.gateway.internal.models import Ticket

router = APIRouter(prefix="/desk/tickets")
Reader = Annotated[Visitor, Depends(permitted("tickets.read"))]
Worker = Annotated[Visitor, Depends(permitted("tickets.work"))]
LONGEST = 2000


@router.get("")
async def tickets_page(request: Request, session: Transaction, visitor: Reader, view: View | None = None) -> HTMLResponse:
    chosen: View = view or ("today" if visitor.role == "field" else "open")
    now = request.app.state.settings.now()
    tickets = await repository.listed(session, chosen, visitor, now)
    return render(request, "tickets.html", visitor, view=chosen, views=repository.VIEWS, tickets=tickets)


@router.get("/{ticket_id}")
async def ticket_page(request: Request, session: Transaction, visitor: Reader, ticket_id: UUID) -> HTMLResponse:
    ticket = await _found(session, visitor, ticket_id)
    now = request.app.state.settings.now()
    revealed = await console.revealed_until(session, visitor.id, ticket_id, now)
    page = render(request, "ticket.html", visitor, ticket=ticket, revealed=revealed, **await _people(session))
    if request.app.state.viewings.first(visitor.id, ticket_id, now):
        await record(session, now, visitor.actor, "ticket_viewed", "ticket", ticket_id)
    return page


@router.post("/{ticket_id}/take")
async def take(request: Request, session: Transaction, visitor: Worker, ticket_id: UUID) -> Response:
    """To oneself, when nobody has it. Raises Conflict by the state."""
    ticket = await _unfinished(session, visitor, ticket_id)
    if ticket.assigned_to not in (None, visitor.id):
        raise Refused(_("Phiếu này đã có người nhận."))
    ticket.assigned_to, ticket.state = visitor.id, "assigned"
    return await _saved(request, session, visitor, ticket, "ticket_taken")


@router.post("/{ticket_id}/assign")
async def assign(
    request: Request, session: Transaction, visitor: Annotated[Visitor, Depends(permitted("tickets.assign"))], ticket_id: UUID, target: UUID = Form()
) -> Response:
    """To a unit or a person."""
    ticket = await _unfinished(session, visitor, ticket_id)
    member, unit = await session.get(StaffMember, target), await session.get(StaffUnit, target)
    if member is not None and member.disabled_at is None and member.role in {"agent", "supervisor", "field"}:
        ticket.assigned_to, ticket.state, ticket.unit_id = member.id, "assigned", member.unit_id or ticket.unit_id
    elif unit is not None:
        ticket.assigned_to, ticket.state, ticket.unit_id = None, "open", unit.id
    else:
        raise Refused(_("Xin chọn người hoặc đơn vị nhận."))
    return await _saved(request, session, visitor, ticket, "ticket_assigned", to=str(target))


@router.post("/{ticket_id}/visit")
async def plan_visit(request: Request, session: Transaction, visitor: Worker, ticket_id: UUID, visit_at: str = Form("")) -> Response:
    """When the team intends to go. The citizen is promised no day."""
    ticket = await _unfinished(session, visitor, ticket_id)
    ticket.visit_at, ticket.assigned_to, ticket.state = local_moment(visit_at), ticket.assigned_to or visitor.id, "assigned"
    return await _saved(request, session, visitor, ticket, "visit_planned")


@router.post("/{ticket_id}/result")
async def report_result(
    request: Request,
    session: Transaction,
    visitor: Worker,
    ticket_id: UUID,
    outcome: str = Form(""),
    result: str = Form("", max_length=LONGEST),
    follow_up: str = Form(""),
) -> Response:
    """`done` and `cancelled` close the ticket; `follow_up` keeps it open for another day."""
    ticket = await _unfinished(session, visitor, ticket_id)
    if outcome not in {"done", "cancelled", "follow_up"} or not result.strip():
        raise Refused(_("Xin chọn kết quả và ghi rõ đã làm gì."))
    now = request.app.state.settings.now()
    ticket.result = "\n".join(filter(None, [ticket.result, result.strip()]))
    if outcome == "follow_up":
        ticket.visit_at = local_moment(follow_up)
    else:
        ticket.state, ticket.closed_at = outcome, now
    ticket.assigned_to = ticket.assigned_to or visitor.id
    if outcome == "done":
        dialled = await session.get_one(Conversation, ticket.conversation_id)
        await ask_plain_phone(session, request.app.state.outbox, dialled, visitor.id, now)
    return await _saved(request, session, visitor, ticket, "ticket_result", outcome=outcome)


@router.post("/{ticket_id}/reveal")
async def reveal(
    request: Request,
    session: Transaction,
    visitor: Annotated[Visitor, Depends(permitted("personal_data.reveal"))],
    ticket_id: UUID,
    reason: str = Form("", max_length=200),
) -> Response:
    ticket = await _found(session, visitor, ticket_id)
    now = request.app.state.settings.now()
    told = await reveals.allow(session, visitor.id, ticket_id, reason, now)
    return await _saved(request, session, visitor, ticket, "numbers_revealed", reason=told)


async def _found(session: AsyncSession, visitor: Visitor, ticket_id: UUID, *, lock: bool = False) -> Ticket:
    ticket = await repository.find(session, ticket_id, visitor, lock=lock)
    if ticket is None:
        raise NotFound(_("Không có phiếu này."))
    return ticket


async def _unfinished(session: AsyncSession, visitor: Visitor, ticket_id: UUID) -> Ticket:
    ticket = await _found(session, visitor, ticket_id, lock=True)
    if ticket.state not in repository.UNFINISHED:
        raise Refused(_("Phiếu này đã đóng."))
    return ticket


async def _saved(request: Request, session: AsyncSession, visitor: Visitor, ticket: Ticket, action: str, **detail: object) -> Response:
    await session.flush()
    await record(session, request.app.state.settings.now(), visitor.actor, action, "ticket", ticket.id, detail)
    return RedirectResponse(f"/desk/tickets/{ticket.id}", 303)


async def _people(session: AsyncSession) -> dict[str, Any]:
    members = [member for member in await accounts.all_staff(session) if member.role in {"agent", "supervisor", "field"} and member.disabled_at is None]
    return {"units": await accounts.all_units(session), "members": members, "names": {member.id: member.display_name for member in members}}
