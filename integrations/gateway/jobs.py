"""The job queue (Procrastinate, in the gateway's own database): names of jobs, and deferring one inside a caller's transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from procrastinate import PsycopgConnector
from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from sqlalchemy.ext.asyncio import AsyncSession

TAKE_TURN = "take_turn"
DELIVER = "deliver"
SETTLE_ECHO = "settle_echo"
DELETE_EXPIRED = "delete_expired"
SETTLE_UNKNOWN = "settle_unknown"

TURNS = "turns"
HOUSEKEEPING = "housekeeping"
DELIVERED_CHANNELS = ("zalo", "sms", "ussd")  # on the web the page fetches

# Deferring needs a connector for its value conversion only; the statement runs on the caller's connection and this one is never opened.
_manager = JobManager(PsycopgConnector())


def delivery_queue(channel: str) -> str:
    """Each provider has its own queue, so that a slow one holds up nobody else."""
    return f"deliver_{channel}"


async def defer(
    session: AsyncSession, task: str, queue: str, arguments: Mapping[str, Any], lock: str | None = None, at: datetime | None = None, priority: int = 0
) -> None:
    """Queue a job in the session's transaction: it exists if and only if the transaction commits. Jobs of one `lock` run one by one, in order;
    a higher `priority` is fetched first."""
    connection = await (await session.connection()).get_raw_connection()
    job = Job(id=None, queue=queue, lock=lock, queueing_lock=None, task_name=task, task_kwargs=dict(arguments), scheduled_at=at, priority=priority)
    await _manager.defer_job_async(job, connection=connection.driver_connection)
