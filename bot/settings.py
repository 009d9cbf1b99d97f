"""What the bot's process is told from outside; every variable is in `.env.example`. A missing one stops the start and is named."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseSettings, Field, SecretStr

ROOM = Path(__file__).resolve().parent


class Settings(BaseSettings):
    """`TRACKER_DATABASE_URL` and `DATA_KEYS` as in docs/contracts.md; times in seconds."""

    bot_host: str = "127.0.0.1"
    bot_port: int = 5005
    bot_token: SecretStr = Field(min_length=8)
    tracker_database_url: SecretStr
    data_keys: SecretStr
    actions_url: str
    bot_model: Path = ROOM / "models" / "current.tar.gz"
    bot_action_seconds: float = Field(7.0, description="longer than an action may take (6 s), shorter than the gateway waits (8 s)")
