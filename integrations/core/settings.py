"""Base of every process's settings class. Variables are those of `.env.example`; a field `gateway_url` reads `GATEWAY_URL`."""

from functools import cached_property
from typing import Literal, Self

from pydantic import SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from integrations.core.crypto import Keyring

DEVELOPMENT_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


class ProcessSettings(BaseSettings):
    """Typed environment. In production a SecretStr field that is empty or still at its default stops the process at start."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=False, hide_input_in_errors=True)

    troly_env: Literal["development", "production"] = "development"

    @property
    def production(self) -> bool:
        """Whether this is a real deployment."""
        return self.troly_env == "production"

    @model_validator(mode="after")
    def _refuse_default_secrets(self) -> Self:
        if not self.production:
            return self
        for name, field in type(self).model_fields.items():
            if name in self._secrets_not_in_use():
                continue
            value = getattr(self, name)
            if isinstance(value, SecretStr) and (not value.get_secret_value() or value == field.default):
                raise ValueError(f"{name.upper()} must be set in production")
        return self

    def _secrets_not_in_use(self) -> frozenset[str]:
        """Fields that production need not set as it is configured."""
        return frozenset()


class KeyringSettings(ProcessSettings):
    """For a process that stores personal data."""

    data_keys: SecretStr = SecretStr(f"development:{DEVELOPMENT_KEY}")
    index_key: SecretStr = SecretStr(DEVELOPMENT_KEY)

    @model_validator(mode="after")
    def _refuse_development_key(self) -> Self:
        if self.production and DEVELOPMENT_KEY in self.data_keys.get_secret_value() + self.index_key.get_secret_value():
            raise ValueError("DATA_KEYS and INDEX_KEY must not contain the development key in production")
        return self

    @cached_property
    def keyring(self) -> Keyring:
        """The keys, parsed. Raises ConfigurationError."""
        return Keyring(self.data_keys.get_secret_value(), self.index_key.get_secret_value())
