"""A citizen in this process: writes on a channel, and reads what it was told."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import select

from integrations.channels.base import Inbound
from integrations.desk.caretaker.loop import look_at
from integrations.gateway.conversation import service as ownership
from integrations.gateway.conversation.models import Case, Conversation
from integrations.gateway.inbox.models import InboundMessage
from integrations.gateway.inbox.service import receive
from integrations.gateway.internal.models import Ticket
from integrations.gateway.outbox.models import OutboundMessage
from tests.support.application import Application, Browser


class Citizen:
    """Writes on a channel; reads what it was told."""

    def __init__(self, application: Application, channel: str = "web", address: str = "") -> None:
        self.application, self.channel, self.address = application, channel, address or uuid4().hex
        self.conversation_id: UUID | None = None

    async def say(self, text: str) -> UUID:
        application = self.application
        async with application.transaction() as session:
            inbound = Inbound(self.channel, uuid4().hex, self.address, "text", "message", application.clock, text=text)
            self.conversation_id = (await receive(session, inbound, application.clock)).conversation_id
        await look_at(application.app, self.conversation_id)
        return self.conversation_id

    async def ask_for_a_person(self, reason: str = "asked", summary: str | None = None) -> UUID:
        """What the gateway does when the assistant signals a hand-over."""
        await self.say("gặp cán bộ")
        application = self.application
        async with application.transaction() as session:
            message = await session.scalar(
                select(InboundMessage).where(InboundMessage.conversation_id == self.conversation_id, InboundMessage.state == "received")
            )
            message.state, message.answered_at = "answered", application.clock
            await ownership.hand_over(session, self.conversation_id, reason, summary, application.clock)
        await look_at(application.app, self.conversation_id)
        return self.conversation_id

    async def told(self) -> list[str]:
        async with self.application.transaction() as session:
            found = select(OutboundMessage).where(OutboundMessage.conversation_id == self.conversation_id).order_by(OutboundMessage.position)
            return [message.text for message in await session.scalars(found)]

    async def owner(self) -> str:
        async with self.application.transaction() as session:
            return (await session.get_one(Conversation, self.conversation_id)).owner

    async def case(self) -> Case:
        async with self.application.transaction() as session:
            found = select(Case).where(Case.conversation_id == self.conversation_id).order_by(Case.opened_at.desc())
            return (await session.scalars(found)).first()

    async def ticket(self) -> Ticket | None:
        async with self.application.transaction() as session:
            return await session.scalar(select(Ticket).where(Ticket.conversation_id == self.conversation_id))

    async def states(self) -> list[str]:
        async with self.application.transaction() as session:
            found = select(InboundMessage).where(InboundMessage.conversation_id == self.conversation_id).order_by(InboundMessage.position)
            return [message.state for message in await session.scalars(found)]


def at(citizen: Citizen, action: str = "") -> str:
    return f"/desk/conversations/{citizen.conversation_id}" + (f"/{action}" if action else "")


async def claimed(lan: Browser, citizen: Citizen) -> None:
    assert (await lan.post(at(citizen, "claim"))).status_code == 303
