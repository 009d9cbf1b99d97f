"""What a citizen sees of a conversation: everything said in both directions, in order of position."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.gateway.conversation.models import Conversation
from integrations.gateway.inbox.models import InboundMessage
from integrations.gateway.outbox.models import OutboundMessage

AUTHORS = {"assistant": "assistant", "agent": "officer", "system": "notice"}
SHOWN_AT_ONCE = 200


@dataclass(frozen=True)
class Entry:
    """One message for the page. `key` is the client's own id for what the citizen wrote, and ours for the rest."""

    position: int
    key: str
    author: str
    text: str
    at: datetime
    choices: tuple[str, ...] = ()

    def as_event(self) -> dict[str, object]:
        """The event's data. Payloads of choices never leave the server: the page answers with message and index."""
        return {
            "key": self.key, "author": self.author, "text": self.text, "at": self.at.isoformat(), "choices": [{"title": title} for title in self.choices],
        }  # fmt: skip


@dataclass(frozen=True)
class Status:
    """Who answers, and whether an answer is being made."""

    owner: str
    thinking: bool


async def entries_after(session: AsyncSession, conversation_id: UUID, position: int) -> list[Entry]:
    """At most the newest `SHOWN_AT_ONCE` of each direction, oldest first."""
    inbound = (
        select(InboundMessage)
        .where(InboundMessage.conversation_id == conversation_id, InboundMessage.position > position, InboundMessage.kind.in_(("text", "payload")))
        .order_by(InboundMessage.position.desc())
        .limit(SHOWN_AT_ONCE)
    )
    outbound = (
        select(OutboundMessage)
        .where(OutboundMessage.conversation_id == conversation_id, OutboundMessage.position > position)
        .order_by(OutboundMessage.position.desc())
        .limit(SHOWN_AT_ONCE)
    )
    said = [_from_citizen(message) for message in await session.scalars(inbound)]
    answered = [_to_citizen(message) for message in await session.scalars(outbound)]
    return sorted(said + answered, key=lambda entry: entry.position)


async def status_of(session: AsyncSession, conversation_id: UUID) -> Status:
    waiting = exists().where(InboundMessage.conversation_id == conversation_id, InboundMessage.state == "received")
    owner, thinking = (await session.execute(select(Conversation.owner, waiting).where(Conversation.id == conversation_id))).one()
    return Status(owner, owner == "bot" and thinking)


def _from_citizen(message: InboundMessage) -> Entry:
    return Entry(message.position, message.provider_message_id.rpartition(":")[2], "citizen", message.text or "", message.received_at)


def _to_citizen(message: OutboundMessage) -> Entry:
    titles = tuple(choice["title"] for choice in message.choices or ())
    return Entry(message.position, str(message.id), AUTHORS[message.author], message.text, message.created_at, titles)
