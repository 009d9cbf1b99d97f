"""What the routes get from the application's state."""

from typing import Annotated

from fastapi import Depends, Request

from integrations.sandbox.zalo.cloud import ZaloCloud
from integrations.sandbox.zalo.webhooks import Dispatcher


def _cloud(request: Request) -> ZaloCloud:
    return request.app.state.zalo_cloud


def _dispatcher(request: Request) -> Dispatcher:
    return request.app.state.zalo_dispatcher


CloudOf = Annotated[ZaloCloud, Depends(_cloud)]
DispatcherOf = Annotated[Dispatcher, Depends(_dispatcher)]
