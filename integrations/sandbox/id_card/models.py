"""Table of card applications."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from integrations.sandbox.database import Base, EncryptedText


class CardApplication(Base):
    """One application. The receipt code is found by its keyed hash; who applied is encrypted."""

    __tablename__ = "card_application"

    receipt_index: Mapped[str] = mapped_column(String(64), primary_key=True)
    receipt_code: Mapped[str] = mapped_column(EncryptedText("card_application.receipt_code"))
    status: Mapped[str] = mapped_column(String(32))
    office: Mapped[str] = mapped_column(String(200))
    submitted_on: Mapped[date]
    due_on: Mapped[date]
    updated_on: Mapped[date]
    collection: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(EncryptedText("card_application.name"))
    citizen_number: Mapped[str] = mapped_column(EncryptedText("card_application.citizen_number"))
    birth_date: Mapped[str] = mapped_column(EncryptedText("card_application.birth_date"))


class CardHolder(Base):
    """Whose application it is, found by the keyed hash of the citizen number."""

    __tablename__ = "card_holder"

    holder_index: Mapped[str] = mapped_column(String(64), primary_key=True)
    receipt_index: Mapped[str] = mapped_column(ForeignKey("card_application.receipt_index"), primary_key=True)
