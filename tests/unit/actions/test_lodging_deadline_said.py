"""What is said of the deadline once the arrival is known: law as law, our reading as a reading, and foreigners' own limit beside it."""

import pytest

from actions.lodging.form import LodgingForm
from tests.conversations.wording import responses
from tests.unit.actions.support import run, tracker

AT_ARRIVAL = {
    "journey": "lodging",
    "lodging_place_kind": "household",
    "lodging_commune": {"name": "Xã Thạch Hà", "province": "Hà Tĩnh"},
    "lodging_address": "thôn 5",
    "lodging_arrival_day": "2026-11-24",
    "failed_turns": 0,
}


@pytest.mark.parametrize(
    ("arrival", "now", "said"),
    [
        ("06:00", "10:00", "ahead"),
        ("09:00", "10:00", "ahead"),
        ("02:00", "07:00", "interpreted"),
        ("02:00", "10:00", "unclear"),
        ("20:00", "23:30", "missed"),
    ],
)
async def test_a_deadline_of_our_reading_is_never_over(arrival, now, said):
    uttered, _, _ = await run(LodgingForm(), tracker(arrival, slots=AT_ARRIVAL, at=f"2026-11-24T{now}:00+07:00"))
    assert uttered == [f"utter_lodging_deadline_{said}", "utter_lodging_ask_departure"]


@pytest.mark.parametrize("kind", ["ahead", "interpreted", "unclear", "missed"])
def test_the_limit_of_foreigners_is_said_beside_that_of_vietnamese(kind):
    for option in responses()[f"utter_lodging_deadline_{kind}"]:
        assert "12" in option["text"] and ("nước ngoài" in option["text"] or "oreign" in option["text"])
