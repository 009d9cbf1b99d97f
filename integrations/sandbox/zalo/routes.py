"""The stand-in's routes and its state, one per application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI

from integrations.sandbox.provider import controls, with_state
from integrations.sandbox.zalo import control, provider
from integrations.sandbox.zalo.cloud import ZaloCloud
from integrations.sandbox.zalo.dependencies import CLOUD
from integrations.sandbox.zalo.settings import ZaloSandboxSettings
from integrations.sandbox.zalo.webhooks import Dispatcher


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    cloud = ZaloCloud(getattr(app.state, "zalo_settings", None) or ZaloSandboxSettings())
    async with httpx.AsyncClient() as client:
        app.state.zalo_cloud, app.state.zalo_dispatcher = cloud, Dispatcher(cloud, client)
        yield
        await app.state.zalo_dispatcher.close()


router = with_state("/zalo", _lifespan, provider.router, control.router, controls(CLOUD, "Zalo controls"))
