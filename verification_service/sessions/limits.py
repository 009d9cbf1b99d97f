"""Caps on request bodies, counted as they arrive, before anything is parsed or any signature computed."""

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

EVIDENCE_BYTES = 8 * 1024 * 1024
OTHER_BYTES = 64 * 1024


class BodyLimit:
    """ASGI middleware: 413 with `body_too_large` beyond the cap, whatever Content-Length says."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        cap = EVIDENCE_BYTES if scope["path"].endswith("/evidence") else OTHER_BYTES
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > cap:
                await JSONResponse({"code": "body_too_large", "fields": []}, 413)(scope, receive, send)
                return
        sent = False

        async def replay() -> Message:
            nonlocal sent
            if sent:
                return await receive()
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, replay, send)
