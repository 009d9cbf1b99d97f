"""Configuration of the channels, a part of the gateway's settings. An empty refresh token or URL means that the channel is not used."""

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class ChannelSettings(BaseSettings):
    """`zalo_refresh_token` only starts the rotation; a changed value (a new consent) starts it anew. `zalo_oa_secret` may hold two, by comma."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    zalo_app_id: str = "1000"
    zalo_app_secret: SecretStr = SecretStr("development-only")
    zalo_oa_secret: SecretStr = SecretStr("development-only")
    zalo_refresh_token: SecretStr = SecretStr("development-only")
    zalo_api_url: str = "http://127.0.0.1:8100/zalo"
    zalo_oauth_url: str = "http://127.0.0.1:8100/zalo"
    channel_timeout: float = 10.0

    @property
    def zalo_oa_secrets(self) -> tuple[str, ...]:
        return tuple(secret.strip() for secret in self.zalo_oa_secret.get_secret_value().split(",") if secret.strip())
