"""No citizen is left alone: what is in nobody's hands goes back to the queue or to the assistant, and one trouble is not everybody's."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from integrations.channels.base import Inbound
from integrations.core.clock import VIETNAM
from integrations.desk.accounts.models import StaffMember, StaffUnit
from integrations.desk.caretaker.loop import sweep
from integrations.desk.console import service as console
from integrations.desk.console.service import Desk
from integrations.desk.satisfaction.models import Satisfaction
from integrations.desk.settings import get_desk_settings
from integrations.gateway.conversation.models import Case
from integrations.gateway.inbox.models import InboundMessage
from integrations.gateway.inbox.service import receive
from tests.support.application import Application
from tests.support.citizen import Citizen, at, claimed

EVENING = datetime(2026, 11, 23, 20, 0, tzinfo=VIETNAM)


async def test_a_finished_conversation_cannot_be_transferred_any_more(desk) -> None:
    application, lan, citizen = desk
    boss = await application.signed_in("boss", "supervisor")
    async with application.transaction() as session:
        unit = StaffUnit(name="Phường Bắc")
        session.add(unit)
    await application.staff("minh", unit_id=unit.id)
    await claimed(lan, citizen)
    await lan.post(at(citizen, "resolve"), resolution="solved")
    told = await citizen.told()
    for target in (unit.id, lan.visitor.id):
        late = await boss.post(at(citizen, "transfer"), target=str(target))
        assert (late.status_code, "Yêu cầu này đã kết thúc." in late.text) == (409, True)
    await citizen.say("cho hỏi về lưu trú")
    assert (await citizen.owner(), (await citizen.states())[-1]) == ("bot", "received")
    assert await citizen.told() == told, "nobody is said to take over"


async def test_a_unit_without_anybody_who_answers_is_given_nothing(desk) -> None:
    application, lan, citizen = desk
    async with application.transaction() as session:
        empty = StaffUnit(name="Phường Bắc")
        session.add(empty)
    await application.staff("doan", "field", unit_id=empty.id)
    await application.staff("cu", unit_id=empty.id, disabled_at=application.clock)
    await claimed(lan, citizen)
    assert f'value="{empty.id}"' not in (await lan.get(at(citizen))).text
    assert (await lan.post(at(citizen, "transfer"), target=str(empty.id))).status_code == 422
    assert ((await citizen.case()).state, await citizen.owner()) == ("assigned", "agent")


async def test_an_answer_at_the_last_moment_is_the_assistants(desk) -> None:
    _application, lan, citizen = desk
    await claimed(lan, citizen)
    await lan.post(at(citizen, "replies"), reply_id=str(uuid4()), text="Ông/bà còn đó không?")
    await citizen.say("tôi đây, cho hỏi lệ phí")
    await lan.post(at(citizen, "resolve"), resolution="no_answer")
    assert (await citizen.owner(), (await citizen.states())[-1]) == ("bot", "received")


async def test_what_came_while_a_mark_was_waited_for_lies_with_the_officer_who_comes_back(desk) -> None:
    application, lan, citizen = desk
    await claimed(lan, citizen)
    await lan.post(at(citizen, "resolve"), resolution="solved")
    async with application.transaction() as session:  # the worker and the officer are both faster than the caretaker
        inbound = Inbound("web", uuid4().hex, citizen.address, "text", "message", application.clock, text="còn một việc nữa")
        received = await receive(session, inbound, application.clock)
        message = await session.get_one(InboundMessage, received.inbound_id)
        message.state, message.answered_at = "kept", application.clock
        application.pass_time(seconds=1)
        await console.claim(Desk(session, application.app.state.outbox, lan.visitor, application.clock), citizen.conversation_id)
    assert "đã trả lời" not in (await lan.get("/desk/fragments/queue?view=mine")).text
    await lan.post(at(citizen, "give-back"))
    assert (await citizen.owner(), (await citizen.states())[-1]) == ("bot", "received")


def disabled(member: StaffMember, now: datetime) -> None:
    member.disabled_at = now


def in_the_field(member: StaffMember, _now: datetime) -> None:
    member.role = "field"


@pytest.mark.parametrize("change", [disabled, in_the_field])
async def test_what_an_officer_held_who_may_answer_no_more_is_in_the_queue_at_once(desk, change: Callable[[StaffMember, datetime], None]) -> None:
    application, lan, citizen = desk
    await claimed(lan, citizen)
    async with application.transaction() as session:
        change(await session.get_one(StaffMember, lan.visitor.id), application.clock)
    await sweep(application.app)
    assert (await citizen.owner(), (await citizen.case()).state) == ("queued", "open")


async def test_in_an_emergency_nobody_waits_for_an_officer_who_is_not_there(desk) -> None:
    application, lan, citizen = desk
    await claimed(lan, citizen)
    async with application.transaction() as session:
        (await session.scalar(select(Case))).reason = "emergency"
    await citizen.say("cứu tôi với")
    application.pass_time(minutes=1)
    await sweep(application.app)
    assert await citizen.owner() == "agent", "a page that is open is heard of every minute or so"
    application.pass_time(minutes=2)
    await sweep(application.app)
    assert await citizen.owner() == "queued"
    minh = await application.signed_in("minh")
    assert 'data-urgent="1"' in (await minh.get("/desk/fragments/queue")).text


async def test_a_number_that_waits_for_the_office_to_open_is_asked_for_no_mark(application: Application) -> None:
    application.clock = EVENING
    texted, dialled = Citizen(application, "sms", "+84912345670"), Citizen(application, "ussd", "+84912345670")
    application.app.state.outbox.senders = dict.fromkeys(("sms", "ussd"), Silent())
    for citizen in (texted, dialled):
        await citizen.ask_for_a_person()
    lan = await application.signed_in("lan")
    assert (await lan.post(f"/desk/tickets/{(await dialled.ticket()).id}/result", outcome="done", result="đã gọi")).status_code == 303
    await texted.say("toi hoi ve luu tru")
    assert (await texted.owner(), (await texted.states())[-1]) == ("bot", "received")
    async with application.transaction() as session:
        assert await session.scalar(select(Satisfaction)) is None


class Silent:
    """Sends nothing, as it is."""

    def compose(self, replies: list) -> tuple:
        return tuple(replies)


async def test_a_report_folder_that_cannot_be_written_stops_nobodys_case(desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    application, lan, citizen = desk
    (tmp_path / "no-folder").write_text("a file")
    monkeypatch.setattr(get_desk_settings(), "desk_reports", tmp_path / "no-folder")
    await claimed(lan, citizen)
    await citizen.say("còn ai không")
    application.pass_time(days=7)
    await sweep(application.app)
    assert await citizen.owner() == "queued"


async def test_a_record_that_cannot_be_read_stops_nobody_elses_case(desk) -> None:
    application, lan, damaged = desk
    other = Citizen(application)
    await other.ask_for_a_person()
    for citizen in (damaged, other):
        await claimed(lan, citizen)
        await citizen.say("còn ai không")
    async with application.transaction() as session:
        await session.execute(text("UPDATE support_case SET summary = 'damaged' WHERE conversation_id = :id"), {"id": damaged.conversation_id})
    application.pass_time(minutes=20)
    await sweep(application.app)
    assert (await damaged.owner(), await other.owner()) == ("agent", "queued")
