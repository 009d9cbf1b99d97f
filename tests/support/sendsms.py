"""An operator's `sendsms` that takes everything, and a phone behind it, for tests of what citizens read by SMS."""

import uuid
from collections import defaultdict
from dataclasses import dataclass

import httpx
import psycopg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from integrations.core.text_fitting import Coding, coding_of, sms_segments
from scripts.local_stack import LocalStack
from tests.support.gateway.peers import ThreadedServer
from tests.support.waiting import until

PASSWORD = "callback-password"


class StandInSendsms(ThreadedServer):
    """`received`: texts by number."""

    def __init__(self) -> None:
        super().__init__(Starlette(routes=[Route("/cgi-bin/sendsms", self._take, methods=["POST"])]))
        self.received: defaultdict[str, list[str]] = defaultdict(list)

    @property
    def settings(self) -> dict[str, str]:
        """The environment of a gateway that sends through it."""
        return {"SMS_SENDERS": "kannel", "KANNEL_SENDSMS_URL": self.url + "/cgi-bin/sendsms", "KANNEL_CALLBACK_PASSWORD": PASSWORD}

    async def _take(self, request: Request) -> Response:
        self.received[request.headers["X-Kannel-To"]].append((await request.body()).decode())
        return PlainTextResponse("0: Accepted for delivery", 202)


@dataclass
class SmsPhone:
    """A citizen's phone. `number` is E.164."""

    stack: LocalStack
    operator: StandInSendsms
    number: str
    seen: int = 0

    def send(self, text: str) -> list[str]:
        """Writes to our number; the messages of the answer."""
        query = {"id": uuid.uuid4().hex, "from": self.number.lstrip("+"), "to": "8088", "text": text}
        httpx.get(f"{self.stack.url('gateway')}/webhooks/kannel/message", params=query, auth=("kannel", PASSWORD)).raise_for_status()
        return self.wait()

    def wait(self, seconds: float = 30) -> list[str]:
        """The messages of the next turn, once all of them are there."""
        until(lambda: len(self.operator.received[self.number]) > self.seen and self._settled(), seconds)
        messages = self.operator.received[self.number][self.seen :]
        self.seen += len(messages)
        assert all(coding_of(message) is Coding.GSM7 and sms_segments(message) <= 2 for message in messages)
        return messages

    def _settled(self) -> bool:
        with psycopg.connect(self.stack.environment["GATEWAY_DATABASE_URL"]) as connection:
            waiting = connection.execute("SELECT count(*) FROM inbound_message WHERE state = 'received'").fetchone()[0]
            leaving = connection.execute("SELECT count(*) FROM outbound_message WHERE state IN ('pending', 'sending')").fetchone()[0]
        return waiting + leaving == 0
