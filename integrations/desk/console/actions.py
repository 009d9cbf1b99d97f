"""What an officer does with a conversation. Forms work without scripts; a script's request is answered without a page."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from integrations.desk.access.forms import local_moment
from integrations.desk.access.guards import Transaction, permitted
from integrations.desk.accounts.service import Visitor
from integrations.desk.console import repository, service
from integrations.desk.console.service import Desk
from integrations.desk.errors import NotFound, Refused
from integrations.desk.texts import mark as _
from integrations.gateway.notifications import announce
from integrations.gateway.outbox.models import OutboundMessage
from integrations.gateway.outbox.service import retry_dead_letter

router = APIRouter(prefix="/desk/conversations/{conversation_id}")


async def _desk(request: Request, session: Transaction, visitor: Annotated[Visitor, Depends(permitted("conversations.answer"))]) -> Desk:
    return Desk(session, request.app.state.outbox, visitor, request.app.state.settings.now())


async def _revealing_desk(request: Request, session: Transaction, visitor: Annotated[Visitor, Depends(permitted("personal_data.reveal"))]) -> Desk:
    return Desk(session, request.app.state.outbox, visitor, request.app.state.settings.now())


Officer = Annotated[Desk, Depends(_desk)]


@router.post("/claim")
async def claim(desk: Officer, conversation_id: UUID) -> Response:
    await service.claim(desk, conversation_id)
    return _back(conversation_id)


@router.post("/replies")
async def reply(request: Request, desk: Officer, conversation_id: UUID, reply_id: UUID = Form(), text: str = Form("", max_length=10_000)) -> Response:
    await service.reply(desk, conversation_id, reply_id, text)
    return _done(request, conversation_id)


@router.post("/notes")
async def note(request: Request, desk: Officer, conversation_id: UUID, note_id: UUID = Form(), text: str = Form("", max_length=10_000)) -> Response:
    await service.write_note(desk, conversation_id, note_id, text)
    return _done(request, conversation_id)


@router.post("/typing")
async def typing(desk: Officer, conversation_id: UUID) -> Response:
    """Tells the citizen's open page that an answer is being written; stored nowhere."""
    holder = await repository.holder(desk.session, conversation_id)
    if holder is None or holder.id != desk.visitor.id:
        raise NotFound(_("Không có cuộc trò chuyện này."))
    await announce(desk.session, conversation_id, "typing")
    return Response(status_code=204)


@router.post("/tickets")
async def make_ticket(request: Request, desk: Officer, conversation_id: UUID, form_id: UUID = Form(), kind: str = Form("")) -> Response:
    """A visit, a call back, an appointment or a report of wrong data, for the unit of its commune."""
    fields = {name: str(value) for name, value in (await request.form()).items()}
    await service.make_ticket(desk, conversation_id, form_id, kind, fields)
    return _back(conversation_id)


@router.post("/give-back")
async def give_back(desk: Officer, conversation_id: UUID) -> Response:
    await service.give_back(desk, conversation_id)
    return _back(conversation_id)


@router.post("/resolve")
async def resolve(desk: Officer, conversation_id: UUID, resolution: str = Form(""), label: str = Form("")) -> Response:
    await service.resolve(desk, conversation_id, resolution, label)
    return _back(conversation_id)


@router.post("/transfer")
async def transfer(desk: Officer, conversation_id: UUID, target: UUID = Form(), reason: str = Form("", max_length=2000)) -> Response:
    """Whoever gives a conversation to another unit does not see it any more."""
    await service.transfer(desk, conversation_id, target, reason)
    seen = await service.may_see(desk.session, desk.visitor, conversation_id)
    return _back(conversation_id) if seen else RedirectResponse("/desk/conversations", 303)


@router.post("/snooze")
async def snooze(desk: Officer, conversation_id: UUID, until: str = Form("")) -> Response:
    await service.snooze(desk, conversation_id, local_moment(until))
    return _back(conversation_id)


@router.post("/reveal")
async def reveal(desk: Annotated[Desk, Depends(_revealing_desk)], conversation_id: UUID, reason: str = Form("", max_length=500)) -> Response:
    await service.reveal(desk, conversation_id, reason)
    return _back(conversation_id)


@router.post("/messages/{message_id}/retry")
async def retry(desk: Officer, conversation_id: UUID, message_id: UUID, even_ambiguous: bool = Form(False)) -> Response:
    """A dead letter is sent again; one of unknown fate only when the officer has ticked that twice is better than not at all."""
    message = await desk.session.get(OutboundMessage, message_id)
    if message is None or message.conversation_id != conversation_id or not await service.may_see(desk.session, desk.visitor, conversation_id):
        raise NotFound(_("Không có tin này."))
    if not await retry_dead_letter(desk.session, message_id, desk.visitor.actor, desk.now, even_ambiguous=even_ambiguous):
        raise Refused(_("Tin này không ở trạng thái gửi lại được."))
    return _back(conversation_id)


def _back(conversation_id: UUID) -> RedirectResponse:
    return RedirectResponse(f"/desk/conversations/{conversation_id}", 303)


def _done(request: Request, conversation_id: UUID) -> Response:
    return Response(status_code=204) if request.headers.get("X-Requested-With") else _back(conversation_id)
