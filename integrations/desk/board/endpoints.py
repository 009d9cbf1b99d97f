"""The supervisor's live board."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from integrations.desk.access.guards import Transaction, permitted
from integrations.desk.accounts.service import Visitor
from integrations.desk.board import service
from integrations.desk.office import service as office
from integrations.desk.pages import render

router = APIRouter(prefix="/desk/board")
Supervisor = Annotated[Visitor, Depends(permitted("board.read"))]


@router.get("")
async def board_page(request: Request, session: Transaction, visitor: Supervisor) -> HTMLResponse:
    return await _render(request, session, visitor, "board.html")


@router.get("/numbers")
async def numbers_fragment(request: Request, session: Transaction, visitor: Supervisor) -> HTMLResponse:
    return await _render(request, session, visitor, "board_numbers.html")


async def _render(request: Request, session: Transaction, visitor: Visitor, template: str) -> HTMLResponse:
    now, current = request.app.state.settings.now(), await office.load(session)
    return render(request, template, visitor, board=await service.board(session, visitor, current, now), office=current)
