"""A word that holds back is no yes, and a word with two meanings is asked back: at every act that sends, consents or cancels."""

import pytest

from actions.common.form import End
from actions.eid.form import EidForm
from actions.lodging.form import LodgingForm
from actions.lodging.manage import LodgingManageForm
from actions.tickets.form import TicketForm
from actions.verification.form import VerificationForm
from tests.unit.actions.support import run, tracker

PLACE = {"lodging_place_kind": "household", "lodging_commune": {"name": "Xã Thạch Hà", "province": "Hà Tĩnh"}, "lodging_address": "thôn 3"}
STAY = {"lodging_arrival_day": "2026-11-23", "lodging_arrival_time": "20:00", "lodging_departure": "2026-11-25", "lodging_deadline_told": True}
GUEST = {"name": "Trần Thị Bình", "birth_date": "1990-05-01", "citizen_number": "042190001234"}
LODGING = {"journey": "lodging", **PLACE, **STAY, "lodging_guest_count": 1, "lodging_guests": [GUEST], "lodging_reason": "visit"}
NOTIFIER = {"lodging_notifier_name": "Nguyễn Văn An", "lodging_notifier_phone": "+84912345678"}
TICKET = {"journey": "ticket", "ticket_kind": "call_back", "ticket_introduced": True}
CONTACT = {"ticket_contact_name": "A B", "ticket_phone": "+84912345678", "ticket_reason": "hỏi", "ticket_time": ""}
MANAGE = {"journey": "lodging_manage", "lodging_manage_kind": "lodging_cancel", "lodging_manage_code": "LT-1", "lodging_manage_phone": "+84912345678"}
KIOSK = {"journey": "verification", "verification_purpose": "notary"}
RETRY = {**TICKET, **CONTACT, "ticket_confirmed": True, "backend_failed": True}

# Where a yes acts: the form, its slots, the slot that a yes fills and what it is then.
ACTS = {
    "send a notification": (LodgingForm, LODGING | NOTIFIER, "lodging_confirmed", True),
    "send a request": (TicketForm, TICKET | CONTACT, "ticket_confirmed", True),
    "cancel a notification": (LodgingManageForm, MANAGE, "lodging_manage_confirmed", True),
    "consent at the kiosk": (VerificationForm, KIOSK, "verification_consent", True),
    "send again": (TicketForm, RETRY, "backend_failed", None),
}
HOLDING_BACK = ["đừng", "Đừng!", "đừng gửi", "đừng hủy", "khoan đã", "khoan", "chờ đã", "cho da", "đợi chút", "để đã", "khoan da em", "dung co gui"]
NO_YES = [
    "phải hỏi vợ đã",
    "có khách mới nữa",
    "tôi đang chuẩn bị",
    "vắng nhà",
    "ý tôi khác",
    "có gửi cho ai?",
    "da gui chua",
    "da gui",
    "đã gửi",
    "không đồng ý",
]
TWO_FACED = ["dung", "Dung.", "đung", "dung gui", "dung huy", "da dung", "dùng"]
YES = ["đúng", "đúng rồi", "dung roi", "dung vay a", "có", "vâng", "vang a", "dạ", "ok", "đồng ý", "ok gửi đi em", "toi dong y", "yes"]


@pytest.fixture(autouse=True)
def nothing_leaves(monkeypatch):
    async def finish(self, turn, answers, talk):
        return End()

    for form in (LodgingForm, TicketForm, LodgingManageForm, VerificationForm):
        monkeypatch.setattr(form, "finish", finish)


async def at(act, text, **more):
    form, slots, slot, done = ACTS[act]
    said, changed, events = await run(form(), tracker(text, slots=slots | more.pop("slots", {}), **more))
    return said, slot in changed and changed[slot] is done, events


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("text", HOLDING_BACK)
@pytest.mark.parametrize("intent", ["inform", "affirm"])
async def test_what_holds_back_is_never_a_yes(act, text, intent):
    assert not (await at(act, text, intent=intent, confidence=0.9))[1]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("text", NO_YES)
async def test_a_sentence_that_says_more_is_no_yes(act, text):
    assert not (await at(act, text, intent="inform"))[1]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("text", TWO_FACED)
@pytest.mark.parametrize("intent", ["inform", "affirm", "cancel"])
async def test_a_word_with_two_meanings_is_asked_back_with_the_choices(act, text, intent):
    said, acted, _ = await at(act, text, intent=intent)
    assert said == ["utter_form_yes_or_no"] and not acted


async def test_it_is_asked_back_once_and_then_a_person_comes():
    said, acted, _ = await at("send a request", "dung", slots={"failed_turns": 1})
    assert said == ["utter_handoff_failed_twice", "signal:handoff"] and not acted


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("text", YES)
async def test_a_yes_is_a_yes(act, text):
    assert (await at(act, text))[1]


@pytest.mark.parametrize(("text", "said"), [("hủy", "utter_form_yes_or_no"), ("huy", "utter_form_yes_or_no"), ("thôi", "utter_form_cancelled")])
async def test_huy_where_something_is_to_be_cancelled_is_asked_back(text, said):
    assert (await at("cancel a notification", text))[0] == [said]


AT_GUEST_NAME = {key: value for key, value in LODGING.items() if key not in {"lodging_guests", "lodging_reason"}}
AT_STEP = {
    "guest's name": (LodgingForm, AT_GUEST_NAME),
    "contact's name": (TicketForm, TICKET),
    "address": (LodgingForm, {key: LODGING[key] for key in ("journey", "lodging_place_kind", "lodging_commune")}),
}


@pytest.mark.parametrize("step", AT_STEP)
@pytest.mark.parametrize("text", ["Huy", "Thoi", "Thoat"])
async def test_what_may_be_a_name_is_asked_back_before_everything_is_forgotten(step, text):
    form, slots = AT_STEP[step]
    said, changed, _ = await run(form(), tracker(text, intent="cancel", slots=slots))
    assert said == ["utter_form_stop_or_go_on"] and changed["requested_slot"]


@pytest.mark.parametrize("step", AT_STEP)
@pytest.mark.parametrize("text", ["Dũng", "đúng", "Thời"])
async def test_marks_tell_a_name_from_the_word_that_stops(step, text):
    form, slots = AT_STEP[step]
    said, changed, _ = await run(form(), tracker(text, intent="cancel", slots=slots))
    assert "utter_form_cancelled" not in said and changed["requested_slot"]


@pytest.mark.parametrize("step", AT_STEP)
@pytest.mark.parametrize("text", ["hủy", "huỷ", "thôi", "dừng", "dừng lại", "dung lai", "huy bo"])
async def test_a_clear_word_stops(step, text):
    form, slots = AT_STEP[step]
    assert (await run(form(), tracker(text, slots=slots)))[0] == ["utter_form_cancelled"]


@pytest.mark.parametrize("node", ["level2_wait", "device"])
@pytest.mark.parametrize("text", ["đúng", "dung", "Đúng."])
async def test_true_in_the_eid_journey_does_not_stop_it(node, text):
    said, changed, _ = await run(EidForm(), tracker(text, intent="cancel", slots={"journey": "eid", "eid_step": node, "eid_trail": []}))
    assert "utter_form_cancelled" not in said and changed["requested_slot"] == "eid_step"


@pytest.mark.parametrize("text", ["thôi hủy đi", "thoi huy di", "hủy đi", "thôi huỷ"])
async def test_giving_up_is_no_guests_name(text):
    said, changed, _ = await run(LodgingForm(), tracker(text, intent="cancel", slots=LODGING | {"lodging_guests": None}))
    assert said == ["utter_form_cancelled"] and changed["lodging_guest_name"] is None


async def test_another_commune_in_the_place_of_a_house_number_changes_the_commune():
    said, changed, _ = await run(LodgingForm(), tracker("đổi sang xã Thạch Hà", slots=LODGING | {"lodging_address": None}))
    assert said == ["utter_lodging_ask_commune"] and changed["lodging_commune"] is None
