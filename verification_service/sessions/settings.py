"""Configuration of the verification service."""

from pathlib import Path
from typing import Literal, Self

from pydantic import SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEVELOPMENT_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


class VerificationSettings(BaseSettings):
    """Production refuses a secret that is empty or at its default.

    `internal_token` is the key of the caller `actions` and ours towards the gateway; `verification_callers` adds callers (`name:key[,name:key…]`).
    `verification_csca_dir` holds the country's CSCA certificates; without them nothing better than `manual_review` can be reached.
    `verification_passive_detectors` (`module:Class,…`) only write scores into the log.
    `verification_challenge_seed` fixes the liveness challenge and is refused in production.
    """

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True)

    troly_env: Literal["development", "production"] = "development"
    verification_database_url: str = "postgresql://postgres@127.0.0.1/verification"
    data_keys: SecretStr = SecretStr(f"development:{DEVELOPMENT_KEY}")
    index_key: SecretStr = SecretStr(DEVELOPMENT_KEY)
    internal_token: SecretStr = SecretStr("development-only")
    verification_callers: str = ""
    verification_signing_key: SecretStr = SecretStr(DEVELOPMENT_KEY)
    verification_csca_dir: Path | None = None
    verification_challenge_seed: int | None = None
    verification_parallel_decisions: int = 2
    verification_passive_detectors: str = "verification_service.face.passive:ScreenPattern"
    gateway_url: str = "http://127.0.0.1:8000"

    @model_validator(mode="after")
    def _refuse_defaults_in_production(self) -> Self:
        if self.troly_env != "production":
            return self
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if isinstance(value, SecretStr) and (not value.get_secret_value() or value == field.default):
                raise ValueError(f"{name.upper()} must be set in production")
        if self.verification_challenge_seed is not None:
            raise ValueError("VERIFICATION_CHALLENGE_SEED is for tests only")
        return self

    @property
    def callers(self) -> dict[str, str]:
        """Name of each caller and its key."""
        pairs = [part.strip().split(":", 1) for part in self.verification_callers.split(",") if part.strip()]
        return {"actions": self.internal_token.get_secret_value()} | {name: key for name, key in pairs if key}
