"""USSD sessions, and answers that came too late for their screen."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from integrations.gateway.database import Base
from integrations.gateway.encryption import EncryptedJson


class UssdSession(Base):
    """One dialling. The provider's session id may hold the subscriber's number, so only its keyed hash is kept.

    `state` is where the citizen stands (`dialogue.State`); `waiting_for` is the message whose answer the screen waits for.
    """

    __tablename__ = "ussd_session"
    __table_args__ = (
        Index("uq_ussd_session_open", "conversation_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        Index("ix_ussd_session_conversation", "conversation_id", "touched_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    provider: Mapped[str] = mapped_column(String(32))
    session_index: Mapped[str] = mapped_column(String(64))
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    state: Mapped[dict[str, Any]] = mapped_column(EncryptedJson("ussd_session.state"))
    requests: Mapped[int] = mapped_column(server_default="0")
    waiting_for: Mapped[UUID | None]
    started_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class LateAnswer(Base):
    """A message whose screen is gone: whatever answers it goes out by SMS."""

    __tablename__ = "ussd_late_answer"

    inbound_id: Mapped[UUID] = mapped_column(ForeignKey("inbound_message.id", ondelete="CASCADE"), primary_key=True)
