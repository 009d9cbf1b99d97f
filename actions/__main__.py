"""`python -m actions`: the action server."""

import uvicorn

from actions.server import create_app, load_actions
from actions.settings import ActionsSettings
from integrations.core.masking import configure_logging


def main() -> None:
    """Serves until it is stopped."""
    configure_logging("actions")
    settings = ActionsSettings()
    uvicorn.run(create_app(load_actions()), host=settings.actions_host, port=settings.actions_port, log_config=None, access_log=False)


if __name__ == "__main__":
    main()
