"""How satisfied citizens were with a case."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from integrations.gateway.database import Base
from integrations.gateway.encryption import EncryptedText


class Satisfaction(Base):
    """One question about one case. While `closed_at` is empty the desk waits for a mark from 1 to 5, then for a comment."""

    __tablename__ = "satisfaction"
    __table_args__ = (CheckConstraint("score BETWEEN 1 AND 5", name="score"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("support_case.id", ondelete="CASCADE"), primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[UUID | None]
    asked_at: Mapped[datetime]
    score: Mapped[int | None]
    comment: Mapped[str | None] = mapped_column(EncryptedText("satisfaction.comment"))
    closed_at: Mapped[datetime | None]
