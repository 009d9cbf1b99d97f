"""What the API refuses, one tree; each class is one status and one code, and is declared in OpenAPI.

Refusal
├── NotAuthenticated 401     no or wrong caller key, operator token, or kiosk signature (`reason` in the audit, not in the answer)
├── Unknown 404              no such session, for this caller or kiosk
├── WrongState 409           the session is not where this step belongs (already used, decided, expired, another challenge, repeated key)
├── TooLarge 413             more bytes, frames or pixels than allowed
├── Unacceptable 422         well formed, but not evidence
├── TooMany 429              throttled
└── NotReady 503             no face model: nothing can be decided now
"""

from typing import ClassVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel


class Problem(BaseModel):
    """Body of every refusal. `fields` names what was malformed, without values."""

    code: str
    fields: list[str] = []


class Refusal(Exception):
    """Root of the tree."""

    status: ClassVar[int] = 400

    def __init__(self, code: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.headers = headers or {}


class NotAuthenticated(Refusal):
    status = 401


class Unknown(Refusal):
    status = 404


class WrongState(Refusal):
    status = 409


class TooLarge(Refusal):
    status = 413


class Unacceptable(Refusal):
    status = 422


class TooMany(Refusal):
    status = 429


class NotReady(Refusal):
    status = 503


def declared(*refusals: type[Refusal]) -> dict[int | str, dict]:
    """For `responses=` of a route: these refusals and the malformed request."""
    return {refusal.status: {"model": Problem} for refusal in (*refusals, Unacceptable)}


def answer_refusals(app: FastAPI) -> None:
    """Makes `app` answer refusals as Problem."""

    @app.exception_handler(Refusal)
    async def refuse(_: Request, error: Refusal) -> JSONResponse:
        return JSONResponse(Problem(code=error.code).model_dump(), error.status, error.headers)

    @app.exception_handler(RequestValidationError)
    async def malformed(_: Request, error: RequestValidationError) -> JSONResponse:
        fields = [".".join(map(str, item["loc"])) for item in error.errors()]
        return JSONResponse(Problem(code="malformed", fields=fields).model_dump(), 422)
