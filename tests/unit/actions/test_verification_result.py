"""The result of a kiosk comes by itself, is told once, and carries on what was left for it."""

import pytest

from actions.verification.result import ActionVerificationResult
from tests.unit.actions.kiosk import result
from tests.unit.actions.support import run, tracker


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
