"""The gateway's web process: `uvicorn integrations.gateway.app:create_app --factory`."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import DBAPIError
from starlette.requests import ClientDisconnect

from integrations.core.masking import configure_logging
from integrations.gateway.database import create_engine, create_sessions
from integrations.gateway.errors import GatewayError
from integrations.gateway.notifications import Listener
from integrations.gateway.outbox.service import Outbox
from integrations.gateway.settings import Settings, get_settings
from integrations.gateway.webhooks.senders import PROVIDER_TIMEOUT, build_senders

# Each has a `router`, or an `install(app)` when it needs more than routes. The desk and the chat page live in the same process.
MODULES = (
    "integrations.gateway.health.endpoints",
    "integrations.gateway.internal.endpoints",
    "integrations.gateway.webhooks.endpoints",
    "integrations.gateway.web.endpoints",
    "integrations.desk.endpoints",
)


def create_app(settings: Settings | None = None) -> FastAPI:
    """`app.state` holds `settings`, `engine`, `sessions` (SQLAlchemy sessionmaker), `outbox`, and `listener` (changes of conversations)."""
    if settings is None:
        settings = get_settings()
        configure_logging("gateway")
        logging.getLogger("uvicorn.access").setLevel(logging.WARNING)  # its lines carry whole addresses, some of which are secret
    app = FastAPI(title="Trợ lý 06 gateway", docs_url=None, redoc_url=None, openapi_url=None, lifespan=_lifespan)
    app.state.settings = settings
    app.state.engine = create_engine(settings.gateway_database_url, settings.keyring, settings.database_pool_size)
    app.state.sessions = create_sessions(app.state.engine)
    app.state.listener = Listener(settings.gateway_database_url)
    app.state.http = httpx.AsyncClient(timeout=PROVIDER_TIMEOUT, trust_env=False)
    app.state.outbox = Outbox(build_senders(settings, app.state.sessions, app.state.http))
    app.add_exception_handler(GatewayError, _answer_error)
    app.add_exception_handler(DBAPIError, _answer_unavailable)
    app.add_exception_handler(ClientDisconnect, _answer_nobody)
    for name in MODULES:
        module = import_module(name)
        if hasattr(module, "install"):
            module.install(app)
        else:
            app.include_router(module.router)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with app.state.listener:
        yield
    await app.state.http.aclose()
    await app.state.engine.dispose()


async def _answer_error(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, GatewayError):
        raise error
    return JSONResponse({"code": error.code}, error.status)


async def _answer_nobody(_: Request, __: Exception) -> Response:
    """The caller hung up before the end of the request: nothing was stored, and it is no fault of ours to log."""
    return Response(status_code=499)


async def _answer_unavailable(_: Request, error: Exception) -> JSONResponse:
    """A provider that is told 503 delivers again; nothing was acknowledged."""
    if isinstance(error, DBAPIError) and (error.connection_invalidated or type(error).__name__ in ("OperationalError", "InterfaceError")):
        return JSONResponse({"code": "database_unavailable"}, 503, {"Retry-After": "5"})
    raise error
