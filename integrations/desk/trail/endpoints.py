"""The audit trail, for auditors."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import select

from integrations.desk.access.guards import Transaction, permitted
from integrations.desk.accounts import repository as accounts
from integrations.desk.accounts.service import Visitor
from integrations.desk.audit import record
from integrations.desk.audit_names import ACTIONS
from integrations.desk.labels import label
from integrations.desk.pages import language_of, render
from integrations.desk.texts import Words
from integrations.desk.trail import words
from integrations.gateway.audit.models import AuditEvent
from integrations.gateway.audit.service import verify

router = APIRouter(prefix="/desk/audit")
Auditor = Annotated[Visitor, Depends(permitted("audit.read"))]
SHOWN = 200


@router.get("")
async def audit_page(
    request: Request, session: Transaction, visitor: Auditor, before: int = Query(0, ge=0), action: str = Query("", max_length=64)
) -> HTMLResponse:
    return await _page(request, session, visitor, before, action, None)


@router.post("/verify")
async def verify_chain(request: Request, session: Transaction, visitor: Auditor) -> HTMLResponse:
    """Reads the whole chain; the result is itself on the trail."""
    broken = await verify(session)
    await record(session, request.app.state.settings.now(), visitor.actor, "audit_verified", "audit", "chain", {"whole": broken is None})
    return await _page(request, session, visitor, 0, "", broken or "")


async def _page(request: Request, session: Transaction, visitor: Visitor, before: int, action: str, broken: str | None) -> HTMLResponse:
    found = select(AuditEvent).order_by(AuditEvent.number.desc()).limit(SHOWN)
    if before:
        found = found.where(AuditEvent.number < before)
    if action:
        found = found.where(AuditEvent.action == action)
    events = (await session.scalars(found)).all()
    names = {str(member.id): member.username for member in await accounts.all_staff(session)}
    names |= {str(unit.id): unit.name for unit in await accounts.all_units(session)}
    told = Words(language_of(request, visitor))
    actions = sorted(((name, label(told.language, "action", name)) for name in ACTIONS), key=lambda named: named[1])
    return render(
        request, "audit.html", visitor, events=events, names=names, action=action, actions=actions, broken=broken,
        detail=partial(words.detail, told, names), subject=partial(words.subject, told, names),
    )  # fmt: skip
