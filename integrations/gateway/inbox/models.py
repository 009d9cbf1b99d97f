"""What citizens sent."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from integrations.gateway.database import Base
from integrations.gateway.encryption import EncryptedJson, EncryptedText


class InboundMessage(Base):
    """One message or event of a citizen. `state`: `received` waits for its turn, `answered` by the bot or by a rule, `kept` for staff
    (a person owns the conversation), `failed` no answer could be made and a person was called, `noted` needs none."""

    __tablename__ = "inbound_message"
    __table_args__ = (
        UniqueConstraint("channel", "provider_message_id"),
        UniqueConstraint("conversation_id", "position"),
        CheckConstraint("state IN ('received', 'answered', 'kept', 'failed', 'noted')", name="state"),
        Index("ix_inbound_message_received_at", "received_at"),
        CheckConstraint("kind IN ('text', 'payload', 'media', 'event', 'empty', 'too_long')", name="kind"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    position: Mapped[int]
    channel: Mapped[str] = mapped_column(String(8))
    provider_message_id: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str | None] = mapped_column(EncryptedText("inbound_message.text"))
    payload: Mapped[str | None] = mapped_column(EncryptedText("inbound_message.payload"))
    event: Mapped[str | None] = mapped_column(String(32))
    event_data: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJson("inbound_message.event_data"))
    redacted: Mapped[list[str]] = mapped_column(server_default="[]")
    state: Mapped[str] = mapped_column(String(16), server_default="received")
    failures: Mapped[int] = mapped_column(server_default="0")
    empty_answers: Mapped[int] = mapped_column(server_default="0")
    first_failed_at: Mapped[datetime | None]
    understood: Mapped[dict[str, Any] | None]
    bot_session_id: Mapped[UUID | None] = mapped_column(ForeignKey("bot_session.id", ondelete="SET NULL"), index=True)
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
