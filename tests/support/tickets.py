"""A ticket as the dialogue makes one."""

from uuid import uuid4

from integrations.channels.base import Inbound
from integrations.gateway.inbox.service import receive
from integrations.gateway.internal.models import Ticket
from tests.support.application import Application


async def ticket(application: Application, **values: object) -> Ticket:
    """Of a citizen of its own; `values` are columns."""
    async with application.transaction() as session:
        inbound = Inbound("web", uuid4().hex, uuid4().hex, "text", "message", application.clock, text="x")
        conversation = (await receive(session, inbound, application.clock)).conversation_id
        fields = {"commune": "xã Cẩm Bình", "contact_name": "Nguyễn Văn A", "phone": "0912345678", "hamlet": "thôn 3"} | values
        made = Ticket(
            id=uuid4(), code=f"HT-{uuid4().hex[:6].upper()}", idempotency_key=uuid4().hex, request_hash="-", conversation_id=conversation, kind="home_visit",
            created_at=application.clock, **fields,
        )  # fmt: skip
        session.add(made)
    return made
