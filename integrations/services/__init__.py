"""Typed clients of the systems behind us, one per backend. `Backends` makes them all on one connection pool."""

from dataclasses import dataclass
from typing import Self

import httpx

from integrations.services.client import create_http_client
from integrations.services.desk import DeskClient
from integrations.services.errors import BackendError, BackendRejected, BackendUnavailable, NotFound
from integrations.services.id_card import IdCardClient
from integrations.services.identity import IdentityClient
from integrations.services.lodging import LodgingClient
from integrations.services.settings import ServicesSettings
from integrations.services.verification import VerificationClient

__all__ = ["BackendError", "BackendRejected", "BackendUnavailable", "Backends", "NotFound", "ServicesSettings"]


@dataclass(frozen=True)
class Backends:
    """The clients of one process; `async with` closes their pool."""

    http: httpx.AsyncClient
    identity: IdentityClient
    id_card: IdCardClient
    lodging: LodgingClient
    desk: DeskClient
    verification: VerificationClient

    @classmethod
    def create(cls, settings: ServicesSettings | None = None) -> Self:
        """Clients for the addresses of `settings`, by default those of the environment."""
        settings = settings or ServicesSettings()
        http = create_http_client()
        token = settings.internal_token.get_secret_value()
        internal = {"X-Internal-Token": token}
        return cls(
            http=http,
            identity=IdentityClient(http, settings.identity_url),
            id_card=IdCardClient(http, settings.id_card_url),
            lodging=LodgingClient(http, settings.lodging_url),
            desk=DeskClient(http, settings.gateway_url, internal),
            verification=VerificationClient(http, settings.verification_url, {"Authorization": f"Bearer {token}"}),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()
