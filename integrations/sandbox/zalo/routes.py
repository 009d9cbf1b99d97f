"""The stand-in's routes and its state, one per application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import APIRouter, FastAPI

from integrations.sandbox.zalo import control, provider
from integrations.sandbox.zalo.cloud import ZaloCloud
from integrations.sandbox.zalo.settings import ZaloSandboxSettings
from integrations.sandbox.zalo.webhooks import Dispatcher


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    cloud = ZaloCloud(getattr(app.state, "zalo_settings", None) or ZaloSandboxSettings())
    async with httpx.AsyncClient() as client:
        app.state.zalo_cloud, app.state.zalo_dispatcher = cloud, Dispatcher(cloud, client)
        yield
        await app.state.zalo_dispatcher.close()


router = APIRouter(prefix="/zalo", lifespan=_lifespan)
router.include_router(provider.router)
router.include_router(control.router)
