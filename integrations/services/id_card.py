"""Client of the card-application look-up."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel

from integrations.core.receipt_code import ReceiptCode
from integrations.services.client import BackendClient


class SecondDetail(BaseModel):
    """What proves that the asker knows the applicant: the last four digits of the number, or the date of birth (ISO 8601)."""

    kind: Literal["last4", "birth_date"]
    value: str


class ApplicationStatus(BaseModel):
    """Where an application stands. `status` is a code, `status_text` the backend's own words; `trial` marks invented data."""

    receipt_code: str
    status: str
    status_text: str
    office: str
    submitted_on: date
    due_on: date
    updated_on: date | datetime
    collection: Literal["office", "post"]
    trial: bool = False


class _Applications(BaseModel):
    applications: list[ApplicationStatus]


class IdCardClient(BackendClient):
    """`ID_CARD_URL`."""

    service = "id_card"

    async def look_up(self, receipt_code: ReceiptCode, second_detail: SecondDetail) -> ApplicationStatus:
        """The application. Raises NotFound alike for an unknown code and a wrong detail."""
        body = {"receipt_code": receipt_code.value, "second_detail": second_detail.model_dump()}
        return await self._call("look_up", "POST", "/v1/status-lookups", ApplicationStatus, body=body)

    async def of_holder(self, number: str, birth_date: date | None, verification: str) -> list[ApplicationStatus]:
        """Every application of a person who was verified at a kiosk, the newest first; `verification` is that session, for the backend's own audit."""
        body = {"citizen_number": number, "birth_date": birth_date and birth_date.isoformat(), "verification": verification}
        return (await self._call("of_holder", "POST", "/v1/holder-lookups", _Applications, body=body)).applications
