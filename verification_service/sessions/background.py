"""What happens without a request: the gateway is told results, sessions end in time, old traces are deleted."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

import httpx
from sqlalchemy import delete, select, update

from verification_service.sessions.creation import OPEN_STATES, end_if_due
from verification_service.sessions.kiosks import NONCES_KEPT
from verification_service.sessions.models import Callback, FailedClaim, KioskNonce, SeenFrame, VerificationSession
from verification_service.sessions.results import VALID_FOR
from verification_service.sessions.service import Service

POLL_SECONDS = 1.0
LONGEST_WAIT = timedelta(minutes=5)
GIVE_UP_AFTER = timedelta(days=1)
FRAMES_KEPT = timedelta(days=30)
log = logging.getLogger(__name__)


async def run(service: Service, http: httpx.AsyncClient) -> None:
    """Until cancelled. What has to be deleted does not wait for a gateway that does not answer."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_rounds(service.wake, lambda: tell_gateway(service, http)))
        tasks.create_task(_rounds(asyncio.Event(), lambda: end_due_sessions(service), lambda: forget(service)))


async def _rounds(wake: asyncio.Event, *steps: Callable[[], Awaitable[object]]) -> None:
    """A failure of one round is logged and the next one tries again."""
    while True:
        wake.clear()
        for step in steps:
            try:
                await step()
            except Exception:
                log.exception("background round failed")
        with suppress(TimeoutError):
            await asyncio.wait_for(wake.wait(), POLL_SECONDS)


async def tell_gateway(service: Service, http: httpx.AsyncClient) -> int:
    """Sends the messages that are due, one transaction each; returns how many were accepted."""
    accepted = 0
    while True:
        async with service.sessions.begin() as transaction:
            query = select(Callback).where(Callback.done_at.is_(None), Callback.next_at <= service.now()).order_by(Callback.next_at)
            callback = await transaction.scalar(query.limit(1).with_for_update(skip_locked=True))
            if callback is None:
                return accepted
            callback.tries += 1
            callback.next_at = service.now() + min(timedelta(seconds=2**callback.tries), LONGEST_WAIT)
            session = await transaction.get(VerificationSession, callback.session_id)
            message = {"reference": str(session.id), "name": "verification_result",
                       "data": {"id": str(session.id), "outcome": callback.outcome, "purpose": session.purpose}}  # fmt: skip
            key, created = f"verification-{session.id}-{callback.outcome}", callback.created_at
        accepted_now = await _send(service, http, message, key)
        given_up = not accepted_now and service.now() - created > GIVE_UP_AFTER
        if given_up:
            log.error("gateway never told", extra={"session": message["reference"], "outcome": message["data"]["outcome"]})
        if accepted_now or given_up:
            accepted += accepted_now
            mine = (Callback.session_id == callback.session_id, Callback.outcome == callback.outcome)
            async with service.sessions.begin() as transaction:
                await transaction.execute(update(Callback).where(*mine).values(done_at=service.now()))


async def _send(service: Service, http: httpx.AsyncClient, message: dict, key: str) -> bool:
    """Whether there is nothing more to send: accepted, or the gateway knows nobody who waits for it (404)."""
    headers = {"X-Internal-Token": service.settings.internal_token.get_secret_value(), "Idempotency-Key": key}
    try:
        response = await http.post(f"{service.settings.gateway_url}/internal/v1/events", json=message, headers=headers, timeout=10)
    except httpx.HTTPError as error:
        log.warning("gateway not reached", extra={"error": type(error).__name__})
        return False
    return response.is_success or response.status_code == 404


async def end_due_sessions(service: Service) -> int:
    """Ends sessions whose time is over; returns how many."""
    async with service.sessions.begin() as transaction:
        query = select(VerificationSession).where(VerificationSession.state.in_(OPEN_STATES), VerificationSession.expires_at <= service.now())
        due = list(await transaction.scalars(query.limit(100).with_for_update(skip_locked=True)))
        for session in due:
            await end_if_due(service, transaction, session)
        return len(due)


async def forget(service: Service) -> None:
    """Deletes claims whose result has run out, used nonces, failed codes, and hashes of frames after 30 days."""
    now = service.now()
    async with service.sessions.begin() as transaction:
        old = (VerificationSession.claims.is_not(None), VerificationSession.decided_at < now - VALID_FOR)
        await transaction.execute(update(VerificationSession).where(*old).values(claims=None))
        await transaction.execute(delete(KioskNonce).where(KioskNonce.at < now - NONCES_KEPT))
        await transaction.execute(delete(FailedClaim).where(FailedClaim.at < now - timedelta(days=1)))
        await transaction.execute(delete(SeenFrame).where(SeenFrame.at < now - FRAMES_KEPT))
