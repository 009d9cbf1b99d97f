"""Tells open pages that a conversation changed, through PostgreSQL LISTEN/NOTIFY, across processes.

Channel `gateway_conversation`, payload JSON `{"conversation": "<uuid>", "kind": "outbound|inbound|owner|delivery|note|typing|citizen_typing", "position": 12}`;
`position` is that of the message (null where there is none). It is a hint to look, sent with the commit; it carries no text,
and whoever missed one reads the tables from the last position it saw.
"""

import asyncio
import json
import logging
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal, Self
from uuid import UUID

import psycopg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

CHANNEL = "gateway_conversation"
Kind = Literal["outbound", "inbound", "owner", "delivery", "note", "typing", "citizen_typing", "reconnected"]
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Change:
    """Something changed. Kind `reconnected` (without a conversation) means notifications may have been missed: read again."""

    conversation: UUID | None
    kind: Kind
    position: int | None = None


async def announce(session: AsyncSession, conversation: UUID, kind: Kind, position: int | None = None) -> None:
    """Notify with the session's commit."""
    payload = json.dumps({"conversation": str(conversation), "kind": kind, "position": position})
    await session.execute(text("SELECT pg_notify(:channel, :payload)"), {"channel": CHANNEL, "payload": payload})


class Listener:
    """One LISTEN connection per process, shared by every open page; it reconnects by itself."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._queues: dict[asyncio.Queue[Change], UUID | None] = {}
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run(), name="conversation listener")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    @contextmanager
    def subscribe(self, conversation: UUID | None = None):
        """A queue of changes of one conversation, or of all (None). Subscribe first, then read the tables, then wait: nothing is missed."""
        queue: asyncio.Queue[Change] = asyncio.Queue()
        self._queues[queue] = conversation
        try:
            yield queue
        finally:
            del self._queues[queue]

    async def _run(self) -> None:
        while True:
            try:
                await self._listen()
            except psycopg.Error:
                logger.warning("listener lost its connection")
                await asyncio.sleep(0.5)

    async def _listen(self) -> None:
        async with await psycopg.AsyncConnection.connect(self._database_url, autocommit=True) as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            self._publish(Change(None, "reconnected"))
            async for notification in connection.notifies():
                content = json.loads(notification.payload)
                self._publish(Change(UUID(content["conversation"]), content["kind"], content["position"]))

    def _publish(self, change: Change) -> None:
        for queue, wanted in self._queues.items():
            if wanted is None or change.conversation is None or wanted == change.conversation:
                queue.put_nowait(change)
