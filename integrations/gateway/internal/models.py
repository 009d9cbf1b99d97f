"""What the dialogue asks the gateway to keep: tickets, consents, and counted attempts."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from integrations.gateway.database import Base
from integrations.gateway.encryption import EncryptedText


class Ticket(Base):
    """A visit, a call back, an appointment or a report of wrong data. Its code is what the citizen keeps."""

    __tablename__ = "ticket"
    __table_args__ = (
        CheckConstraint("kind IN ('home_visit', 'call_back', 'appointment', 'wrong_data')", name="kind"),
        CheckConstraint("state IN ('open', 'assigned', 'done', 'cancelled')", name="state"),
        Index("ix_ticket_state", "state", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    idempotency_key: Mapped[str] = mapped_column(String(255), unique=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    contact_name: Mapped[str | None] = mapped_column(EncryptedText("ticket.contact_name"))
    phone: Mapped[str | None] = mapped_column(EncryptedText("ticket.phone"))
    commune: Mapped[str | None] = mapped_column(String(120))
    hamlet: Mapped[str | None] = mapped_column(EncryptedText("ticket.hamlet"))
    reason: Mapped[str | None] = mapped_column(EncryptedText("ticket.reason"))
    preferred_time: Mapped[str | None] = mapped_column(EncryptedText("ticket.preferred_time"))
    detail: Mapped[str | None] = mapped_column(EncryptedText("ticket.detail"))
    state: Mapped[str] = mapped_column(String(16), server_default="open")
    unit_id: Mapped[UUID | None]
    assigned_to: Mapped[UUID | None]
    due_at: Mapped[datetime | None]
    visit_at: Mapped[datetime | None]
    result: Mapped[str | None] = mapped_column(EncryptedText("ticket.result"))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Consent(Base):
    """A consent given or withdrawn; the newest row per purpose counts."""

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(64))
    version: Mapped[str] = mapped_column(String(32))
    given: Mapped[bool]
    recorded_at: Mapped[datetime]


class Attempt(Base):
    """One counted attempt under one keyed hash (of a conversation, a subject or a network address)."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_key", "scope", "key_hash", "at"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    scope: Mapped[str] = mapped_column(String(32))
    key_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
