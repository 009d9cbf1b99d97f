"""Where the backends are: a stand-in of `integrations/sandbox`, or the province's own system, chosen by URL alone."""

from pydantic import SecretStr

from integrations.core.settings import ProcessSettings


class ServicesSettings(ProcessSettings):
    """The backends' addresses and the token for the gateway's internal API and the verification service."""

    identity_url: str = "http://127.0.0.1:8100/identity"
    id_card_url: str = "http://127.0.0.1:8100/id-card"
    lodging_url: str = "http://127.0.0.1:8100/lodging"
    verification_url: str = "http://127.0.0.1:8200"
    gateway_url: str = "http://127.0.0.1:8000"
    internal_token: SecretStr = SecretStr("development-only")
