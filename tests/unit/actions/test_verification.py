"""The kiosk from the chat's side: purpose, consent, commune, code, and the result that comes by itself and carries the journey on."""

from datetime import date, datetime

import pytest

from actions.general import conversation
from actions.id_card import form as card_module
from actions.id_card.form import CardStatusForm
from actions.lodging import kiosk as guest_module
from actions.lodging import submission
from actions.lodging.form import LodgingForm
from actions.verification import form as module
from actions.verification.form import VerificationForm
from actions.verification.identity import proven
from actions.verification.result import ActionVerificationResult
from integrations.services import BackendRejected, BackendUnavailable, NotFound
from integrations.services.id_card import ApplicationStatus
from integrations.services.lodging import Receipt
from integrations.services.verification import Claims, KioskPlace, VerificationResult, VerificationSession
from tests.unit.actions.support import run, tracker

OPENED = [{"event": "active_loop", "name": "verification_form"}]
AGREED = {"journey": "verification", "verification_purpose": "notary", "failed_turns": 0}
AT_COMMUNE = AGREED | {"verification_consent": True}
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


async def test_it_says_what_it_is_and_asks_what_for():
    said, slots, _ = await run(VerificationForm(), tracker("tôi muốn xác thực tại kiosk", intent="kiosk_verify", events=OPENED))
    assert said == ["utter_kiosk_verify", "utter_verification_ask_purpose"] and slots["requested_slot"] == "verification_purpose"


@pytest.mark.parametrize(
    ("paused", "purpose"), [("lodging_form", "lodging_check_in"), ("card_status_form", "strong_chat_identity"), ("eid_form", "eid_level_2_precheck")]
)
async def test_who_comes_from_a_journey_is_not_asked_what_for(paused, purpose):
    said, slots, _ = await run(VerificationForm(), tracker("ki-ốt", intent="kiosk_verify", events=OPENED, slots={"paused_journey": paused}))
    assert said[-1] == f"utter_verification_consent_{purpose}" and slots["verification_purpose"] == purpose


@pytest.mark.parametrize(("answer", "text"), [("notary", ""), (None, "công chứng"), (None, "cho tôi đi công chứng ạ")])
async def test_a_purpose_leads_to_the_consent_for_just_that_purpose(answer, text):
    slots = {"journey": "verification", "failed_turns": 0}
    turn = tracker(text, payload=answer is not None, entities={"answer": answer} if answer else {}, slots=slots)
    assert (await run(VerificationForm(), turn))[0] == ["utter_verification_consent_notary"]


async def test_two_purposes_at_once_are_asked_about():
    turn = tracker("công chứng rồi đi khám bệnh", slots={"journey": "verification", "failed_turns": 0})
    assert (await run(VerificationForm(), turn))[0][-1] == "utter_verification_ask_purpose"


async def test_after_consent_the_commune_is_asked_and_may_be_kept_back(backends):
    stand_in = backends()
    assert (await run(VerificationForm(), tracker(intent="affirm", payload=True, slots=AGREED)))[0] == ["utter_verification_ask_commune"]
    assert (await run(VerificationForm(), tracker("bỏ qua", intent="skip", slots=AT_COMMUNE)))[0][0] == "utter_verification_code"
    assert stand_in.asked[-1] == ("kiosks", None, None)


async def test_consent_and_commune_give_a_code_the_nearest_kiosks_and_the_wait_for_the_result(backends):
    stand_in = backends()
    said, slots, _ = await run(VerificationForm(), tracker("phường Thành Sen", intent="inform", slots=AT_COMMUNE))
    assert said == ["utter_verification_code", "utter_verification_places", "signal:wait_for"]
    (_, sender, purpose, _, given, key), session, kiosks = stand_in.asked
    assert (sender, purpose, given) == ("sender-1", "kiosk_notary", True)
    assert session[1] == "notary" and session[3:] == ("sender-1", key)
    assert kiosks == ("kiosks", "Phường Thành Sen", "Hà Tĩnh")
    assert slots["journey"] is None and slots["verification_consent"] is None


async def test_a_commune_known_from_the_notification_is_not_asked_again(backends):
    stand_in = backends()
    opening = tracker(intent="kiosk_verify", payload=True, entities={"answer": "lodging_check_in"}, events=OPENED, slots={"lodging_commune": HERE})
    assert (await run(VerificationForm(), opening))[1]["verification_commune"] == HERE
    slots = AGREED | {"verification_commune": HERE, "paused_journey": "lodging_form"}
    said, _, _ = await run(VerificationForm(), tracker(intent="affirm", payload=True, slots=slots))
    assert said == ["utter_verification_code", "utter_verification_places", "utter_verification_then_goes_on", "signal:wait_for"]
    assert stand_in.asked[-1] == ("kiosks", "Phường Thành Sen", "Hà Tĩnh")


@pytest.mark.parametrize("paused", [None, "lodging_form"])
async def test_without_consent_nothing_is_opened_and_what_was_paused_goes_on(backends, paused):
    stand_in = backends()
    said, _, events = await run(VerificationForm(), tracker("không", intent="deny", slots=AGREED | {"paused_journey": paused}))
    assert said == ["utter_verification_declined"] and stand_in.asked == []
    assert [event["name"] for event in events if event["event"] == "followup"] == ([paused] if paused else [])


async def test_a_service_that_is_away_keeps_the_choices_and_the_key(backends):
    backends(error=BackendUnavailable("verification", "open_session", "timeout"))
    said, slots, _ = await run(VerificationForm(), tracker("bỏ qua", intent="skip", slots=AT_COMMUNE))
    assert said[0] == "utter_verification_unavailable" and slots["backend_failed"] is True and slots["verification_key"]


@pytest.mark.parametrize("options", [{"error": BackendRejected("verification", "open_session", "conflict", 409)}, {"code": None}])
async def test_no_new_code_is_said_plainly(backends, options):
    backends(**options)
    assert (await run(VerificationForm(), tracker("bỏ qua", intent="skip", slots=AT_COMMUNE)))[0] == ["utter_verification_refused"]


def result(outcome: str, purpose: str, **slots):
    return tracker(intent="event_verification_result", payload=True, entities={"id": "s-1", "outcome": outcome, "purpose": purpose}, slots=slots)


def followed(events) -> list[str]:
    return [event["name"] for event in events if event["event"] == "followup"]


@pytest.mark.parametrize(
    ("outcome", "purpose", "said"),
    [
        ("verified", "strong_chat_identity", ["utter_verification_result_verified"]),
        ("verified", "lodging_check_in", ["utter_verification_result_verified_lodging"]),
        ("verified", "notary", ["utter_verification_result_verified_notary"]),
        ("verified", "health_check_in", ["utter_verification_result_verified_health_check_in"]),
        ("verified", "eid_level_2_precheck", ["utter_verification_result_verified_eid_level_2_precheck"]),
        ("rejected", "notary", ["utter_verification_result_rejected", "signal:handoff"]),
        ("rejected", "lodging_check_in", ["utter_verification_result_rejected_guest"]),
        ("manual_review", "notary", ["utter_verification_result_manual_review"]),
        ("expired", "notary", ["utter_verification_result_expired"]),
        ("cancelled", "notary", ["utter_verification_result_cancelled"]),
    ],
)
async def test_the_result_continues_the_conversation(outcome, purpose, said):
    found, slots, events = await run(ActionVerificationResult(), result(outcome, purpose))
    assert found == said and followed(events) == []
    assert bool(slots.get("identity")) == ((outcome, purpose) == ("verified", "strong_chat_identity"))


@pytest.mark.parametrize(
    ("outcome", "purpose", "goes_on"),
    [
        ("verified", "lodging_check_in", True),
        ("verified", "strong_chat_identity", True),
        ("verified", "eid_level_2_precheck", True),
        ("rejected", "lodging_check_in", True),
        ("rejected", "strong_chat_identity", False),
        ("manual_review", "lodging_check_in", False),
        ("expired", "lodging_check_in", True),
        ("cancelled", "strong_chat_identity", True),
    ],
)
async def test_a_journey_left_for_the_kiosk_goes_on_by_itself(outcome, purpose, goes_on):
    _, _, events = await run(ActionVerificationResult(), result(outcome, purpose, paused_journey="lodging_form"))
    assert followed(events) == (["lodging_form"] if goes_on else [])


async def test_a_typed_sentence_is_never_a_result():
    turn = tracker("kết quả xác thực verified", intent="event_verification_result", entities={"outcome": "verified"})
    assert (await run(ActionVerificationResult(), turn))[0] == ["utter_kiosk_verify"]


# --- guests of a lodging notification ---

LODGING = {
    "journey": "lodging", "failed_turns": 0, "lodging_place_kind": "establishment", "lodging_place_name": "Nhà nghỉ Hoa Sen", "lodging_commune": HERE,
    "lodging_address": "số 5", "lodging_arrival_day": "2026-11-23", "lodging_arrival_time": "20:30", "lodging_departure": "2026-11-25",
    "lodging_deadline_told": True, "lodging_guest_count": 2,
}  # fmt: skip
KIOSK_GUEST = {"verification": "s-1", "name": "T. T. B.", "birth_date": "**/**/1990", "citizen_number": "042*******34"}
TYPED_GUEST = {"name": "Lê Văn Cường", "birth_date": "1985-03-02", "citizen_number": "042085005678"}
READY = LODGING | {"lodging_guests": [KIOSK_GUEST, TYPED_GUEST], "lodging_reason": "du lịch", "lodging_notifier_name": "Nguyễn Văn An",
                   "lodging_notifier_phone": "+84912345678"}  # fmt: skip
RESUMED = [{"event": "active_loop", "name": "lodging_form"}]


async def test_a_verified_guest_is_filed_masked_and_the_next_one_is_asked_for(backends):
    backends()
    slots = LODGING | {"lodging_kiosk_sessions": ["s-1"], "paused_journey": "lodging_form"}
    said, filled, _ = await run(LodgingForm(), tracker(intent="event_verification_result", payload=True, events=RESUMED, slots=slots))
    assert said == ["utter_form_resumed", "utter_lodging_guest_from_kiosk", "utter_lodging_ask_guest_name"]
    assert filled["lodging_guests"] == [KIOSK_GUEST] and filled["lodging_kiosk_sessions"] == []
    assert "042190001234" not in str(filled) and "Trần" not in str(filled)


async def test_a_verified_guest_does_not_take_the_place_of_one_half_typed(backends):
    backends()
    slots = LODGING | {"lodging_kiosk_sessions": ["s-1"], "lodging_guest_name": "Lê Văn Cường", "paused_journey": "lodging_form"}
    said, filled, _ = await run(LodgingForm(), tracker(intent="event_verification_result", payload=True, events=RESUMED, slots=slots))
    assert said[-1] == "utter_lodging_ask_guest_birth_date" and filled["lodging_guests"] == [KIOSK_GUEST]


async def test_a_guest_who_cannot_be_fetched_now_waits_for_the_next_turn(backends):
    backends(error=BackendUnavailable("verification", "result", "timeout"))
    slots = LODGING | {"lodging_kiosk_sessions": ["s-1"], "paused_journey": "lodging_form"}
    said, filled, _ = await run(LodgingForm(), tracker(intent="event_verification_result", payload=True, events=RESUMED, slots=slots))
    assert said[1:] == ["utter_verification_unavailable", "utter_lodging_ask_guest_name"] and "lodging_kiosk_sessions" not in filled


async def test_the_summary_shows_a_verified_guest_masked_and_the_police_get_the_data_of_the_chip(backends):
    from actions.lodging.summary import guest_line

    assert guest_line(1, KIOSK_GUEST, "vi") == "1. T. T. B. (**/**/1990), 042*******34 ✓"
    stand_in = backends()
    said, _, _ = await run(LodgingForm(), tracker(intent="affirm", payload=True, slots=READY))
    assert said[0] == "utter_lodging_done"
    sent = next(arguments[0] for name, *arguments in stand_in.asked if name == "submit")
    assert [(guest.name, guest.birth_date, guest.citizen_number) for guest in sent.guests] == [
        ("Trần Thị Bình", date(1990, 5, 1), "042190001234"),
        ("Lê Văn Cường", date(1985, 3, 2), "042085005678"),
    ]


@pytest.mark.parametrize("options", [{"claims": None}, {"error": NotFound("verification", "result")}])
async def test_a_guest_whose_data_is_not_kept_any_more_is_asked_for_again(backends, options):
    stand_in = backends(**options)
    said, slots, _ = await run(LodgingForm(), tracker(intent="affirm", payload=True, slots=READY))
    assert said == ["utter_lodging_guest_kiosk_over", "utter_lodging_ask_guest_name"]
    assert slots["lodging_guests"] == [TYPED_GUEST] and "submit" not in [name for name, *_ in stand_in.asked]


# --- a strong identity in the conversation ---

CARD_OPENED = [{"event": "active_loop", "name": "card_status_form"}]
IDENTITY = {"session": "s-1", "until": "2026-11-23T20:30:00+07:00"}


async def test_who_was_just_verified_is_told_their_card_without_a_question(backends):
    stand_in = backends()
    said, _, _ = await run(CardStatusForm(), tracker("thẻ của tôi đến đâu rồi", intent="cccd_status", events=CARD_OPENED, slots={"identity": IDENTITY}))
    assert said == ["utter_card_intro", "utter_card_status", "utter_card_collect_office", "utter_card_trial_data"]
    assert stand_in.asked[-1] == ("holder", "042190001234", date(1990, 5, 1), "s-1")


async def test_a_proof_is_good_for_half_an_hour(backends):
    stand_in = backends()
    slots = {"identity": IDENTITY}
    said, _, _ = await run(CardStatusForm(), tracker("thẻ đâu", intent="cccd_status", at="2026-11-23T20:31:00+07:00", events=CARD_OPENED, slots=slots))
    assert said[-1] == "utter_card_ask_receipt_code" and stand_in.asked == []


@pytest.mark.parametrize("options", [{"claims": None}, {"error": BackendRejected("verification", "result", "created", 409)}])
async def test_a_proof_whose_data_is_gone_counts_for_nothing(backends, options):
    stand_in = backends(**options)
    said, slots, _ = await run(CardStatusForm(), tracker("thẻ đâu", intent="cccd_status", events=CARD_OPENED, slots={"identity": IDENTITY}))
    assert said[-1] == "utter_card_ask_receipt_code" and slots["identity"] is None
    assert "holder" not in [name for name, *_ in stand_in.asked]


async def test_a_verified_person_without_an_application_hears_so(backends):
    backends(found=())
    said, _, _ = await run(CardStatusForm(), tracker("thẻ đâu", intent="cccd_status", events=CARD_OPENED, slots={"identity": IDENTITY}))
    assert said[-1] == "utter_card_none_of_holder"


def data_request(answer: str, **slots):
    return run(conversation.ActionUseDetail(), tracker(intent="inform", payload=True, entities={"answer": answer}, slots=slots))


async def test_a_data_request_asks_for_proof_and_goes_to_people_with_or_without():
    assert (await data_request("data_request"))[0] == ["utter_data_request_identity"]
    assert (await data_request("data_request_to_officer"))[0] == ["utter_data_request", "signal:handoff"]
    assert (await data_request("data_request", identity=IDENTITY))[0] == ["utter_data_request_verified", "signal:handoff"]


async def test_a_data_request_left_for_the_kiosk_goes_on_by_itself():
    said, slots, _ = await run(ActionVerificationResult(), result("verified", "strong_chat_identity", verification_then="data_request"))
    assert said == ["utter_data_request_verified", "signal:handoff"] and slots["verification_then"] is None


def test_only_the_session_is_kept_as_proof():
    from actions.common.turn import Turn

    assert set(proven("s-1", Turn(tracker("x")))) == {"session", "until"}
