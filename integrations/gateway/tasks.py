"""The jobs the worker knows. Each is a few lines over a service; the retry rules stand here because the queue applies them."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from procrastinate import App, BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from integrations.gateway.database import Sessions
from integrations.gateway.jobs import DELETE_EXPIRED, DELIVER, HOUSEKEEPING, SETTLE_ECHO, SETTLE_UNKNOWN, TAKE_TURN, TURNS
from integrations.gateway.outbox.delivery import Delivery, DeliveryPostponed
from integrations.gateway.outbox.inquiry import settle_unknown
from integrations.gateway.outbox.receipts import settle_echo
from integrations.gateway.outbox.service import Outbox
from integrations.gateway.privacy.retention import delete_expired
from integrations.gateway.settings import Settings
from integrations.gateway.turn.service import TurnPostponed, Turns

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Housekeeping:
    sessions: Sessions
    settings: Settings
    outbox: Outbox


class Patience(BaseRetryStrategy):
    """When a job says so, at the time it says; after anything unforeseen (a database that is away, a bug), for ever, with pauses up to a minute
    and a line in the log each time."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        if isinstance(exception, TurnPostponed | DeliveryPostponed):
            seconds = exception.seconds
        else:
            logger.error("job failed unforeseen", exc_info=exception, extra={"task": job.task_name, "job": job.id, "attempts": job.attempts})
            seconds = min(2**job.attempts, 60)
        return RetryDecision(retry_at=datetime.now(UTC) + timedelta(seconds=seconds))


def register_tasks(app: App, turns: Turns, delivery: Delivery, housekeeping: Housekeeping) -> None:
    """Tell `app` what each job does."""

    @app.task(name=TAKE_TURN, queue=TURNS, retry=Patience())
    async def take_turn(inbound_id: str) -> None:
        try:
            await turns.take(UUID(inbound_id))
        except TurnPostponed:
            raise
        except Exception:
            if not await turns.note_defect(UUID(inbound_id)):
                raise
            logger.exception("turn given up", extra={"inbound": inbound_id})

    @app.task(name=DELIVER, retry=Patience())
    async def deliver(message_id: str) -> None:
        await delivery.deliver(UUID(message_id))

    @app.task(name=SETTLE_ECHO, queue=HOUSEKEEPING, retry=Patience())
    async def settle(conversation_id: str, provider_ref: str, text: str) -> None:
        async with housekeeping.sessions() as session, session.begin():
            await settle_echo(session, UUID(conversation_id), provider_ref, text, housekeeping.settings.now())

    @app.periodic(cron="17 * * * *")
    @app.task(name=DELETE_EXPIRED, queue=HOUSEKEEPING, queueing_lock=DELETE_EXPIRED, retry=Patience(), pass_context=False)
    async def delete(timestamp: int) -> None:
        await delete_expired(housekeeping.sessions, housekeeping.settings.now(), housekeeping.settings.tracker_database_url)

    @app.periodic(cron="*/5 * * * *")
    @app.task(name=SETTLE_UNKNOWN, queue=HOUSEKEEPING, queueing_lock=SETTLE_UNKNOWN, retry=Patience(), pass_context=False)
    async def inquire(timestamp: int) -> None:
        await settle_unknown(housekeeping.sessions, housekeeping.outbox, housekeeping.settings.now())
