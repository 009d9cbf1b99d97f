"""Tickets that officers make out of a conversation."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from integrations.desk.errors import Refused
from integrations.desk.texts import mark as _
from integrations.desk.tickets import repository
from integrations.gateway.internal.models import Ticket
from integrations.gateway.internal.service import add_ticket

KINDS = ("home_visit", "call_back", "appointment", "wrong_data")
LONGEST = {"contact_name": 200, "phone": 32, "commune": 120, "hamlet": 200, "reason": 2000, "preferred_time": 200}


async def make(session: AsyncSession, conversation_id: UUID, form_id: UUID, kind: str, fields: dict[str, str], now: datetime) -> Ticket:
    """On the desk of its commune's unit at once; the same form again is the same ticket. Raises Refused: a kind, a reason, and a way to reach the citizen."""
    given = {name: fields.get(name, "").strip()[:longest] or None for name, longest in LONGEST.items()}
    if kind not in KINDS or not given["reason"]:
        raise Refused(_("Xin chọn loại phiếu và ghi lý do."))
    if not given["phone"] and not given["hamlet"]:
        raise Refused(_("Xin ghi số điện thoại hoặc địa chỉ để liên hệ được người dân."))
    ticket = await add_ticket(session, f"desk:{form_id}", conversation_id, {"kind": kind, **given}, now)
    await repository.route(session)
    return ticket
