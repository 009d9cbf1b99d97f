"""`/id-card`: a look-up that does not tell an unknown code from a wrong detail, neither by its body nor by its work; and one by a verified holder."""

import hmac
from datetime import date
from typing import Annotated, Literal

from fastapi import FastAPI, Response
from pydantic import BaseModel, StringConstraints
from sqlalchemy import select

from integrations.core.errors import InvalidValue
from integrations.core.receipt_code import ReceiptCode
from integrations.sandbox.context import ContextOf, SessionOf
from integrations.sandbox.errors import Problem, Refused, answer_problems
from integrations.sandbox.faults import misbehave
from integrations.sandbox.id_card.models import CardApplication, CardHolder

# No official list of status names has been published; every text says that it is trial data.
STATUS_TEXTS = {
    "received": "Đã tiếp nhận hồ sơ (dữ liệu thử)",
    "processing": "Đang xử lý hồ sơ (dữ liệu thử)",
    "needs_supplement": "Cần bổ sung thông tin (dữ liệu thử)",
    "printed": "Đã in thẻ, đang chuyển về nơi trả (dữ liệu thử)",
    "ready": "Đã có thẻ, mời đến nhận (dữ liệu thử)",
    "posted": "Đã gửi thẻ qua bưu điện (dữ liệu thử)",
    "handed_over": "Đã trả thẻ (dữ liệu thử)",
}


class Last4(BaseModel):
    """The last four digits of the applicant's number."""

    kind: Literal["last4"]
    value: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]


class BirthDate(BaseModel):
    """The applicant's date of birth."""

    kind: Literal["birth_date"]
    value: date


class StatusLookup(BaseModel):
    """What the asker knows."""

    receipt_code: Annotated[str, StringConstraints(max_length=80)]
    second_detail: Last4 | BirthDate


class HolderLookup(BaseModel):
    """A person who was verified at a kiosk; `verification` names that session, for the audit."""

    citizen_number: Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
    birth_date: date | None = None
    verification: Annotated[str, StringConstraints(min_length=1, max_length=64)]


class ApplicationStatus(BaseModel):
    """The answer of the contract."""

    receipt_code: str
    status: str
    status_text: str
    office: str
    submitted_on: date
    due_on: date
    updated_on: date
    collection: Literal["office", "post"]
    trial: Literal[True] = True


class Applications(BaseModel):
    """Of one person, the newest first."""

    applications: list[ApplicationStatus]


async def look_up(lookup: StatusLookup, session: SessionOf, context: ContextOf) -> ApplicationStatus:
    """The status of an application, for someone who knows its code and a second detail."""
    try:
        code = ReceiptCode.parse(lookup.receipt_code)
    except InvalidValue:
        raise Refused("not_found", 404) from None
    fault = await misbehave(code.key)
    if isinstance(fault, Response):
        return fault
    index = context.keyring.keyed_hash(code.key, "receipt_code")
    found = await session.get(CardApplication, index)
    # An unknown code is compared with somebody else's row, so that it costs the same query, decryption and comparison.
    row = found or await session.scalar(select(CardApplication).limit(1))
    known = found is not None
    if row is None or not (_matches(row, lookup.second_detail) and known):
        raise Refused("not_found", 404)
    return _status(row)


async def of_holder(lookup: HolderLookup, session: SessionOf, context: ContextOf) -> Applications:
    """What a verified person has applied for; nothing when the birth date is another's."""
    fault = await misbehave(lookup.citizen_number)
    if isinstance(fault, Response):
        return fault
    index = context.keyring.keyed_hash(lookup.citizen_number, "holder")
    query = select(CardApplication).join(CardHolder, CardHolder.receipt_index == CardApplication.receipt_index).where(CardHolder.holder_index == index)
    rows = await session.scalars(query.order_by(CardApplication.submitted_on.desc()))
    return Applications(applications=[_status(row) for row in rows if lookup.birth_date is None or row.birth_date == lookup.birth_date.isoformat()])


def _status(row: CardApplication) -> ApplicationStatus:
    return ApplicationStatus(
        receipt_code=row.receipt_code, status=row.status, status_text=STATUS_TEXTS[row.status], office=row.office,
        submitted_on=row.submitted_on, due_on=row.due_on, updated_on=row.updated_on, collection=row.collection,
    )  # fmt: skip


def _matches(row: CardApplication, detail: Last4 | BirthDate) -> bool:
    expected, said = (row.citizen_number[-4:], detail.value) if isinstance(detail, Last4) else (row.birth_date, detail.value.isoformat())
    return hmac.compare_digest(expected, said)


def create_id_card_app() -> FastAPI:
    """The application to mount."""
    app = FastAPI(title="Card applications (stand-in)", version="1")
    refusals = {status: {"model": Problem} for status in (404, 409, 422, 500, 503)}
    app.post("/v1/status-lookups", response_model=ApplicationStatus, responses=refusals)(look_up)
    app.post("/v1/holder-lookups", response_model=Applications, responses=refusals)(of_holder)
    answer_problems(app)
    return app
