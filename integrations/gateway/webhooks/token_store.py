"""Zalo's token pair in the table `channel_credential`, encrypted. The row's lock makes one process at a time the refresher."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.channels.zalo_oa import Tokens
from integrations.gateway.database import Sessions
from integrations.gateway.webhooks.models import ChannelCredential

NAME = "zalo_oa"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class CredentialSlot:
    """The row while it is locked."""

    def __init__(self, session: AsyncSession, row: ChannelCredential) -> None:
        self._session = session
        self._row = row

    async def load(self) -> Tokens | None:
        return _tokens(self._row)

    async def save(self, tokens: Tokens) -> None:
        """Commits, which ends the lock."""
        self._row.value = {
            "access_token": tokens.access_token,
            "refresh_token": tokens.refresh_token,
            "expires_at": tokens.expires_at.isoformat(),
            "seed": self._row.value["seed"],
        }
        self._row.updated_at = datetime.now(UTC)
        await self._session.commit()


class CredentialStore:
    """Implements `TokenStore`. `seed`: the refresh token of the last consent, used until the first refresh."""

    def __init__(self, sessions: Sessions, seed: str) -> None:
        self._sessions = sessions
        self._seed = seed
        self._seed_hash = sha256(seed.encode()).hexdigest()

    async def load(self) -> Tokens | None:
        async with self._sessions() as session:
            row = await session.get(ChannelCredential, NAME)
            return _tokens(row) if row and row.value["seed"] == self._seed_hash else None

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[CredentialSlot]:
        """The connection is held while Zalo is asked: losing the lock between asking and storing could spend a refresh token twice."""
        async with self._sessions() as session:
            seeded = {"access_token": "", "refresh_token": self._seed, "expires_at": NEVER.isoformat(), "seed": self._seed_hash}
            fresh = insert(ChannelCredential).values(name=NAME, value=seeded, updated_at=datetime.now(UTC))
            await session.execute(fresh.on_conflict_do_nothing())
            row = (await session.execute(select(ChannelCredential).where(ChannelCredential.name == NAME).with_for_update())).scalar_one()
            if row.value["seed"] != self._seed_hash:
                row.value = seeded
            yield CredentialSlot(session, row)


def _tokens(row: ChannelCredential) -> Tokens | None:
    value = row.value
    return Tokens(value["access_token"], value["refresh_token"], datetime.fromisoformat(value["expires_at"]))
