"""What the desk has promised: reasons of every kind, office time, call backs for plain phones, reopened cases, tickets by officers."""

import asyncio
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from integrations.channels.base import Reply, StaffEcho
from integrations.channels.sms import CHANNEL as SMS
from integrations.core.clock import VIETNAM
from integrations.core.text_fitting import fold, sms_segments
from integrations.desk.accounts.models import StaffUnit
from integrations.desk.caretaker.loop import look_at, sweep
from integrations.desk.console.remedies import ASK_FIRST, FIX_TEXT, OTHER_WAY, TELL_OPERATOR, TRY_AGAIN, remedy
from integrations.desk.labels import LABELS, case_code
from integrations.desk.office.service import Office
from integrations.desk.satisfaction.models import Satisfaction
from integrations.gateway.audit.models import AuditEvent
from integrations.gateway.conversation.models import Conversation
from integrations.gateway.internal.models import Ticket
from integrations.gateway.outbox.models import OutboundMessage
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


@pytest.fixture
def phones(application: Application) -> Application:
    """SMS and USSD have a sender that sends nothing."""

    class Silent:
        def compose(self, replies: list[Reply]) -> tuple[Reply, ...]:
            return tuple(Reply(fold(reply.text), reply.choices) for reply in replies)

    application.app.state.outbox.senders = {SMS: Silent(), "ussd": Silent()}
    return application


async def ticket_of(application: Application, citizen: Citizen) -> Ticket | None:
    async with application.transaction() as session:
        return await session.scalar(select(Ticket).where(Ticket.conversation_id == citizen.conversation_id))


async def test_a_plain_phone_gets_a_call_back_ticket_with_a_day(phones: Application) -> None:
    citizen = Citizen(phones, "ussd", "+84912345678")
    await citizen.ask_for_a_person()
    made = await ticket_of(phones, citizen)
    assert (made.kind, made.phone, made.state) == ("call_back", "+84912345678", "open")
    told = (await citizen.told())[-1]
    assert made.code in told and "17:00 27/11/26" in told and sms_segments(told) == 1
    assert (await citizen.owner(), (await citizen.case()).resolution) == ("bot", "ticket")
    await sweep(phones.app)
    assert (await ticket_of(phones, citizen)).due_at == moment(27, 17)


async def test_an_emergency_on_a_plain_phone_also_rings_the_desk(phones: Application) -> None:
    lan = await phones.signed_in("lan")
    citizen = Citizen(phones, "ussd", "+84912345679")
    await citizen.ask_for_a_person("emergency")
    await look_at(phones.app, citizen.conversation_id)
    assert await ticket_of(phones, citizen) is not None
    assert (await citizen.owner(), len(await citizen.told())) == ("queued", 1)
    assert 'data-urgent="1"' in (await lan.get("/desk/fragments/queue")).text


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


async def test_an_officer_makes_a_ticket_once_and_the_citizen_gets_its_code(application: Application) -> None:
    async with application.transaction() as session:
        unit = StaffUnit(name="Tổ 1", communes=["Cẩm Bình"])
        session.add(unit)
    lan = await application.signed_in("lan")
    citizen = Citizen(application)
    await citizen.ask_for_a_person()
    form = {"form_id": str(uuid4()), "kind": "home_visit", "phone": "0912345678", "commune": "Xã Cẩm Bình", "hamlet": "thôn 3", "reason": "già yếu"}
    for _ in range(2):
        assert (await lan.post(at(citizen, "tickets"), **form)).status_code == 303
    assert (await lan.post(at(citizen, "tickets"), **form | {"form_id": str(uuid4()), "phone": "", "hamlet": ""})).status_code == 422
    await sweep(application.app)
    made = await ticket_of(application, citizen)
    assert (made.kind, made.unit_id, made.due_at) == ("home_visit", unit.id, moment(27, 17))
    assert [made.code in text for text in await citizen.told()].count(True) == 1
    assert made.code in (await lan.get(at(citizen))).text


async def test_a_case_and_a_ticket_are_found_by_the_code_the_citizen_tells(application: Application) -> None:
    lan, team = await application.signed_in("lan"), await application.signed_in("to", "field")
    citizen = Citizen(application)
    await citizen.ask_for_a_person()
    await lan.post(at(citizen, "tickets"), form_id=str(uuid4()), kind="call_back", phone="0912345678", reason="gọi lại")
    code, ticket = case_code((await citizen.case()).id), await ticket_of(application, citizen)
    for written in (code, code.lower().replace("-", " ")):
        assert (await lan.get("/desk/find", params={"code": written})).headers["Location"] == at(citizen)
    assert (await lan.get("/desk/find", params={"code": ticket.code})).headers["Location"] == f"/desk/tickets/{ticket.id}"
    for browser, missing in ((lan, "YC-000000"), (lan, "%' OR 1"), (team, code), (team, ticket.code)):
        assert (await browser.get("/desk/find", params={"code": missing})).status_code == 404


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


async def test_who_has_looked_at_a_conversation_is_on_the_trail_once_a_quarter_of_an_hour(application: Application) -> None:
    lan = await application.signed_in("lan")
    citizen = Citizen(application)
    await citizen.ask_for_a_person()
    for minutes in (0, 10, 10):
        application.pass_time(minutes=minutes)
        await lan.get(at(citizen))
    async with application.transaction() as session:
        viewed = (await session.scalars(select(AuditEvent).where(AuditEvent.action == "conversation_viewed"))).all()
    assert [(event.actor, event.subject_id) for event in viewed] == [(lan.visitor.actor, str(citizen.conversation_id))] * 2


@pytest.mark.parametrize(
    ("channel", "state", "code", "step"),
    [
        ("zalo", "dead", "-230", OTHER_WAY), ("zalo", "dead", "-248", FIX_TEXT), ("zalo", "dead", "-321", TELL_OPERATOR), ("zalo", "dead", "-999", TRY_AGAIN),
        ("sms", "dead", "30006", OTHER_WAY), ("ussd", "dead", "103", TELL_OPERATOR), ("sms", "dead", None, TRY_AGAIN), ("zalo", "ambiguous", "-230", ASK_FIRST),
        ("sms", "dead", "no_sender", TELL_OPERATOR), ("sms", "dead", "dlr 2", TRY_AGAIN),
    ],
)  # fmt: skip
def test_a_failed_delivery_says_what_to_do(channel: str, state: str, code: str | None, step: str) -> None:
    assert remedy(channel, state, code) == step


async def test_the_officer_sees_that_a_web_page_has_the_answer_and_that_it_was_read(application: Application) -> None:
    lan = await application.signed_in("lan")
    page = application.browser()
    await page.get("/")
    await page.post("/chat/messages", json={"client_id": "abcdefgh-1", "text": "gặp cán bộ"})
    async with application.transaction() as session:
        conversation = (await session.scalars(select(Conversation))).one()
    await lan.post(f"/desk/conversations/{conversation.id}/claim")
    await lan.post(f"/desk/conversations/{conversation.id}/replies", reply_id=str(uuid4()), text="Chào ông")
    seen = []
    for shown in ({"position": 1, "seen": True}, {"position": 99, "seen": False}, {"position": 99, "seen": True}, {"position": 99, "seen": False}):
        assert (await page.post("/chat/shown", json=shown)).status_code == 204
        async with application.transaction() as session:
            seen.append((await session.scalar(select(OutboundMessage).where(OutboundMessage.author == "agent"))).state)
    assert seen == ["sent", "delivered", "seen", "seen"]
    assert "đã xem" in (await lan.get(f"/desk/conversations/{conversation.id}")).text


async def test_a_strangers_page_marks_nothing_as_read(application: Application) -> None:
    citizen, stranger = Citizen(application), application.browser()
    await stranger.get("/")
    await citizen.ask_for_a_person()
    assert (await stranger.post("/chat/shown", json={"position": 50, "seen": True})).status_code == 204
    async with application.transaction() as session:
        assert {message.state for message in await session.scalars(select(OutboundMessage))} == {"sent"}


async def test_both_sides_see_that_the_other_is_writing(application: Application) -> None:
    lan = await application.signed_in("lan")
    page = application.browser()
    await page.get("/")
    await page.post("/chat/messages", json={"client_id": "abcdefgh-1", "text": "gặp cán bộ"})
    async with application.transaction() as session:
        conversation = (await session.scalars(select(Conversation))).one()
    with application.app.state.listener.subscribe(conversation.id) as changes:
        await page.post("/chat/typing", json={})
        await lan.post(f"/desk/conversations/{conversation.id}/claim")
        await page.post("/chat/typing", json={})
        await lan.post(f"/desk/conversations/{conversation.id}/typing")
        kinds: list[str] = []
        async with asyncio.timeout(20):
            while kinds[-1:] != ["typing"]:
                kinds.append((await changes.get()).kind)
    assert kinds.count("citizen_typing") == 1, "the assistant needs no such hint"


def test_time_zones_do_not_move_a_deadline() -> None:
    utc = moment(23, 9).astimezone(tz=None)
    assert Office().deadline(utc, 5) - utc == timedelta(minutes=5)


async def test_after_a_call_back_the_number_is_asked_by_sms_for_a_mark(phones: Application) -> None:
    lan = await phones.signed_in("lan")
    dialled = Citizen(phones, "ussd", "+84912345670")
    await dialled.ask_for_a_person()
    made = await ticket_of(phones, dialled)
    assert (await lan.post(f"/desk/tickets/{made.id}/result", outcome="done", result="đã gọi")).status_code == 303
    texted = Citizen(phones, "sms", "+84912345670")
    async with phones.transaction() as session:
        texted.conversation_id = await session.scalar(select(Conversation.id).where(Conversation.channel == "sms"))
    assert "tu 1 (khong hai long) den 5" in (await texted.told())[-1]
    phones.pass_time(hours=3)
    await texted.say("4")
    async with phones.transaction() as session:
        assert [(mark.score, mark.staff_id) for mark in await session.scalars(select(Satisfaction))] == [(4, lan.visitor.id)]
    await texted.say("toi hoi ve luu tru")
    assert (await texted.owner(), (await texted.states())[-1]) == ("bot", "received")


@pytest.mark.parametrize("channel", ["web", "zalo", "sms"])
async def test_a_mark_and_a_comment_are_taken_on_every_channel(phones: Application, channel: str) -> None:
    lan = await phones.signed_in("lan")
    citizen = Citizen(phones, channel)
    await citizen.ask_for_a_person()
    await claimed(lan, citizen)
    await lan.post(at(citizen, "resolve"), resolution="solved")
    for text in ("5", "góp ý", "nhanh"):
        await citizen.say(text)
    async with phones.transaction() as session:
        assert [(mark.score, mark.comment) for mark in await session.scalars(select(Satisfaction))] == [(5, "nhanh")]
    assert await citizen.owner() == "bot"


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


async def test_officers_of_a_unit_see_its_tickets_and_those_of_nobody(application: Application) -> None:
    async with application.transaction() as session:
        north, south = StaffUnit(name="Bắc", communes=["Cẩm Bình"]), StaffUnit(name="Nam")
        session.add_all([north, south])
    central = await application.signed_in("trung")
    of_north, of_south = await application.signed_in("bac", unit_id=north.id), await application.signed_in("nam", unit_id=south.id)
    seen = {}
    for commune in ("Thạch Hà", "Cẩm Bình"):
        citizen = Citizen(application)
        await citizen.ask_for_a_person()
        await central.post(at(citizen, "tickets"), form_id=str(uuid4()), kind="home_visit", phone="0912345678", commune=commune, reason="già yếu")
        path = f"/desk/tickets/{(await ticket_of(application, citizen)).id}"
        seen[commune] = [(await browser.get(path)).status_code for browser in (central, of_north, of_south)]
    assert seen == {"Thạch Hà": [200, 200, 200], "Cẩm Bình": [200, 200, 404]}
    for action in ("take", "visit", "result", "reveal"):
        assert (await of_south.post(f"{path}/{action}", reason="xem số", visit_at="2026-11-24T08:00", outcome="done", result="x")).status_code == 404
