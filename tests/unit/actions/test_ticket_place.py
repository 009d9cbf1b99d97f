"""Where a visit is asked for: only a commune of the home province, for only its units get tickets."""

import pytest

from actions.tickets.form import TicketForm
from tests.unit.actions.support import run, tracker

AT_COMMUNE = {
    "journey": "ticket",
    "ticket_kind": "home_visit",
    "ticket_introduced": True,
    "ticket_contact_name": "Lê Thị Hoa",
    "ticket_phone": "+84912345678",
    "failed_turns": 0,
}


@pytest.mark.parametrize("text", ["xã Yên Hòa, Nghệ An", "số 1 phố Huế, phường Hai Bà Trưng, Hà Nội"])
async def test_another_province_is_refused_also_where_a_commune_here_has_the_name(text):
    said, slots, _ = await run(TicketForm(), tracker(text, slots=AT_COMMUNE))
    assert said[:2] == ["utter_ticket_refused_elsewhere", "utter_ticket_ask_commune"]
    assert slots.get("ticket_commune") is None


async def test_the_commune_here_keeps_its_province_and_what_stands_before_it():
    said, slots, _ = await run(TicketForm(), tracker("thôn 5, xã Yên Hòa", slots=AT_COMMUNE))
    assert slots["ticket_commune"] == {"name": "Xã Yên Hòa", "province": "Hà Tĩnh"}
    assert slots["ticket_hamlet"] == "thôn 5" and said == ["utter_ticket_ask_reason"]


async def test_an_unknown_name_is_asked_again():
    said, _, _ = await run(TicketForm(), tracker("xã Không Có Đâu", slots=AT_COMMUNE))
    assert said == ["utter_refused_commune", "utter_ticket_ask_commune"]
