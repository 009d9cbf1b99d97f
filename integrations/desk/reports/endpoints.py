"""The weekly report on the screen, as a workbook and as a PDF."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from integrations.core.clock import VIETNAM
from integrations.desk.access.guards import Transaction, permitted
from integrations.desk.accounts.service import Visitor
from integrations.desk.audit import record
from integrations.desk.pages import language_of, render
from integrations.desk.reports import files, service, tables
from integrations.desk.texts import Words

router = APIRouter(prefix="/desk/reports")
Reader = Annotated[Visitor, Depends(permitted("reports.read"))]
CHARTED = 12
"""How many lines of a table are drawn."""
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("")
async def report_page(request: Request, session: Transaction, visitor: Reader, week: date | None = None) -> HTMLResponse:
    now = request.app.state.settings.now()
    start = service.week_of(week or now.astimezone(VIETNAM).date())
    content = await service.store(session, start, now)
    words = Words(language_of(request, visitor))
    return render(
        request, "reports.html", visitor, tables=list(tables.tables(content, words)), title=tables.title(content, words), week=start,
        weeks=await service.last_weeks(session, now), made_at=await service.made_at(session, start), charted=CHARTED, content=content,
    )  # fmt: skip


@router.get("/{week}.xlsx")
async def workbook(request: Request, session: Transaction, visitor: Reader, week: date) -> Response:
    content, words = await _content(request, session, visitor, week, "xlsx")
    return _file(files.workbook(content, words), SPREADSHEET, f"bao-cao-{content['week']}.xlsx")


@router.get("/{week}.pdf")
async def pdf(request: Request, session: Transaction, visitor: Reader, week: date) -> Response:
    content, words = await _content(request, session, visitor, week, "pdf")
    return _file(files.pdf(content, words), "application/pdf", f"bao-cao-{content['week']}.pdf")


async def _content(request: Request, session: Transaction, visitor: Visitor, week: date, kind: str) -> tuple[dict[str, object], Words]:
    now = request.app.state.settings.now()
    content = await service.store(session, service.week_of(week), now)
    await record(session, now, visitor.actor, "report_downloaded", "report", content["week"], {"kind": kind})
    return content, Words(language_of(request, visitor))


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
