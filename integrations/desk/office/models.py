"""What supervisors set: office hours, promised times, the notice to citizens."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from integrations.gateway.database import Base


class OfficeSetting(Base):
    """One setting by name; absent means the built-in value of `office.service`."""

    __tablename__ = "office_setting"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[dict[str, Any]]
    changed_by: Mapped[UUID | None]
    changed_at: Mapped[datetime]
