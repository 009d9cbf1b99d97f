"""What the stand-ins for message providers share: a clock that can be moved, failures that somebody ordered, and the controls of both."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends, Request, Response
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, Field

FaultKind = Literal["error", "status", "malformed", "slow", "accept_then_status", "accept_then_malformed", "accept_then_hang"]


@dataclass
class Fault:
    """The next `times` requests to `endpoint` go wrong. `code` is the provider's own error for kind `error`, else the HTTP status."""

    endpoint: str
    kind: FaultKind
    code: int
    seconds: float
    times: int

    async def before(self, refusal: Callable[[int], Response]) -> Response | None:
        """What the sender gets instead of being heard."""
        match self.kind:
            case "error":
                return refusal(self.code)
            case "status":
                return PlainTextResponse("upstream error", status_code=self.code)
            case "malformed":
                return PlainTextResponse("<html>502</html>")
            case "slow":
                await asyncio.sleep(self.seconds)
        return None

    async def after(self) -> Response | None:
        """The request was obeyed, but the sender does not get to know."""
        match self.kind:
            case "accept_then_status":
                return PlainTextResponse("bad gateway", status_code=self.code)
            case "accept_then_malformed":
                return PlainTextResponse("<html></html>")
            case "accept_then_hang":
                await asyncio.sleep(self.seconds)
                return PlainTextResponse("too late", status_code=504)
        return None


class FaultOrder(BaseModel):
    endpoint: str = "send"
    kind: FaultKind
    code: int = 502
    seconds: float = Field(20.0, ge=0, le=120)
    times: int = Field(1, ge=1, le=10_000)


@dataclass(kw_only=True)
class Provider:
    """One provider's side of things."""

    requests: int = 0
    clock_offset: float = 0.0
    faults: list[Fault] = field(default_factory=list)

    def now(self) -> float:
        return time.time() + self.clock_offset

    def fault(self, endpoint: str = "send") -> Fault | None:
        """The order that this request has to obey, used up by one."""
        fault = next((fault for fault in self.faults if fault.endpoint == endpoint and fault.times > 0), None)
        if fault:
            fault.times -= 1
        return fault


def from_state(name: str) -> Any:
    """A dependency: what the application keeps under that name."""

    def read(request: Request) -> Any:
        return getattr(request.app.state, name)

    return Depends(read)


def with_state(prefix: str, lifespan: Callable[..., AbstractAsyncContextManager[None]], *routers: APIRouter) -> APIRouter:
    """All routes of one stand-in below `prefix`; its state lives as long as the application."""
    router = APIRouter(prefix=prefix, lifespan=lifespan)
    for part in routers:
        router.include_router(part)
    return router


def controls(provider: Any, tag: str) -> APIRouter:
    """`_control/faults` and `_control/clock` for the provider that the dependency `provider` gives."""
    router = APIRouter(prefix="/_control", tags=[tag])

    @router.post("/faults", status_code=201)
    async def add_fault(order: FaultOrder, provider: Annotated[Provider, provider]) -> dict[str, int]:
        """Orders failures of the coming requests."""
        provider.faults.append(Fault(**order.model_dump()))
        return {"faults": len(provider.faults)}

    @router.delete("/faults")
    async def clear_faults(provider: Annotated[Provider, provider]) -> dict[str, int]:
        provider.faults.clear()
        return {"faults": 0}

    @router.post("/clock")
    async def move_clock(seconds: Annotated[float, Body(embed=True)], provider: Annotated[Provider, provider]) -> dict[str, float]:
        """Lets time pass at the provider: windows close, tokens expire, references are forgotten."""
        provider.clock_offset += seconds
        return {"now": provider.now()}

    return router
