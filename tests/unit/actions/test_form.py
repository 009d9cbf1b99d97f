"""The one form: commands, interruptions, changes, failed turns."""

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.common.form import End
from actions.general.conversation import ActionOpenByName
from actions.id_card.form import CardStatusForm
from actions.lodging.form import LodgingForm
from actions.tickets.form import TicketForm
from tests.unit.actions.support import run, tracker

OPENED = [{"event": "active_loop", "name": "card_status_form"}]
AT_SECOND = {"journey": "id_card", "card_receipt_code": "G01.042-261105-0123", "failed_turns": 0}


def rejected(events) -> bool:
    return any(event["event"] == "action_execution_rejected" for event in events)


async def test_opening_says_what_it_is_for_and_asks():
    said, slots, _ = await run(CardStatusForm(), tracker("xem thẻ", intent="cccd_status", events=OPENED))
    assert said == ["utter_card_intro", "utter_card_ask_receipt_code"]
    assert slots["journey"] == "id_card" and slots["requested_slot"] == "card_receipt_code" and slots["step"] == "card_receipt_code"


async def test_opening_forgets_a_finished_journey():
    old = {"card_receipt_code": "G01-1", "card_second_detail": {"kind": "last4", "value": "1111"}}
    said, slots, _ = await run(CardStatusForm(), tracker("xem thẻ", intent="cccd_status", events=OPENED, slots=old))
    assert said[-1] == "utter_card_ask_receipt_code" and slots["card_receipt_code"] is None


async def test_opening_an_interrupted_journey_keeps_what_was_filled():
    slots = {**AT_SECOND, "journey": None, "paused_journey": "card_status_form"}
    said, changed, _ = await run(CardStatusForm(), tracker(intent="inform", payload=True, entities={"answer": "resume"}, events=OPENED, slots=slots))
    assert said == ["utter_form_resumed", "utter_card_ask_second_detail"] and changed["paused_journey"] is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("quay lại", ["utter_card_ask_receipt_code"]),
        ("nhac lai", ["utter_card_ask_second_detail"]),
        ("làm lại từ đầu", ["utter_form_started_over", "utter_card_ask_receipt_code"]),
        ("thôi", ["utter_form_cancelled"]),
        ("tôi không hiểu", ["utter_card_help_second_detail", "utter_card_ask_second_detail"]),
        ("gặp cán bộ", ["utter_handoff", "signal:handoff"]),
        ("sửa mã hồ sơ", ["utter_card_ask_receipt_code"]),
        ("bỏ qua", ["utter_form_cannot_skip", "utter_card_ask_second_detail"]),
    ],
)
async def test_commands_are_the_same_words_whatever_the_classifier_says(text, said):
    assert (await run(CardStatusForm(), tracker(text, intent="cccd_status", confidence=0.9, slots=AT_SECOND)))[0] == said


async def test_a_question_is_passed_on_and_nothing_is_lost():
    said, slots, events = await run(CardStatusForm(), tracker("làm thẻ mất bao nhiêu tiền?", intent="cccd_fee", slots=AT_SECOND))
    assert said == [] and rejected(events) and "card_receipt_code" not in slots


async def test_after_the_answer_the_question_is_asked_again():
    answered = [{"event": "action", "name": "action_answer"}, {"event": "action", "name": "card_status_form"}]
    said, _, _ = await run(CardStatusForm(), tracker("phí?", intent="cccd_fee", slots=AT_SECOND, events=answered))
    assert said == ["utter_card_ask_second_detail"]


async def test_after_a_handover_the_question_is_not_asked_again():
    handed = [{"event": "action", "name": "action_complaint"}, {"event": "bot", "text": None, "data": {"custom": {"signal": "handoff", "reason": "angry"}}}]
    said, slots, _ = await run(CardStatusForm(), tracker("khiếu nại", intent="complaint", slots=AT_SECOND, events=handed))
    assert said == [] and slots["requested_slot"] == "card_second_detail"


async def test_another_journey_pauses_this_one():
    _, slots, events = await run(CardStatusForm(), tracker("khai báo lưu trú", intent="lodging_register", slots=AT_SECOND))
    assert rejected(events) and slots["paused_journey"] == ["card_status_form"]


async def test_the_second_failed_turn_brings_a_person():
    said, slots, _ = await run(CardStatusForm(), tracker("blah", intent="greet", confidence=0.2, slots=AT_SECOND))
    assert said == ["utter_form_unclear", "utter_card_ask_second_detail"] and slots["failed_turns"] == 1
    said, slots, _ = await run(CardStatusForm(), tracker("blah", intent="greet", confidence=0.2, slots={**AT_SECOND, "failed_turns": 1}))
    assert said == ["utter_handoff_failed_twice", "signal:handoff"] and slots["failed_turns"] == 0


async def test_small_talk_out_of_scope_is_a_failed_turn_but_a_question_is_answered():
    said, _, events = await run(CardStatusForm(), tracker("con gà con vịt", intent="out_of_scope", slots=AT_SECOND))
    assert said[0] == "utter_form_unclear" and not rejected(events)
    _, _, events = await run(CardStatusForm(), tracker("giá vàng hôm nay bao nhiêu?", intent="out_of_scope", slots=AT_SECOND))
    assert rejected(events)


async def test_a_typed_payload_is_no_choice():
    typed = tracker("/cancel", intent="out_of_scope", confidence=0.5, slots=AT_SECOND)
    assert "utter_form_cancelled" not in (await run(CardStatusForm(), typed))[0]


async def test_a_name_is_not_taken_for_a_question_by_an_unlucky_guess():
    opened = {"journey": "ticket", "ticket_kind": "call_back", "ticket_introduced": True}
    said, slots, _ = await run(TicketForm(), tracker("Hồ Văn Lưu", intent="lodging_who", confidence=0.7, slots=opened))
    assert slots["ticket_contact_name"] == "Hồ Văn Lưu" and said == ["utter_ticket_ask_phone"]


async def test_skipping_an_optional_answer():
    filled = {"journey": "ticket", "ticket_kind": "call_back", "ticket_introduced": True, "ticket_contact_name": "A B", "ticket_phone": "+84912345678"}
    said, slots, _ = await run(TicketForm(), tracker("bỏ qua", slots={**filled, "ticket_reason": "hỏi"}))
    assert slots["ticket_time"] == "" and said == ["utter_ticket_summary_call_back"]


@pytest.mark.parametrize(("text", "form"), [("Khai báo lưu trú", "lodging_form"), ("vneid", "eid_form"), ("G01.042.000.000-261105-0123", "card_status_form")])
async def test_a_journeys_own_name_opens_it_when_the_classifier_is_unsure(text, form):
    _, _, events = await run(ActionOpenByName(), tracker(text, intent="nlu_fallback", confidence=0.4))
    assert [event["name"] for event in events if event["event"] == "followup"] == [form]


async def test_anything_else_is_left_to_the_fallback():
    assert await run(ActionOpenByName(), tracker("trời mưa", intent="nlu_fallback", confidence=0.4)) == ([], {}, [])


async def test_a_named_journey_interrupts_a_form_although_the_classifier_is_unsure():
    _, slots, events = await run(CardStatusForm(), tracker("khai báo lưu trú", intent="nlu_fallback", confidence=0.4, slots=AT_SECOND))
    assert rejected(events) and slots["paused_journey"] == ["card_status_form"]


async def test_a_cancelled_journey_is_counted_as_one() -> None:
    dispatcher = CollectingDispatcher()
    await CardStatusForm().run(dispatcher, tracker("thôi", intent="cccd_status", slots=AT_SECOND), {})
    assert dispatcher.messages[-1]["custom"] == {"signal": "journey_ended", "journey": "id_card", "outcome": "cancelled"}


async def test_a_journey_that_is_put_off_is_not_a_cancelled_one() -> None:
    dispatcher = CollectingDispatcher()
    await CardStatusForm().run(dispatcher, tracker(intent="cancel", payload=True, entities={"answer": "later"}, slots=AT_SECOND), {})
    assert dispatcher.messages[-1]["custom"] == {"signal": "journey_ended", "journey": "id_card", "outcome": "put_off"}


AT_SUMMARY = {
    **{"journey": "ticket", "ticket_kind": "call_back", "ticket_introduced": True, "ticket_contact_name": "A B"},
    **{"ticket_phone": "+84912345678", "ticket_reason": "hỏi", "ticket_time": ""},
}


@pytest.mark.parametrize(("text", "stopped"), [("đúng", False), ("dừng", True), ("thoi", True), ("huy", True)])
async def test_stopping_and_agreeing_at_the_summary(text, stopped, monkeypatch):
    monkeypatch.setattr(TicketForm, "finish", lambda self, turn, answers, talk: _nothing_more())
    said, slots, _ = await run(TicketForm(), tracker(text, slots=AT_SUMMARY))
    assert ("utter_form_cancelled" in said) is stopped
    assert (slots.get("ticket_confirmed") is True) is not stopped


async def _nothing_more():
    return End()


AT_REASON = {"journey": "ticket", "ticket_kind": "call_back", "ticket_introduced": True, "ticket_contact_name": "A B", "ticket_phone": "+84912345678"}


@pytest.mark.parametrize("reason", ["đổi số điện thoại VNeID", "đổi địa chỉ thường trú", "đổi tên xã trên thẻ", "doi so dien thoai", "đội 3, xã Thạch Hà"])
async def test_a_reason_that_speaks_of_a_change_is_kept(reason):
    said, slots, _ = await run(TicketForm(), tracker(reason, intent="change_answer", slots=AT_REASON))
    assert slots["ticket_reason"] == reason and said == ["utter_ticket_ask_time"]


@pytest.mark.parametrize("text", ["sửa số điện thoại", "cho tôi sửa số điện thoại", "khai nhầm số điện thoại"])
async def test_a_clear_wish_to_change_is_obeyed_even_there(text):
    said, slots, _ = await run(TicketForm(), tracker(text, slots=AT_REASON))
    assert said == ["utter_ticket_ask_phone"] and slots["ticket_phone"] is None


@pytest.mark.parametrize("step", ["lodging_commune", "lodging_address"])
async def test_a_team_of_a_hamlet_is_an_address(step):
    slots = {"journey": "lodging", "lodging_place_kind": "household"}
    if step == "lodging_address":
        slots["lodging_commune"] = {"name": "Xã Thạch Hà", "province": "Hà Tĩnh"}
    _, changed, _ = await run(LodgingForm(), tracker("đội 3 thôn Đông Hà, xã Thạch Hà", slots=slots))
    assert changed[step]
