"""What the actions' tests of the kiosk share: stand-ins for the clients, somebody who was checked, and the result that comes by itself."""

from datetime import date, datetime

import pytest

from actions.id_card import form as card_module
from actions.lodging import kiosk as guest_module
from actions.lodging import submission
from actions.verification import form as module
from integrations.services.id_card import ApplicationStatus
from integrations.services.lodging import Receipt
from integrations.services.verification import Claims, KioskPlace, VerificationResult, VerificationSession
from tests.unit.actions.support import tracker

HERE = {"name": "Phường Thành Sen", "province": "Hà Tĩnh"}
BINH = Claims(name="Trần Thị Bình", birth_date=date(1990, 5, 1), number="042190001234")
STATUS = ApplicationStatus(receipt_code="G01.042.000.000-261105-0123", status="ready", status_text="Đã có thẻ", office="Công an xã", collection="office",
                           submitted_on=date(2026, 11, 5), due_on=date(2026, 11, 14), updated_on=date(2026, 11, 14), trial=True)  # fmt: skip


class Backends:
    """Stands for the clients; remembers what was asked of them."""

    def __init__(self, error: Exception | None = None, code: str | None = "123456", claims: Claims | None = BINH, found=(STATUS,)) -> None:
        self.desk = self.verification = self.id_card = self.lodging = self
        self.error, self.code, self.claims, self.found, self.asked = error, code, claims, list(found), []

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        return None

    async def record_consent(self, *arguments, **options):
        self.asked.append(("consent", *arguments))

    async def open_session(self, *arguments):
        if self.error:
            raise self.error
        self.asked.append(("session", *arguments))
        return VerificationSession(id="s-1", state="created", purpose="notary", expires_at=datetime.fromisoformat("2026-11-23T13:10:00+00:00"), code=self.code)

    async def kiosks(self, *where):
        self.asked.append(("kiosks", *where))
        return [KioskPlace(name=f"Quầy {number}", place="Công an", commune="x", province="y", distance_km=number) for number in range(5)]

    async def result(self, session_id):
        self.asked.append(("result", session_id))
        if self.error:
            raise self.error
        return VerificationResult(sub=session_id, purpose="lodging_check_in", outcome="verified", reasons=[], claims=self.claims)

    async def of_holder(self, *arguments):
        self.asked.append(("holder", *arguments))
        return self.found

    async def submit(self, draft, key):
        self.asked.append(("submit", draft))
        return Receipt(code="LT-1", received_at=datetime.fromisoformat("2026-11-23T13:10:00+00:00"))


@pytest.fixture
def backends(monkeypatch):
    def use(**options):
        stand_in = Backends(**options)
        for used_by in (module, card_module, guest_module, submission):
            monkeypatch.setattr(used_by, "backends", lambda: stand_in)
        return stand_in

    return use


def result(outcome: str, purpose: str, **slots):
    """The turn that the gateway makes of a result."""
    return tracker(intent="event_verification_result", payload=True, entities={"id": "s-1", "outcome": outcome, "purpose": purpose}, slots=slots)
