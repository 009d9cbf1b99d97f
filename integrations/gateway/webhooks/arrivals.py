"""Hands what a provider told us to the inbox or the outbox, in one transaction."""

from typing import Literal

from fastapi import HTTPException, Request
from sqlalchemy.exc import OperationalError

from integrations.channels.base import Inbound, Parsed
from integrations.gateway.inbox.service import receive

Arrival = Literal["accepted", "repeated", "ignored"]


async def arrive(request: Request, parsed: Parsed) -> Arrival:
    """Stored and committed when this returns. 503 when the database cannot: providers try again."""
    if parsed is None:
        return "ignored"
    now = request.app.state.settings.now()
    try:
        async with request.app.state.sessions() as session, session.begin():
            if isinstance(parsed, Inbound):
                received = await receive(session, parsed, now)
                return "repeated" if received.repeated else "accepted"
    except OperationalError as error:
        raise HTTPException(503, "try again") from error
    return "ignored"
