"""The gateway's internal API as actions use it, for conversations that are run without a gateway. Real HTTP, on a free port."""

import threading

import uvicorn
from fastapi import FastAPI, Header

from scripts.local_stack import free_port

ATTEMPTS_ALLOWED = 5
CALLING_FROM = "+84912000678"


class DeskStandIn:
    """Serves in a thread; remembers tickets, attempts, consents and who was given a number."""

    def __init__(self) -> None:
        self.tickets: dict[str, dict] = {}
        self.attempts: dict[str, int] = {}
        self.consents: list[dict] = []
        self.numbers_given: list[dict] = []
        self.port = free_port()
        self._server = uvicorn.Server(uvicorn.Config(self._app(), host="127.0.0.1", port=self.port, log_level="warning"))
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)

    def _app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/internal/v1/tickets", status_code=201)
        async def open_ticket(ticket: dict, idempotency_key: str = Header()) -> dict:
            self.tickets.setdefault(idempotency_key, ticket)
            return {"code": f"HT-{list(self.tickets).index(idempotency_key):06d}"}

        @app.post("/internal/v1/attempts")
        async def count_attempt(attempt: dict) -> dict:
            key = f"{attempt['sender_id']} {attempt['subject']}"
            self.attempts[key] = self.attempts.get(key, 0) + 1
            return {"allowed": True} if self.attempts[key] <= ATTEMPTS_ALLOWED else {"allowed": False, "retry_after": 3600}

        @app.post("/internal/v1/numbers")
        async def give_number(asked: dict) -> dict:
            self.numbers_given.append(asked)
            return {"phone": CALLING_FROM}

        @app.post("/internal/v1/consents", status_code=201)
        async def record_consent(consent: dict) -> dict:
            self.consents.append(consent)
            return {}

        return app
