"""Answers without a screen: the session is over, or nobody dialled. They go to the same number by SMS."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.channels.base import Inquirer, Receipt, Reply, Sender, SendOutcome
from integrations.channels.ussd import CHANNEL
from integrations.gateway.ussd.models import LateAnswer
from integrations.gateway.ussd.texts import REDIAL


async def give_up_screen(session: AsyncSession, inbound_id: UUID) -> None:
    """From now on this message is answered by SMS. The caller holds the conversation's lock."""
    await session.execute(insert(LateAnswer).values(inbound_id=inbound_id).on_conflict_do_nothing())


async def has_screen(session: AsyncSession, inbound_id: UUID | None) -> bool:
    """Whether a citizen is looking at a screen that waits for the answer. The caller holds the conversation's lock."""
    return inbound_id is not None and await session.get(LateAnswer, inbound_id) is None


class LateAnswerSender:
    """Implements `Sender` for the channel `ussd` over the SMS sender. Choices cannot be picked any more, so they are left out."""

    channel = CHANNEL

    def __init__(self, sms: Sender) -> None:
        self._sms = sms

    def compose(self, replies: Sequence[Reply]) -> tuple[Reply, ...]:
        texts = [Reply(reply.text) for reply in replies]
        return self._sms.compose([*texts, Reply(REDIAL)] if any(reply.choices for reply in replies) else texts)

    async def send(self, address: str, message: Reply, reference: str) -> SendOutcome:
        return await self._sms.send(address, message, reference)

    async def inquire(self, address: str, message: Reply, reference: str, since: datetime, now: datetime) -> Receipt | None:
        return await self._sms.inquire(address, message, reference, since, now) if isinstance(self._sms, Inquirer) else None
