"""The staff's OpenID Connect provider, through Authlib: authorization code with PKCE, state and nonce; the id_token decides who it is."""

import logging
from dataclasses import dataclass
from typing import Any

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.starlette_client import OAuth, StarletteOAuth2App
from authlib.oidc.core import UserInfo
from fastapi import Request
from fastapi.responses import RedirectResponse
from joserfc.errors import JoseError

from integrations.desk.errors import ProviderUnavailable, Refused
from integrations.desk.settings import DeskSettings
from integrations.desk.texts import mark as _

ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"})
"""Signatures with the provider's own key; a shared secret or none at all proves nothing here (RFC 8725 §3.1)."""
TIMEOUT = 10
CLOCK_LEEWAY = 60
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Identity:
    """Who the provider says it is. `subject` is the only lasting name; the rest may change from one sign-in to the next."""

    subject: str
    username: str
    name: str
    roles: tuple[str, ...]
    unit: str


class _Client(StarletteOAuth2App):
    """Believes the provider's own description only where it fits what is configured here."""

    issuer: str

    async def load_server_metadata(self) -> dict[str, Any]:
        metadata = await super().load_server_metadata()
        if metadata.get("issuer") != self.issuer:
            self.server_metadata.pop("_loaded_at", None)
            raise OAuthError("issuer_mismatch")  # OpenID Connect Discovery 1.0 §4.3
        offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        metadata["id_token_signing_alg_values_supported"] = sorted(ALGORITHMS.intersection(offered))
        return metadata


class Provider:
    """One provider, as configured; its description and keys are read when they are first needed."""

    def __init__(self, settings: DeskSettings) -> None:
        secret = settings.desk_oidc_client_secret
        self._settings = settings
        self._client: _Client = OAuth().register(
            "desk", client_cls=_Client, client_id=settings.desk_oidc_client_id, client_secret=secret.get_secret_value() if secret else None,
            server_metadata_url=f"{settings.desk_oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={"scope": settings.desk_oidc_scope, "code_challenge_method": "S256", "timeout": TIMEOUT, "trust_env": False},
        )  # fmt: skip
        self._client.issuer = settings.desk_oidc_issuer

    async def begin(self, request: Request, redirect_uri: str) -> RedirectResponse:
        """To the provider's sign-in page. Raises ProviderUnavailable."""
        extra = {"acr_values": self._settings.desk_oidc_acr} if self._settings.desk_oidc_acr else {}
        try:
            return await self._client.authorize_redirect(request, redirect_uri, **extra)
        except (httpx2.HTTPError, OAuthError) as error:
            raise _unavailable(error) from error

    async def finish(self, request: Request) -> Identity:
        """Who has come back from the provider. Raises Refused when anything about it is not as it must be, ProviderUnavailable."""
        try:
            token = await self._client.authorize_access_token(request, claims_options=self._claims_options(), leeway=CLOCK_LEEWAY)
            claims = await self._complete(token)
        except httpx2.HTTPError as error:
            raise _unavailable(error) from error
        except (OAuthError, JoseError, ValueError, KeyError) as error:
            logger.warning("a sign-in by the provider was refused", extra={"error": type(error).__name__, "code": getattr(error, "error", "")})
            raise Refused(_("Đăng nhập không thành công. Xin thử lại từ đầu.")) from error
        return Identity(
            str(claims["sub"]), str(claims.get("preferred_username") or ""), str(claims.get("name") or ""),
            _values(claims.get(self._settings.desk_oidc_role_claim)), next(iter(_values(claims.get(self._settings.desk_oidc_unit_claim))), ""),
        )  # fmt: skip

    async def leave(self, redirect_uri: str) -> str | None:
        """Where the member ends the provider's own session (RP-initiated logout); None when the provider has no such page."""
        try:
            found = await self._client.create_logout_url(redirect_uri, client_id=self._settings.desk_oidc_client_id)
        except (httpx2.HTTPError, OAuthError, RuntimeError) as error:
            logger.warning("the provider has no page to sign out", extra={"error": type(error).__name__})
            return None
        return str(found["url"])

    def _claims_options(self) -> dict[str, Any]:
        options: dict[str, Any] = {
            "iss": {"essential": True, "value": self._settings.desk_oidc_issuer}, "sub": {"essential": True}, "nonce": {"essential": True},
            "aud": {"essential": True, "value": self._settings.desk_oidc_client_id}, "exp": {"essential": True},
        }  # fmt: skip
        if self._settings.desk_oidc_acr:
            options["acr"] = {"essential": True, "values": self._settings.desk_oidc_acr.split()}
        return options

    async def _complete(self, token: dict[str, Any]) -> UserInfo:
        """The id_token's claims; what else a provider tells only at its userinfo endpoint is added, for the same subject."""
        claims: UserInfo = token["userinfo"]
        wanted = {"preferred_username", "name", self._settings.desk_oidc_role_claim, self._settings.desk_oidc_unit_claim} - {""}
        if wanted <= set(claims) or not self._client.server_metadata.get("userinfo_endpoint"):
            return claims
        told = await self._client.userinfo(token=token)
        if told.get("sub") != claims["sub"]:
            raise OAuthError("subject_mismatch")  # OpenID Connect Core 1.0 §5.3.2
        return UserInfo({**told, **claims})


def _values(claim: object) -> tuple[str, ...]:
    """A claim is one word or a list of them."""
    return tuple(str(value) for value in claim) if isinstance(claim, list) else (str(claim),) if claim else ()


def _unavailable(error: Exception) -> ProviderUnavailable:
    logger.warning("the sign-in provider cannot be used", extra={"error": type(error).__name__})
    return ProviderUnavailable(_("Không liên lạc được với hệ thống đăng nhập của cơ quan. Xin thử lại sau."))
