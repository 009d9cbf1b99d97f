"""Office hours, holidays, the public notice, prepared replies, tickets, learning, report, audit."""

import argparse
import json
import re
from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from integrations.channels.base import Inbound
from integrations.core.clock import VIETNAM
from integrations.desk.accounts.models import StaffUnit
from integrations.desk.caretaker.loop import sweep
from integrations.desk.cli import write_candidates
from integrations.desk.office.service import Office, read_hours
from integrations.gateway.audit.models import AuditEvent
from integrations.gateway.inbox.models import InboundMessage
from integrations.gateway.inbox.service import receive
from tests.support.application import Application
from tests.support.citizen import Citizen
from tests.support.tickets import ticket


def moment(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=VIETNAM)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("at", "is_open", "opening"),
    [
        (moment(2026, 11, 23, 9, 0), True, moment(2026, 11, 23, 9, 0)),
        (moment(2026, 11, 23, 12, 0), False, moment(2026, 11, 23, 13, 30)),
        (moment(2026, 11, 23, 17, 0), False, moment(2026, 11, 25, 7, 30)),  # 24 November is Vietnam's Culture Day, a public holiday since 2026
        (moment(2026, 11, 27, 18, 0), False, moment(2026, 11, 30, 7, 30)),
        (moment(2026, 9, 2, 9, 0), False, None),
        (moment(2027, 1, 1, 9, 0), False, moment(2027, 1, 4, 7, 30)),
    ],
)
def test_office_hours_know_the_noon_break_weekends_and_public_holidays(at: datetime, is_open: bool, opening: datetime | None) -> None:
    office = Office()
    assert office.is_open(at) is is_open
    if opening is not None:
        assert office.next_opening(at) == opening


def test_a_single_day_can_be_closed_or_opened() -> None:
    office = Office(closed=frozenset({date(2026, 11, 23)}), open=frozenset({date(2026, 11, 22)}))
    assert not office.is_open(moment(2026, 11, 23, 9, 0))
    assert office.is_open(moment(2026, 11, 22, 9, 0))


@pytest.mark.parametrize("wrong", ["7h-11h", "11:30-07:30", "07:30", "07:30-"])
def test_hours_that_cannot_be_read_are_refused(wrong: str) -> None:
    from integrations.desk.errors import Refused

    with pytest.raises(Refused):
        read_hours({0: wrong}, "", "")


async def test_supervisors_set_hours_promises_and_the_notice(application: Application) -> None:
    boss = await application.signed_in("boss", "supervisor")
    assert (await boss.post("/desk/configuration/hours", day0="08:00-12:00", closed="31/12/2026", open="")).status_code == 303
    assert (await boss.post("/desk/configuration/hours", day0="tám giờ")).status_code == 422
    assert (await boss.post("/desk/configuration/promises", first="3", next="7", resolution="60")).status_code == 303
    assert (await boss.post("/desk/configuration/notice", text="Bão số 9: gọi <b>112</b>", until="2026-11-24T00:00")).status_code == 303
    page = (await boss.get("/desk/configuration")).text
    assert 'value="08:00-12:00"' in page and "31/12/2026" in page and "Bão số 9: gọi &lt;b&gt;112&lt;/b&gt;" in page
    async with application.transaction() as session:
        assert await application.app.state.public_notice(session) == "Bão số 9: gọi <b>112</b>"
    application.pass_time(days=2)
    async with application.transaction() as session:
        assert await application.app.state.public_notice(session) is None


async def test_a_canned_reply_is_filled_in_and_a_unit_has_its_own(application: Application) -> None:
    boss = await application.signed_in("boss", "supervisor")
    async with application.transaction() as session:
        unit = StaffUnit(name="Phường Bắc")
        session.add(unit)
    await boss.post("/desk/configuration/replies", code="chao", text="Chào ông/bà, tôi là {{officer}}.")
    await boss.post("/desk/configuration/replies", code="chao", text="{{unit}} xin chào.", unit=str(unit.id))
    assert (await boss.post("/desk/configuration/replies", code="x y", text="a")).status_code == 422
    assert (await boss.post("/desk/configuration/replies", code="otp", text="{{password}}")).status_code == 422
    async with application.transaction() as session:
        inbound = Inbound("web", uuid4().hex, uuid4().hex, "text", "message", application.clock, text="x")
        conversation = (await receive(session, inbound, application.clock)).conversation_id
    for browser, expected in ((boss, "tôi là Boss."), (await application.signed_in("bac", unit_id=unit.id), "Phường Bắc xin chào.")):
        await browser.post(f"/desk/conversations/{conversation}/claim")
        page = (await browser.get(f"/desk/conversations/{conversation}")).text
        assert expected in page
        await browser.post(f"/desk/conversations/{conversation}/give-back")


async def test_a_ticket_goes_to_the_unit_of_its_commune_and_only_that_team_sees_it(application: Application) -> None:
    async with application.transaction() as session:
        ours, other = StaffUnit(name="Tổ 1", communes=["Cẩm Bình"]), StaffUnit(name="Tổ 2", communes=["Thạch Hà"])
        session.add_all([ours, other])
    made = await ticket(application)
    await sweep(application.app)
    team = await application.signed_in("doan", "field", unit_id=ours.id)
    strangers = await application.signed_in("la", "field", unit_id=other.id)
    assert made.code in (await team.get("/desk/tickets?view=open")).text
    assert made.code not in (await strangers.get("/desk/tickets?view=open")).text
    assert (await strangers.get(f"/desk/tickets/{made.id}")).status_code == 404
    assert (await strangers.post(f"/desk/tickets/{made.id}/take")).status_code == 404
    page = (await team.get(f"/desk/tickets/{made.id}")).text
    assert "Nguyễn Văn A" not in page and "0912345678" not in page and "thôn 3" not in page and "N. V. A." in page
    await team.post(f"/desk/tickets/{made.id}/reveal", reason="đến nhà dân")
    assert "tel:0912345678" in (await team.get(f"/desk/tickets/{made.id}")).text


async def test_a_visit_is_planned_followed_up_and_closed(application: Application) -> None:
    team = await application.signed_in("doan", "agent")
    made = await ticket(application, reason="<i>già yếu</i>")
    path = f"/desk/tickets/{made.id}"
    assert (await team.post(f"{path}/take")).status_code == 303
    assert (await team.post(f"{path}/visit", visit_at="2026-11-23T15:00")).status_code == 303
    assert made.code in (await team.get("/desk/tickets?view=today")).text
    assert (await team.post(f"{path}/result", outcome="done", result="")).status_code == 422
    assert (await team.post(f"{path}/result", outcome="follow_up", result="vắng nhà", follow_up="2026-11-25T08:00")).status_code == 303
    assert made.code not in (await team.get("/desk/tickets?view=today")).text
    assert (await team.post(f"{path}/result", outcome="done", result="đã kích hoạt")).status_code == 303
    assert (await team.post(f"{path}/result", outcome="done", result="lần nữa")).status_code == 422
    page = (await team.get(path)).text
    assert "vắng nhà" in page and "đã kích hoạt" in page and "&lt;i&gt;già yếu" in page


async def test_overdue_tickets_are_named(application: Application) -> None:
    boss = await application.signed_in("boss", "supervisor")
    made = await ticket(application)
    await sweep(application.app)
    assert made.code not in (await boss.get("/desk/tickets?view=overdue")).text
    application.pass_time(days=10)
    boss = await application.signed_in("boss2", "supervisor")
    assert made.code in (await boss.get("/desk/tickets?view=overdue")).text


async def misunderstood(application: Application, *texts: str) -> None:
    async with application.transaction() as session:
        for words in texts:
            inbound = Inbound("web", uuid4().hex, uuid4().hex, "text", "message", application.clock, text=words)
            await receive(session, inbound, application.clock)
    async with application.transaction() as session:
        for message in await session.scalars(select(InboundMessage).where(InboundMessage.state == "received")):
            message.state, message.understood, message.answered_at = "answered", {"intent": "eid_activate", "confidence": 0.3}, application.clock


async def test_what_was_not_understood_is_grouped_judged_and_exported_masked(application: Application) -> None:
    lan = await application.signed_in("lan")
    await misunderstood(application, "làm sao đổi ảnh thẻ 042085001234", "lam sao doi anh the 042085001299", "hôm nay trời đẹp quá")
    page = (await lan.get("/desk/learning")).text
    assert page.count('name="target" list') == 2
    assert "042085001234" not in page
    group = page.split('name="messages" value="')[1].split('"')[0]
    assert len(group.split(",")) == 2
    assert (await lan.post("/desk/learning", messages=group, target="card_photo_change")).status_code == 303
    assert (await lan.post("/desk/learning", messages=group, target="<script>")).status_code == 422
    assert (await lan.get("/desk/learning")).text.count('value="knowledge/') > 50, "every knowledge unit can be chosen"
    exported = [json.loads(line) for line in (await lan.get("/desk/learning/candidates.jsonl")).text.splitlines()]
    assert {line["target"] for line in exported} == {"card_photo_change"}
    assert all("042085001" not in line["text"] for line in exported)
    assert (await lan.get("/desk/learning")).text.count('name="target" list') == 1


async def test_what_was_judged_is_written_for_a_person_to_look_through(application: Application, tmp_path: Path) -> None:
    lan = await application.signed_in("lan")
    await misunderstood(application, "Tôi tên là Nguyễn Văn An, số 042085001234, hỏi về ảnh thẻ", "toi la Tran Thi Binh muon hoi", "tôi là người dân xã")
    page = (await lan.get("/desk/learning")).text
    assert "Nguyễn Văn An" not in page and "Tran Thi Binh" not in page and "tôi là người dân xã" in page
    for group in re.findall(r'name="messages" value="([^"]+)"><label>', page):
        await lan.post("/desk/learning", messages=group, target="knowledge/card_photo")
    place = tmp_path / "candidates" / "reviewed.jsonl"
    async with application.transaction() as session:
        assert "3 lines" in await write_candidates(session, argparse.Namespace(into=place))
    lines = [json.loads(line) for line in place.read_text(encoding="utf-8").splitlines()]
    assert {line["target"] for line in lines} == {"knowledge/card_photo"}
    assert "Tôi tên là [tên], số 042*******34, hỏi về ảnh thẻ" in {line["text"] for line in lines}


async def test_a_disabled_member_is_given_no_ticket_and_a_unit_is_there_once(application: Application) -> None:
    boss, admin = await application.signed_in("boss", "supervisor"), await application.signed_in("quan", "admin")
    gone = await application.staff("cu", "field", disabled_at=application.clock)
    made = await ticket(application)
    assert (await boss.post(f"/desk/tickets/{made.id}/assign", target=str(gone.id))).status_code == 422
    assert [(await admin.post("/desk/staff/units", name="Tổ 1")).status_code for _ in range(2)] == [303, 422]


async def test_who_opens_a_ticket_is_on_the_trail_once_in_a_while(application: Application) -> None:
    lan = await application.signed_in("lan")
    made = await ticket(application)
    for minutes in (0, 1, 15):
        application.pass_time(minutes=minutes)
        assert (await lan.get(f"/desk/tickets/{made.id}")).status_code == 200
    async with application.transaction() as session:
        seen = select(AuditEvent).where(AuditEvent.action == "ticket_viewed")
        assert [(event.actor, event.subject_id) for event in await session.scalars(seen)] == [(lan.visitor.actor, str(made.id))] * 2


async def test_administrators_manage_others_but_not_themselves(application: Application) -> None:
    admin = await application.signed_in("quan", "admin")
    made = await admin.post("/desk/staff", username="moi", name="Người Mới", role="agent")
    password = made.text.split("<code>")[1].split("</code>")[0]
    fresh = application.browser()
    assert (await fresh.post("/desk/sign-in", data={"username": "moi", "password": password})).status_code == 303
    assert (await fresh.get("/desk/conversations")).headers["Location"] == "/desk/account"
    assert (await admin.post(f"/desk/staff/{admin.visitor.id}/change", role="auditor")).status_code == 422
    lan = await application.signed_in("lan")
    assert (await admin.post(f"/desk/staff/{lan.visitor.id}/change", role="field")).status_code == 303
    assert (await lan.get("/desk/conversations")).status_code == 403, "the new role holds at once"
    await admin.post(f"/desk/staff/{lan.visitor.id}/disable")
    assert (await lan.get("/desk/tickets")).status_code == 303


async def test_a_supervisor_words_a_sentence_anew_and_it_keeps_what_must_be_said(application: Application) -> None:
    boss = await application.signed_in("boss", "supervisor")
    own = "Cán bộ sẽ trả lời. Trước ông/bà còn {{ahead}} người <b>."
    assert (await boss.post("/desk/configuration/sentences", name="wait_unknown", text=own)).status_code == 303
    for wrong in ("Xin chờ.", "{{ahead}} {{minutes}}", "{{password}} {{ahead}}", "x" * 700 + "{{ahead}}"):
        assert (await boss.post("/desk/configuration/sentences", name="wait_unknown", text=wrong)).status_code == 422
    assert (await boss.post("/desk/configuration/sentences", name="invented", text="x")).status_code == 422
    assert "còn {{ahead}} người &lt;b&gt;." in (await boss.get("/desk/configuration")).text
    citizen = Citizen(application)
    await citizen.ask_for_a_person()
    assert (await citizen.told())[-1] == "Cán bộ sẽ trả lời. Trước ông/bà còn 0 người <b>."
    await boss.post("/desk/configuration/sentences", name="wait_unknown", text="")
    later = Citizen(application)
    await later.ask_for_a_person()
    assert "chưa ước tính được" in (await later.told())[-1]
