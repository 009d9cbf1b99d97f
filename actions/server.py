"""The action server's HTTP face: `POST /webhook` as Rasa calls it, `GET /health`.

Ours instead of rasa-sdk's own, which allows every origin, lists its actions to anybody and repeats the whole tracker in an error's body.
"""

import json
import logging
import zlib

from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionNotFoundException
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

logger = logging.getLogger(__name__)


def create_app(executor: ActionExecutor) -> Starlette:
    """The application; `executor` holds the actions."""

    async def run_action(request: Request) -> JSONResponse:
        body = await request.body()
        if request.headers.get("Content-Encoding") == "deflate":
            body = zlib.decompress(body)
        call = json.loads(body)
        name = call.get("next_action")
        call.setdefault("domain", {})  # rasa-sdk refuses a call without one; no action of ours reads it
        try:
            result = await executor.run(call)
        except ActionNotFoundException:
            return JSONResponse({"error": "unknown action", "action_name": name}, 404)
        except Exception:
            logger.exception("action failed", extra={"action": name})
            return JSONResponse({"error": "action failed", "action_name": name}, 500)
        return JSONResponse(result.model_dump() if result else None)

    async def health(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    # ACTIONS_URL may be given with or without Rasa's usual path.
    return Starlette(routes=[Route("/", run_action, methods=["POST"]), Route("/webhook", run_action, methods=["POST"]), Route("/health", health)])


def load_actions() -> ActionExecutor:
    """An executor with every action of this package."""
    executor = ActionExecutor()
    executor.register_package("actions")
    return executor
