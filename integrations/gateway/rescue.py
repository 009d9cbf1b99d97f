"""Gives back the jobs of workers that died. A killed worker leaves its job `doing`, and that blocks the conversation until someone does this."""

import asyncio
import logging
from datetime import UTC, datetime

from procrastinate import App
from procrastinate.exceptions import ConnectorException
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from integrations.gateway.database import Sessions

_LOCK = 0x72657363756500
logger = logging.getLogger(__name__)


async def rescue_stalled_jobs(app: App, sessions: Sessions, stalled_after: float) -> int:
    """Requeue every job whose worker sent no heartbeat for `stalled_after` seconds; returns how many. One process at a time does it:
    a second one could requeue a job that had just been taken up again."""
    async with sessions() as session, session.begin():
        if not (await session.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _LOCK})).scalar_one():
            return 0
        jobs = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=stalled_after))
        for job in jobs:
            await app.job_manager.retry_job(job, retry_at=datetime.now(UTC))
        return len(jobs)


async def keep_rescuing(app: App, sessions: Sessions, stalled_after: float, every: float) -> None:
    """For ever."""
    while True:
        try:
            rescued = await rescue_stalled_jobs(app, sessions, stalled_after)
            if rescued:
                logger.warning("jobs of a dead worker were queued again", extra={"jobs": rescued})
        except (SQLAlchemyError, ConnectorException):
            logger.warning("could not look for stalled jobs")
        await asyncio.sleep(every)
