"""What the stand-ins of one process share."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.core.crypto import Keyring
from integrations.sandbox.database import Sessions


@dataclass
class Context:
    """`delay_seconds` and `identity_state` may be changed while running, by the control route."""

    sessions: Sessions
    keyring: Keyring
    delay_seconds: float
    identity_state: str
    identity_since: datetime


def get_context(request: Request) -> Context:
    """The context of the application that serves the request."""
    return request.app.state.context


async def get_session(request: Request) -> AsyncIterator[AsyncSession]:
    """One transaction a request, committed before its answer is sent."""
    async with get_context(request).sessions.begin() as session:
        yield session


def now() -> datetime:
    """Aware, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


ContextOf = Annotated[Context, Depends(get_context)]
SessionOf = Annotated[AsyncSession, Depends(get_session, scope="function")]
