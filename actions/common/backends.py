"""The backends as actions use them: one pool for the process, one deadline for everything an action asks of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

from integrations.services import Backends, BackendUnavailable

# docs/contracts.md: 6 s for one action, so that the citizen hears a true sentence within 8 s.
ACTION_SECONDS = 5.5


@cache
def _backends() -> Backends:
    return Backends.create()


@asynccontextmanager
async def backends() -> AsyncIterator[Backends]:
    """The clients. Raises BackendUnavailable when the whole block takes longer than an action may."""
    try:
        async with asyncio.timeout(ACTION_SECONDS):
            yield _backends()
    except TimeoutError as error:
        raise BackendUnavailable("backends", "action", "timeout") from error
