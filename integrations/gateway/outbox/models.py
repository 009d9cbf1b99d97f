"""What we say to citizens, and what became of it."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from integrations.gateway.database import Base
from integrations.gateway.encryption import EncryptedJson, EncryptedText

DELIVERY_STATES = ("pending", "sending", "sent", "delivered", "seen", "ambiguous", "dead")


class OutboundMessage(Base):
    """One message as the channel sends it. `state`: `pending` → `sending` (a request may be on its way) → `sent` → `delivered` → `seen`;
    `ambiguous` when nobody can know whether the provider took it, `dead` when it will not be tried again (the dead letters).
    On the web there is no provider: a message is `sent` as soon as it is stored, the page fetches it."""

    __tablename__ = "outbound_message"
    __table_args__ = (
        UniqueConstraint("inbound_id", "part"),
        UniqueConstraint("conversation_id", "position"),
        CheckConstraint("author IN ('assistant', 'agent', 'system')", name="author"),
        CheckConstraint(f"state IN ({', '.join(repr(state) for state in DELIVERY_STATES)})", name="state"),
        Index("ix_outbound_message_provider_ref", "channel", "provider_ref", postgresql_where=text("provider_ref IS NOT NULL")),
        Index("ix_outbound_message_created_at", "created_at"),
        Index("ix_outbound_message_trouble", "state", postgresql_where=text("state IN ('ambiguous', 'dead')")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    position: Mapped[int]
    channel: Mapped[str] = mapped_column(String(8))
    inbound_id: Mapped[UUID | None] = mapped_column(ForeignKey("inbound_message.id", ondelete="SET NULL"))
    part: Mapped[int | None]
    author: Mapped[str] = mapped_column(String(16))
    staff_id: Mapped[UUID | None]
    notice: Mapped[str | None] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(EncryptedText("outbound_message.text"))
    choices: Mapped[list[dict[str, str]] | None] = mapped_column(EncryptedJson("outbound_message.choices"))
    state: Mapped[str] = mapped_column(String(16), server_default="pending")
    attempts: Mapped[int] = mapped_column(server_default="0")
    resends: Mapped[int] = mapped_column(server_default="0")
    provider_ref: Mapped[str | None] = mapped_column(String(255))
    reason: Mapped[str | None]
    code: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]
    sending_since: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]

    @property
    def reference(self) -> str:
        """What the provider is given to call this message by; another one each time that a person sends it again, lest it be taken for a repetition."""
        return f"{self.id}-{self.resends}" if self.resends else str(self.id)
