"""Zalo's stand-in on a real port, and a token store in memory that counts its writes."""

from asyncio import Lock
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
from fastapi import FastAPI

from integrations.channels.zalo_oa import Tokens
from integrations.sandbox.zalo import router
from integrations.sandbox.zalo.settings import ZaloSandboxSettings
from tests.support.serving import served


@contextmanager
def zalo_cloud(**settings) -> Iterator[httpx.Client]:
    """A client whose base URL is that of the stand-in, ending in `/zalo`."""
    app = FastAPI()
    app.state.zalo_settings = ZaloSandboxSettings(_env_file=None, **({"zalo_receipts": False} | settings))
    app.include_router(router)
    with served(app) as base, httpx.Client(base_url=base + "/zalo") as client:
        yield client


@dataclass
class MemoryTokens:
    """A `TokenStore` and its own slot."""

    tokens: Tokens | None
    saved: list[Tokens] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    @classmethod
    def consented(cls, cloud: httpx.Client) -> "MemoryTokens":
        pair = cloud.post("/_control/tokens").json()
        return cls(Tokens("", pair["refresh_token"], datetime.fromtimestamp(0, UTC)))

    async def load(self) -> Tokens | None:
        return self.tokens

    async def save(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.saved.append(tokens)

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator["MemoryTokens"]:
        async with self.lock:
            yield self
