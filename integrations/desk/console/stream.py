"""What an officer's open page is told: hints to look again, never content. Whoever missed one catches up by position."""

import asyncio
import json
from collections.abc import AsyncIterator
from uuid import UUID

from fastapi import FastAPI

from integrations.desk.accounts.service import Visitor
from integrations.desk.console import queue
from integrations.gateway.notifications import Change

QUEUE_PAUSE = 0.4
"""Seconds over which changes of the queue are gathered into one hint: forty conversations must not redraw it forty times."""

HINTS = frozenset({"typing", "citizen_typing"})
"""These change nothing that is stored."""


async def desk_events(app: FastAPI, visitor: Visitor, opened: UUID | None) -> AsyncIterator[dict[str, str]]:
    """Endless. Event `conversation` at once for the conversation on the screen, event `queue` at most every `QUEUE_PAUSE`."""
    with app.state.listener.subscribe(None) as changes:
        yield _event("queue")
        pending: list[Change] = []
        due = 0.0
        clock = asyncio.get_running_loop().time
        while True:
            if pending and clock() >= due:
                if await _concerns_queue(app, visitor, pending):
                    yield _event("queue")
                pending, due = [], clock() + QUEUE_PAUSE
            try:
                async with asyncio.timeout_at(due if pending else None):
                    change = await changes.get()
            except TimeoutError:
                continue
            if change.kind not in HINTS:
                if not pending:
                    due = max(due, clock() + 0.02)
                pending.append(change)
            if change.conversation is None or change.conversation == opened:
                yield _event("conversation", kind=change.kind)


async def _concerns_queue(app: FastAPI, visitor: Visitor, changes: list[Change]) -> bool:
    if any(change.kind in {"owner", "reconnected", "note"} for change in changes):
        return True
    async with app.state.sessions() as session:
        return await queue.touched(session, [change.conversation for change in changes if change.conversation], visitor)


def _event(name: str, **content: object) -> dict[str, str]:
    return {"event": name, "data": json.dumps(content)}
