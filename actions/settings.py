"""Settings of the action server."""

from integrations.core.settings import ProcessSettings


class ActionsSettings(ProcessSettings):
    """Where the action server listens: on loopback, only the bot may call it."""

    actions_host: str = "127.0.0.1"
    actions_port: int = 5055
