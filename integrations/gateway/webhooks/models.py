"""What a channel must remember between requests."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from integrations.gateway.database import Base
from integrations.gateway.encryption import EncryptedJson


class ChannelCredential(Base):
    """Rotating credentials of one provider (Zalo's single-use refresh token). Rotation holds an advisory lock: one refresher at a time."""

    __tablename__ = "channel_credential"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(EncryptedJson("channel_credential.value"))
    updated_at: Mapped[datetime]
