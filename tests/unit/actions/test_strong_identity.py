"""Who was verified at a kiosk is known to the conversation for half an hour: card status and requests about one's data."""

from datetime import date

import pytest

from actions.common.turn import Turn
from actions.general import conversation
from actions.id_card.form import CardStatusForm
from actions.verification.identity import proven
from actions.verification.result import ActionVerificationResult
from integrations.services import BackendRejected
from tests.unit.actions.kiosk import backends, result
from tests.unit.actions.support import run, tracker

__all__ = ["backends"]
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
    assert set(proven("s-1", Turn(tracker("x")))) == {"session", "until"}
