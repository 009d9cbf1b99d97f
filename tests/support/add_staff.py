"""`python -m tests.support.add_staff USERNAME ROLE NAME PASSWORD [USERNAME …]`: accounts that need no set-up."""

import asyncio
import sys

from integrations.desk.accounts import service
from integrations.gateway.database import create_engine, create_sessions
from integrations.gateway.settings import get_settings


async def add(*arguments: str) -> None:
    settings = get_settings()
    engine = create_engine(settings.gateway_database_url, settings.keyring, 1)
    async with create_sessions(engine)() as session, session.begin():
        for place in range(0, len(arguments), 4):
            username, role, name, password = arguments[place : place + 4]
            await service.add_member(session, username=username, display_name=name, role=role, password=password, now=settings.now(), temporary=False)
    await engine.dispose()


asyncio.run(add(*sys.argv[1:]))
