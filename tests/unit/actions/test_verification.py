"""The kiosk from the chat's side: purpose, consent, commune and the code with its places."""

import pytest

from actions.verification.form import VerificationForm
from integrations.services import BackendRejected, BackendUnavailable
from tests.unit.actions.kiosk import HERE, backends
from tests.unit.actions.support import run, tracker

__all__ = ["backends"]
OPENED = [{"event": "active_loop", "name": "verification_form"}]
AGREED = {"journey": "verification", "verification_purpose": "notary", "failed_turns": 0}
AT_COMMUNE = AGREED | {"verification_consent": True}


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
