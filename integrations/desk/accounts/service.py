"""Making accounts, signing in and out."""

import asyncio
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.desk.accounts import passwords, repository
from integrations.desk.accounts.models import ROLES, StaffMember, StaffSession
from integrations.desk.audit import record
from integrations.desk.errors import NotFound, Refused
from integrations.desk.settings import DeskSettings
from integrations.desk.texts import mark as _

ATTEMPTS_BEFORE_LOCK = 5
LOCK = timedelta(minutes=15)
TOUCH_EVERY = timedelta(minutes=1)

SignInOutcome = Literal["signed_in", "refused", "code_needed"]


@dataclass(frozen=True)
class SignedIn:
    """`outcome` refused says nothing about why: an account's existence, lock and password look alike from outside."""

    outcome: SignInOutcome
    token: str | None = None
    member: StaffMember | None = None


@dataclass(frozen=True)
class Visitor:
    """The signed-in member behind a request."""

    member: StaffMember
    csrf_token: str
    token_hash: bytes
    by_provider: bool = False

    @property
    def id(self) -> UUID:
        return self.member.id

    @property
    def role(self) -> str:
        return self.member.role

    @property
    def actor(self) -> str:
        """How the audit trail names this person."""
        return f"staff:{self.member.id}"


def token_hash(token: str) -> bytes:
    return sha256(token.encode()).digest()


async def add_member(
    session: AsyncSession, *, username: str, display_name: str, role: str, password: str, now: datetime, unit_id: UUID | None = None, temporary: bool = True
) -> StaffMember:
    """A new account; a temporary password must be changed at the first sign-in. Raises Refused."""
    username = username.strip().lower()
    if role not in ROLES:
        raise Refused(_("Vai trò phải là một trong: %(roles)s."), roles=", ".join(ROLES))
    if not (2 <= len(username) <= 64 and username.replace(".", "").replace("-", "").replace("_", "").isalnum() and username.isascii()):
        raise Refused(_("Tên đăng nhập gồm 2 đến 64 chữ cái không dấu, chữ số, dấu chấm, gạch ngang."))
    passwords.check_policy(password, username)
    member = StaffMember(
        username=username, display_name=display_name.strip()[:80] or username, role=role, unit_id=unit_id, created_at=now,
        password_hash=await asyncio.to_thread(passwords.hash_password, password), must_change_password=temporary,
    )  # fmt: skip
    try:
        async with session.begin_nested():
            session.add(member)
    except IntegrityError as error:
        raise Refused(_("Tên đăng nhập này đã có.")) from error
    return member


async def sign_in(session: AsyncSession, username: str, password: str, code: str, now: datetime) -> SignedIn:
    """Checks password and one-time code. Never raises for wrong input, so that the failure is counted when the request commits."""
    member = await repository.by_username(session, username)
    usable = member is not None and member.disabled_at is None and (member.locked_until is None or member.locked_until <= now)
    fits = await asyncio.to_thread(passwords.verify_password, member.password_hash if member is not None else None, password[: passwords.LONGEST])
    if member is None or not usable or not fits:
        if member is not None and usable:
            await _count_failure(session, member, now)
        return SignedIn("refused")
    if member.totp_secret is not None:
        if not code:
            return SignedIn("code_needed")
        step = passwords.totp_step(member.totp_secret, code, now)
        if step is None or not await repository.use_totp_step(session, member.id, step):
            await _count_failure(session, member, now)
            return SignedIn("refused")
    if member.password_hash is not None and passwords.needs_rehash(member.password_hash):
        member.password_hash = await asyncio.to_thread(passwords.hash_password, password)
    member.failed_attempts, member.locked_until, member.last_seen_at = 0, None, now
    return SignedIn("signed_in", open_session(session, member, now), member)


async def _count_failure(session: AsyncSession, member: StaffMember, now: datetime) -> None:
    if await repository.count_failure(session, member.id, ATTEMPTS_BEFORE_LOCK, now + LOCK):
        await record(session, now, "sign-in", "account_locked", "staff", member.id)


def open_session(session: AsyncSession, member: StaffMember, now: datetime, *, by_provider: bool = False) -> str:
    """A fresh session; returns the cookie's value, which is stored nowhere."""
    token = secrets.token_urlsafe(32)
    session.add(
        StaffSession(
            token_hash=token_hash(token), staff_id=member.id, csrf_token=secrets.token_urlsafe(32), by_provider=by_provider, created_at=now, last_used_at=now
        )
    )
    return token


async def visitor(session: AsyncSession, token: str | None, now: datetime, settings: DeskSettings, *, active: bool = True) -> Visitor | None:
    """Who holds this cookie; None when it is unknown, idle too long, too old, or the member was disabled.

    A page that keeps itself current is there (`last_seen_at`), but nobody has done anything (`active`): it does not keep a session open.
    """
    if not token:
        return None
    found = await repository.session_with_member(session, token_hash(token))
    if found is None:
        return None
    stored, member = found
    idle = now - stored.last_used_at > timedelta(minutes=settings.desk_idle_minutes)
    if idle or now - stored.created_at > timedelta(hours=settings.desk_session_hours):
        await repository.end_session(session, stored.token_hash)
        return None
    if active and now - stored.last_used_at > TOUCH_EVERY:
        stored.last_used_at = now
    if member.last_seen_at is None or now - member.last_seen_at > TOUCH_EVERY:
        member.last_seen_at = now
    return Visitor(member, stored.csrf_token, stored.token_hash, stored.by_provider)


async def change_password(session: AsyncSession, who: Visitor, old: str, new: str, now: datetime) -> None:
    """Raises Refused. Every other session of the member ends."""
    await _check_own_password(session, who.member, old, now)
    passwords.check_policy(new, who.member.username)
    who.member.password_hash = await asyncio.to_thread(passwords.hash_password, new)
    who.member.must_change_password = False
    await repository.end_sessions(session, who.id, keep=who.token_hash)


async def _check_own_password(session: AsyncSession, member: StaffMember, password: str, now: datetime) -> None:
    """A stolen session guesses no faster than a stranger at the sign-in page. Raises Refused, which the endpoint answers so that the failure counts."""
    locked = member.locked_until is not None and member.locked_until > now
    if not locked and await asyncio.to_thread(passwords.verify_password, member.password_hash, password[: passwords.LONGEST]):
        return
    if not locked:
        await _count_failure(session, member, now)
    raise Refused(_("Mật khẩu hiện tại không đúng. Sau 5 lần sai, phải đợi 15 phút."))


async def reset(session: AsyncSession, username: str, password: str) -> StaffMember:
    """A temporary password, no lock, no authenticator, no open session. Raises NotFound."""
    member = await existing(session, username)
    member.password_hash = await asyncio.to_thread(passwords.hash_password, password)
    member.must_change_password, member.failed_attempts, member.locked_until = True, 0, None
    member.totp_secret = member.totp_step = None
    await repository.end_sessions(session, member.id)
    return member


async def set_disabled(session: AsyncSession, username: str, at: datetime | None) -> StaffMember:
    """Disabling ends every session at once. Raises NotFound."""
    member = await existing(session, username)
    member.disabled_at = at
    await repository.end_sessions(session, member.id)
    return member


async def existing(session: AsyncSession, username: str) -> StaffMember:
    """Raises NotFound."""
    member = await repository.by_username(session, username)
    if member is None:
        raise NotFound(_("Không có tài khoản này."))
    return member


async def enrol_totp(session: AsyncSession, who: Visitor, secret: str, code: str, password: str, now: datetime) -> None:
    """Raises Refused. The password is asked again: a stolen session must not replace the second factor."""
    await _check_own_password(session, who.member, password, now)
    if len(secret) != 32 or not set(secret) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"):
        raise Refused(_("Trang đã cũ. Xin tải lại trang rồi làm lại."))
    step = passwords.totp_step(secret, code, now)
    if step is None:
        raise Refused(_("Mã xác thực không đúng. Xin kiểm tra giờ trên điện thoại rồi nhập mã mới."))
    who.member.totp_secret, who.member.totp_step = secret, step
    await repository.end_sessions(session, who.id, keep=who.token_hash)
