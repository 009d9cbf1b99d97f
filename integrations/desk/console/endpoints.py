"""The console's pages: the queue, a conversation, its fragments and its stream."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sse_starlette import EventSourceResponse

from integrations.core.clock import VIETNAM
from integrations.desk.access.guards import Transaction, permitted
from integrations.desk.accounts import repository as accounts
from integrations.desk.accounts.service import Visitor
from integrations.desk.audit import record
from integrations.desk.canned import service as canned
from integrations.desk.console import limits, queue, repository, service, transcript
from integrations.desk.console.queue import View
from integrations.desk.console.stream import desk_events
from integrations.desk.errors import NotFound
from integrations.desk.labels import case_code
from integrations.desk.office import service as office
from integrations.desk.pages import language_of, render
from integrations.desk.satisfaction.models import Satisfaction
from integrations.desk.settings import get_desk_settings
from integrations.desk.suggestions.service import Suggestion, suggest
from integrations.desk.texts import Words
from integrations.desk.texts import mark as _
from integrations.desk.tickets.service import KINDS
from integrations.gateway.conversation.models import Case, Conversation
from integrations.gateway.inbox.models import InboundMessage
from integrations.gateway.internal.models import Ticket

router = APIRouter(prefix="/desk")
Reader = Annotated[Visitor, Depends(permitted("conversations.read"))]
AGAIN = 30
"""How many of the newest entries a page asks for again, so that their delivery states stay current."""
AT_ONCE = 500
"""How many of the newest entries a page begins with; the earlier ones when they are asked for."""


@router.get("/conversations")
async def conversations_page(request: Request, session: Transaction, visitor: Reader, view: View = "waiting") -> HTMLResponse:
    return render(request, "console.html", visitor, conversation=None, **await _queue(request, session, visitor, view))


@router.get("/conversations/{conversation_id}")
async def conversation_page(
    request: Request, session: Transaction, visitor: Reader, conversation_id: UUID, view: View = "mine", whole: bool = False
) -> HTMLResponse:
    conversation = await _visible(session, visitor, conversation_id)
    now = request.app.state.settings.now()
    await repository.read_mentions(session, visitor.id, conversation_id, now)
    revealed = await repository.revealed_until(session, visitor.id, conversation_id, now)
    begin = 0 if whole else max(0, conversation.next_position - 1 - AT_ONCE)
    page = render(
        request, "console.html", visitor, conversation=conversation, conversation_id=conversation_id, revealed=revealed, earlier=begin > 0,
        entries=await transcript.entries_after(session, conversation_id, begin, revealed=revealed is not None),
        **await _context(request, session, visitor, conversation), **await _queue(request, session, visitor, view),
    )  # fmt: skip
    if request.app.state.viewings.first(visitor.id, conversation_id, now):
        await record(session, now, visitor.actor, "conversation_viewed", "conversation", conversation_id)
    return page


@router.get("/fragments/queue")
async def queue_fragment(request: Request, session: Transaction, visitor: Reader, view: View = "waiting") -> HTMLResponse:
    return render(request, "queue.html", visitor, conversation=None, **await _queue(request, session, visitor, view))


@router.get("/conversations/{conversation_id}/entries")
async def entries_fragment(request: Request, session: Transaction, visitor: Reader, conversation_id: UUID, after: int = Query(0, ge=0)) -> HTMLResponse:
    """Entries after a position, and the newest before it again."""
    await _visible(session, visitor, conversation_id)
    revealed = await repository.revealed_until(session, visitor.id, conversation_id, request.app.state.settings.now()) is not None
    entries = await transcript.entries_after(session, conversation_id, max(0, after - AGAIN), revealed=revealed)
    return render(request, "entries.html", visitor, entries=entries, conversation_id=conversation_id)


@router.get("/events")
async def events(request: Request, session: Transaction, visitor: Reader, conversation: UUID | None = None) -> EventSourceResponse:
    if conversation is not None:
        await _visible(session, visitor, conversation)
    return EventSourceResponse(desk_events(request.app, visitor, conversation), ping=15)


@router.get("/conversations/{conversation_id}/transcript.txt")
async def download(request: Request, session: Transaction, visitor: Reader, conversation_id: UUID) -> Response:
    """The whole conversation as plain text, numbers masked. On the audit trail."""
    conversation = await _visible(session, visitor, conversation_id)
    words = Words(language_of(request, visitor))
    entries = await transcript.entries_after(session, conversation_id, 0)
    lines = [transcript.as_text(entry, words) for entry in entries if entry.author != "note"]
    await record(session, request.app.state.settings.now(), visitor.actor, "transcript_downloaded", "conversation", conversation.id)
    return PlainTextResponse(
        "\ufeff" + "\n".join(lines), headers={"Content-Disposition": f'attachment; filename="{conversation.channel}-{conversation.id.hex[:8]}.txt"'}
    )


@router.post("/measure")
async def measure(visitor: Reader, text: str = Form("", max_length=10_000)) -> dict[str, int]:
    """How many SMS a reply would be."""
    return {"segments": limits.segments(text)}


async def _visible(session: AsyncSession, visitor: Visitor, conversation_id: UUID) -> Conversation:
    conversation = await session.get(Conversation, conversation_id)
    if conversation is None or not await service.may_see(session, visitor, conversation_id):
        raise NotFound(_("Không có cuộc trò chuyện này."))
    return conversation


async def _context(request: Request, session: AsyncSession, visitor: Visitor, conversation: Conversation) -> dict[str, Any]:
    """Everything beside the transcript."""
    now = request.app.state.settings.now()
    cases = await repository.cases_of(session, conversation.id)
    current = await repository.latest_case(session, conversation.id)
    units = await accounts.all_units(session)
    unit = next((unit.name for unit in units if unit.id == visitor.member.unit_id), "")
    clock = Words(conversation.language).clock(now)
    values = {"officer": visitor.member.display_name, "unit": unit, "case_code": case_code(current.id) if current else "", "time": clock}
    replies = [(reply.code, canned.filled(reply.text, values)) for reply in await canned.for_unit(session, visitor.member.unit_id)]
    tickets = (await session.scalars(select(Ticket).where(Ticket.conversation_id == conversation.id).order_by(Ticket.created_at.desc()))).all()
    answering = await accounts.answering_staff(session)
    return {
        "case": current, "cases": cases, "holder": await repository.holder(session, conversation.id),
        "reply_id": uuid4(), "note_id": uuid4(), "form_id": uuid4(),
        "ticket_kinds": KINDS,
        "resolutions": service.RESOLUTIONS, "case_labels": service.LABELS, "longest": service.LONGEST_REPLY, "canned": replies, "tickets": tickets,
        "colleagues": [member for member in answering if member.id != visitor.id], "units": units,
        "manned": [unit for unit in units if any(member.unit_id == unit.id for member in answering)],
        "limits": await limits.limits_of(session, conversation), "case_code": case_code,
        "reopens": current is not None and service.can_reopen(current, now),
        "rating": await _rating(session, current), "suggestions": await _suggestions(session, conversation, current, now),
    }  # fmt: skip


async def _suggestions(session: AsyncSession, conversation: Conversation, current: Case | None, now: datetime) -> list[Suggestion]:
    """For the citizen's newest words; none in an emergency, whose words only look like a question."""
    if conversation.owner == "bot" or (current is not None and current.reason == "emergency"):
        return []
    said = select(InboundMessage.text).where(InboundMessage.conversation_id == conversation.id, InboundMessage.kind == "text")
    asked = " ".join(filter(None, await session.scalars(said.order_by(InboundMessage.position.desc()).limit(2))))
    return suggest(get_desk_settings().desk_knowledge, asked, now.astimezone(VIETNAM).date())


async def _rating(session: AsyncSession, case: Case | None) -> object:
    return await session.get(Satisfaction, case.id) if case is not None else None


async def _queue(request: Request, session: AsyncSession, visitor: Visitor, view: View) -> dict[str, Any]:
    now, current = request.app.state.settings.now(), await office.load(session)
    items = await queue.lines(session, view, visitor, now)
    return {
        "view": view, "views": queue.VIEWS, "items": items, "counts": await queue.counts(session, visitor, now),
        "office": current, "late_count": await queue.late_count(session, visitor, items, current, now),
    }  # fmt: skip
