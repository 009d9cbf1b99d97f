"""\"The number I am calling from\": offered and understood on plain phones only, resolved for one message, kept in no slot."""

from types import SimpleNamespace

import pytest

from actions.common.answers import Answers
from actions.lodging import submission
from actions.tickets.form import TicketForm
from integrations.core.phone import THIS_NUMBER, THIS_NUMBER_END
from tests.unit.actions.support import run, tracker

NUMBER = "+84912345678"
AT_PHONE = {"journey": "ticket", "ticket_kind": "call_back", "ticket_introduced": True, "ticket_contact_name": "Lê Thị Hoa", "failed_turns": 0}
AT_NAME = {**AT_PHONE, "ticket_contact_name": None}
LODGING = {
    "lodging_place_kind": "household",
    "lodging_commune": {"name": "Xã Thạch Hà", "province": "Hà Tĩnh"},
    "lodging_address": "thôn 5",
    "lodging_arrival_day": "2026-11-23",
    "lodging_arrival_time": "20:00",
    "lodging_departure": "2026-11-25",
    "lodging_guests": [{"name": "Trần Thị Bình", "birth_date": "1990-05-01", "citizen_number": "042190001234"}],
    "lodging_reason": "visit",
    "lodging_notifier_name": "Nguyễn Văn An",
    "lodging_notifier_phone": THIS_NUMBER,
}


@pytest.mark.parametrize(("channel", "offered"), [("sms", True), ("ussd", True), ("web", False), ("zalo", False)])
async def test_it_is_offered_where_there_is_one(channel, offered):
    said, _, _ = await run(TicketForm(), tracker("Lê Thị Hoa", channel=channel, slots=AT_NAME))
    assert said == ["utter_ticket_ask_phone"] + ["utter_form_this_number"] * offered


@pytest.mark.parametrize("text", ["co", "ok", "dung", "số này", "so may nay", "dùng số này", "so toi dang goi"])
@pytest.mark.parametrize("channel", ["sms", "ussd"])
async def test_it_is_understood_in_the_citizens_words(text, channel):
    _, slots, _ = await run(TicketForm(), tracker(text, channel=channel, slots=AT_PHONE))
    assert slots["ticket_phone"] == THIS_NUMBER


async def test_choosing_it_and_typing_another_one():
    _, slots, _ = await run(TicketForm(), tracker(payload=True, entities={"answer": "this_number"}, channel="ussd", slots=AT_PHONE))
    assert slots["ticket_phone"] == THIS_NUMBER
    _, slots, _ = await run(TicketForm(), tracker("0912345678", channel="ussd", slots=AT_PHONE))
    assert slots["ticket_phone"] == NUMBER


@pytest.mark.parametrize("text", ["khong", "khong nho so", "091234"])
async def test_anything_else_is_no_number(text):
    _, slots, _ = await run(TicketForm(), tracker(text, channel="ussd", slots=AT_PHONE))
    assert slots.get("ticket_phone") is None


@pytest.mark.parametrize("text", ["co", "so may nay"])
async def test_where_there_is_none_it_means_nothing(text):
    _, slots, _ = await run(TicketForm(), tracker(text, channel="web", slots=AT_PHONE))
    assert slots.get("ticket_phone") is None


async def test_the_summary_shows_only_its_end():
    slots = {**AT_PHONE, "ticket_phone": THIS_NUMBER, "ticket_reason": "hỏi"}
    shown = TicketForm.steps[-1].shows(Answers(slots), None)
    assert shown["phone"] == f"…{THIS_NUMBER_END}"


async def test_a_notification_carries_the_number_and_no_slot_does(monkeypatch):
    sent = []

    class Backends:
        desk = lodging = None

        def __init__(self):
            self.desk = self.lodging = self

        async def __aenter__(self):
            return self

        async def __aexit__(self, *_):
            return None

        async def record_consent(self, *arguments, **more):
            sent.append("consent")

        async def own_number(self, sender_id, purpose):
            sent.append((sender_id, purpose))
            return NUMBER

        async def submit(self, draft, key):
            sent.append(draft.notifier.phone)
            return SimpleNamespace(code="LT-2A3B4C", received_at=turn.now, trial=False)

    monkeypatch.setattr(submission, "backends", Backends)
    turn = submission.Turn(tracker("gửi", channel="ussd", slots=LODGING))
    answers = Answers(LODGING)
    talk = SimpleNamespace(say=lambda *_: None)
    assert await submission.send(turn, answers, talk)
    assert sent == ["consent", ("sender-1", "lodging_notification"), NUMBER]
    kept = str(list(answers.events()))
    assert NUMBER[3:] not in kept and THIS_NUMBER in kept
