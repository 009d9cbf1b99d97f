"""Configuration of the stand-in; the same variables as the gateway's, with the same development values."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class ZaloSandboxSettings(BaseSettings):
    """`zalo_webhook_url`: where signed events go, by default the gateway's webhook. `zalo_refresh_token` is the standing consent of
    development: unlike the tokens issued for it, it works again after a restart. `zalo_retry_scale` shortens Zalo's waits (30 s … 1 h).
    """

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore")

    zalo_app_id: str = "1000"
    zalo_oa_id: str = "388613280878808645"
    zalo_app_secret: str = "development-only"  # noqa: S105
    zalo_oa_secret: str = "development-only"  # noqa: S105
    zalo_refresh_token: str = "development-only"  # noqa: S105
    gateway_url: str = "http://127.0.0.1:8000"
    zalo_webhook_url: str = ""
    zalo_retry_scale: float = 1.0
    zalo_receipts: bool = True
    zalo_paid_quota: int = 500
    zalo_requests_per_second: int | None = None

    @property
    def webhook_url(self) -> str:
        return self.zalo_webhook_url or self.gateway_url.rstrip("/") + "/webhooks/zalo"
