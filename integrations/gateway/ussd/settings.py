"""The USSD part of the gateway's settings. An empty `ussd_token` closes the USSD webhooks."""

import ipaddress
from ipaddress import IPv4Network, IPv6Network

from pydantic import SecretStr, field_validator

from integrations.core.settings import ProcessSettings


class UssdSettings(ProcessSettings):
    """`ussd_token` is a part of the URL, the only place that these providers let us choose; `ussd_networks` (CIDR, by comma) narrows who may call.

    `ussd_budget`: seconds until the citizen hears that the answer follows by SMS. `ussd_limits`: an operator's own screen limit,
    `provider:characters,…`.
    """

    ussd_token: SecretStr | None = None
    ussd_networks: str = ""
    ussd_budget: float = 2.5
    ussd_diacritics: bool = False
    ussd_limits: str = "kannel:160"
    ussd_ask_operation: int = 2
    ussd_close_operation: int = 17

    @field_validator("ussd_limits")
    @classmethod
    def _readable_limits(cls, value: str) -> str:
        _limits(value)
        return value

    @field_validator("ussd_networks")
    @classmethod
    def _readable_networks(cls, value: str) -> str:
        _networks(value)
        return value

    def ussd_limit(self, provider: str) -> int | None:
        """Characters that this provider shows, when fewer than the radio allows."""
        return _limits(self.ussd_limits).get(provider)

    @property
    def ussd_allowed_networks(self) -> list[IPv4Network | IPv6Network]:
        return _networks(self.ussd_networks)


def _limits(value: str) -> dict[str, int]:
    pairs = (pair.partition(":") for pair in value.split(",") if pair.strip())
    return {name.strip(): int(number) for name, _, number in pairs}


def _networks(value: str) -> list[IPv4Network | IPv6Network]:
    return [ipaddress.ip_network(network.strip()) for network in value.split(",") if network.strip()]
