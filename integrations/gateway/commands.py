"""What the command line does, one coroutine a command; each returns what is printed as JSON."""

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from integrations.gateway.audit import service as audit
from integrations.gateway.database import Sessions, create_engine, create_sessions
from integrations.gateway.errors import NotFound
from integrations.gateway.outbox import repository as outbox
from integrations.gateway.outbox.service import retry_dead_letter
from integrations.gateway.privacy.citizen import CitizenRecords
from integrations.gateway.privacy.retention import delete_expired
from integrations.gateway.privacy.rotation import rotate_keys
from integrations.gateway.settings import Settings


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Sessions]:
    engine = create_engine(settings.gateway_database_url, settings.keyring, 2)
    try:
        yield create_sessions(engine)
    finally:
        await engine.dispose()


async def citizen(settings: Settings, arguments: argparse.Namespace) -> Any:
    async with opened(settings) as sessions:
        records = CitizenRecords(sessions, settings)
        match arguments.action:
            case "export":
                return await records.export(arguments.channel, arguments.address)
            case "erase":
                return await records.erase(arguments.channel, arguments.address, cancel_lodging=arguments.cancel_lodging)
        if arguments.new_address:
            await records.correct_address(arguments.channel, arguments.address, arguments.new_address)
        else:
            await records.correct_ticket(arguments.channel, arguments.address, arguments.ticket, arguments.field, arguments.value)
        return {"corrected": True}


async def keys(settings: Settings, _: argparse.Namespace) -> Any:
    """`keys rotate`."""
    async with opened(settings) as sessions:
        return {"rotated": await rotate_keys(sessions, settings.keyring)}


async def dead_letters(settings: Settings, arguments: argparse.Namespace) -> Any:
    async with opened(settings) as sessions, sessions() as session, session.begin():
        if arguments.action == "retry":
            queued = await retry_dead_letter(session, UUID(arguments.id), "operator", settings.now(), even_ambiguous=arguments.even_ambiguous)
            if not queued:
                raise NotFound("dead letter")
            return {"queued": True}
        return [
            {
                "id": str(message.id),
                "conversation": str(message.conversation_id),
                "channel": message.channel,
                "state": message.state,
                "attempts": message.attempts,
                "code": message.code,
                "reason": message.reason,
                "created_at": message.created_at.isoformat(),
            }
            for message in await outbox.in_trouble(session)
        ]


async def audit_trail(settings: Settings, arguments: argparse.Namespace) -> Any:
    """`audit verify`."""
    async with opened(settings) as sessions, sessions() as session:
        broken = await audit.verify(session, arguments.last_hash)
    return {"whole": broken is None, "problem": broken}


async def expire(settings: Settings, _: argparse.Namespace) -> Any:
    """`expire`: what the hourly job does, now."""
    async with opened(settings) as sessions:
        return {"deleted": await delete_expired(sessions, settings.now(), settings.tracker_database_url)}
