"""`/identity`: the state of the service, steerable by `PUT /control` of the sandbox."""

from datetime import datetime
from typing import Literal

from fastapi import FastAPI
from pydantic import BaseModel

from integrations.sandbox.context import ContextOf


class ServiceStatus(BaseModel):
    """The answer of the contract."""

    state: Literal["ok", "maintenance", "overloaded"]
    since: datetime
    trial: Literal[True] = True


async def service_status(context: ContextOf) -> ServiceStatus:
    """Whether electronic identity works now."""
    return ServiceStatus(state=context.identity_state, since=context.identity_since)


def create_identity_app() -> FastAPI:
    """The application to mount."""
    app = FastAPI(title="Identity (stand-in)", version="1")
    app.get("/v1/service-status")(service_status)
    return app
