"""The gateway's neighbours as small real HTTP servers on loopback, each in a thread of the test, with everything they saw recorded.

`StandInBot` keeps the bot's promises of docs/contracts.md (a repeated message id gives the recorded replies); `StandInZalo` deduplicates nothing, as Zalo.
"""

import asyncio
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from integrations.channels.zalo_oa.rendering import MAX_TEXT

BOT_TOKEN = "bot-token-of-the-test"
Script = Callable[[dict[str, Any]], dict[str, Any] | int]


class ThreadedServer:
    """An ASGI application on a free port, for the length of a `with` block."""

    def __init__(self, app: Starlette) -> None:
        config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off", access_log=False)
        self._server = uvicorn.Server(config)
        self._server.install_signal_handlers = lambda: None
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        deadline = time.monotonic() + 10
        while not self._server.started:
            if time.monotonic() > deadline:
                raise TimeoutError("the stand-in did not start")
            time.sleep(0.01)
        self.url = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)


def echo(turn: dict[str, Any]) -> dict[str, Any]:
    """The default script: repeats what was said."""
    return {"replies": [{"text": f"Nghe: {turn['text'] or turn['payload']}"}]}


class StandInBot(ThreadedServer):
    """`script` gives a new turn's answer (or an HTTP status to fail with); `delay` is a turn's length in seconds."""

    def __init__(self, script: Script = echo, delay: float = 0.0) -> None:
        super().__init__(Starlette(routes=[Route("/webhooks/gateway/turn", self._turn, methods=["POST"])]))
        self.script, self.delay = script, delay
        self.recorded: dict[str, dict[str, Any]] = {}
        self.turns: list[dict[str, Any]] = []
        self.requests = 0
        self.overlaps = 0
        self._running: defaultdict[str, int] = defaultdict(int)

    async def _turn(self, request: Request) -> Response:
        if request.headers.get("x-bot-token") != BOT_TOKEN:
            return JSONResponse({"error": "wrong_token"}, 401)
        turn = await request.json()
        self.requests += 1
        if turn["message_id"] in self.recorded:
            return JSONResponse(self.recorded[turn["message_id"]] | {"repeated": True})
        self._running[turn["sender_id"]] += 1
        self.overlaps += self._running[turn["sender_id"]] > 1
        try:
            await asyncio.sleep(self.delay)
            answer = self.script(turn)
        finally:
            self._running[turn["sender_id"]] -= 1
        if isinstance(answer, int):
            return JSONResponse({"error": "scripted"}, answer)
        complete = {"outcome": "replied", "repeated": False, "replies": [], "signals": [], "state": {}} | answer
        if complete["outcome"] == "replied":
            if turn["message_id"] in self.recorded:  # the first try was cut off by the gateway and has finished meanwhile
                return JSONResponse(self.recorded[turn["message_id"]] | {"repeated": True})
            self.recorded[turn["message_id"]] = complete
            self.turns.append(turn)
        return JSONResponse(complete)


class StandInZalo(ThreadedServer):
    """Accepts consultation messages and hands out tokens. `answers` are popped first: a JSON body, or None to break the connection off."""

    def __init__(self, delay: float = 0.0) -> None:
        routes = [Route("/v3.0/oa/message/cs", self._message, methods=["POST"]), Route("/v4/oa/access_token", self._token, methods=["POST"])]
        super().__init__(Starlette(routes=routes))
        self.delay = delay
        self.answers: list[dict[str, Any] | None] = []
        self.accepted: defaultdict[str, list[str]] = defaultdict(list)
        self.bodies: list[dict[str, Any]] = []
        self.refreshes = 0

    async def _message(self, request: Request) -> Response:
        body = await request.json()
        self.bodies.append(body)
        if self.answers:
            answer = self.answers.pop(0)
            if answer is None:
                self.accepted[body["recipient"]["user_id"]].append(body["message"]["text"])
                return Response("not json", 200)
            return JSONResponse(answer)
        assert len(body["message"]["text"]) <= MAX_TEXT
        self.accepted[body["recipient"]["user_id"]].append(body["message"]["text"])
        number = sum(map(len, self.accepted.values()))
        await asyncio.sleep(self.delay)
        return JSONResponse({"error": 0, "message": "Success", "data": {"message_id": f"sent-{number}", "user_id": body["recipient"]["user_id"]}})

    async def _token(self, _: Request) -> Response:
        self.refreshes += 1
        return JSONResponse({"access_token": f"access-{self.refreshes}", "refresh_token": f"refresh-{self.refreshes}", "expires_in": "90000"})
