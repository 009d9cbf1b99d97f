"""Hands what a provider told us to the inbox or the outbox, in one transaction."""

import asyncio
from typing import Literal

from fastapi import BackgroundTasks, HTTPException
from sqlalchemy.exc import InterfaceError, OperationalError

from integrations.channels.base import Inbound, Parsed, Receipt, StaffEcho
from integrations.channels.sms import CHANNEL as SMS
from integrations.core.clock import Clock
from integrations.gateway.database import Sessions
from integrations.gateway.inbox.service import receive
from integrations.gateway.outbox.receipts import apply_receipt, note_echo
from integrations.gateway.outbox.service import Outbox
from integrations.gateway.sms.arrivals import receive_sms

Arrival = Literal["accepted", "repeated", "ignored"]
# A receipt may overtake the answer to our own request, and so the storing of the reference it names (seconds).
LOOK_AGAIN_AFTER = (1, 5)


class Arrivals:
    """What webhooks do with a parsed request. One per process."""

    def __init__(self, sessions: Sessions, outbox: Outbox, now: Clock) -> None:
        self._sessions = sessions
        self._outbox = outbox
        self._now = now

    async def take(self, parsed: Parsed, afterwards: BackgroundTasks) -> Arrival:
        """Stored and committed when this returns. 503 when the database cannot: providers try again."""
        try:
            match parsed:
                case Inbound():
                    return await self._message(parsed)
                case Receipt():
                    if not await self._receipt(parsed):
                        afterwards.add_task(self._receipt_later, parsed)
                case StaffEcho():
                    await self._echo(parsed)
                case None:
                    return "ignored"
        except (OperationalError, InterfaceError) as error:
            raise HTTPException(503, "try again") from error
        return "accepted"

    async def _message(self, inbound: Inbound) -> Arrival:
        async with self._sessions() as session, session.begin():
            if inbound.channel == SMS:
                received = await receive_sms(session, self._outbox, inbound, self._now())
            else:
                received = await receive(session, inbound, self._now())
        return "repeated" if received.repeated else "accepted"

    async def _receipt(self, receipt: Receipt) -> bool:
        async with self._sessions() as session, session.begin():
            return bool(await apply_receipt(session, receipt))

    async def _receipt_later(self, receipt: Receipt) -> None:
        for seconds in LOOK_AGAIN_AFTER:
            await asyncio.sleep(seconds)
            if await self._receipt(receipt):
                return

    async def _echo(self, echo: StaffEcho) -> None:
        async with self._sessions() as session, session.begin():
            await note_echo(session, echo, self._now())
