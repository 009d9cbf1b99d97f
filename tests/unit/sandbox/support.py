"""A seeded sandbox served in this process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import islice

import httpx
from fastapi import FastAPI

from integrations.sandbox.app import create_app
from integrations.sandbox.citizens.generate import generate
from integrations.sandbox.citizens.seed import seed
from integrations.sandbox.database import create_engine
from integrations.sandbox.settings import SandboxSettings

SEEDED = 40
PEOPLE = list(islice(generate(SEEDED), SEEDED))
BY_STATUS = {application.status: (person, application) for person, application in reversed(PEOPLE)}


def settings_of(database_url: str, **changes: object) -> SandboxSettings:
    return SandboxSettings(_env_file=None, sandbox_database_url=database_url, **changes)


def seed_database(database_url: str, count: int = SEEDED) -> int:
    async def run() -> int:
        settings = settings_of(database_url)
        engine = create_engine(database_url, settings.keyring)
        try:
            return await seed(engine, settings.keyring, count)
        finally:
            await engine.dispose()

    return asyncio.run(run())


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sandbox") as client:
        yield client


def sandbox(database_url: str, **changes: object) -> FastAPI:
    return create_app(settings_of(database_url, **changes))
