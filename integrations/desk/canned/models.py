"""Prepared replies."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from integrations.gateway.database import Base


class CannedReply(Base):
    """A text behind a short code, for one unit or (no unit) for all. `{{officer}}` and the like are filled in when it is chosen."""

    __tablename__ = "canned_reply"
    __table_args__ = (Index("uq_canned_reply_code", "code", "unit_id", unique=True, postgresql_nulls_not_distinct=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    code: Mapped[str] = mapped_column(String(32))
    text: Mapped[str]
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff_unit.id", ondelete="CASCADE"))
    changed_by: Mapped[UUID | None]
    changed_at: Mapped[datetime]
