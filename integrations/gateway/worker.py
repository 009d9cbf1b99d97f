"""The worker: `python -m integrations.gateway.worker`. Any number may run; each takes turns, deliveries and housekeeping jobs."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
import uvloop
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.worker import Worker
from psycopg_pool import AsyncConnectionPool

from integrations.core.masking import configure_logging
from integrations.gateway.database import Sessions, create_engine, create_sessions
from integrations.gateway.jobs import DELIVERED_CHANNELS, HOUSEKEEPING, TURNS, delivery_queue
from integrations.gateway.outbox.delivery import Delivery
from integrations.gateway.outbox.service import Outbox
from integrations.gateway.rescue import keep_rescuing
from integrations.gateway.settings import Settings, get_settings
from integrations.gateway.tasks import Housekeeping, register_tasks
from integrations.gateway.turn.bot import BotClient
from integrations.gateway.turn.service import Turns
from integrations.gateway.webhooks.senders import PROVIDER_TIMEOUT, build_senders

logger = logging.getLogger(__name__)
RESTART_PAUSE = 0.5  # seconds


@asynccontextmanager
async def open_worker(settings: Settings) -> AsyncIterator[tuple[App, Sessions, Sequence[str]]]:
    """The job application with its tasks, everything they need opened; and the channels that have a sender."""
    concurrency = settings.worker_turns + 10
    engine = create_engine(settings.gateway_database_url, settings.keyring, max(settings.database_pool_size, concurrency), ping=False)
    sessions = create_sessions(engine)
    bot = BotClient(settings.bot_url, settings.bot_token.get_secret_value(), settings.turn_deadline, limit=settings.worker_turns)
    app = App(connector=job_connector(settings.gateway_database_url, concurrency))
    async with httpx.AsyncClient(timeout=PROVIDER_TIMEOUT, trust_env=False) as client, app.open_async():
        outbox = Outbox(build_senders(settings, sessions, client))
        turns = Turns(sessions, bot, outbox, settings.now, settings.turn_give_up_after)
        register_tasks(app, turns, Delivery(sessions, outbox, settings.now), Housekeeping(sessions, settings, outbox))
        try:
            yield app, sessions, [*outbox.senders]
        finally:
            await bot.close()
            await engine.dispose()


def job_connector(database_url: str, size: int) -> PsycopgConnector:
    """The queue's own connections. Each of its statements is a transaction, so autocommit saves two round trips. They need not wait for the disk:
    what a crash of the database server takes back is that a job was begun or finished, and every job may run again.
    """
    options = {"options": "-c synchronous_commit=off"}
    return PsycopgConnector(conninfo=database_url, min_size=2, max_size=size, kwargs=options, configure=_autocommit, pool_factory=_pool_without_check)


async def _autocommit(connection: psycopg.AsyncConnection) -> None:
    await connection.set_autocommit(True)


def _pool_without_check(**arguments: Any) -> AsyncConnectionPool:
    """A lost connection shows itself when it is used, and the worker starts anew."""
    return AsyncConnectionPool(**{**arguments, "check": None})


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the worker: one queue, how many of its jobs at a time, and how often it looks (seconds) for a job that a lock had held back."""

    queue: str
    concurrency: int
    polling: float


def shares(settings: Settings) -> list[Share]:
    """Turns, housekeeping, and each provider apart, so that a slow one holds up nobody else. What has no sender becomes a dead letter in its queue as well.

    A provider's concurrency is 1 by default: of a killed worker's sends at most one per provider can be of unknown fate.
    """
    deliveries = [Share(delivery_queue(channel), settings.worker_sends_per_channel, settings.worker_polling_interval) for channel in DELIVERED_CHANNELS]
    return [Share(TURNS, settings.worker_turns, settings.worker_polling_interval), *deliveries, Share(HOUSEKEEPING, 2, 1.0)]


def build_worker(app: App, settings: Settings, share: Share) -> Worker:
    return Worker(
        app,
        queues=[share.queue],
        name=share.queue,
        concurrency=share.concurrency,
        fetch_job_polling_interval=share.polling,
        update_heartbeat_interval=settings.worker_heartbeat_interval,
        stalled_worker_timeout=settings.worker_stalled_after,
        shutdown_graceful_timeout=15,
        delete_jobs="successful",
        install_signal_handlers=False,
    )


async def keep_working(app: App, settings: Settings, share: Share, stop: asyncio.Event) -> None:
    """Until `stop`; running jobs then get 15 s. A database that goes away ends one Procrastinate worker, and the next waits for its return."""
    while not stop.is_set():
        worker = build_worker(app, settings, share)
        running, stopping = asyncio.create_task(worker.run()), asyncio.create_task(stop.wait())
        await asyncio.wait((running, stopping), return_when=asyncio.FIRST_COMPLETED)
        worker.stop()
        stopping.cancel()
        try:
            await running
        except (ConnectorException, psycopg.Error):
            logger.warning("the queue lost its database", extra={"queue": share.queue})
        if not stop.is_set():
            await asyncio.sleep(RESTART_PAUSE)


async def run(settings: Settings) -> None:
    """Until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with open_worker(settings) as (app, sessions, channels):
        rescue = asyncio.create_task(keep_rescuing(app, sessions, settings.worker_stalled_after, settings.worker_heartbeat_interval))
        logger.info("worker ready", extra={"channels": list(channels)})
        await asyncio.gather(*(keep_working(app, settings, share, stop) for share in shares(settings)))
        rescue.cancel()


def main() -> None:
    configure_logging("worker")
    for name in ("procrastinate", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    uvloop.run(run(get_settings()))


if __name__ == "__main__":
    main()
