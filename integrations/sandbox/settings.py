"""Configuration of the stand-ins."""

from typing import Literal

from integrations.core.settings import KeyringSettings


class SandboxSettings(KeyringSettings):
    """`sandbox_delay_seconds` slows every answer; `sandbox_citizens` is how many people `seed` invents."""

    sandbox_database_url: str = "postgresql://postgres@127.0.0.1/sandbox"
    sandbox_delay_seconds: float = 0
    sandbox_identity_state: Literal["ok", "maintenance", "overloaded"] = "ok"
    sandbox_citizens: int = 10_000
