"""The learning view: what was not understood, judged by officers."""

import re
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from integrations.desk.access.guards import Transaction, permitted
from integrations.desk.accounts.service import Visitor
from integrations.desk.audit import record
from integrations.desk.errors import Refused
from integrations.desk.learning import service
from integrations.desk.pages import render
from integrations.desk.settings import get_desk_settings
from integrations.desk.texts import mark as _

router = APIRouter(prefix="/desk/learning")
Reviewer = Annotated[Visitor, Depends(permitted("learning.review"))]
LOOKED_BACK = timedelta(days=30)


@router.get("")
async def learning_page(request: Request, session: Transaction, visitor: Reviewer) -> HTMLResponse:
    now = request.app.state.settings.now()
    return render(
        request, "learning.html", visitor, groups=await service.groups(session, now - LOOKED_BACK, now + timedelta(seconds=1)),
        targets=await service.targets(session, get_desk_settings().desk_knowledge),
    )  # fmt: skip


@router.post("")
async def judge(request: Request, session: Transaction, visitor: Reviewer, messages: str = Form(""), target: str = Form("")) -> Response:
    """The group's messages belong to this intent or knowledge unit; `none` puts them aside."""
    try:
        ids = [UUID(part) for part in messages.split(",") if part]
    except ValueError as error:
        raise Refused(_("Trang đã cũ. Xin tải lại trang rồi làm lại.")) from error
    if not ids or not re.fullmatch(r"[a-z0-9_./-]{2,64}", target):
        raise Refused(_("Xin chọn ý định hoặc mục kiến thức."))
    now = request.app.state.settings.now()
    await service.mark(session, ids, target, visitor.id, now)
    await record(session, now, visitor.actor, "messages_judged", "learning", target, {"count": len(ids)})
    return RedirectResponse("/desk/learning", 303)


@router.get("/candidates.jsonl")
async def download(request: Request, session: Transaction, visitor: Reviewer) -> Response:
    lines = await service.candidates(session)
    await record(session, request.app.state.settings.now(), visitor.actor, "candidates_downloaded", "learning", "all", {"count": len(lines)})
    return PlainTextResponse("".join(f"{line}\n" for line in lines), headers={"Content-Disposition": 'attachment; filename="candidates.jsonl"'})
