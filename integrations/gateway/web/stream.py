"""The events of one conversation, resumable: an event's id is the message's position, so nothing is lost or told twice."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from uuid import UUID

from fastapi import FastAPI

from integrations.gateway.web import transcript


async def conversation_events(app: FastAPI, conversation_id: UUID, after: int) -> AsyncIterator[dict[str, str]]:
    """Endless: messages after a position (event `message`), and who answers whenever that changes (event `status`, without an id)."""
    told: transcript.Status | None = None
    with app.state.listener.subscribe(conversation_id) as changes:
        while True:
            async with app.state.sessions() as session:
                entries = await transcript.entries_after(session, conversation_id, after)
                status = await transcript.status_of(session, conversation_id)
            for entry in entries:
                after = entry.position
                yield {"id": str(entry.position), "event": "message", "data": json.dumps(entry.as_event(), ensure_ascii=False)}
            if status != told:
                told = status
                yield {"event": "status", "data": json.dumps({"known": True, **asdict(status)})}
            await changes.get()
            while not changes.empty():
                changes.get_nowait()


async def unknown_conversation() -> AsyncIterator[dict[str, str]]:
    """For a visitor who has written nothing yet; the page opens its stream anew after its first message."""
    yield {"event": "status", "data": json.dumps({"known": False, "owner": "bot", "thinking": False})}
    await asyncio.Event().wait()
