"""One delivery to a provider: mark, send without a database connection, record. A sender that dies in between leaves `sending` behind,
which the next one turns into `ambiguous`: counted apart, seen by staff, never sent again blindly."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from integrations.channels.base import Ambiguous, Choice, Failed, Reply, SendOutcome, Sent
from integrations.gateway.database import Sessions
from integrations.gateway.notifications import announce
from integrations.gateway.outbox import repository
from integrations.gateway.outbox.models import OutboundMessage
from integrations.gateway.outbox.service import Outbox, queue_delivery

RETRY_AFTER = (1, 5, 15, 60, 300, 900, 1800, 3600)  # seconds; about two hours, then a dead letter


class DeliveryPostponed(Exception):
    """The provider did not take the message now; the job runs again after `seconds`, and later messages of the conversation wait behind it."""

    def __init__(self, seconds: float) -> None:
        super().__init__("delivery postponed")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Attempt:
    address: str
    message: OutboundMessage


class Delivery:
    def __init__(self, sessions: Sessions, outbox: Outbox, now: Callable[[], datetime]) -> None:
        self._sessions = sessions
        self._outbox = outbox
        self._now = now

    async def deliver(self, message_id: UUID) -> None:
        """Try once. Raises DeliveryPostponed when it should be tried again."""
        attempt = await self._start(message_id)
        if attempt is None:
            return
        message = attempt.message
        sender = self._outbox.senders.get(message.channel)
        if sender is None:
            outcome: SendOutcome = Failed("Kênh này chưa được cấu hình để gửi tin.", retryable=False, code="no_sender")
        else:
            outcome = await sender.send(attempt.address, as_reply(message), message.reference)
        await self._record(message, outcome)

    async def _start(self, message_id: UUID) -> Attempt | None:
        async with self._sessions() as session, session.begin():
            started = await repository.start_sending(session, message_id, self._now())
            if started is None:
                await self._note_interrupted(session, message_id)
                return None
            message, address = started
            return Attempt(address, message)

    async def _note_interrupted(self, session: AsyncSession, message_id: UUID) -> None:
        reason = "Máy gửi dừng giữa chừng, chưa biết tin đã đến hay chưa."
        message = await repository.settle(session, message_id, ("sending",), state="ambiguous", reason=reason, code="interrupted")
        if message is not None:
            await announce(session, message.conversation_id, "delivery", message.position)

    async def _record(self, message: OutboundMessage, outcome: SendOutcome) -> None:
        values, wait = self._consequence(message, outcome)
        async with self._sessions() as session, session.begin():
            changed = await repository.settle(session, message.id, ("sending",), **values)
            taken_for_dead = changed is None
            if taken_for_dead:
                # This sender knows what happened, but the job that would try again has ended with the message `ambiguous`.
                changed = await repository.settle(session, message.id, ("ambiguous",), **values)
                if changed is not None and wait is not None:
                    await queue_delivery(session, changed)
            if changed is not None:
                await announce(session, message.conversation_id, "delivery", message.position)
        if changed is not None and wait is not None and not taken_for_dead:
            raise DeliveryPostponed(wait)

    def _consequence(self, message: OutboundMessage, outcome: SendOutcome) -> tuple[dict[str, object], float | None]:
        now = self._now()
        match outcome:
            case Sent(provider_ref=provider_ref):
                return {"state": "sent", "provider_ref": provider_ref, "sent_at": now, "reason": None, "code": None}, None
            case Ambiguous(reason=reason):
                return {"state": "ambiguous", "reason": reason, "code": "no_answer"}, None
            case Failed(reason=reason, retryable=retryable, code=code, retry_after=retry_after):
                why = {"reason": reason, "code": code}
                if not retryable or message.attempts > len(RETRY_AFTER):
                    return {"state": "dead", **why}, None
                wait = max(RETRY_AFTER[message.attempts - 1], retry_after or 0)
                return {"state": "pending", **why}, wait


def as_reply(message: OutboundMessage) -> Reply:
    return Reply(message.text, tuple(Choice(choice["title"], choice["payload"]) for choice in message.choices or []))
