"""Citizens who wait for a person: what they are told, by day and by night, and how they leave the queue."""

from datetime import datetime

from integrations.core.clock import VIETNAM
from tests.support.application import Application
from tests.support.citizen import Citizen, claimed

ATTACK = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'{{7*7}}"
SUNDAY = datetime(2026, 11, 22, 9, 0, tzinfo=VIETNAM)


async def test_a_waiting_citizen_hears_how_many_are_before_and_no_invented_number(desk) -> None:
    _application, _lan, citizen = desk
    assert "chưa ước tính được" in (await citizen.told())[-1]


async def test_the_wait_is_estimated_from_what_really_happened(application: Application) -> None:
    lan = await application.signed_in("lan")
    for minutes in (2, 4, 6):
        citizen = Citizen(application)
        await citizen.ask_for_a_person()
        application.pass_time(minutes=minutes)
        await claimed(lan, citizen)
    await lan.get("/desk/conversations")
    late = Citizen(application)
    await late.ask_for_a_person()
    assert "Trước ông/bà có 0 người, thường chờ khoảng 6 phút" in (await late.told())[-1]


async def test_nobody_at_the_desk_is_said_to_be_nobody(application: Application) -> None:
    citizen = Citizen(application)
    await citizen.ask_for_a_person()
    assert "chưa có cán bộ nào trực máy" in (await citizen.told())[-1]


async def test_outside_office_hours_the_assistant_goes_on_and_the_case_waits_for_the_morning(application: Application) -> None:
    application.clock = SUNDAY
    lan = await application.signed_in("lan")
    citizen = Citizen(application)
    await citizen.ask_for_a_person()
    assert await citizen.owner() == "bot"
    assert "bắt đầu từ 07:30 23/11/2026" in (await citizen.told())[-1].replace("23/11/26", "23/11/2026")
    application.clock = datetime(2026, 11, 23, 8, 0, tzinfo=VIETNAM)
    lan = await application.signed_in("minh")
    assert str(citizen.conversation_id) in (await lan.get("/desk/conversations")).text
    await claimed(lan, citizen)
    assert await citizen.owner() == "agent"


async def test_an_emergency_is_queued_at_any_hour(application: Application) -> None:
    application.clock = SUNDAY
    lan = await application.signed_in("lan")
    citizen = Citizen(application)
    await citizen.ask_for_a_person("emergency")
    assert await citizen.owner() == "queued"
    assert 'data-urgent="1"' in (await lan.get("/desk/fragments/queue")).text


async def test_an_emergency_is_queued_at_night_also_when_a_case_waits_for_the_morning(application: Application) -> None:
    application.clock = SUNDAY
    lan = await application.signed_in("lan")
    citizen = Citizen(application)
    await citizen.ask_for_a_person()
    assert await citizen.owner() == "bot"
    await citizen.ask_for_a_person("emergency")
    assert await citizen.owner() == "queued"
    assert 'data-urgent="1"' in (await lan.get("/desk/fragments/queue")).text


async def test_an_officer_writing_elsewhere_keeps_the_assistant_silent_also_when_a_case_waits_for_the_morning(application: Application) -> None:
    application.clock = SUNDAY
    await application.signed_in("lan")
    citizen = Citizen(application)
    await citizen.ask_for_a_person()
    told = await citizen.told()
    await citizen.ask_for_a_person("staff_wrote_elsewhere")
    assert (await citizen.owner(), await citizen.told()) == ("queued", told)


async def test_leaving_the_queue_gives_the_kept_messages_back_to_the_assistant(desk) -> None:
    _application, _lan, citizen = desk
    await citizen.say("lệ phí bao nhiêu")
    assert await citizen.states() == ["answered", "kept"]
    await citizen.say("Quay lại trợ lý")
    assert await citizen.owner() == "bot"
    assert await citizen.states() == ["answered", "received", "answered"]
    assert (await citizen.case()).resolution == "left"
