"""SQL of staff accounts and sessions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.desk.accounts.models import StaffMember, StaffSession, StaffUnit


async def by_username(session: AsyncSession, username: str) -> StaffMember | None:
    return await session.scalar(select(StaffMember).where(StaffMember.username == username.strip().lower()))


async def by_subject(session: AsyncSession, subject: str) -> StaffMember | None:
    """The member whom the provider calls so."""
    return await session.scalar(select(StaffMember).where(StaffMember.oidc_subject == subject))


async def all_staff(session: AsyncSession) -> list[StaffMember]:
    return list(await session.scalars(select(StaffMember).order_by(StaffMember.username)))


async def answering_staff(session: AsyncSession) -> list[StaffMember]:
    """Who can hold a conversation."""
    found = select(StaffMember).where(StaffMember.role.in_(("agent", "supervisor")), StaffMember.disabled_at.is_(None))
    return list(await session.scalars(found.order_by(StaffMember.display_name)))


async def is_manned(session: AsyncSession, unit_id: UUID) -> bool:
    """Whether somebody of the unit can hold a conversation."""
    return any(member.unit_id == unit_id for member in await answering_staff(session))


async def all_units(session: AsyncSession) -> list[StaffUnit]:
    return list(await session.scalars(select(StaffUnit).order_by(StaffUnit.name)))


async def count_failure(session: AsyncSession, staff_id: UUID, limit: int, locked_until: datetime) -> bool:
    """One more failed attempt; the one that reaches the limit locks the account and starts the count anew. Whether this one did."""
    attempts = await session.scalar(
        update(StaffMember).where(StaffMember.id == staff_id).values(failed_attempts=StaffMember.failed_attempts + 1).returning(StaffMember.failed_attempts)
    )
    if attempts is not None and attempts >= limit:
        await session.execute(update(StaffMember).where(StaffMember.id == staff_id).values(failed_attempts=0, locked_until=locked_until))
        return True
    return False


async def use_totp_step(session: AsyncSession, staff_id: UUID, step: int) -> bool:
    """Whether this step's code was not used before; marks it used."""
    fresh = or_(StaffMember.totp_step.is_(None), StaffMember.totp_step < step)
    used = await session.scalar(update(StaffMember).where(StaffMember.id == staff_id, fresh).values(totp_step=step).returning(StaffMember.id))
    return used is not None


async def session_with_member(session: AsyncSession, token_hash: bytes) -> tuple[StaffSession, StaffMember] | None:
    """The session and its member, when the member may still work here."""
    query = select(StaffSession, StaffMember).join(StaffMember, StaffMember.id == StaffSession.staff_id)
    row = (await session.execute(query.where(StaffSession.token_hash == token_hash, StaffMember.disabled_at.is_(None)))).one_or_none()
    return None if row is None else (row[0], row[1])


async def end_sessions(session: AsyncSession, staff_id: UUID, *, keep: bytes = b"") -> None:
    await session.execute(delete(StaffSession).where(StaffSession.staff_id == staff_id, StaffSession.token_hash != keep))


async def end_session(session: AsyncSession, token_hash: bytes) -> None:
    await session.execute(delete(StaffSession).where(StaffSession.token_hash == token_hash))
