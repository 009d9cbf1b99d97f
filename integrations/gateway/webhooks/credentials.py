"""Where a channel's rotating credentials lie: encrypted rows, one refresher among all processes (a PostgreSQL advisory lock)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from integrations.channels.zalo_oa import Tokens
from integrations.gateway.database import Sessions
from integrations.gateway.webhooks.models import ChannelCredential

NAME = "zalo_oa"
_LOCK = 0x7A616C6F0001


class ZaloTokenStore:
    """`initial_refresh_token` (from the environment) serves until the first pair is stored, and again after an administrator replaced it."""

    def __init__(self, sessions: Sessions, initial_refresh_token: str | None) -> None:
        self._sessions = sessions
        self._initial = initial_refresh_token
        self._known: Tokens | None = None

    async def load(self) -> Tokens | None:
        """What this process knows, else what is stored. A pair replaced by another process is refused by Zalo, and then read under the lock."""
        return self._known or await self.stored()

    async def stored(self) -> Tokens | None:
        async with self._sessions() as session:
            row = await session.get(ChannelCredential, NAME)
        if row is None or (self._initial and row.value.get("initial") != self._initial):
            return Tokens("", self._initial, datetime.fromtimestamp(0, UTC)) if self._initial else None
        self._known = Tokens(row.value["access_token"], row.value["refresh_token"], datetime.fromisoformat(row.value["expires_at"]))
        return self._known

    async def save(self, tokens: Tokens) -> None:
        value = {
            "access_token": tokens.access_token,
            "refresh_token": tokens.refresh_token,
            "expires_at": tokens.expires_at.isoformat(),
            "initial": self._initial,
        }
        now = datetime.now(UTC)
        statement = insert(ChannelCredential).values(name=NAME, value=value, updated_at=now)
        async with self._sessions() as session, session.begin():
            await session.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value, "updated_at": now}))
        self._known = tokens

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator["ZaloTokenStore"]:
        """Held by one process until the block ends; the connection is kept meanwhile (once a day, at most a few seconds)."""
        async with self._sessions() as session, session.begin():
            await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            self._known = None
            yield self
