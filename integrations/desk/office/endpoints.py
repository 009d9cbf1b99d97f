"""What supervisors set: hours, promises, the public notice, prepared replies."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from integrations.desk import sentences
from integrations.desk.access.forms import local_moment, optional_id
from integrations.desk.access.guards import Transaction, permitted
from integrations.desk.accounts import repository as accounts
from integrations.desk.accounts.service import Visitor
from integrations.desk.audit import record
from integrations.desk.canned import service as canned
from integrations.desk.console.limits import segments
from integrations.desk.office import service
from integrations.desk.pages import render

router = APIRouter(prefix="/desk/configuration")
Configurer = Annotated[Visitor, Depends(permitted("desk.configure"))]


@router.get("")
async def configuration_page(request: Request, session: Transaction, visitor: Configurer) -> HTMLResponse:
    return render(
        request, "configuration.html", visitor, office=await service.load(session), replies=await canned.everything(session),
        units=await accounts.all_units(session), variables=canned.VARIABLES, sentences={name: sentences.readable(name) for name in sentences.SENTENCES},
        segments=segments,
    )  # fmt: skip


@router.post("/hours")
async def set_hours(request: Request, session: Transaction, visitor: Configurer) -> Response:
    form = await request.form()
    value = service.read_hours({day: str(form.get(f"day{day}", "")) for day in range(7)}, str(form.get("closed", "")), str(form.get("open", "")))
    return await _saved(request, session, visitor, "hours", value)


@router.post("/promises")
async def set_promises(
    request: Request,
    session: Transaction,
    visitor: Configurer,
    first: int = Form(ge=1, le=1440),
    next: int = Form(ge=1, le=1440),
    resolution: int = Form(ge=1, le=20160),
) -> Response:
    return await _saved(request, session, visitor, "promises", {"first": first, "next": next, "resolution": resolution})


@router.post("/notice")
async def set_notice(request: Request, session: Transaction, visitor: Configurer, text: str = Form("", max_length=300), until: str = Form("")) -> Response:
    """Shown to every citizen on the chat page and to staff; an empty text takes it away."""
    moment = local_moment(until).isoformat() if until else None
    return await _saved(request, session, visitor, "notice", {"text": text.strip(), "until": moment})


@router.post("/sentences")
async def set_sentence(request: Request, session: Transaction, visitor: Configurer, name: str = Form(""), text: str = Form("", max_length=2000)) -> Response:
    """An empty text brings the built-in wording back."""
    wording = sentences.check(name, text)
    own = (await service.load(session)).sentences
    changed = {**own, name: wording} if wording else {other: kept for other, kept in own.items() if other != name}
    return await _saved(request, session, visitor, "sentences", changed)


@router.post("/replies")
async def save_reply(
    request: Request, session: Transaction, visitor: Configurer, code: str = Form(""), text: str = Form("", max_length=2000), unit: str = Form("")
) -> Response:
    now = request.app.state.settings.now()
    await canned.save(session, code, text, optional_id(unit), visitor.id, now)
    await record(session, now, visitor.actor, "canned_reply_saved", "canned_reply", code[:32])
    return RedirectResponse("/desk/configuration", 303)


@router.post("/replies/{reply_id}/remove")
async def remove_reply(request: Request, session: Transaction, visitor: Configurer, reply_id: UUID) -> Response:
    await canned.remove(session, reply_id)
    await record(session, request.app.state.settings.now(), visitor.actor, "canned_reply_removed", "canned_reply", reply_id)
    return RedirectResponse("/desk/configuration", 303)


async def _saved(request: Request, session: Transaction, visitor: Visitor, name: str, value: Mapping[str, object]) -> Response:
    now = request.app.state.settings.now()
    await service.save(session, name, dict(value), visitor.id, now)
    await record(session, now, visitor.actor, "office_changed", "office", name)
    return RedirectResponse("/desk/configuration", 303)
