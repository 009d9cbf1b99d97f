"""From the code that a citizen tells an officer to what it names: `YC-…` a case, `HT-…` a ticket.

A form, not a query: whatever is typed here by mistake (a citizen's number) stands in no address, no browser's history and no log.
"""

import re
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form
from fastapi.responses import RedirectResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.desk.access.guards import Transaction, permitted
from integrations.desk.access.permissions import allows
from integrations.desk.accounts.service import Visitor
from integrations.desk.console import service as console
from integrations.desk.errors import NotFound
from integrations.desk.texts import mark as _
from integrations.desk.tickets import repository as tickets
from integrations.gateway.conversation.models import Case
from integrations.gateway.internal.models import Ticket

router = APIRouter(prefix="/desk/find")
Finder = Annotated[Visitor, Depends(permitted("tickets.read"))]


@router.post("")
async def find(session: Transaction, visitor: Finder, code: str = Form("", max_length=40)) -> RedirectResponse:
    """However it is written: `yc 12ab34`, `HT-ABC123`. What this person may not see is not there."""
    plain = re.sub(r"[^0-9A-Z]", "", code.upper())
    address = await _ticket(session, visitor, plain) if plain.startswith("HT") else await _case(session, visitor, plain.removeprefix("YC"))
    if address is None:
        raise NotFound(_("Không tìm thấy mã này. Mã có dạng YC-XYZ123 (yêu cầu) hoặc HT-ABC123 (phiếu)."))
    return RedirectResponse(address, 303)


async def _ticket(session: AsyncSession, visitor: Visitor, plain: str) -> str | None:
    found = await session.scalar(select(Ticket.id).where(Ticket.code == f"HT-{plain[2:]}", tickets.visible(visitor)))
    return None if found is None else f"/desk/tickets/{found}"


async def _case(session: AsyncSession, visitor: Visitor, digits: str) -> str | None:
    if not allows(visitor.role, "conversations.read") or not re.fullmatch(r"[0-9A-F]{6}", digits):
        return None
    first, last = UUID(digits + "0" * 26), UUID(digits + "f" * 26)
    for conversation_id in await session.scalars(select(Case.conversation_id).where(Case.id.between(first, last)).order_by(Case.opened_at.desc())):
        if await console.may_see(session, visitor, conversation_id):
            return f"/desk/conversations/{conversation_id}"
    return None
