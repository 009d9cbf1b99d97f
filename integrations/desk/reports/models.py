"""Weekly reports as they were when made."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from integrations.gateway.database import Base


class WeeklyReport(Base):
    """Counts only, small numbers suppressed; no personal data. `mail_tried_at` keeps two processes from sending it at once."""

    __tablename__ = "weekly_report"

    week_start: Mapped[date] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    mail_tried_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]
