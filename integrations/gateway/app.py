"""The gateway's web process: `uvicorn integrations.gateway.app:create_app --factory`."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.util import find_spec

from fastapi import APIRouter, FastAPI

from integrations.core.masking import configure_logging
from integrations.gateway.database import create_engine, create_sessions
from integrations.gateway.notifications import Listener
from integrations.gateway.settings import Settings, get_settings

# Each module has a `router` (or an `install(app)` when it needs more than routes). The desk and the chat page belong to the same process.
MODULES = (
    "integrations.gateway.health.endpoints",
    "integrations.gateway.internal.endpoints",
    "integrations.gateway.webhooks.endpoints",
    "integrations.gateway.web.endpoints",
    "integrations.desk.endpoints",
)


def create_app(settings: Settings | None = None) -> FastAPI:
    """`app.state` holds `settings`, `sessions` (SQLAlchemy sessionmaker), `engine` and `listener` (changes of conversations)."""
    settings = settings or get_settings()
    configure_logging("gateway")
    app = FastAPI(title="Trợ lý 06 gateway", docs_url=None, redoc_url=None, openapi_url=None, lifespan=_lifespan)
    app.state.settings = settings
    app.state.engine = create_engine(settings.gateway_database_url, settings.keyring, settings.database_pool_size)
    app.state.sessions = create_sessions(app.state.engine)
    app.state.listener = Listener(settings.gateway_database_url)
    for name in MODULES:
        _install(app, name)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with app.state.listener:
        yield
    await app.state.engine.dispose()


def _install(app: FastAPI, name: str) -> None:
    if find_spec(name.rpartition(".")[0]) is None or find_spec(name) is None:
        return
    module = import_module(name)
    install: Callable[[FastAPI], None] | None = getattr(module, "install", None)
    if install is not None:
        install(app)
        return
    router: APIRouter = module.router
    app.include_router(router)
