"""pytest plugin: the gateway's application in this process on a fresh database, without its worker and bot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.core.clock import VIETNAM
from integrations.desk.accounts import service as accounts
from integrations.desk.accounts.models import StaffMember, StaffUnit
from integrations.gateway.app import create_app
from integrations.gateway.settings import Settings

PASSWORD = "mot cau rat dai de nho"


@dataclass
class Application:
    """`clock` is what the process takes for now; a test moves it."""

    app: FastAPI
    clock: datetime = field(default=datetime(2026, 11, 23, 9, 0, tzinfo=VIETNAM))

    def pass_time(self, **length: float) -> None:
        self.clock += timedelta(**length)

    def browser(self) -> httpx.AsyncClient:
        """A fresh client with its own cookies."""
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, raise_app_exceptions=False), base_url="http://desk.test", headers={"Accept": "text/html"}
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        async with self.app.state.sessions() as session, session.begin():
            yield session

    async def staff(self, username: str, role: str = "agent", **values: object) -> StaffMember:
        """An account with `PASSWORD` that needs no set-up."""
        async with self.transaction() as session:
            member = await accounts.add_member(
                session, username=username, display_name=username.title(), role=role, password=PASSWORD, now=self.clock, temporary=False
            )
            for name, value in values.items():
                setattr(member, name, value)
        return member

    async def units(self, *names: str) -> list[StaffUnit]:
        units = [StaffUnit(name=name) for name in names]
        async with self.transaction() as session:
            session.add_all(units)
        return units

    async def signed_in(self, username: str, role: str = "agent", **values: object) -> Browser:
        await self.staff(username, role, **values)
        browser = Browser(self.browser(), username)
        answer = await browser.client.post("/desk/sign-in", data={"username": username, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        async with self.transaction() as session:
            found = await accounts.visitor(session, browser.client.cookies["desk"], self.clock, accounts_settings())
            assert found is not None
            browser.csrf, browser.visitor = found.csrf_token, found
        return browser


@dataclass
class Browser:
    """A signed-in member's browser; `post` adds the session's CSRF token."""

    client: httpx.AsyncClient
    username: str
    csrf: str = ""
    visitor: accounts.Visitor | None = None

    async def get(self, path: str, **options: object) -> httpx.Response:
        return await self.client.get(path, **options)  # type: ignore[arg-type]

    async def post(self, path: str, **form: object) -> httpx.Response:
        return await self.client.post(path, data={"csrf": self.csrf, **form})


def accounts_settings():  # type: ignore[no-untyped-def]
    from integrations.desk.settings import DeskSettings

    return DeskSettings(_env_file=None)


@pytest.fixture
async def application(gateway_database: str) -> AsyncIterator[Application]:
    settings = Settings(gateway_database_url=gateway_database, database_pool_size=5)
    running = Application(create_app(settings))
    settings.__dict__["now"] = lambda: running.clock
    async with running.app.router.lifespan_context(running.app):
        yield running
