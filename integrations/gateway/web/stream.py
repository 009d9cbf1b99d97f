"""The events of one conversation, resumable: an event's id is the message's position, so nothing is lost or told twice."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from uuid import UUID

from fastapi import FastAPI

from integrations.gateway.web import transcript

NOT_FOR_CITIZENS = frozenset({"delivery", "note", "citizen_typing"})


async def conversation_events(app: FastAPI, conversation_id: UUID, after: int) -> AsyncIterator[dict[str, str]]:
    """Endless: messages after a position (event `message`), and who answers whenever that changes (event `status`, without an id)."""
    told: dict[str, object] | None = None
    with app.state.listener.subscribe(conversation_id) as changes:
        while True:
            async with app.state.sessions() as session:
                entries = await transcript.entries_after(session, conversation_id, after)
                status = {"known": True, **asdict(await transcript.status_of(session, conversation_id)), "notice": await app.state.public_notice(session)}
            for entry in entries:
                after = entry.position
                yield {"id": str(entry.position), "event": "message", "data": json.dumps(entry.as_event(), ensure_ascii=False)}
            if status != told:
                told = status
                yield _status(status)
            arrived = [await changes.get()]
            while not changes.empty():
                arrived.append(changes.get_nowait())
            while all(change.kind in NOT_FOR_CITIZENS for change in arrived):
                arrived = [await changes.get()]
            if any(change.kind == "typing" for change in arrived):
                yield _status({**status, "typing": True})


async def unknown_conversation(app: FastAPI) -> AsyncIterator[dict[str, str]]:
    """For a visitor who has written nothing yet; the page opens its stream anew after its first message."""
    async with app.state.sessions() as session:
        notice = await app.state.public_notice(session)
    yield _status({"known": False, "owner": "bot", "thinking": False, "notice": notice})
    await asyncio.Event().wait()


def _status(content: dict[str, object]) -> dict[str, str]:
    return {"event": "status", "data": json.dumps(content, ensure_ascii=False)}
