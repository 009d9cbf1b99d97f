"""The only way in: `POST /webhooks/gateway/turn`, as docs/contracts.md "Gateway → bot" says. Reached by the gateway alone."""

import hmac
import logging
from typing import Any, Dict, Literal, Optional, Text

from engine import StrictAgent, TurnFailed
from pydantic import BaseModel, Extra, ValidationError, constr, root_validator, validator
from rasa.core.channels.channel import OutputChannel, UserMessage
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json
from tracker_store import TrackerStoreError

from channels.answer import answer
from channels.payload import PayloadError, parse_payload

logger = logging.getLogger("bot.gateway")


class Turn(BaseModel):
    """The request body. Exactly one of `text` and `payload`."""

    message_id: constr(strict=True, min_length=1, max_length=128)
    sender_id: constr(strict=True, regex=r"^[A-Za-z0-9_.:-]{1,128}$")
    text: Optional[constr(strict=True, max_length=10_000)] = None
    payload: Optional[constr(strict=True, max_length=4_000)] = None
    channel: Literal["web", "zalo", "sms", "ussd"]
    received_at: constr(strict=True, min_length=1, max_length=64)
    metadata: Dict[str, Any] = {}

    class Config:
        extra = Extra.forbid

    @validator("metadata", pre=True)
    def _object(cls, metadata: Any) -> Any:
        """Pydantic would take an empty list for an empty object."""
        if not isinstance(metadata, dict):
            raise ValueError("not an object")
        return metadata

    @validator("text")
    def _writable(cls, text: Optional[str]) -> Optional[str]:
        """Half of a surrogate pair, which some phones send, cannot be encoded anywhere."""
        return text.encode("utf-8", "replace").decode() if text is not None else None

    @root_validator(skip_on_failure=True)
    def _one_of_both(cls, values: Dict[str, Any]) -> Dict[str, Any]:
        given = [name for name in ("text", "payload") if (values.get(name) or "").strip()]
        if len(given) != 1:
            raise ValueError("exactly one of text and payload must be given")
        return values


class CitizenChannel(OutputChannel):
    """Sends nothing: what was uttered stands in the tracker. Its name makes Rasa choose the responses of the citizen's real channel."""

    def __init__(self, channel: Text) -> None:
        self._channel = channel

    def name(self) -> Text:  # type: ignore[override]
        return self._channel

    async def send_response(self, recipient_id: Text, message: Dict[Text, Any]) -> None:
        return None


def blueprint(agent: StrictAgent, token: Text) -> Blueprint:
    """The routes of the channel, for the prefix /webhooks/gateway."""
    routes = Blueprint("gateway")

    @routes.get("/health")
    async def health(_: Request) -> HTTPResponse:
        try:
            await agent.tracker_store.ping()
        except TrackerStoreError as error:
            return refusal(503, error)
        return json({"status": "ready", "model": agent.model_id})

    @routes.post("/turn")
    async def turn(request: Request) -> HTTPResponse:
        if not hmac.compare_digest(request.headers.get("x-bot-token", "").encode(), token.encode()):
            return json({"error": "wrong_token"}, 401)
        try:
            asked = Turn.parse_raw(request.body)
            message = as_message(asked, agent)
        except (ValidationError, PayloadError) as error:
            return json({"error": "malformed", "problems": _problems(error)}, 422)
        try:
            tracker, repeated = await agent.take_turn(message)
        except (TurnFailed, TrackerStoreError) as error:
            logger.warning("turn not taken", extra={"message_id": asked.message_id, "error": type(error).__name__}, exc_info=True)
            return refusal(503, error)
        return json(answer(tracker, asked.message_id, repeated))

    return routes


def as_message(turn: Turn, agent: StrictAgent) -> UserMessage:
    """What Rasa is given. Raises PayloadError."""
    parsed = parse_payload(turn.payload, agent.domain) if turn.payload is not None else None
    context = {**turn.metadata, "received_at": turn.received_at, "channel": turn.channel, "message_id": turn.message_id}
    said = turn.payload if turn.text is None else turn.text
    return UserMessage(said, CitizenChannel(turn.channel), turn.sender_id, parsed, turn.channel, turn.message_id, context)


def refusal(status: int, error: Exception) -> HTTPResponse:
    return json({"error": type(error).__name__}, status)


def _problems(error: Exception) -> list[Dict[str, Any]]:
    """Which fields are wrong and why, without what stood in them."""
    if isinstance(error, ValidationError):
        return [{"field": ".".join(str(part) for part in problem["loc"]), "problem": problem["type"]} for problem in error.errors()]
    return [{"field": "payload", "problem": str(error)}]


def create_app(agent: StrictAgent, token: Text) -> Sanic:
    """The bot's HTTP server. Anything unforeseen in a turn is a 503: it was not stored, so asking again is right."""
    app = Sanic("tro-ly-06-bot", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = 100_000
    app.config.KEEP_ALIVE_TIMEOUT = 75  # longer than the gateway's pool keeps an idle connection, so that none is closed under a request
    app.blueprint(blueprint(agent, token), url_prefix="/webhooks/gateway")

    @app.exception(Exception)
    async def unforeseen(request: Request, error: Exception) -> HTTPResponse:
        status = getattr(error, "status_code", None)
        if status is not None:
            return json({"error": type(error).__name__}, status)
        logger.error("unforeseen error", exc_info=error)
        return refusal(503, error)

    return app
