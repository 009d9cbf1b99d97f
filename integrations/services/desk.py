"""Client of the gateway's internal API: tickets for people to act on, counted attempts, recorded consents."""

from typing import Literal

from pydantic import BaseModel, Field

from integrations.services.client import BackendClient


class Ticket(BaseModel):
    """A request that staff will handle. Only what the citizen said; empty fields are left out. `phone` may be `THIS_NUMBER`."""

    sender_id: str
    kind: Literal["home_visit", "call_back", "appointment", "wrong_data"]
    contact_name: str | None = None
    phone: str | None = None
    commune: str | None = None
    hamlet: str | None = None
    reason: str | None = None
    preferred_time: str | None = None
    detail: str | None = None


class TicketReceipt(BaseModel):
    """The code to give to the citizen."""

    code: str


class Attempt(BaseModel):
    """Whether another try is allowed; otherwise after how many seconds."""

    allowed: bool
    retry_after: int | None = None


class ConsentReceipt(BaseModel):
    """The consent was recorded; gateways that number consents give its id."""

    id: str | None = None


class OwnNumber(BaseModel):
    """A telephone number in E.164, not to be kept."""

    phone: str = Field(repr=False)


class DeskClient(BackendClient):
    """`GATEWAY_URL`, with `X-Internal-Token`."""

    service = "desk"

    async def open_ticket(self, ticket: Ticket, idempotency_key: str) -> TicketReceipt:
        """The new ticket's code; a repeat of the key gives the same one."""
        return await self._call("open_ticket", "POST", "/internal/v1/tickets", TicketReceipt, body=ticket, idempotency_key=idempotency_key)

    async def count_attempt(self, sender_id: str, scope: str, subject: str) -> Attempt:
        """Counts one guess at `subject` and says whether it may be made."""
        body = {"sender_id": sender_id, "scope": scope, "subject": subject}
        return await self._call("count_attempt", "POST", "/internal/v1/attempts", Attempt, body=body)

    async def own_number(self, sender_id: str, purpose: Literal["lodging_notification"]) -> str:
        """The number that the citizen writes or dials from, when they have chosen to give it. For the one message it goes into, never for a slot."""
        given = await self._call("own_number", "POST", "/internal/v1/numbers", OwnNumber, body={"sender_id": sender_id, "purpose": purpose})
        return given.phone

    async def record_consent(self, sender_id: str, purpose: str, version: str, given: bool, idempotency_key: str | None = None) -> ConsentReceipt:
        """Records that a consent to `purpose` (in its text's `version`) was given or withdrawn."""
        body = {"sender_id": sender_id, "purpose": purpose, "version": version, "given": given}
        return await self._call("record_consent", "POST", "/internal/v1/consents", ConsentReceipt, body=body, idempotency_key=idempotency_key)
