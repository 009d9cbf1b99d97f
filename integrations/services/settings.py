"""Where the backends are: a stand-in of `integrations/sandbox`, or the province's own system, chosen by URL alone."""

from pydantic import SecretStr

from integrations.core.settings import ProcessSettings


class ServicesSettings(ProcessSettings):
    """The backends' addresses and the token of the gateway's internal API."""

    identity_url: str = "http://127.0.0.1:8100/identity"
    id_card_url: str = "http://127.0.0.1:8100/id-card"
    lodging_url: str = "http://127.0.0.1:8100/lodging"
    gateway_url: str = "http://127.0.0.1:8000"
    internal_token: SecretStr = SecretStr("development-only")
