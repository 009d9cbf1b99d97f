"""`/lodging`: submit, read, correct, cancel, and list a day of an establishment."""

from datetime import date
from typing import Annotated

from fastapi import FastAPI, Header, Path, Response

from integrations.sandbox.context import ContextOf, SessionOf
from integrations.sandbox.errors import Problem, answer_problems
from integrations.sandbox.faults import misbehave
from integrations.sandbox.lodging import service
from integrations.sandbox.lodging.messages import NotificationContent, Receipt, StoredNotification

IdempotencyKey = Annotated[str, Header(min_length=8, max_length=200)]
Code = Annotated[str, Path(max_length=40, pattern=r"^[A-Za-z0-9-]+$")]


async def submit(content: NotificationContent, idempotency_key: IdempotencyKey, session: SessionOf, context: ContextOf) -> Receipt:
    """Takes a notification in, once per idempotency key."""
    if (fault := await _fault(content)) is not None:
        return fault
    row = await service.submit(session, context.keyring, content, idempotency_key)
    return Receipt(code=row.code, received_at=row.received_at)


async def read(code: Code, session: SessionOf) -> StoredNotification:
    """One notification."""
    return service.to_message(await service.find(session, code))


async def correct(code: Code, content: NotificationContent, session: SessionOf, context: ContextOf) -> StoredNotification:
    """Replaces the content of a notification that is not cancelled."""
    if (fault := await _fault(content)) is not None:
        return fault
    return service.to_message(await service.correct(session, context.keyring, code, content))


async def cancel(code: Code, session: SessionOf) -> StoredNotification:
    """Cancels a notification; a second time changes nothing."""
    return service.to_message(await service.cancel(session, code))


async def of_establishment(name: Annotated[str, Path(max_length=200)], date: date, session: SessionOf, context: ContextOf) -> list[StoredNotification]:
    """The arrivals of one day, without the cancelled ones."""
    return [service.to_message(row) for row in await service.of_establishment(session, context.keyring, name, date)]


async def _fault(content: NotificationContent) -> Response | None:
    first = content.guests[0]
    return await misbehave(first.citizen_number or first.passport_number or "")


def create_lodging_app() -> FastAPI:
    """The application to mount."""
    app = FastAPI(title="Lodging notifications (stand-in)", version="1")
    refusals = {status: {"model": Problem} for status in (404, 409, 422, 500, 503)}
    app.post("/v1/notifications", status_code=201, response_model=Receipt, responses=refusals)(submit)
    app.get("/v1/notifications/{code}", response_model=StoredNotification, responses=refusals)(read)
    app.put("/v1/notifications/{code}", response_model=StoredNotification, responses=refusals)(correct)
    app.post("/v1/notifications/{code}/cancel", response_model=StoredNotification, responses=refusals)(cancel)
    app.get("/v1/establishments/{name:path}/notifications", response_model=list[StoredNotification], responses=refusals)(of_establishment)
    answer_problems(app)
    return app
