"""The stand-in's routes and its state, one per application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI

from integrations.sandbox.esms import control, provider
from integrations.sandbox.esms.callbacks import Caller
from integrations.sandbox.esms.dependencies import OFFICE
from integrations.sandbox.esms.office import EsmsOffice
from integrations.sandbox.esms.settings import EsmsSandboxSettings
from integrations.sandbox.provider import controls, with_state


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    office = EsmsOffice(getattr(app.state, "esms_settings", None) or EsmsSandboxSettings())
    async with httpx.AsyncClient(trust_env=False) as client:
        app.state.esms_office, app.state.esms_caller = office, Caller(office, client)
        yield
        await app.state.esms_caller.close()


router = with_state("/esms", _lifespan, provider.router, control.router, controls(OFFICE, "eSMS controls"))
