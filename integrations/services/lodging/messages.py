"""The messages of the lodging backend, with the fields of Luật Cư trú Điều 30 as replaced from 1/7/2026."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Place(BaseModel):
    """Where the guests sleep. `name` is the establishment's or the household head's."""

    kind: Literal["household", "establishment"]
    name: str
    province: str
    commune: str
    address: str


class Notifier(BaseModel):
    """Who notifies."""

    name: str
    phone: str


class Guest(BaseModel):
    """One guest; exactly one of the two numbers."""

    name: str
    birth_date: date
    citizen_number: str | None = None
    passport_number: str | None = None
    reason: str

    @property
    def number(self) -> str:
        """The citizen or passport number, whichever was given."""
        return self.citizen_number or self.passport_number or ""


class NotificationDraft(BaseModel):
    """What is sent. `arrival` is aware and is `from` on the wire; `departure` is the day of leaving, `to` on the wire."""

    model_config = ConfigDict(populate_by_name=True)

    place: Place
    notifier: Notifier
    guests: list[Guest]
    arrival: datetime = Field(alias="from")
    departure: date = Field(alias="to")


class Receipt(BaseModel):
    """The notification was taken in."""

    code: str
    received_at: datetime
    trial: bool = False


class Notification(NotificationDraft):
    """A stored notification."""

    code: str
    status: Literal["received", "corrected", "cancelled"]
    received_at: datetime
    updated_at: datetime
    trial: bool = False
