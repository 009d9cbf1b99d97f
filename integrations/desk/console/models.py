"""What the console keeps beside the gateway's conversations and cases."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from integrations.gateway.database import Base


class Submission(Base):
    """A form that was sent: the page makes its id, so that a repeated click or a retried request happens once."""

    __tablename__ = "staff_submission"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID]
    at: Mapped[datetime]
