"""A sandbox over one seeded database; each test begins without lodging notifications."""

from collections.abc import AsyncIterator, Iterator

import httpx
import psycopg
import pytest

from tests.unit.sandbox.support import sandbox, seed_database, serving


@pytest.fixture
def sandbox_database(databases) -> Iterator[str]:
    address = databases.address(databases.template("sandbox", seed_database))
    with psycopg.connect(address) as connection:
        connection.execute("TRUNCATE lodging_guest, lodging_notification")
    yield address


@pytest.fixture
def own_sandbox_database(databases) -> Iterator[str]:
    name = databases.create(databases.template("sandbox", seed_database))
    yield databases.address(name)
    databases.drop(name)


@pytest.fixture
async def sandbox_http(sandbox_database: str) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(sandbox(sandbox_database)) as client:
        yield client
