"""From an identity of the provider to an account of the desk. The link is the provider's subject, never a name that somebody may choose."""

import re
from datetime import datetime
from hashlib import sha256
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.core.text_fitting import fold
from integrations.desk.accounts import repository
from integrations.desk.accounts.models import StaffMember, StaffUnit
from integrations.desk.audit import record
from integrations.desk.oidc.provider import Identity
from integrations.desk.settings import DeskSettings

Outcome = Literal["signed_in", "unknown", "no_role", "disabled"]


async def admit(session: AsyncSession, identity: Identity, settings: DeskSettings, now: datetime) -> tuple[StaffMember | None, Outcome]:
    """The member who may come in. With a role claim configured the provider's word on roles is the newest one:
    it makes accounts, changes roles and takes them away; administrators are made by hand only and stay what they are."""
    member = await repository.by_subject(session, identity.subject)
    role = settings.granted_role(identity.roles)
    if member is not None and member.disabled_at is not None:
        return None, "disabled"
    if member is None:
        if role is None:
            return None, "unknown"
        return await _made(session, identity, role, now), "signed_in"
    if settings.desk_oidc_role_claim and member.role != "admin":
        if role is None:
            return None, "no_role"
        await _changed(session, member, role, await _unit(session, identity.unit), settings, now)
    member.last_seen_at = now
    return member, "signed_in"


async def link(session: AsyncSession, member: StaffMember, subject: str) -> bool:
    """Whether the account is this subject's from now on; False when another account is."""
    other = await repository.by_subject(session, subject)
    if other is not None and other.id != member.id:
        return False
    member.oidc_subject = subject
    return True


async def _made(session: AsyncSession, identity: Identity, role: str, now: datetime) -> StaffMember:
    unit = await _unit(session, identity.unit)
    member = StaffMember(
        username=await _free_username(session, identity), display_name=identity.name.strip()[:80] or "Cán bộ", role=role, password_hash=None,
        unit_id=unit.id if unit else None, oidc_subject=identity.subject, created_at=now, last_seen_at=now,
    )  # fmt: skip
    session.add(member)
    await session.flush()
    await record(session, now, "provider", "account_added", "staff", member.id, {"role": role})
    return member


async def _changed(session: AsyncSession, member: StaffMember, role: str, unit: StaffUnit | None, settings: DeskSettings, now: datetime) -> None:
    unit_id = (unit.id if unit else None) if settings.desk_oidc_unit_claim else member.unit_id
    if (member.role, member.unit_id) == (role, unit_id):
        return
    member.role, member.unit_id = role, unit_id
    await session.flush()
    await record(session, now, "provider", "account_changed", "staff", member.id, {"role": role})


async def _unit(session: AsyncSession, name: str) -> StaffUnit | None:
    return await session.scalar(select(StaffUnit).where(StaffUnit.name == name)) if name else None


async def _free_username(session: AsyncSession, identity: Identity) -> str:
    """The provider's username where it is free and fits ours, otherwise one made of the subject: names are for mentions, not for identity."""
    wished = re.sub(r"[^a-z0-9._-]", "", fold(identity.username.partition("@")[0]).lower())[:64]
    if len(wished) >= 2 and await repository.by_username(session, wished) is None:
        return wished
    return f"{wished[:50] or 'canbo'}-{sha256(identity.subject.encode()).hexdigest()[:8]}"
