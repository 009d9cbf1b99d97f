"""A citizen's conversation on one channel, its sessions with the bot, and the cases that people work on."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from integrations.gateway.database import Base
from integrations.gateway.encryption import EncryptedJson, EncryptedText


class Conversation(Base):
    """One citizen on one channel, for ever. `owner` says who answers; it changes only by conditional UPDATEs (conversation.repository).

    `next_position` numbers everything said, in both directions; taking a number locks the row, so positions follow commit order.
    `state` is what the bot last said about its journey, without personal data. `choices` are the last ones offered.
    """

    __tablename__ = "conversation"
    __table_args__ = (
        UniqueConstraint("channel", "address_index"),
        CheckConstraint("owner IN ('bot', 'queued', 'agent')", name="owner"),
        CheckConstraint("channel IN ('web', 'zalo', 'sms', 'ussd')", name="channel"),
        Index("ix_conversation_owner_waiting", "owner", "owner_since", postgresql_where=text("owner <> 'bot'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    channel: Mapped[str] = mapped_column(String(8))
    address: Mapped[str] = mapped_column(EncryptedText("conversation.address"))
    address_index: Mapped[str] = mapped_column(String(64))
    network_index: Mapped[str | None] = mapped_column(String(64))
    owner: Mapped[str] = mapped_column(String(8), server_default="bot")
    owner_since: Mapped[datetime]
    language: Mapped[str] = mapped_column(String(8), server_default="vi")
    state: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    choices: Mapped[list[dict[str, str]] | None] = mapped_column(EncryptedJson("conversation.choices"))
    next_position: Mapped[int] = mapped_column(server_default="1")
    opted_out_at: Mapped[datetime | None]
    last_inbound_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class BotSession(Base):
    """A stretch of a conversation that the bot knows under one random sender id. At most one is open."""

    __tablename__ = "bot_session"
    __table_args__ = (Index("uq_bot_session_open", "conversation_id", unique=True, postgresql_where=text("ended_at IS NULL")),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    sender_id: Mapped[str] = mapped_column(String(64), unique=True)
    started_at: Mapped[datetime]
    last_turn_at: Mapped[datetime]
    turns: Mapped[int] = mapped_column(server_default="0")
    events: Mapped[int] = mapped_column(server_default="0")
    journey: Mapped[str | None] = mapped_column(String(64))
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(32))


class JourneyRun(Base):
    """One time that a citizen went through a journey: where it stands, and how it ended (`outcome`, as the dialogue tells it). No personal data."""

    __tablename__ = "journey_run"
    __table_args__ = (
        Index("ix_journey_run_started", "started_at"),
        Index("uq_journey_run_open", "conversation_id", "journey", unique=True, postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    journey: Mapped[str] = mapped_column(String(64))
    step: Mapped[str | None] = mapped_column(String(64))
    started_at: Mapped[datetime]
    last_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(16))


class Case(Base):
    """Work for a person: opened by a hand-over, at most one unresolved per conversation. The desk owns what happens to it.

    `told_at` is when the citizen last heard how long it will take, `attended` the position up to which the desk has looked at waiting messages.
    """

    __tablename__ = "support_case"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'assigned', 'snoozed', 'resolved')", name="state"),
        Index("uq_support_case_unresolved", "conversation_id", unique=True, postgresql_where=text("state <> 'resolved'")),
        Index("ix_support_case_waiting", "state", "opened_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(String(32))
    summary: Mapped[str | None] = mapped_column(EncryptedText("support_case.summary"))
    state: Mapped[str] = mapped_column(String(16), server_default="open")
    opened_at: Mapped[datetime]
    assigned_to: Mapped[UUID | None]
    assigned_at: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    resolution: Mapped[str | None] = mapped_column(String(32))
    unit_id: Mapped[UUID | None]
    label: Mapped[str | None] = mapped_column(String(40))
    told_at: Mapped[datetime | None]
    first_reply_at: Mapped[datetime | None]
    attended: Mapped[int] = mapped_column(server_default="0")


class AwaitedResult(Base):
    """An outside result (a kiosk check) that will continue a conversation when it arrives; `reference` is the other side's id."""

    __tablename__ = "awaited_result"

    reference: Mapped[str] = mapped_column(String(128), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
