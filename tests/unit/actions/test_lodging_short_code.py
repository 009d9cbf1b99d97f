"""Details behind LUUTRU: what is read for certain fills the form, everything else is asked; the form's own readers decide what is acceptable."""

import asyncio
from datetime import date

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rasa_sdk.executor import CollectingDispatcher

from actions.lodging.form import LodgingForm
from integrations.core.citizen_number import CitizenNumber
from integrations.core.phone import THIS_NUMBER
from tests.unit.actions.support import run, tracker

OPENED = [{"event": "active_loop", "name": "lodging_form"}]
GUEST = {"lodging_guest_name": "Tran Thi Binh", "lodging_guest_birth_date": "1990-05-01", "lodging_guest_document": {"citizen_number": "042190001234"}}
THACH_HA = {"name": "Xã Thạch Hà", "province": "Hà Tĩnh"}
STAY = {"lodging_arrival_day": "2026-11-23", "lodging_arrival_time": "20:00", "lodging_departure": "2026-11-25"}
WHOLE = "tran thi binh, 042190001234, 1/5/1990, toi nay 8 gio 2 dem, thon 5 xa thach ha"
READ, NUMBER, UNREAD = "utter_lodging_details_read", "utter_lodging_details_number", "utter_lodging_details_unread"


async def opened(details: str, **slots) -> tuple[list[str], dict]:
    turn = tracker(intent="lodging_register", payload=True, entities={"details": details}, channel="sms", events=OPENED, slots=slots)
    said, filled, _ = await run(LodgingForm(), turn)
    return said, {slot: value for slot, value in filled.items() if slot.startswith("lodging_") and value is not None}


def only_details(filled: dict) -> dict:
    return {slot: value for slot, value in filled.items() if slot not in ("lodging_arrival_said", "lodging_deadline_told")}


async def test_everything_in_one_line():
    said, filled = await opened(WHOLE)
    assert only_details(filled) == {**GUEST, "lodging_commune": THACH_HA, "lodging_address": "thon 5", **STAY}
    assert said == ["utter_lodging_intro", READ, "utter_lodging_deadline_ahead", "utter_lodging_ask_place_kind"]


@pytest.mark.parametrize(
    "details",
    [
        "042190001234; tran thi binh; xa thach ha, thon 5; 2 dem; toi nay 8 gio; 1/5/1990",
        "tran thi binh 042190001234 1/5/1990. toi nay 8 gio den 25/11. thon 5. xa thach ha",
        "ho ten tran thi binh, so cccd 042 190 001 234, sinh 1/5/1990, thon 5, thach ha, ha tinh, toi nay 8 gio, den 25/11",
        "Trần Thị Bình, sinh ngày 1/5/1990, 042190001234, từ 20h ngày 23/11 đến 25/11, thôn 5 xã Thạch Hà",
        "xa thach ha,,thon 5,;1/5/1990,TRAN THI BINH,25/11,toi nay 8 gio,042190001234",
    ],
)
async def test_the_order_and_the_marks_between_do_not_matter(details):
    _, filled = await opened(details)
    assert filled["lodging_guest_name"] in ("Tran Thi Binh", "Trần Thị Bình")
    found = only_details(filled) | {"lodging_guest_name": "Tran Thi Binh", "lodging_address": filled["lodging_address"].replace("ô", "o")}
    assert found == {**GUEST, "lodging_commune": THACH_HA, "lodging_address": "thon 5", **STAY}


@pytest.mark.parametrize(
    ("details", "filled"),
    [
        ("tran thi binh", {"lodging_guest_name": "Tran Thi Binh"}),
        ("tran thi binh, 042190001234", {"lodging_guest_name": "Tran Thi Binh", "lodging_guest_document": {"citizen_number": "042190001234"}}),
        ("B1234567", {"lodging_guest_document": {"passport_number": "B1234567"}}),
        ("toi nay", {"lodging_arrival_day": "2026-11-23"}),
        ("23/11 den 25/11", {"lodging_arrival_day": "2026-11-23", "lodging_departure": "2026-11-25"}),
        ("23/11-25/11", {"lodging_arrival_day": "2026-11-23", "lodging_departure": "2026-11-25"}),
        ("23-25/11", {"lodging_arrival_day": "2026-11-23", "lodging_departure": "2026-11-25"}),
        ("23/11, 25/11", {"lodging_arrival_day": "2026-11-23", "lodging_departure": "2026-11-25"}),
        ("2 khach, ho gia dinh, tham nguoi than", {"lodging_guest_count": 2, "lodging_place_kind": "household", "lodging_reason": "visit"}),
        ("thon 5", {"lodging_address": "thon 5"}),
        ("tran phu, tran thi binh", {"lodging_guest_name": "Tran Thi Binh", "lodging_commune": {"name": "Phường Trần Phú", "province": "Hà Tĩnh"}}),
    ],
)
async def test_any_part_may_be_missing(details, filled):
    said, found = await opened(details)
    assert only_details(found) == filled
    assert UNREAD not in said


@pytest.mark.parametrize(
    "details",
    [
        "27/11",  # of arriving or of leaving?
        "den ngay 27/11",  # "until", or "arrives on"
        "toi 27/11",  # the evening of that day, or until it
        "3 dem",  # from when on?
        "thu ba",  # a name, and Tuesday
        "tran phu",  # a name, and a ward
        "xa khong co that",
        "khach den choi",
        "0912345678",  # whose number?
        "nha nghi hoa sen",
        "xa thach ha, xa cam xuyen",
        "toi nay, ngay mai",
    ],
)
async def test_what_could_be_two_things_is_asked(details):
    said, filled = await opened(details)
    assert filled == {}
    assert said == ["utter_lodging_intro", UNREAD, "utter_lodging_ask_place_kind"]


async def test_two_guests_in_one_line_are_asked_for_one_by_one():
    said, filled = await opened("tran thi binh, 042190001234, le van cuong, 042085005678, xa thach ha")
    assert filled == {"lodging_commune": THACH_HA}
    assert UNREAD in said


@pytest.mark.parametrize("number", ["04219000123", "0421900012345", "123456789"])
async def test_a_number_of_the_wrong_length_is_said_and_asked_again(number):
    for details in (f"tran thi binh, {number}", f"tran thi binh {number}"):
        said, filled = await opened(details)
        assert filled == {"lodging_guest_name": "Tran Thi Binh"}
        assert said == ["utter_lodging_intro", READ, NUMBER, "utter_lodging_ask_place_kind"]


@pytest.mark.parametrize("details", ["tran thi binh, 042180001234, 1/5/1990", "tran thi binh 042180001234 1/5/1990", "1/5/1990, 042180001234, tran thi binh"])
async def test_a_number_that_does_not_fit_the_birth_date_is_not_taken(details):
    """The form's own rule: it explains and asks when its turn comes, so it has not been insisted on yet."""
    said, filled = await opened(details)
    assert filled == {"lodging_guest_name": "Tran Thi Binh", "lodging_guest_birth_date": "1990-05-01"}
    assert said == ["utter_lodging_intro", READ, NUMBER, "utter_lodging_ask_place_kind"]


@pytest.mark.parametrize(
    "details",
    [
        "tran thi binh, toi nay, 40 dem",
        "tran thi binh, sinh 1990",
        "tran thi binh, sinh 31/2/1990",
    ],
)
async def test_what_the_form_would_refuse_is_not_taken(details):
    said, filled = await opened(details)
    assert filled["lodging_guest_name"] == "Tran Thi Binh"
    assert not filled.keys() & {"lodging_departure", "lodging_guest_birth_date"}
    assert UNREAD in said


async def test_a_range_that_ends_before_it_begins_leaves_the_last_day_to_be_asked():
    _, filled = await opened("23/11 den 22/11")
    assert only_details(filled) == {"lodging_arrival_day": "2026-11-23"}


async def test_a_day_long_past_without_a_word_is_a_day_of_birth():
    _, filled = await opened("tran thi binh, 1/9/2026")
    assert filled["lodging_guest_birth_date"] == "2026-09-01"


async def test_a_name_of_several_communes_is_asked_back():
    said, filled = await opened("xa tan thanh, tay ninh, ho gia dinh")
    assert "lodging_commune" not in filled
    assert len(filled["lodging_communes_offered"]) == 2
    assert said == ["utter_lodging_intro", "utter_lodging_which_commune"]


async def test_a_guest_who_was_read_wrongly_can_be_taken_back_before_the_guest_is_complete():
    slots = {"journey": "lodging", **GUEST, "lodging_commune": THACH_HA}
    turn = tracker(intent="change_answer", payload=True, entities={"field": "guest"}, channel="sms", slots=slots)
    said, filled, _ = await run(LodgingForm(), turn)
    assert {slot: filled[slot] for slot in GUEST} == dict.fromkeys(GUEST)
    assert said == ["utter_lodging_ask_place_kind"]


async def test_a_letter_is_not_read():
    said, filled = await opened(WHOLE + ", " + "cho con toi ve tham que " * 15)
    assert filled == {}
    assert UNREAD in said


async def test_the_number_is_never_repeated_in_full():
    turn = tracker(intent="lodging_register", payload=True, entities={"details": WHOLE}, channel="sms", events=OPENED)
    dispatcher = CollectingDispatcher()
    await LodgingForm().run(dispatcher, turn, {})
    [read] = [message for message in dispatcher.messages if message["response"] == READ]
    assert read["details"] == "Tran Thi Binh, 01/05/1990, 042*******34, thon 5, Xã Thạch Hà, 20:00, 23/11/2026 - 25/11/2026"
    assert "042190001234" not in str(dispatcher.messages)


async def test_in_the_middle_of_the_form_only_what_is_missing_is_taken():
    slots = {"journey": "lodging", "lodging_place_kind": "household", "lodging_commune": THACH_HA, "lodging_address": "thôn 5", "failed_turns": 0}
    turn = tracker(intent="lodging_register", payload=True, entities={"details": "xa cam xuyen, toi nay 8 gio 2 dem"}, channel="sms", slots=slots)
    said, filled, _ = await run(LodgingForm(), turn)
    assert "lodging_commune" not in filled
    assert (filled["lodging_arrival_day"], filled["lodging_departure"]) == ("2026-11-23", "2026-11-25")
    assert said == [READ, UNREAD, "utter_lodging_deadline_ahead", "utter_lodging_ask_guest_count"]


async def test_a_guest_too_many_is_not_taken():
    slots = {"journey": "lodging", "lodging_place_kind": "household", "lodging_commune": THACH_HA, "lodging_address": "thôn 5", **STAY}
    full = {"lodging_guest_count": 1, "lodging_guests": [{"name": "Le Van Cuong", "birth_date": "1985-03-02", "citizen_number": "042085005678"}]}
    turn = tracker(intent="lodging_register", payload=True, entities={"details": WHOLE}, channel="sms", slots={**slots, **full, "lodging_deadline_told": True})
    said, filled, _ = await run(LodgingForm(), turn)
    assert not any(filled.get(slot) for slot in GUEST)
    assert said == [UNREAD, "utter_lodging_ask_reason"]


async def test_the_summary_is_still_asked_when_nothing_else_is():
    slots = {"lodging_notifier_name": "Nguyễn Văn An", "lodging_notifier_phone": THIS_NUMBER, "journey": "lodging", "lodging_deadline_told": True}
    turn = tracker(intent="lodging_register", payload=True, entities={"details": WHOLE + ", 1 khach, ho gia dinh, tham nguoi than"}, channel="sms", slots=slots)
    said, filled, _ = await run(LodgingForm(), turn)
    assert said == [READ, "utter_lodging_summary"]
    assert filled["requested_slot"] == "lodging_confirmed"


PARTS = """tran thi binh|le loi|tran phu|042190001234|04219000123|042180001234|B1234567|0912345678|1/5/1990|31/2/1990|sinh 1990|23/11|27/11|toi nay
8 gio|2 dem|den 27/11|xa thach ha|thach ha|thon 5|ha tinh|1 khach|ho gia dinh|du lich|???|/x""".replace("\n", "|").split("|")


@given(st.lists(st.sampled_from(PARTS) | st.text(max_size=12), max_size=9), st.sampled_from([", ", "; ", " ", ". "]))
@example(["27/11", "0912345678"], " ")
@example(["0912345678", "31/2/1990"], " ")
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_nothing_that_contradicts_itself_is_taken_and_nothing_is_sent_unseen(parts, mark):
    said, filled = asyncio.run(opened(mark.join(parts)))
    assert said[-1] != "utter_lodging_summary"
    number = (filled.get("lodging_guest_document") or {}).get("citizen_number")
    born = filled.get("lodging_guest_birth_date")
    assert number in (None, "042190001234", "042180001234") or any(number in "".join(filter(str.isdigit, part)) for part in parts)
    assert not (number and born and CitizenNumber(number).contradictions(date.fromisoformat(born)))
    if leaving := filled.get("lodging_departure"):
        assert filled["lodging_arrival_day"] <= leaving
