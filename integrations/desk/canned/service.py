"""Prepared replies: who sees which, and how their variables are filled in."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.desk.canned.models import CannedReply
from integrations.desk.errors import Refused
from integrations.desk.texts import mark as _

VARIABLES = ("officer", "unit", "case_code", "time")
LONGEST = 2000
_VARIABLE = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")


async def for_unit(session: AsyncSession, unit_id: UUID | None) -> Sequence[CannedReply]:
    """Everybody's replies and the unit's own; the unit's own stands for everybody's of the same code."""
    found = select(CannedReply).where(or_(CannedReply.unit_id.is_(None), CannedReply.unit_id == unit_id)).order_by(CannedReply.code)
    by_code: dict[str, CannedReply] = {}
    for reply in await session.scalars(found):
        if reply.code not in by_code or reply.unit_id is not None:
            by_code[reply.code] = reply
    return list(by_code.values())


async def everything(session: AsyncSession) -> Sequence[CannedReply]:
    return (await session.scalars(select(CannedReply).order_by(CannedReply.code))).all()


async def save(session: AsyncSession, code: str, text: str, unit_id: UUID | None, staff_id: UUID, now: datetime) -> None:
    """Raises Refused: a code of letters and digits, a text, and only known variables."""
    code, text = code.strip().lower(), text.strip()
    unknown = set(_VARIABLE.findall(text)) - set(VARIABLES)
    if not re.fullmatch(r"[a-z0-9-]{2,32}", code) or not 0 < len(text) <= LONGEST:
        raise Refused(_("Mã gồm 2 đến 32 chữ cái không dấu, chữ số, gạch ngang; nội dung không được trống."))
    if unknown:
        raise Refused(_("Biến không có: %(names)s. Các biến dùng được: %(known)s."), names=", ".join(sorted(unknown)), known=", ".join(VARIABLES))
    row = insert(CannedReply).values(code=code, text=text, unit_id=unit_id, changed_by=staff_id, changed_at=now)
    changed = {"text": text, "changed_by": staff_id, "changed_at": now}
    await session.execute(row.on_conflict_do_update(index_elements=["code", "unit_id"], set_=changed))


async def remove(session: AsyncSession, reply_id: UUID) -> None:
    await session.execute(delete(CannedReply).where(CannedReply.id == reply_id))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables' values; values are not read for variables again."""
    return _VARIABLE.sub(lambda match: values.get(match[1], match[0]), text)
