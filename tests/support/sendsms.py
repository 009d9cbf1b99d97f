"""An operator's `sendsms` that takes everything, for tests of what citizens read by SMS."""

from collections import defaultdict

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tests.support.gateway.peers import ThreadedServer


class StandInSendsms(ThreadedServer):
    """`received`: texts by number."""

    def __init__(self) -> None:
        super().__init__(Starlette(routes=[Route("/cgi-bin/sendsms", self._take, methods=["POST"])]))
        self.received: defaultdict[str, list[str]] = defaultdict(list)

    async def _take(self, request: Request) -> Response:
        self.received[request.headers["X-Kannel-To"]].append((await request.body()).decode())
        return PlainTextResponse("0: Accepted for delivery", 202)
