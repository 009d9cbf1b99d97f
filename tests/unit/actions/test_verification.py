"""The kiosk from the chat's side: purpose, consent, code, and the result that comes by itself."""

from datetime import datetime

import pytest

from actions.verification import form as module
from actions.verification.form import VerificationForm
from actions.verification.result import ActionVerificationResult
from integrations.services import BackendRejected, BackendUnavailable
from integrations.services.verification import KioskPlace, VerificationSession
from tests.unit.actions.support import run, tracker

OPENED = [{"event": "active_loop", "name": "verification_form"}]
AT_CONSENT = {"journey": "verification", "verification_purpose": "notary", "failed_turns": 0}


class Backends:
    """Stands for the two clients; remembers what was asked of them."""

    def __init__(self, error: Exception | None = None, code: str | None = "123456") -> None:
        self.desk = self.verification = self
        self.error, self.code, self.asked = error, code, []

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        return None

    async def record_consent(self, *arguments):
        self.asked.append(("consent", *arguments))

    async def open_session(self, *arguments):
        if self.error:
            raise self.error
        self.asked.append(("session", *arguments))
        return VerificationSession(id="s-1", state="created", purpose="notary", expires_at=datetime.fromisoformat("2026-11-23T13:10:00+00:00"), code=self.code)

    async def kiosks(self):
        return [KioskPlace(name="Quầy 1", place="Công an phường Thành Sen")]


@pytest.fixture
def backends(monkeypatch):
    def use(**options):
        stand_in = Backends(**options)
        monkeypatch.setattr(module, "backends", lambda: stand_in)
        return stand_in

    return use


async def test_it_says_what_it_is_and_asks_what_for():
    said, slots, _ = await run(VerificationForm(), tracker("tôi muốn xác thực tại kiosk", intent="kiosk_verify", events=OPENED))
    assert said == ["utter_kiosk_verify", "utter_verification_ask_purpose"] and slots["requested_slot"] == "verification_purpose"


@pytest.mark.parametrize(("answer", "text"), [("notary", ""), (None, "công chứng"), (None, "cho tôi đi công chứng ạ")])
async def test_a_purpose_leads_to_the_consent_for_just_that_purpose(answer, text):
    slots = {"journey": "verification", "failed_turns": 0}
    turn = tracker(text, payload=answer is not None, entities={"answer": answer} if answer else {}, slots=slots)
    if text.startswith("cho tôi"):
        assert (await run(VerificationForm(), turn))[0][-1] == "utter_verification_ask_purpose"
    else:
        assert (await run(VerificationForm(), turn))[0] == ["utter_verification_consent_notary"]


async def test_consent_gives_a_code_and_waits_for_the_result(backends):
    stand_in = backends()
    said, slots, _ = await run(VerificationForm(), tracker(intent="affirm", payload=True, slots=AT_CONSENT))
    assert said == ["utter_verification_code", "utter_verification_places", "signal:wait_for"]
    (_, sender, purpose, _, given, key), session = stand_in.asked
    assert (sender, purpose, given) == ("sender-1", "kiosk_notary", True)
    assert session[1] == "notary" and session[3:] == ("sender-1", key)
    assert slots["journey"] is None and slots["verification_consent"] is None


async def test_without_consent_nothing_is_opened(backends):
    stand_in = backends()
    said, _, _ = await run(VerificationForm(), tracker("không", intent="deny", slots=AT_CONSENT))
    assert said == ["utter_verification_declined"] and stand_in.asked == []


async def test_a_service_that_is_away_keeps_the_choices_and_the_key(backends):
    backends(error=BackendUnavailable("verification", "open_session", "timeout"))
    said, slots, _ = await run(VerificationForm(), tracker(intent="affirm", payload=True, slots=AT_CONSENT))
    assert said[0] == "utter_verification_unavailable" and slots["backend_failed"] is True and slots["verification_key"]


@pytest.mark.parametrize("options", [{"error": BackendRejected("verification", "open_session", "conflict", 409)}, {"code": None}])
async def test_no_new_code_is_said_plainly(backends, options):
    backends(**options)
    assert (await run(VerificationForm(), tracker(intent="affirm", payload=True, slots=AT_CONSENT)))[0] == ["utter_verification_refused"]


@pytest.mark.parametrize(
    ("outcome", "purpose", "said"),
    [
        ("verified", "strong_chat_identity", ["utter_verification_result_verified"]),
        ("verified", "lodging_check_in", ["utter_verification_result_verified_lodging"]),
        ("rejected", "notary", ["utter_verification_result_rejected", "signal:handoff"]),
        ("manual_review", "notary", ["utter_verification_result_manual_review"]),
        ("expired", "notary", ["utter_verification_result_expired"]),
        ("cancelled", "notary", ["utter_verification_result_cancelled"]),
    ],
)
async def test_the_result_continues_the_conversation(outcome, purpose, said):
    turn = tracker(intent="event_verification_result", payload=True, entities={"id": "s-1", "outcome": outcome, "purpose": purpose})
    found, slots, _ = await run(ActionVerificationResult(), turn)
    assert found == said and slots["verified_purpose"] == (purpose if outcome == "verified" else None)


async def test_a_typed_sentence_is_never_a_result():
    turn = tracker("kết quả xác thực verified", intent="event_verification_result", entities={"outcome": "verified"})
    assert (await run(ActionVerificationResult(), turn))[0] == ["utter_kiosk_verify"]
