"""`python -m actions`: the action server."""

import uvicorn

from actions.server import create_app, load_actions
from actions.settings import ActionsSettings
from integrations.core.masking import configure_logging

# Longer than the bot keeps an idle connection (bot/engine.py), so that none is closed under a request.
KEEP_ALIVE_SECONDS = 75


def main() -> None:
    """Serves until it is stopped."""
    configure_logging("actions")
    settings = ActionsSettings()
    app = create_app(load_actions())
    uvicorn.run(app, host=settings.actions_host, port=settings.actions_port, log_config=None, access_log=False, timeout_keep_alive=KEEP_ALIVE_SECONDS)


if __name__ == "__main__":
    main()
