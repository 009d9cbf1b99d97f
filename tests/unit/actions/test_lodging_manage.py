"""A notification found again by its code and a phone: tries are counted, and what is shown of its guests proves nothing to a stranger."""

from datetime import date, datetime
from types import SimpleNamespace

import pytest

from actions.common.answers import Answers
from actions.lodging import manage
from actions.lodging.kiosk import real_guests
from actions.lodging.manage import LodgingManageForm, filled_from
from actions.lodging.summary import summary
from integrations.services.desk import Attempt
from integrations.services.lodging import Guest, Notification, Notifier, Place
from tests.unit.actions.support import run, tracker

STORED = Notification(
    code="LT-2A3B4C",
    status="received",
    place=Place(kind="household", name="Nguyễn Văn An", province="Hà Tĩnh", commune="Xã Thạch Hà", address="thôn 5"),
    notifier=Notifier(name="Nguyễn Văn An", phone="+84912345678"),
    guests=[Guest(name="Trần Thị Bình", birth_date=date(1990, 5, 1), citizen_number="042190001234", reason="visit")],
    arrival=datetime.fromisoformat("2026-11-23T20:00:00+07:00"),
    departure=date(2026, 11, 25),
    received_at=datetime.fromisoformat("2026-11-23T20:05:00+07:00"),
    updated_at=datetime.fromisoformat("2026-11-23T20:05:00+07:00"),
)
AT_PHONE = {"journey": "lodging_manage", "lodging_manage_kind": "lodging_correct", "lodging_manage_code": "LT-2A3B4C"}


@pytest.fixture
def asked(monkeypatch):
    """What the backends were asked for; `allowed` says whether the next try is."""
    seen = SimpleNamespace(allowed=True, counted=[], fetched=[])

    class Backends:
        async def __aenter__(self):
            return SimpleNamespace(desk=SimpleNamespace(count_attempt=self.count), lodging=SimpleNamespace(get=self.get))

        async def __aexit__(self, *_):
            return None

        async def count(self, sender_id, scope, subject):
            seen.counted.append((scope, subject))
            return Attempt(allowed=seen.allowed, retry_after=None if seen.allowed else 600)

        async def get(self, code):
            seen.fetched.append(code)
            return STORED

    monkeypatch.setattr(manage, "backends", Backends)
    return seen


async def test_every_try_with_a_strangers_code_is_counted_before_anything_is_fetched(asked):
    await run(LodgingManageForm(), tracker("0987654321", slots=AT_PHONE))
    assert asked.counted == [("lodging_manage", "LT-2A3B4C")] and asked.fetched == ["LT-2A3B4C"]
    asked.allowed, asked.fetched = False, []
    said, _, _ = await run(LodgingManageForm(), tracker("0912345678", slots=AT_PHONE))
    assert said == ["utter_lodging_too_many"] and asked.fetched == []


async def test_what_was_sent_in_this_conversation_is_not_counted(asked):
    own = {**AT_PHONE, "lodging_code": "LT-2A3B4C", "lodging_owner_phone": "+84912345678"}
    await run(LodgingManageForm(), tracker("0912345678", slots=own))
    assert asked.counted == [] and asked.fetched == ["LT-2A3B4C"]


def test_numbers_and_dates_of_birth_of_stored_guests_are_masked_and_those_typed_now_are_not():
    slots = {**filled_from(STORED, "+84912345678"), "language": "vi"}
    typed = {"name": "Lê Văn Tám", "birth_date": "1980-01-01", "citizen_number": "042080005678"}
    slots["lodging_guests"] = [*slots["lodging_guests"], typed]
    shown = summary(Answers(slots), SimpleNamespace(language="vi"))["guests"]
    assert shown.splitlines() == ["1. Trần Thị Bình (**/**/1990), 042*******34", "2. Lê Văn Tám (01/01/1980), 042080005678"]


async def test_the_example_in_our_question_opens_nothing(asked):
    said, filled, _ = await run(LodgingManageForm(), tracker("LT-ABC123", slots={**AT_PHONE, "lodging_manage_code": None}))
    assert said == ["utter_refused_sample_code", "utter_lodging_ask_code"] and filled.get("lodging_manage_code") is None
    assert asked.counted == asked.fetched == []


async def test_the_mark_of_a_stored_guest_does_not_reach_the_backend():
    slots = filled_from(STORED, "+84912345678")
    (guest,) = await real_guests(SimpleNamespace(), Answers(slots), "visit")
    assert guest.citizen_number == "042190001234"
