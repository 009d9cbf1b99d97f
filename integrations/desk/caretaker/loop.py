"""Runs `attend` whenever something happened to a conversation in people's hands, and sweeps for what only time makes due.

Every gateway process runs one; the conversation's lock makes each thing happen once. A failure is logged and met again by the next sweep:
a full disk or one unreadable record must not leave all the other citizens waiting.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from uuid import UUID

from fastapi import FastAPI

from integrations.desk.background import running
from integrations.desk.caretaker import housekeeping
from integrations.desk.caretaker.service import attend
from integrations.desk.reports.schedule import keep_last_week
from integrations.desk.settings import get_desk_settings
from integrations.desk.tickets import repository as tickets

SWEEP_SECONDS = 5.0
logger = logging.getLogger(__name__)


@asynccontextmanager
async def caretaker(app: FastAPI) -> AsyncIterator[None]:
    """Lives as long as the application."""
    async with running(_run(app), "caretaker"):
        yield


async def _run(app: FastAPI) -> None:
    clock = asyncio.get_running_loop().time
    with app.state.listener.subscribe(None) as changes:
        due = clock()
        while True:
            if clock() >= due:
                await sweep(app)
                due = clock() + SWEEP_SECONDS
            try:
                async with asyncio.timeout_at(due):  # unlike wait_for in Python 3.11, it never swallows a cancellation
                    change = await changes.get()
            except TimeoutError:
                continue
            if change.conversation is not None and change.kind in {"owner", "inbound"}:
                await look_at(app, change.conversation)


async def sweep(app: FastAPI) -> None:
    """Everything that is due because time has passed, or because its notification was missed. Each duty is a transaction of its own."""
    sessions, now = app.state.sessions, app.state.settings.now()
    due: Sequence[UUID] = ()
    with _trouble_of_its_own("find work"):
        async with sessions() as session, session.begin():
            due = await housekeeping.due_conversations(session, now)
    for conversation_id in due:
        await look_at(app, conversation_id)
    with _trouble_of_its_own("route tickets"):
        async with sessions() as session, session.begin():
            await tickets.route(session)
    with _trouble_of_its_own("forget"):
        async with sessions() as session, session.begin():
            await housekeeping.forget(session, now)
    with _trouble_of_its_own("keep the weekly report"):
        await keep_last_week(sessions, now, get_desk_settings().desk_reports)


async def look_at(app: FastAPI, conversation_id: UUID) -> None:
    """One conversation, in its own transaction."""
    with _trouble_of_its_own("attend to a conversation", conversation=str(conversation_id)):
        async with app.state.sessions() as session, session.begin():
            if await housekeeping.in_peoples_hands(session, conversation_id):
                await attend(session, app.state.outbox, conversation_id, app.state.settings.now())


@contextmanager
def _trouble_of_its_own(duty: str, **ids: str) -> Iterator[None]:
    """Whatever goes wrong inside is logged and goes no further."""
    try:
        yield
    except Exception:
        logger.exception("the caretaker failed at a duty", extra={"duty": duty} | ids)
