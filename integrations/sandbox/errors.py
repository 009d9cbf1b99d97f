"""The stand-ins' refusals: one body, `{"code": …}`, for every 4xx."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel


class Problem(BaseModel):
    """Body of a refusal. `fields` names what was malformed, without its value."""

    code: str
    fields: list[str] = []


class Refused(Exception):
    """Ends a request with `status` and `code`."""

    def __init__(self, code: str, status: int) -> None:
        super().__init__(code)
        self.code = code
        self.status = status


def answer_problems(app: FastAPI) -> None:
    """Makes `app` answer its refusals as Problem."""

    @app.exception_handler(Refused)
    async def refused(_: Request, error: Refused) -> JSONResponse:
        return JSONResponse(Problem(code=error.code).model_dump(), error.status)

    @app.exception_handler(RequestValidationError)
    async def malformed(_: Request, error: RequestValidationError) -> JSONResponse:
        code = next((str(item["ctx"]["error"]) for item in error.errors() if item["type"] == "value_error" and "ctx" in item), "malformed")
        fields = [".".join(map(str, item["loc"])) for item in error.errors()]
        return JSONResponse(Problem(code=code, fields=fields).model_dump(), 422)
