"""The page, what it sends, and what it is told."""

import io
import json
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

import segno
from fastapi import APIRouter, Depends, FastAPI, Header, Query, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from sqlalchemy.ext.asyncio import AsyncSession
from sse_starlette import EventSourceResponse

from integrations.channels.base import Choice, Inbound
from integrations.gateway.conversation import repository as conversations
from integrations.gateway.conversation.models import Conversation
from integrations.gateway.database import get_session
from integrations.gateway.inbox.service import receive
from integrations.gateway.notifications import announce
from integrations.gateway.outbox.models import OutboundMessage
from integrations.gateway.outbox.receipts import seen_on_web
from integrations.gateway.web import cookies
from integrations.gateway.web.headers import SecurityHeaders
from integrations.gateway.web.limits import Limits
from integrations.gateway.web.stream import conversation_events, unknown_conversation

STATIC = Path(__file__).parents[1] / "static" / "chat"
LONGEST_TEXT = 2000

router = APIRouter()
Transaction = Annotated[AsyncSession, Depends(get_session, scope="function")]


class ChoiceMade(BaseModel):
    """The button at `index` under the message `message`."""

    model_config = ConfigDict(extra="forbid")

    message: UUID
    index: int = Field(ge=0, lt=100)


class Message(BaseModel):
    """Exactly one of `text` and `choice`. `client_id` is made by the page: the same one again is the same message."""

    model_config = ConfigDict(extra="forbid")

    client_id: str = Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")
    text: str | None = None
    choice: ChoiceMade | None = None

    @model_validator(mode="after")
    def _one_of(self) -> "Message":
        if (self.text is None) == (self.choice is None):
            raise ValueError("exactly one of text and choice")
        return self


def install(app: FastAPI) -> None:
    """Called by the application factory. The headers are those of every answer of the process."""
    app.state.chat_limits = Limits(app.state.settings.chat_messages_per_address)
    app.state.public_notice = _no_notice
    app.include_router(router)
    app.mount("/static/chat", StaticFiles(directory=STATIC), name="chat-static")
    app.add_middleware(SecurityHeaders, production=app.state.settings.production)


@router.get("/")
async def page(request: Request) -> Response:
    response = FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})
    cookies.write(request, response, cookies.read(request))
    return response


@router.post("/chat/messages")
async def post_message(request: Request, session: Transaction) -> Response:
    """202 once the message is stored; the same again is 202 again. 409: the choice is not one that was offered here. 413, 422, 429 keep nothing."""
    token = cookies.read(request)
    refusal = _refused(request, token)
    if refusal or token is None:
        return refusal or _answer(401, "no_cookie")
    try:
        message = Message.model_validate_json(await request.body())
    except ValidationError as error:
        return _answer(422, "malformed", fields=sorted({str(part) for problem in error.errors() for part in problem["loc"]}))
    if len(message.text or "") > LONGEST_TEXT:
        return _answer(413, "too_long", limit=LONGEST_TEXT)
    address, network = cookies.address(token), request.client.host if request.client else ""
    conversation = await conversations.find(session, "web", address)
    wait = request.app.state.chat_limits.message(address, network, first=conversation is None)
    if wait:
        return _answer(429, "too_many", {"Retry-After": str(wait)})
    choice = None
    if message.choice is not None:
        choice = await _offered(session, conversation.id if conversation else None, message.choice)
        if choice is None:
            return _answer(409, "not_offered")
    now = request.app.state.settings.now()
    inbound = Inbound(
        "web", f"{address[:32]}:{message.client_id}", address, "text", "message", now, text=choice.title if choice else message.text
    )  # fmt: skip
    received = await receive(session, inbound, now, payload=choice.payload if choice else None, network=network)
    response = JSONResponse({"client_id": message.client_id, "repeated": received.repeated}, 202)
    cookies.write(request, response, token)
    return response


class Shown(BaseModel):
    """The page has everything up to `position`; `seen` when it is in sight."""

    model_config = ConfigDict(extra="forbid")

    position: int = Field(ge=1, lt=2**31)
    seen: bool


@router.post("/chat/shown")
async def note_shown(request: Request, session: Transaction, shown: Shown) -> Response:
    """Tells officers that an answer has arrived or was read."""
    conversation = await _signalling(request, session)
    if conversation is not None:
        state: Literal["delivered", "seen"] = "seen" if shown.seen else "delivered"
        await seen_on_web(session, conversation.id, min(shown.position, conversation.next_position - 1), state, request.app.state.settings.now())
    return Response(status_code=204)


@router.post("/chat/typing")
async def note_typing(request: Request, session: Transaction) -> Response:
    """Tells the officer's open page that the citizen is writing; stored nowhere."""
    conversation = await _signalling(request, session)
    if conversation is not None and conversation.owner != "bot":
        await announce(session, conversation.id, "citizen_typing")
    return Response(status_code=204)


@router.get("/chat/events")
async def events(
    request: Request, after: int = Query(0, ge=0), last_event_id: Annotated[str | None, Header()] = None
) -> EventSourceResponse:  # fmt: skip
    """Server-sent events of the cookie's conversation, resumed after `Last-Event-ID` or `after`."""
    token = cookies.read(request)
    if last_event_id and last_event_id.isascii() and last_event_id.isdigit():
        after = max(after, int(last_event_id[:10]))
    conversation = None
    if token is not None:
        async with request.app.state.sessions() as session:
            conversation = await conversations.find(session, "web", cookies.address(token))
    source = unknown_conversation(request.app) if conversation is None else conversation_events(request.app, conversation.id, after)
    return EventSourceResponse(source, ping=15)


@router.get("/chat/kiosk-code.svg")
async def kiosk_code(qr: Annotated[str, Query(pattern=r"^TROLY06:[0-9]{6}$")]) -> Response:
    """A code that the page shows in words, as a picture for the kiosk's camera. Nothing is looked up."""
    picture = io.BytesIO()
    segno.make_qr(qr, error="m").save(picture, kind="svg", scale=6, border=4, light="#fff")
    return Response(picture.getvalue(), media_type="image/svg+xml", headers={"Cache-Control": "no-store"})


@router.post("/chat/finish")
async def finish(request: Request) -> Response:
    """The next visitor of this device starts anew: the cookie goes, and nothing else can open the conversation."""
    refusal = _refused(request, "")
    if refusal:
        return refusal
    response = Response(status_code=204)
    cookies.clear(request, response)
    return response


async def _no_notice(_: AsyncSession) -> str | None:
    """Until the desk puts its own in place: nothing to announce to every citizen."""
    return None


async def _signalling(request: Request, session: AsyncSession) -> Conversation | None:
    """The conversation of the page that gives a hint; None when there is none, or there were too many."""
    token = cookies.read(request)
    if token is None or _refused(request, token) is not None or not request.app.state.chat_limits.signal(cookies.address(token)):
        return None
    return await conversations.find(session, "web", cookies.address(token))


def _refused(request: Request, token: str | None) -> Response | None:
    """JSON from our own page only: another site cannot send this type without asking first, and browsers name the sender's site."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return _answer(403, "other_site")
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
        return _answer(415, "json_only")
    return _answer(401, "no_cookie") if token is None else None


async def _offered(session: AsyncSession, conversation_id: UUID | None, made: ChoiceMade) -> Choice | None:
    """What stands on that button, when the message was ours and to this conversation."""
    shown = await session.get(OutboundMessage, made.message)
    if shown is None or shown.conversation_id != conversation_id or made.index >= len(shown.choices or ()):
        return None
    choice = (shown.choices or [])[made.index]
    return Choice(choice["title"], choice["payload"])


def _answer(status: int, code: str, headers: dict[str, str] | None = None, **detail: object) -> Response:
    return Response(json.dumps({"code": code, **detail}), status, headers, "application/json")
