"""Configuration of the desk, from the environment (see `.env.example`)."""

from collections.abc import Iterable
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import SecretStr, model_validator

from integrations.desk.reports.mail_settings import MailSettings

ROLES_OF_PROVIDER = ("agent", "supervisor", "field", "auditor")
"""What a provider's claim may give: administrators are made by hand."""


class DeskSettings(MailSettings):
    """Times are minutes and hours; `desk_require_totp` empty means: required in production.

    `desk_oidc_roles` is `value:role[,value:role…]`, the first that fits counts; `desk_oidc_acr` the accepted values, by space.
    """

    desk_idle_minutes: int = 60
    desk_session_hours: int = 12
    desk_knowledge: Path = Path("nlu_data/knowledge")
    desk_reports: Path | None = None
    desk_require_totp: Literal["", "yes", "no"] = ""
    desk_local_accounts: bool = True
    desk_oidc_issuer: str = ""
    desk_oidc_client_id: str = ""
    desk_oidc_client_secret: SecretStr | None = None
    desk_oidc_scope: str = "openid profile"
    desk_oidc_role_claim: str = ""
    desk_oidc_roles: str = ""
    desk_oidc_unit_claim: str = ""
    desk_oidc_acr: str = ""

    @property
    def totp_required(self) -> bool:
        return self.production if not self.desk_require_totp else self.desk_require_totp == "yes"

    @cached_property
    def provider_roles(self) -> dict[str, str]:
        """A claim's value → the role it gives, in order of precedence."""
        pairs = (part.rpartition(":") for part in self.desk_oidc_roles.split(",") if part.strip())
        return {value.strip(): role.strip() for value, _separator, role in pairs}

    def granted_role(self, values: Iterable[str]) -> str | None:
        """The role that a claim's values give; None when they give none."""
        told = set(values)
        return next((role for value, role in self.provider_roles.items() if value in told), None)

    @model_validator(mode="after")
    def _sign_in_is_possible_and_safe(self) -> Self:
        address = urlsplit(self.desk_oidc_issuer)
        if self.desk_oidc_issuer and not self.desk_oidc_client_id:
            raise ValueError("DESK_OIDC_ISSUER needs DESK_OIDC_CLIENT_ID")
        if self.production and self.desk_oidc_issuer and address.scheme != "https":
            raise ValueError("DESK_OIDC_ISSUER must be https in production")
        if not self.desk_local_accounts and not self.desk_oidc_issuer:
            raise ValueError("DESK_LOCAL_ACCOUNTS=no needs DESK_OIDC_ISSUER: nobody could sign in")
        if bool(self.desk_oidc_role_claim) != bool(self.provider_roles):
            raise ValueError("DESK_OIDC_ROLE_CLAIM and DESK_OIDC_ROLES go together")
        if set(self.provider_roles.values()) - set(ROLES_OF_PROVIDER):
            raise ValueError(f"DESK_OIDC_ROLES gives only: {', '.join(ROLES_OF_PROVIDER)}")
        return self


@lru_cache
def get_desk_settings() -> DeskSettings:
    return DeskSettings()
