"""Configuration of the stand-in; the same variables as the gateway's, with values of development."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class EsmsSandboxSettings(BaseSettings):
    """`esms_message_url`: where messages to the short code go, by default the gateway's webhook. `esms_retry_seconds`: between two tries of a callback."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore")

    esms_api_key: str = "development-only"
    esms_secret_key: str = "development-only"  # noqa: S105
    esms_private_key: str = "development-only"
    esms_brandname: str = "TROLY06"
    sms_short_code: str = "8088"
    gateway_url: str = "http://127.0.0.1:8000"
    esms_message_url: str = ""
    esms_retry_seconds: float = 10.0

    @property
    def message_url(self) -> str:
        return self.esms_message_url or self.gateway_url.rstrip("/") + "/webhooks/esms/message"
