"""What the bot's process is told from outside; every variable is in `.env.example`. A missing one stops the start and is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Literal

from pydantic import BaseSettings, Field, SecretStr, root_validator

ROOM = Path(__file__).resolve().parent
# The values of .env.example, which everybody knows.
DEVELOPMENT_TOKEN = "development-only"  # noqa: S105
DEVELOPMENT_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


class Settings(BaseSettings):
    """`TRACKER_DATABASE_URL` and `DATA_KEYS` as in docs/contracts.md; times in seconds."""

    troly_env: Literal["development", "production"] = "development"
    bot_host: str = "127.0.0.1"
    bot_port: int = 5005
    bot_token: SecretStr = Field(min_length=8)
    tracker_database_url: SecretStr = Field(min_length=1)
    data_keys: SecretStr
    actions_url: str = Field(min_length=1)
    bot_model: Path = ROOM / "models" / "current.tar.gz"
    bot_action_seconds: float = Field(7.0, description="longer than an action may take (6 s), shorter than the gateway waits (7.5 s)")

    @root_validator(skip_on_failure=True)
    def _refuse_known_secrets(cls, values: Dict[str, Any]) -> Dict[str, Any]:
        known = {"bot_token": DEVELOPMENT_TOKEN, "data_keys": DEVELOPMENT_KEY}
        for name, value in known.items():
            if values["troly_env"] == "production" and value in values[name].get_secret_value():
                raise ValueError(f"{name.upper()} must be set in production")
        return values
