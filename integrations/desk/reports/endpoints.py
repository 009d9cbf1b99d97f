"""The weekly report on the screen, as a workbook and as a PDF."""

import asyncio
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from integrations.core.clock import VIETNAM
from integrations.desk.access.guards import Transaction, permitted
from integrations.desk.accounts.service import Visitor
from integrations.desk.audit import record
from integrations.desk.errors import NotFound
from integrations.desk.pages import language_of, render
from integrations.desk.reports import files, schedule, service, tables
from integrations.desk.settings import get_desk_settings
from integrations.desk.texts import Words
from integrations.desk.texts import mark as _

router = APIRouter(prefix="/desk/reports")
Reader = Annotated[Visitor, Depends(permitted("reports.read"))]
CHARTED = 12
"""How many lines of a table are drawn."""


@router.get("")
async def report_page(request: Request, session: Transaction, visitor: Reader, week: date | None = None) -> HTMLResponse:
    now = request.app.state.settings.now()
    start = await _start(session, week or now.astimezone(VIETNAM).date(), now)
    content = await service.store(session, start, now)
    words = Words(language_of(request, visitor))
    return render(
        request, "reports.html", visitor, tables=list(tables.tables(content, words)), title=tables.title(content, words), week=start,
        weeks=await service.last_weeks(session, now), kept=await service.kept(session, start), charted=CHARTED, hidden_note=tables.HIDDEN_NOTE,
        laid_down=schedule.laid_down(get_desk_settings().desk_reports),
    )  # fmt: skip


@router.get("/{week}.xlsx")
async def workbook(request: Request, session: Transaction, visitor: Reader, week: date) -> Response:
    content, words = await _content(request, session, visitor, week, "xlsx")
    return _file(await asyncio.to_thread(files.workbook, content, words), content, "xlsx")


@router.get("/{week}.pdf")
async def pdf(request: Request, session: Transaction, visitor: Reader, week: date) -> Response:
    content, words = await _content(request, session, visitor, week, "pdf")
    return _file(await asyncio.to_thread(files.pdf, content, words), content, "pdf")


@router.get("/files/{name}")
async def laid_down_file(request: Request, session: Transaction, visitor: Reader, name: str) -> FileResponse:
    """One of those that were laid down by themselves."""
    found = next((path for path in schedule.laid_down(get_desk_settings().desk_reports) if path.name == name), None)
    if found is None:
        raise NotFound(_("Không có tệp này."))
    kind, week = found.suffix[1:], found.stem.removeprefix("bao-cao-")
    await record(session, request.app.state.settings.now(), visitor.actor, "report_downloaded", "report", week, {"kind": kind})
    return FileResponse(found, media_type=files.MEDIA[kind], filename=found.name)


async def _start(session: Transaction, day: date, now: datetime) -> date:
    """The Monday of a day whose week has a report. Raises NotFound."""
    start = service.week_of(day)
    if not await service.is_reported(session, start, now):
        raise NotFound(_("Tuần này không có báo cáo."))
    return start


async def _content(request: Request, session: Transaction, visitor: Visitor, week: date, kind: str) -> tuple[dict[str, Any], Words]:
    now = request.app.state.settings.now()
    content = await service.store(session, await _start(session, week, now), now)
    await record(session, now, visitor.actor, "report_downloaded", "report", content["week"], {"kind": kind})
    return content, Words(language_of(request, visitor))


def _file(made: bytes, content: dict[str, Any], kind: str) -> Response:
    return Response(made, media_type=files.MEDIA[kind], headers={"Content-Disposition": f'attachment; filename="{files.name(content, kind)}"'})
