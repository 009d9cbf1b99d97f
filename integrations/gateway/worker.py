"""The worker: `python -m integrations.gateway.worker`. Any number may run; each takes turns, deliveries and housekeeping jobs."""

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx
from procrastinate import App, PsycopgConnector
from procrastinate.worker import Worker

from integrations.core.masking import configure_logging
from integrations.gateway.database import Sessions, create_engine, create_sessions
from integrations.gateway.jobs import HOUSEKEEPING, TURNS, delivery_queue
from integrations.gateway.outbox.delivery import Delivery
from integrations.gateway.outbox.service import Outbox
from integrations.gateway.rescue import keep_rescuing
from integrations.gateway.settings import Settings, get_settings
from integrations.gateway.tasks import Housekeeping, register_tasks
from integrations.gateway.turn.bot import BotClient
from integrations.gateway.turn.service import Turns
from integrations.gateway.webhooks.senders import PROVIDER_TIMEOUT, build_senders

logger = logging.getLogger(__name__)


@asynccontextmanager
async def open_worker(settings: Settings) -> AsyncIterator[tuple[App, Sessions, Sequence[str]]]:
    """The job application with its tasks, everything they need opened; and the channels that can be delivered to."""
    concurrency = settings.worker_turns + 10
    engine = create_engine(settings.gateway_database_url, settings.keyring, max(settings.database_pool_size, concurrency))
    sessions = create_sessions(engine)
    bot = BotClient(settings.bot_url, settings.bot_token.get_secret_value(), settings.turn_deadline, limit=settings.worker_turns)
    app = App(connector=PsycopgConnector(conninfo=settings.gateway_database_url, min_size=2, max_size=concurrency))
    async with httpx.AsyncClient(timeout=PROVIDER_TIMEOUT, trust_env=False) as client, app.open_async():
        outbox = Outbox(build_senders(settings, sessions, client))
        turns = Turns(sessions, bot, outbox, settings.now, settings.turn_give_up_after)
        register_tasks(app, turns, Delivery(sessions, outbox, settings.now), Housekeeping(sessions, settings))
        try:
            yield app, sessions, [*outbox.senders]
        finally:
            await bot.close()
            await engine.dispose()


def build_workers(app: App, settings: Settings, channels: Sequence[str]) -> list[Worker]:
    """One for turns, one per provider (a slow provider must not hold up the others), one for housekeeping.

    A provider's concurrency is 1 by default: of a killed worker's sends at most one per provider can be of unknown fate.
    """
    queues = [(TURNS, settings.worker_turns, settings.worker_polling_interval)]
    queues += [(delivery_queue(channel), settings.worker_sends_per_channel, settings.worker_polling_interval) for channel in channels]
    queues += [(HOUSEKEEPING, 2, 1.0)]
    return [
        Worker(
            app,
            queues=[queue],
            name=queue,
            concurrency=concurrency,
            fetch_job_polling_interval=polling,
            update_heartbeat_interval=settings.worker_heartbeat_interval,
            stalled_worker_timeout=settings.worker_stalled_after,
            shutdown_graceful_timeout=15,
            delete_jobs="successful",
            install_signal_handlers=False,
        )
        for queue, concurrency, polling in queues
    ]


async def run(settings: Settings) -> int:
    """Until SIGTERM or SIGINT (running jobs get 15 s), or until a part of the worker fails (1: the supervisor starts it again)."""
    async with open_worker(settings) as (app, sessions, channels):
        workers = build_workers(app, settings, channels)
        stop = asyncio.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
        running = [asyncio.create_task(worker.run(), name=worker.worker_name) for worker in workers]
        running.append(asyncio.create_task(keep_rescuing(app, sessions, settings.worker_stalled_after, settings.worker_heartbeat_interval), name="rescue"))
        waiting = asyncio.create_task(stop.wait())
        logger.info("worker ready", extra={"queues": [worker.worker_name for worker in workers]})
        await asyncio.wait([*running, waiting], return_when=asyncio.FIRST_COMPLETED)
        asked_to_stop = stop.is_set()
        for worker in workers:
            worker.stop()
        running[-1].cancel()
        waiting.cancel()
        outcomes = await asyncio.gather(*running, return_exceptions=True)
        broken = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        for outcome in broken:
            logger.error("a part of the worker failed", exc_info=outcome)
    return 0 if asked_to_stop and not broken else 1


def main() -> int:
    configure_logging("worker")
    for name in ("procrastinate", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return asyncio.run(run(get_settings()))


if __name__ == "__main__":
    sys.exit(main())
