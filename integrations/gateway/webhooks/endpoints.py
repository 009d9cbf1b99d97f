"""Webhooks of the providers. Public routes: each proves its caller by the provider's own means."""

from fastapi import APIRouter

from integrations.gateway.webhooks import zalo

router = APIRouter(prefix="/webhooks")
router.include_router(zalo.router)
