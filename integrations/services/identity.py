"""Client of the electronic-identity service: only whether it works; activation itself happens in the citizen's own app."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from integrations.services.client import BackendClient


class ServiceStatus(BaseModel):
    """State of VNeID's servers since a moment; `trial` marks a stand-in."""

    state: Literal["ok", "maintenance", "overloaded"]
    since: datetime
    trial: bool = False


class IdentityClient(BackendClient):
    """`IDENTITY_URL`."""

    service = "identity"

    async def service_status(self) -> ServiceStatus:
        """The present state."""
        return await self._call("service_status", "GET", "/v1/service-status", ServiceStatus)
