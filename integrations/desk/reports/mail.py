"""The week's report by e-mail, once it is kept: figures only. What citizens wrote stays at the desk, even masked."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import aiosmtplib
from fastapi import FastAPI
from sqlalchemy import or_, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from integrations.desk.audit import record
from integrations.desk.background import running
from integrations.desk.reports import files, service
from integrations.desk.reports.mail_settings import MailSettings
from integrations.desk.reports.models import WeeklyReport
from integrations.desk.reports.tables import title
from integrations.desk.settings import get_desk_settings
from integrations.desk.texts import SOURCE, Words
from integrations.desk.texts import mark as _

LOOKS_EVERY = 60.0
TRIED_AGAIN_AFTER = timedelta(minutes=15)
ANSWER_WITHIN = 30.0
logger = logging.getLogger(__name__)


@asynccontextmanager
async def postman(app: FastAPI) -> AsyncIterator[None]:
    """Lives as long as the application; has nothing to do where no mail server is set."""
    settings = get_desk_settings()
    if not settings.desk_mail_server:
        yield
        return
    async with running(_run(app, settings), "postman"):
        yield


async def _run(app: FastAPI, settings: MailSettings) -> None:
    while True:
        try:
            await send_last_week(app.state.sessions, settings, app.state.settings.public_url, app.state.settings.now())
        except SQLAlchemyError:
            logger.exception("the postman could not look for a report")
        await asyncio.sleep(LOOKS_EVERY)


async def send_last_week(sessions: async_sessionmaker[AsyncSession], settings: MailSettings, public_url: str, now: datetime) -> None:
    """May be called any number of times by any number of processes; what failed is tried again later. No transaction is open while the server is asked."""
    start = service.last_week(now)
    async with sessions() as session, session.begin():
        content = await _claim(session, start, now)
    if content is None:
        return
    try:
        refused = await _send(_message(content, settings, public_url), settings)
    except (aiosmtplib.SMTPException, OSError) as error:
        logger.warning("the weekly report was not sent by e-mail", extra={"error": type(error).__name__})
        return
    async with sessions() as session, session.begin():
        await session.execute(update(WeeklyReport).where(WeeklyReport.week_start == start).values(mailed_at=now))
        await record(session, now, "desk", "report_mailed", "report", start.isoformat(), {"count": len(settings.mail_recipients) - refused})


async def _claim(session: AsyncSession, start: date, now: datetime) -> dict[str, Any] | None:
    """The report's content, when it is kept, unsent, and nobody has tried for a while."""
    free = or_(WeeklyReport.mail_tried_at.is_(None), WeeklyReport.mail_tried_at < now - TRIED_AGAIN_AFTER)
    claimed = update(WeeklyReport).where(WeeklyReport.week_start == start, WeeklyReport.mailed_at.is_(None), free).values(mail_tried_at=now)
    return await session.scalar(claimed.returning(WeeklyReport.content))


def _message(content: dict[str, Any], settings: MailSettings, public_url: str) -> EmailMessage:
    words, told = Words(SOURCE), service.without_words_of_citizens(content)
    message = EmailMessage()
    message["From"], message["To"] = settings.desk_mail_from, ", ".join(settings.mail_recipients)
    message["Subject"] = f"{title(content, words)} · Trợ lý 06"
    message.set_content(
        words.text(
            _("Báo cáo tuần của Trợ lý 06 ở trong hai tệp kèm theo: chỉ có số liệu. Ví dụ câu hỏi của người dân xem tại bàn trực: %(address)s"),
            address=f"{public_url}/desk/reports?week={content['week']}",
        )
    )
    for kind, made in files.both(told, words):
        main, _slash, sub = files.MEDIA[kind].partition("/")
        message.add_attachment(made, maintype=main, subtype=sub, filename=files.name(content, kind))
    return message


async def _send(message: EmailMessage, settings: MailSettings) -> int:
    """How many recipients the server refused. Raises SMTPException (nobody took it, too) or OSError."""
    password = settings.desk_mail_password.get_secret_value() if settings.desk_mail_password else None
    errors, _answer = await aiosmtplib.send(
        message, hostname=settings.desk_mail_server, port=settings.desk_mail_port, timeout=ANSWER_WITHIN, use_tls=settings.desk_mail_security == "tls",
        start_tls=settings.desk_mail_security == "starttls", username=settings.desk_mail_user or None, password=password,
    )  # fmt: skip
    return len(errors)
