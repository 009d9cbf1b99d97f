"""Webhooks of the providers. Public routes: each proves its caller by the provider's own means."""

from fastapi import APIRouter, FastAPI

from integrations.gateway.ussd.service import UssdService
from integrations.gateway.webhooks import esms, kannel, twilio, ussd, zalo
from integrations.gateway.webhooks.arrivals import Arrivals


def _ussd_service(app: FastAPI) -> UssdService:
    sms = "ussd" in app.state.outbox.senders
    return UssdService(app.state.sessions, app.state.listener, app.state.settings.now, budget=app.state.settings.ussd_budget, sms=sms)


def install(app: FastAPI) -> None:
    app.state.arrivals = Arrivals(app.state.sessions, app.state.outbox, app.state.settings.now)
    app.state.ussd = _ussd_service(app)
    router = APIRouter(prefix="/webhooks")
    for provider in (zalo, kannel, twilio, esms, ussd):
        router.include_router(provider.router)
    app.include_router(router)
