"""Starts the bot: `.venv/bin/python run.py` in this directory. One process, one worker; start more processes to serve more."""

from __future__ import annotations

import logging
import sys
import time

import light_rasa
import logs

logger = logging.getLogger("bot.run")


def main() -> int:
    started = time.monotonic()
    logs.configure()
    light_rasa.prepare()

    from channels.gateway import create_app
    from encryption import EncryptionError, KeyRing
    from engine import ActionServer, StrictAgent
    from pydantic import ValidationError
    from settings import Settings
    from tracker_store import EncryptedTrackerStore, TrackerUnavailable

    logs.configure()
    try:
        settings = Settings()
        store = EncryptedTrackerStore(settings.tracker_database_url.get_secret_value(), KeyRing(settings.data_keys.get_secret_value()))
        store.create_tables()
    except ValidationError as error:
        problems = ", ".join(problem["msg"] if problem["loc"][0] == "__root__" else str(problem["loc"][0]).upper() for problem in error.errors())
        logger.critical("cannot start: missing or malformed: %s", problems)
        return 1
    except (EncryptionError, TrackerUnavailable) as error:
        logger.critical("cannot start: %s", error)
        return 1
    if not settings.bot_model.exists():
        logger.critical("cannot start: no model at %s; run train.py", settings.bot_model)
        return 1
    actions = ActionServer(settings.actions_url, settings.bot_action_seconds)
    agent = StrictAgent(store, actions)
    agent.load_model(settings.bot_model)
    app = create_app(agent, settings.bot_token.get_secret_value())

    @app.listener("after_server_start")
    async def announce(*_: object) -> None:
        logger.info(
            "ready", extra={"seconds": round(time.monotonic() - started, 1), "model": agent.model_id, "address": f"{settings.bot_host}:{settings.bot_port}"}
        )

    @app.listener("after_server_stop")
    async def close(*_: object) -> None:
        await actions.close()
        store.close()

    app.run(host=settings.bot_host, port=settings.bot_port, workers=1, access_log=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
