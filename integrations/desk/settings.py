"""Configuration of the desk, from the environment (see `.env.example`)."""

from functools import lru_cache
from pathlib import Path
from typing import Literal

from integrations.core.settings import ProcessSettings


class DeskSettings(ProcessSettings):
    """Times are minutes and hours; `desk_require_totp` empty means: required in production."""

    desk_idle_minutes: int = 60
    desk_session_hours: int = 12
    desk_knowledge: Path = Path("nlu_data/knowledge")
    desk_require_totp: Literal["", "yes", "no"] = ""

    @property
    def totp_required(self) -> bool:
        return self.production if not self.desk_require_totp else self.desk_require_totp == "yes"


@lru_cache
def get_desk_settings() -> DeskSettings:
    return DeskSettings()
