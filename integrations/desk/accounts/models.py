"""Staff accounts and their sign-in sessions."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from integrations.gateway.database import Base
from integrations.gateway.encryption import EncryptedText

ROLES = ("agent", "supervisor", "field", "auditor", "admin")


class StaffMember(Base):
    """One person of the staff with one role: nobody can be both administrator and auditor.

    `totp_step` is the last time step whose code was accepted, so that a code works once. Without a password only the provider signs the member in.
    """

    __tablename__ = "staff_member"
    __table_args__ = (CheckConstraint(f"role IN ({', '.join(repr(role) for role in ROLES)})", name="role"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    display_name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(16))
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff_unit.id", ondelete="SET NULL"))
    password_hash: Mapped[str | None]
    must_change_password: Mapped[bool] = mapped_column(server_default="false")
    totp_secret: Mapped[str | None] = mapped_column(EncryptedText("staff_member.totp_secret"))
    totp_step: Mapped[int | None] = mapped_column(BigInteger)
    failed_attempts: Mapped[int] = mapped_column(server_default="0")
    locked_until: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(String(8), server_default="vi")
    available: Mapped[bool] = mapped_column(server_default="true")
    oidc_subject: Mapped[str | None] = mapped_column(String(255), unique=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]


class StaffUnit(Base):
    """An office or field team, and the communes whose work it takes."""

    __tablename__ = "staff_unit"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    communes: Mapped[list[str]] = mapped_column(server_default="[]")


class StaffSession(Base):
    """A signed-in browser. Only a hash of the cookie is stored: a copy of the table opens no session.

    `by_provider`: opened by the OpenID Connect provider, which has asked for its own second factor.
    """

    __tablename__ = "staff_session"
    __table_args__ = (Index("ix_staff_session_staff", "staff_id"),)

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_member.id", ondelete="CASCADE"))
    csrf_token: Mapped[str] = mapped_column(String(64))
    by_provider: Mapped[bool] = mapped_column(server_default="false")
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
