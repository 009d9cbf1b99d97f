"""What the lodging stand-in accepts, with the limits of the law, and answers."""

from datetime import date, datetime, timedelta
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from integrations.core.lodging_deadline import VIETNAM

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
OptionalText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300, pattern=r"^[^\x00-\x1f\x7f]*$")]
LONGEST_STAY = timedelta(days=30)


class Place(BaseModel):
    """Where the guests sleep."""

    kind: Literal["household", "establishment"]
    name: Text
    province: Text
    commune: Text
    address: OptionalText


class Notifier(BaseModel):
    """Who notifies."""

    name: Text
    phone: Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{8,15}$")]


class Guest(BaseModel):
    """One guest; exactly one number."""

    name: Text
    birth_date: date
    citizen_number: Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")] | None = None
    passport_number: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{5,15}$")] | None = None
    reason: Text

    @model_validator(mode="after")
    def _one_number(self) -> Self:
        if (self.citizen_number is None) == (self.passport_number is None):
            raise ValueError("one_number_per_guest")
        if self.birth_date > datetime.now(VIETNAM).date():
            raise ValueError("birth_date_in_future")
        return self


class NotificationContent(BaseModel):
    """A notification as it is sent. Luật Cư trú Điều 2, 27: 30 days and more is temporary residence, not lodging."""

    model_config = ConfigDict(populate_by_name=True)

    place: Place
    notifier: Notifier
    guests: Annotated[list[Guest], Field(min_length=1, max_length=100)]
    arrival: AwareDatetime = Field(alias="from")
    departure: date = Field(alias="to")

    @model_validator(mode="after")
    def _under_thirty_days(self) -> Self:
        if not datetime(1990, 1, 2, tzinfo=VIETNAM) < self.arrival < datetime(2200, 1, 1, tzinfo=VIETNAM):
            raise ValueError("arrival_out_of_range")
        if self.departure < self.arrival_day:
            raise ValueError("ends_before_start")
        if self.departure - self.arrival_day >= LONGEST_STAY:
            raise ValueError("temporary_residence")
        return self

    @property
    def arrival_day(self) -> date:
        """The first day, in Vietnam."""
        return self.arrival.astimezone(VIETNAM).date()


class Receipt(BaseModel):
    """The notification was taken in."""

    code: str
    received_at: datetime
    trial: Literal[True] = True


class StoredNotification(NotificationContent):
    """A stored notification."""

    code: str
    status: Literal["received", "corrected", "cancelled"]
    received_at: datetime
    updated_at: datetime
    trial: Literal[True] = True
