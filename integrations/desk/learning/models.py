"""What officers teach: never used for training without a further review."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from integrations.gateway.database import Base


class ReviewMark(Base):
    """An officer's judgement of one misunderstood message: the intent or knowledge unit it belongs to, or `none`."""

    __tablename__ = "review_mark"

    inbound_id: Mapped[UUID] = mapped_column(ForeignKey("inbound_message.id", ondelete="CASCADE"), primary_key=True)
    target: Mapped[str] = mapped_column(String(120))
    staff_id: Mapped[UUID]
    at: Mapped[datetime]
