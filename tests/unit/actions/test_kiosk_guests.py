"""Guests of a lodging notification who come from the kiosk: filed masked, sent with the data of the chip."""

from datetime import date

import pytest

from actions.lodging.form import LodgingForm
from actions.lodging.summary import guest_line
from integrations.services import BackendUnavailable, NotFound
from tests.unit.actions.kiosk import HERE, backends
from tests.unit.actions.support import run, tracker

__all__ = ["backends"]
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
