"""The console: the queue, a conversation, and what an officer does with it."""

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sse_starlette import EventSourceResponse

from integrations.desk.access.guards import Transaction, permitted
from integrations.desk.accounts.service import Visitor
from integrations.desk.console import repository, service, transcript
from integrations.desk.console.repository import View
from integrations.desk.console.stream import desk_events
from integrations.desk.errors import NotFound
from integrations.desk.pages import render
from integrations.desk.texts import mark as _
from integrations.gateway.conversation.models import Conversation

router = APIRouter(prefix="/desk")
Reader = Annotated[Visitor, Depends(permitted("conversations.read"))]
Officer = Annotated[Visitor, Depends(permitted("conversations.answer"))]


@router.get("/conversations")
async def conversations_page(request: Request, session: Transaction, visitor: Reader, view: View = "waiting") -> HTMLResponse:
    return render(request, "console.html", visitor, conversation=None, **await _queue(session, visitor, view))


@router.get("/conversations/{conversation_id}")
async def conversation_page(request: Request, session: Transaction, visitor: Reader, conversation_id: UUID, view: View = "mine") -> HTMLResponse:
    conversation = await session.get(Conversation, conversation_id)
    if conversation is None:
        raise NotFound(_("Không có cuộc trò chuyện này."))
    case = await repository.latest_case(session, conversation_id)
    return render(
        request, "console.html", visitor, conversation=conversation, case=case, holder=await repository.holder(session, conversation_id),
        entries=await transcript.entries_after(session, conversation_id, 0), reply_id=uuid4(), resolutions=service.RESOLUTIONS,
        longest=service.LONGEST_REPLY, **await _queue(session, visitor, view),
    )  # fmt: skip


@router.get("/fragments/queue")
async def queue_fragment(request: Request, session: Transaction, visitor: Reader, view: View = "waiting") -> HTMLResponse:
    return render(request, "queue.html", visitor, conversation=None, **await _queue(session, visitor, view))


@router.get("/conversations/{conversation_id}/entries")
async def entries_fragment(request: Request, session: Transaction, visitor: Reader, conversation_id: UUID, after: int = Query(0, ge=0)) -> HTMLResponse:
    return render(request, "entries.html", visitor, entries=await transcript.entries_after(session, conversation_id, after))


@router.get("/events")
async def events(request: Request, visitor: Reader, conversation: UUID | None = None) -> EventSourceResponse:
    return EventSourceResponse(desk_events(request.app, conversation), ping=15)


@router.post("/conversations/{conversation_id}/claim")
async def claim(request: Request, session: Transaction, visitor: Officer, conversation_id: UUID) -> Response:
    await service.claim(session, request.app.state.outbox, visitor, conversation_id, request.app.state.settings.now())
    return _back(conversation_id)


@router.post("/conversations/{conversation_id}/replies")
async def reply(
    request: Request, session: Transaction, visitor: Officer, conversation_id: UUID, reply_id: UUID = Form(), text: str = Form("", max_length=10_000)
) -> Response:
    await service.reply(session, request.app.state.outbox, visitor, conversation_id, reply_id, text, request.app.state.settings.now())
    return Response(status_code=204) if request.headers.get("X-Requested-With") else _back(conversation_id)


@router.post("/conversations/{conversation_id}/give-back")
async def give_back(request: Request, session: Transaction, visitor: Officer, conversation_id: UUID) -> Response:
    await service.give_back(session, request.app.state.outbox, visitor, conversation_id, request.app.state.settings.now())
    return _back(conversation_id)


@router.post("/conversations/{conversation_id}/resolve")
async def resolve(request: Request, session: Transaction, visitor: Officer, conversation_id: UUID, resolution: str = Form("")) -> Response:
    await service.resolve(session, request.app.state.outbox, visitor, conversation_id, resolution, request.app.state.settings.now())
    return _back(conversation_id)


async def _queue(session: Transaction, visitor: Visitor, view: View) -> dict[str, object]:
    items = await repository.queue(session, view, visitor.id)
    return {"view": view, "views": repository.VIEWS, "items": items, "counts": await repository.counts(session, visitor.id)}


def _back(conversation_id: UUID) -> RedirectResponse:
    return RedirectResponse(f"/desk/conversations/{conversation_id}", 303)
