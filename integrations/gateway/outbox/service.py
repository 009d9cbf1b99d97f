"""The way out: messages are stored with their delivery jobs in the caller's transaction, for the bot, for staff and for ourselves alike."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from integrations.channels.base import Reply, Sender
from integrations.channels.ussd import CHANNEL as USSD
from integrations.gateway.audit import service as audit
from integrations.gateway.conversation import repository as conversations
from integrations.gateway.conversation.models import Conversation
from integrations.gateway.errors import NotFound, NotOwned
from integrations.gateway.jobs import DELIVER, DELIVERED_CHANNELS, defer, delivery_queue
from integrations.gateway.notifications import announce
from integrations.gateway.outbox import repository
from integrations.gateway.outbox.models import OutboundMessage
from integrations.gateway.sms.proactive import wait_before_proactive
from integrations.gateway.ussd.late import has_screen

Author = Literal["assistant", "agent", "system"]
NEW_LIFE = {"reason": None, "code": None, "attempts": 0, "resends": OutboundMessage.resends + 1, "provider_ref": None, "sent_at": None}
"""Of a message that a person sends again: what is told about its earlier life finds it no more."""
PROACTIVE_NOTICES = ("satisfaction", "reminder")


class Outbox:
    """Stores messages as a channel sends them. `senders` knows the channels that have a provider."""

    def __init__(self, senders: Mapping[str, Sender]) -> None:
        self.senders = senders

    def compose(self, channel: str, replies: Sequence[Reply]) -> tuple[Reply, ...]:
        """The provider-sized messages of one turn."""
        sender = self.senders.get(channel)
        return sender.compose(replies) if sender else tuple(replies)

    async def say(
        self,
        session: AsyncSession,
        conversation: Conversation,
        replies: Sequence[Reply],
        author: Author,
        now: datetime,
        *,
        inbound_id: UUID | None = None,
        notice: str | None = None,
        staff_id: UUID | None = None,
    ) -> list[OutboundMessage]:
        """Store the messages of one answer and queue their deliveries. `inbound_id` with no `notice` makes them that message's only answer.

        A notice that nobody asked for (`PROACTIVE_NOTICES`) waits on a plain phone until 6:00, and is not sent to those who opted out.
        """
        # A USSD screen is the answer to the operator's own request; what has no screen goes out by SMS.
        on_screen = conversation.channel == USSD and await has_screen(session, inbound_id)
        composed = tuple(replies) if on_screen else self.compose(conversation.channel, replies)
        if not composed or (conversation.channel == USSD and notice == "delayed"):
            return []
        wait = wait_before_proactive(conversation, now) if notice in PROACTIVE_NOTICES else timedelta()
        if wait is None:
            return []
        first = await conversations.take_positions(session, conversation.id, len(composed))
        delivered_by_us = conversation.channel in DELIVERED_CHANNELS and not on_screen
        rows = [
            OutboundMessage(
                id=uuid4(),
                conversation_id=conversation.id,
                position=first + index,
                channel=conversation.channel,
                inbound_id=inbound_id,
                part=index if inbound_id and not notice else None,
                author=author,
                staff_id=staff_id,
                notice=notice,
                text=reply.text,
                choices=[{"title": choice.title, "payload": choice.payload} for choice in reply.choices] or None,
                state="pending" if delivered_by_us else "sent",
                sent_at=None if delivered_by_us else now,
                created_at=now,
            )
            for index, reply in enumerate(composed)
        ]
        session.add_all(rows)
        await session.flush()
        for row in rows:
            if delivered_by_us:
                await queue_delivery(session, row, datetime.now(UTC) + wait if wait else None)
        await announce(session, conversation.id, "outbound", rows[-1].position)
        return rows

    async def send_from_agent(self, session: AsyncSession, conversation_id: UUID, staff_id: UUID, text: str, now: datetime) -> OutboundMessage:
        """An officer's reply. Raises NotOwned unless staff own the conversation, NotFound when there is none."""
        conversation = await conversations.lock(session, conversation_id)
        if conversation is None:
            raise NotFound("conversation")
        if conversation.owner != "agent":
            raise NotOwned(conversation.owner)
        rows = await self.say(session, conversation, [Reply(text)], "agent", now, staff_id=staff_id)
        return rows[0]

    async def say_as_system(self, session: AsyncSession, conversation_id: UUID, text: str, notice: str, now: datetime) -> list[OutboundMessage]:
        """A notice of the desk or of the system itself ("an officer has joined"), whoever owns the conversation."""
        conversation = await conversations.lock(session, conversation_id)
        if conversation is None:
            raise NotFound("conversation")
        return await self.say(session, conversation, [Reply(text)], "system", now, notice=notice)


async def queue_delivery(session: AsyncSession, message: OutboundMessage, at: datetime | None = None) -> None:
    arguments = {"message_id": str(message.id)}
    # A job that waits for the morning holds its lock's successors back, so it has a lock of its own: answers go out meanwhile.
    lock = f"delivery:{message.conversation_id}" + (":later" if at else "")
    await defer(session, DELIVER, delivery_queue(message.channel), arguments, lock=lock, at=at)


async def retry_dead_letter(session: AsyncSession, message_id: UUID, actor: str, now: datetime, *, even_ambiguous: bool = False) -> bool:
    """Queue a dead letter again. An ambiguous one only when a person has decided that sending twice is better than not at all."""
    expected = ("dead", "ambiguous") if even_ambiguous else ("dead",)
    message = await repository.settle(session, message_id, expected, state="pending", **NEW_LIFE)
    if message is None:
        return False
    await queue_delivery(session, message)
    await audit.record(session, actor, "delivery_retried", "outbound_message", str(message_id), {"even_ambiguous": even_ambiguous}, now)
    return True
