"""`python -m tests.support.add_staff USERNAME ROLE NAME PASSWORD`: an account that needs no set-up."""

import asyncio
import sys

from integrations.desk.accounts import service
from integrations.gateway.database import create_engine, create_sessions
from integrations.gateway.settings import get_settings


async def add(username: str, role: str, name: str, password: str) -> None:
    settings = get_settings()
    engine = create_engine(settings.gateway_database_url, settings.keyring, 1)
    async with create_sessions(engine)() as session, session.begin():
        await service.add_member(session, username=username, display_name=name, role=role, password=password, now=settings.now(), temporary=False)
    await engine.dispose()


asyncio.run(add(*sys.argv[1:]))
