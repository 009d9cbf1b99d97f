"""Webhooks of the providers. Public routes: each proves its caller by the provider's own means."""

from fastapi import APIRouter, FastAPI

from integrations.gateway.webhooks import esms, kannel, twilio, zalo
from integrations.gateway.webhooks.arrivals import Arrivals


def install(app: FastAPI) -> None:
    app.state.arrivals = Arrivals(app.state.sessions, app.state.outbox, app.state.settings.now)
    router = APIRouter(prefix="/webhooks")
    for provider in (zalo, kannel, twilio, esms):
        router.include_router(provider.router)
    app.include_router(router)
