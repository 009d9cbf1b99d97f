"""What is left half done is kept, gone on with or given up: never mixed with something else."""

import pytest

from actions.general.conversation import ActionUseDetail
from actions.id_card.form import CardStatusForm
from actions.lodging.form import LodgingForm
from actions.server import load_actions
from actions.tickets.form import TicketForm
from tests.unit.actions.support import run, tracker
from tests.unit.actions.test_doubt import LODGING, NOTIFIER

WHOLE = LODGING | NOTIFIER
FAILED = WHOLE | {"lodging_confirmed": True, "lodging_key": "key-1", "backend_failed": True}
LATER = {"intent": "cancel", "payload": True, "entities": {"answer": "later"}}


def opened(form: str) -> list[dict]:
    return [{"event": "active_loop", "name": form}]


async def test_a_second_digression_keeps_the_first_form():
    _, slots, _ = await run(LodgingForm(), tracker("xem thẻ", intent="cccd_status", slots=LODGING))
    inside = LODGING | slots | {"journey": "id_card"}
    _, slots, _ = await run(CardStatusForm(), tracker("khai báo lưu trú", intent="lodging_register", slots=inside))
    assert slots["paused_journey"] == ["lodging_form", "card_status_form"]
    said, changed, _ = await run(LodgingForm(), tracker("khai báo lưu trú", intent="lodging_register", slots=inside | slots, events=opened("lodging_form")))
    assert said[0] == "utter_form_resumed" and changed["paused_journey"] == ["card_status_form"] and "lodging_guests" not in changed


async def test_three_journeys_deep_all_are_offered_again():
    slots = {"journey": "ticket", "ticket_kind": "call_back", "ticket_introduced": True, "paused_journey": ["lodging_form", "card_status_form"]}
    said, changed, _ = await run(TicketForm(), tracker("thôi không làm nữa", slots=slots))
    assert said == ["utter_form_cancelled", "utter_resume_offer"] and changed["paused_journey"] == ["lodging_form", "card_status_form"]


async def test_a_call_back_instead_of_a_code_leaves_nothing_to_come_back_to():
    slots = {"journey": "id_card", "card_second_detail": {"kind": "last4", "value": "1234"}, "paused_journey": ["lodging_form"]}
    _, changed, _ = await run(CardStatusForm(), tracker(intent="call_back", payload=True, entities={"answer": "instead"}, slots=slots))
    assert changed["journey"] is None and changed["card_second_detail"] is None and "paused_journey" not in changed
    _, changed, _ = await run(CardStatusForm(), tracker("nhờ cán bộ gọi lại", intent="call_back", slots=slots))
    assert changed["paused_journey"] == ["lodging_form", "card_status_form"]


@pytest.mark.parametrize("turn", [LATER, {"text": "để sau"}, {"text": "thôi để sau"}])
async def test_later_keeps_everything(turn):
    said, slots, _ = await run(LodgingForm(), tracker(**turn, slots={**LODGING}))
    assert said == ["utter_form_kept"]
    assert slots["paused_journey"] == ["lodging_form"] and slots["journey"] is None and slots["requested_slot"] is None
    assert not {"lodging_guests", "lodging_address", "lodging_key"} & set(slots)


async def test_later_after_an_unsure_try_says_so_and_keeps_the_key():
    said, slots, _ = await run(LodgingForm(), tracker(**LATER, slots=FAILED))
    assert said == ["utter_form_kept_unsure"] and "lodging_key" not in slots and slots["lodging_confirmed"] is None
    again = tracker("khai báo lưu trú", intent="lodging_register", slots=FAILED | slots, events=opened("lodging_form"))
    said, changed, _ = await run(LodgingForm(), again)
    assert said == ["utter_form_resumed", "utter_lodging_summary"] and "lodging_key" not in changed


async def test_stopping_after_an_unsure_try_does_not_say_that_nothing_was_sent():
    assert (await run(LodgingForm(), tracker("thôi", slots=FAILED)))[0] == ["utter_form_cancelled_unsure"]


async def test_a_dropped_correction_is_no_part_of_the_next_notification():
    load_actions()
    slots = WHOLE | {"journey": None, "lodging_correcting": "LT-1", "paused_journey": ["lodging_form"]}
    said, changed, _ = await run(ActionUseDetail(), tracker(payload=True, entities={"answer": "drop"}, slots=slots))
    assert said == ["utter_journey_dropped"]
    assert all(changed[slot] is None for slot in ("paused_journey", "lodging_correcting", "lodging_guests", "lodging_notifier_phone"))
    said, _, _ = await run(LodgingForm(), tracker("khai báo lưu trú", intent="lodging_register", slots=slots | changed, events=opened("lodging_form")))
    assert said == ["utter_lodging_intro", "utter_lodging_ask_place_kind"]


async def test_dropping_one_of_two_offers_the_other():
    load_actions()
    slots = {"paused_journey": ["card_status_form", "lodging_form"]}
    said, changed, _ = await run(ActionUseDetail(), tracker(payload=True, entities={"answer": "drop"}, slots=slots))
    assert said == ["utter_journey_dropped", "utter_resume_offer"] and changed["paused_journey"] == ["card_status_form"]


async def test_starting_a_correction_over_stays_a_correction():
    _, changed, _ = await run(LodgingForm(), tracker("làm lại từ đầu", slots=WHOLE | {"lodging_correcting": "LT-1"}))
    assert changed["lodging_correcting"] == "LT-1" and changed["lodging_guests"] is None
