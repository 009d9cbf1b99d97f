"""Configuration of the gateway and its worker, from the environment (see `.env.example`)."""

from datetime import datetime
from functools import cached_property, lru_cache
from typing import Self

from pydantic import SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from integrations.core.clock import Clock, shifted_clock, system_clock
from integrations.core.settings import KeyringSettings
from integrations.gateway.sms.settings import SmsSettings
from integrations.gateway.ussd.settings import UssdSettings

DEVELOPMENT_TOKEN = "development-only"  # noqa: S105


class Settings(SmsSettings, UssdSettings, KeyringSettings):
    """Times are seconds. `chat_messages_per_address`: a minute, of all web citizens behind one network address.

    `turn_give_up_after`: how long an unreachable bot is asked again before a person is called.
    """

    model_config = SettingsConfigDict(env_ignore_empty=True)

    gateway_database_url: str = "postgresql://postgres@127.0.0.1/gateway"
    tracker_database_url: str = ""
    database_pool_size: int = 10

    internal_token: SecretStr = SecretStr(DEVELOPMENT_TOKEN)
    bot_url: str = "http://127.0.0.1:5005"
    bot_token: SecretStr = SecretStr(DEVELOPMENT_TOKEN)
    turn_deadline: float = 7.5
    turn_give_up_after: float = 90.0
    chat_messages_per_address: int = 300
    public_url: str = "http://127.0.0.1:8000"
    lodging_url: str = ""
    zalo_app_id: str = ""
    zalo_app_secret: SecretStr = SecretStr(DEVELOPMENT_TOKEN)
    zalo_oa_secret: SecretStr = SecretStr(DEVELOPMENT_TOKEN)
    zalo_refresh_token: SecretStr | None = None
    zalo_api_url: str = "https://openapi.zalo.me"
    zalo_oauth_url: str = "https://oauth.zaloapp.com"
    clock: datetime | None = None

    worker_turns: int = 10
    worker_sends_per_channel: int = 1
    worker_polling_interval: float = 0.05
    worker_heartbeat_interval: float = 1.0
    worker_stalled_after: float = 3.5

    @model_validator(mode="after")
    def _clock_is_aware_and_only_for_tests(self) -> Self:
        if self.clock is not None and self.clock.tzinfo is None:
            raise ValueError("CLOCK needs an offset, as in 2027-01-01T10:00:00+07:00")
        if self.clock is not None and self.production:
            raise ValueError("CLOCK is not allowed in production")
        return self

    def _secrets_not_in_use(self) -> frozenset[str]:
        return frozenset() if self.zalo_app_id else frozenset({"zalo_app_secret", "zalo_oa_secret"})

    @cached_property
    def now(self) -> Clock:
        """The process's clock."""
        return system_clock if self.clock is None else shifted_clock(self.clock)


@lru_cache
def get_settings() -> Settings:
    """The environment, read once."""
    return Settings()
