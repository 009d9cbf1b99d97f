"""Tables of lodging notifications."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from integrations.sandbox.database import Base, EncryptedText


class LodgingNotification(Base):
    """One notification. An establishment is found by the keyed hash of its folded name."""

    __tablename__ = "lodging_notification"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(String(200), unique=True)
    body_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(20))
    received_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(20))
    place_index: Mapped[str] = mapped_column(String(64), index=True)
    place_name: Mapped[str] = mapped_column(EncryptedText("lodging_notification.place_name"))
    province: Mapped[str] = mapped_column(String(100))
    commune: Mapped[str] = mapped_column(String(100))
    address: Mapped[str] = mapped_column(EncryptedText("lodging_notification.address"))
    notifier_name: Mapped[str] = mapped_column(EncryptedText("lodging_notification.notifier_name"))
    notifier_phone: Mapped[str] = mapped_column(EncryptedText("lodging_notification.notifier_phone"))
    arrival: Mapped[datetime]
    arrival_day: Mapped[date] = mapped_column(index=True)
    departure: Mapped[date]
    guests: Mapped[list["LodgingGuest"]] = relationship(cascade="all, delete-orphan", order_by="LodgingGuest.position", lazy="selectin")


class LodgingGuest(Base):
    """One guest of a notification."""

    __tablename__ = "lodging_guest"

    notification_code: Mapped[str] = mapped_column(ForeignKey("lodging_notification.code", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(EncryptedText("lodging_guest.name"))
    birth_date: Mapped[str] = mapped_column(EncryptedText("lodging_guest.birth_date"))
    citizen_number: Mapped[str | None] = mapped_column(EncryptedText("lodging_guest.citizen_number"))
    passport_number: Mapped[str | None] = mapped_column(EncryptedText("lodging_guest.passport_number"))
    reason: Mapped[str] = mapped_column(EncryptedText("lodging_guest.reason"))
