"""What the desk has promised: answers in office time, a name for every reason, and cases that are opened again."""

from datetime import datetime, timedelta

import pytest

from integrations.channels.base import StaffEcho
from integrations.core.clock import VIETNAM
from integrations.desk.caretaker.loop import look_at
from integrations.desk.labels import LABELS
from integrations.desk.office.service import Office
from integrations.gateway.outbox.receipts import settle_echo
from integrations.gateway.turn.effects import HANDOFF_REASONS
from tests.support.application import Application
from tests.support.citizen import Citizen, at, claimed


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("since", "minutes", "by"),
    [
        (moment(23, 9), 5, moment(23, 9, 5)),
        (moment(23, 11, 28), 5, moment(23, 13, 33)),
        (moment(22, 9), 5, moment(23, 7, 35)),
        (moment(23, 16, 59), 5, moment(25, 7, 34)),  # the 24th is a holiday
        (moment(23, 7, 30), 480, moment(25, 8, 0)),  # seven and a half hours a day
    ],
)
def test_a_promise_runs_in_office_time(since: datetime, minutes: int, by: datetime) -> None:
    assert Office().deadline(since, minutes) == by


def test_time_zones_do_not_move_a_deadline() -> None:
    utc = moment(23, 9).astimezone(tz=None)
    assert Office().deadline(utc, 5) - utc == timedelta(minutes=5)


async def test_nobody_is_late_at_night_and_the_morning_after_five_minutes(application: Application) -> None:
    application.clock = moment(22, 20)
    citizen = Citizen(application)
    await citizen.ask_for_a_person()
    for clock, late in ((moment(22, 23), 0), (moment(23, 7, 34), 0), (moment(23, 7, 36), 1)):
        application.clock = clock
        lan = await application.signed_in(f"lan-{clock:%H%M}")
        assert f'data-late="{late}"' in (await lan.get("/desk/fragments/queue")).text


async def test_an_emergency_is_late_at_any_hour(application: Application) -> None:
    application.clock = moment(22, 20)
    lan = await application.signed_in("lan", "supervisor")
    citizen = Citizen(application)
    await citizen.ask_for_a_person("emergency")
    application.pass_time(minutes=6)
    assert 'data-late="1"' in (await lan.get("/desk/fragments/queue?view=mine")).text, "a supervisor hears of it in every view"
    assert "quá hẹn" in (await lan.get("/desk/board")).text.lower()


def test_every_reason_has_a_name() -> None:
    assert set(LABELS["reason"]) == HANDOFF_REASONS | {"staff_wrote_elsewhere", "taken_over", "reopened", "call_back"}


@pytest.mark.parametrize("reason", sorted(HANDOFF_REASONS))
async def test_whatever_the_reason_the_case_waits_under_its_name(application: Application, reason: str) -> None:
    lan = await application.signed_in("lan")
    citizen = Citizen(application)
    await citizen.ask_for_a_person(reason)
    assert LABELS["reason"][reason] in (await lan.get("/desk/fragments/queue")).text
    assert (await citizen.owner(), (await citizen.case()).state) == ("queued", "open")


async def test_an_officer_who_writes_in_zalos_own_console_has_the_assistant_step_back_silently(application: Application) -> None:
    lan = await application.signed_in("lan")
    citizen = Citizen(application, "zalo")
    await citizen.say("xin chào")
    async with application.transaction() as session:
        echo = StaffEcho("zalo", "abc", citizen.address, application.clock, "Tôi gọi bác ngay")
        await settle_echo(session, citizen.conversation_id, echo.provider_ref, _sealed(session, echo.text), application.clock)
    await look_at(application.app, citizen.conversation_id)
    assert (await citizen.owner(), await citizen.told()) == ("queued", ["Tôi gọi bác ngay"])
    assert "Cán bộ viết từ Zalo" in (await lan.get("/desk/fragments/queue")).text
    assert "Tôi gọi bác ngay" in (await lan.get(at(citizen))).text


def _sealed(session, text: str) -> str:  # type: ignore[no-untyped-def]
    from integrations.gateway.encryption import keyring_of
    from integrations.gateway.outbox.receipts import ECHO_CONTEXT

    return keyring_of(session.get_bind().dialect).encrypt_text(text, ECHO_CONTEXT)


async def test_a_closed_case_is_reopened_with_its_label_and_after_a_week_it_is_a_new_one(application: Application) -> None:
    lan = await application.signed_in("lan")
    citizen = Citizen(application)
    await citizen.ask_for_a_person()
    await claimed(lan, citizen)
    await lan.post(at(citizen, "resolve"), resolution="spam", label="card")
    assert "Mở lại và trả lời" in (await lan.get(at(citizen))).text
    application.pass_time(minutes=1)
    await claimed(lan, citizen)
    again = await citizen.case()
    assert (again.reason, again.label, again.state) == ("reopened", "card", "assigned")
    await lan.post(at(citizen, "resolve"), resolution="spam")
    application.pass_time(days=8)
    lan = await application.signed_in("lan2")
    await claimed(lan, citizen)
    assert (await citizen.case()).reason == "taken_over"


async def test_an_officer_who_is_away_is_nobody_to_wait_for(application: Application) -> None:
    lan = await application.signed_in("lan")
    assert (await lan.post("/desk/account/availability")).status_code == 303
    citizen = Citizen(application)
    await citizen.ask_for_a_person()
    assert "chưa có cán bộ nào trực máy" in (await citizen.told())[-1]
    await lan.post("/desk/account/availability", available="true")
    later = Citizen(application)
    await later.ask_for_a_person()
    assert "chưa có cán bộ nào" not in (await later.told())[-1]
