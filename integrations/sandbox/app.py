"""All stand-ins in one process: `uvicorn integrations.sandbox.app:create_app --factory`."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from fastapi import FastAPI, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import async_sessionmaker

from integrations.core.masking import configure_logging
from integrations.sandbox.context import Context, ContextOf, now
from integrations.sandbox.database import create_engine, create_tables
from integrations.sandbox.esms import router as esms_router
from integrations.sandbox.id_card.app import create_id_card_app
from integrations.sandbox.identity.app import create_identity_app
from integrations.sandbox.lodging.app import create_lodging_app
from integrations.sandbox.settings import SandboxSettings
from integrations.sandbox.zalo import router as zalo_router


class Controls(BaseModel):
    """What can be changed while the sandbox runs."""

    delay_seconds: float = Field(default=0, ge=0, le=60)
    identity_state: Literal["ok", "maintenance", "overloaded"] = "ok"


def create_app(settings: SandboxSettings | None = None) -> FastAPI:
    """The stand-ins under `/identity`, `/id-card`, `/lodging`, `/zalo` and `/esms`, each with its own OpenAPI."""
    settings = settings or SandboxSettings()
    if not logging.getLogger().handlers:
        configure_logging("sandbox")
    engine = create_engine(settings.sandbox_database_url, settings.keyring)
    context = Context(
        async_sessionmaker(engine, expire_on_commit=False), settings.keyring, settings.sandbox_delay_seconds, settings.sandbox_identity_state, now()
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await create_tables(engine)
        yield
        await engine.dispose()

    app = FastAPI(title="Sandbox", lifespan=lifespan)
    app.state.context = context
    for path, backend in (("/identity", create_identity_app()), ("/id-card", create_id_card_app()), ("/lodging", create_lodging_app())):
        backend.state.context = context
        backend.middleware("http")(_delay)
        app.mount(path, backend)
    app.include_router(zalo_router)
    app.include_router(esms_router)
    app.get("/healthz")(health)
    app.get("/control")(read_controls)
    app.put("/control")(change_controls)
    return app


async def _delay(request: Request, call_next) -> Response:
    await asyncio.sleep(request.app.state.context.delay_seconds)
    return await call_next(request)


async def health() -> dict[str, str]:
    """Alive."""
    return {"status": "ok"}


async def read_controls(context: ContextOf) -> Controls:
    """The present delay and state of the identity service."""
    return Controls(delay_seconds=context.delay_seconds, identity_state=context.identity_state)


async def change_controls(controls: Controls, context: ContextOf) -> Controls:
    """Changes them at once."""
    if controls.identity_state != context.identity_state:
        context.identity_since = now()
    context.delay_seconds, context.identity_state = controls.delay_seconds, controls.identity_state
    return controls
