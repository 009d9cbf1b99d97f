"""The wire to the bot (docs/contracts.md, "Gateway → bot: one turn").

Errors::

    BotFailure
    ├── BotUnavailable   not reached, not in time, or "not stored" (503): the same message may be asked again for a while
    └── BotGaveNothing   it answered, but not with an answer: an empty outcome, or a body that breaks the contract
"""

import asyncio
from typing import Any, Literal

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError


class BotFailure(Exception):
    """A turn without an answer; the message is a code, never a citizen's text."""


class BotUnavailable(BotFailure):
    pass


class BotGaveNothing(BotFailure):
    pass


class BotChoice(BaseModel):
    title: str
    payload: str


class BotReply(BaseModel):
    text: str
    choices: list[BotChoice] = []


class Signal(BaseModel):
    model_config = ConfigDict(extra="allow")

    name: str


class Understood(BaseModel):
    intent: str | None = None
    confidence: float | None = None
    entities: list[dict[str, Any]] = []

    def without_values(self) -> dict[str, Any]:
        """What staff and statistics may keep: no entity value."""
        names = sorted({str(entity.get("entity")) for entity in self.entities})
        return {"intent": self.intent, "confidence": self.confidence, "entities": names}


class TurnState(BaseModel):
    model_config = ConfigDict(extra="allow")

    journey: str | None = None
    step: str | None = None
    language: str | None = None
    filled: list[str] = []
    events: int | None = None


class TurnAnswer(BaseModel):
    outcome: Literal["replied", "empty"]
    repeated: bool = False
    replies: list[BotReply] = Field(default_factory=list)
    signals: list[Signal] = []
    understood: Understood | None = None
    state: TurnState = TurnState()


class TurnRequest(BaseModel):
    message_id: str
    sender_id: str
    text: str | None
    payload: str | None
    channel: str
    received_at: str
    metadata: dict[str, Any] = {}


class BotClient:
    """Asks for one turn within `deadline` seconds, all included."""

    def __init__(self, url: str, token: str, deadline: float, limit: int = 100) -> None:
        self._url = f"{url.rstrip('/')}/webhooks/gateway/turn"
        limits = httpx.Limits(max_connections=limit, max_keepalive_connections=limit)
        self._deadline = deadline
        self._client = httpx.AsyncClient(timeout=httpx.Timeout(deadline, connect=2.0), headers={"X-Bot-Token": token}, limits=limits, trust_env=False)

    async def ask(self, request: TurnRequest) -> TurnAnswer:
        """The bot's answer, with at least one reply or signal. Raises BotFailure."""
        try:
            async with asyncio.timeout(self._deadline):
                response = await self._client.post(self._url, json=request.model_dump())
        except (httpx.HTTPError, TimeoutError) as error:
            raise BotUnavailable(type(error).__name__) from error
        if response.status_code != 200:
            kind = BotUnavailable if response.status_code in (401, 429) or response.status_code >= 500 else BotGaveNothing
            raise kind(f"status {response.status_code}")
        try:
            answer = TurnAnswer.model_validate_json(response.content)
        except ValidationError as error:
            raise BotGaveNothing("malformed") from error
        if answer.outcome == "empty" or not (answer.replies or answer.signals):
            raise BotGaveNothing("empty")
        return answer

    async def close(self) -> None:
        await self._client.aclose()
