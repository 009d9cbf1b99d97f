"""Every Monday the report of the week before is made by itself, kept, and (with `DESK_REPORTS` set) laid down as files for whoever sends them on."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from integrations.desk.reports import files, service
from integrations.desk.texts import SOURCE, Words


async def keep_last_week(sessions: async_sessionmaker[AsyncSession], now: datetime, folder: Path | None) -> None:
    """May be called any number of times. The files are made when the transaction has ended: it holds the lock of the audit trail."""
    async with sessions() as session, session.begin():
        content = await service.store(session, service.last_week(now), now)
    if folder is not None and not _place(folder, content, "pdf").exists():
        await asyncio.to_thread(_lay_down, folder, content)


def _lay_down(folder: Path, content: dict[str, Any]) -> None:
    """Whole files only: each is written beside its place and moved there."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, made in files.both(content, Words(SOURCE)):
        place = _place(folder, content, kind)
        beside = place.with_suffix(f".{kind}.part")
        beside.write_bytes(made)
        beside.replace(place)


def _place(folder: Path, content: dict[str, Any], kind: str) -> Path:
    return folder / files.name(content, kind)


def laid_down(folder: Path | None) -> list[Path]:
    """The files of all weeks, the newest week first."""
    return sorted(folder.glob("bao-cao-????-??-??.*[fx]"), reverse=True) if folder is not None else []
