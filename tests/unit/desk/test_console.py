"""Conversations at the desk over HTTP: taking over, giving back, notes, transfers, masks, and what may not be markup."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from integrations.channels.base import Inbound
from integrations.core.clock import VIETNAM
from integrations.desk.caretaker.loop import sweep
from integrations.desk.satisfaction.models import Satisfaction
from integrations.gateway.conversation.models import Conversation
from integrations.gateway.inbox.models import InboundMessage
from integrations.gateway.inbox.service import receive, receive_event
from integrations.gateway.outbox.models import OutboundMessage
from tests.support.application import Application
from tests.support.citizen import Citizen, at, claimed

ATTACK = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'{{7*7}}"
SUNDAY = datetime(2026, 11, 22, 9, 0, tzinfo=VIETNAM)


async def test_only_the_holder_answers_and_a_repeated_reply_is_sent_once(desk) -> None:
    application, lan, citizen = desk
    minh = await application.signed_in("minh")
    await claimed(lan, citizen)
    reply_id = str(uuid4())
    statuses = [(await lan.post(at(citizen, "replies"), reply_id=reply_id, text="Chào ông")).status_code for _ in range(3)]
    foreign = await minh.post(at(citizen, "replies"), reply_id=str(uuid4()), text="Tôi nữa")
    late = await minh.post(at(citizen, "claim"))
    assert statuses == [303] * 3
    assert (foreign.status_code, late.status_code) == (409, 409)
    assert "Lan đã nhận cuộc trò chuyện này." in late.text
    assert (await citizen.told()).count("Chào ông") == 1


async def test_a_slow_worker_never_has_the_assistant_answer_what_an_officer_has_answered(desk) -> None:
    _application, lan, citizen = desk
    await claimed(lan, citizen)
    await citizen.say("câu hỏi")
    async with citizen.application.transaction() as session:
        message = await session.scalar(
            select(InboundMessage).where(InboundMessage.conversation_id == citizen.conversation_id, InboundMessage.state != "answered")
        )
        message.state, message.answered_at = "received", None
    await lan.post(at(citizen, "replies"), reply_id=str(uuid4()), text="trả lời")
    await lan.post(at(citizen, "give-back"))
    assert await citizen.states() == ["answered", "kept"]


async def test_giving_back_lets_the_assistant_answer_what_was_left_unanswered(desk) -> None:
    _application, lan, citizen = desk
    await claimed(lan, citizen)
    await citizen.say("câu hỏi")
    await lan.post(at(citizen, "give-back"))
    assert (await citizen.owner(), await citizen.states()) == ("bot", ["answered", "received"])


async def test_a_resolved_case_asks_for_a_mark_takes_a_comment_and_returns_to_the_assistant(desk) -> None:
    application, lan, citizen = desk
    await claimed(lan, citizen)
    assert (await lan.post(at(citizen, "resolve"), resolution="invented")).status_code == 422
    await lan.post(at(citizen, "resolve"), resolution="solved", label="vneid")
    assert "từ 1 (không hài lòng) đến 5" in (await citizen.told())[-1]
    for text in ("4 điểm", "góp ý", "cán bộ tận tình"):
        await citizen.say(text)
    async with application.transaction() as session:
        rating = await session.scalar(select(Satisfaction))
    assert (rating.score, rating.comment) == (4, "cán bộ tận tình")
    assert await citizen.owner() == "bot"
    assert (await citizen.case()).label == "vneid"


async def test_another_question_instead_of_a_mark_is_the_assistants(desk) -> None:
    _application, lan, citizen = desk
    await claimed(lan, citizen)
    await lan.post(at(citizen, "resolve"), resolution="solved")
    await citizen.say("cho hỏi về lưu trú")
    assert (await citizen.owner(), (await citizen.states())[-1]) == ("bot", "received")


async def test_an_unanswered_question_for_a_mark_ends_by_itself(desk) -> None:
    application, lan, citizen = desk
    await claimed(lan, citizen)
    await lan.post(at(citizen, "resolve"), resolution="solved")
    application.pass_time(minutes=11)
    await sweep(application.app)
    assert await citizen.owner() == "bot"


@pytest.mark.parametrize("waking", ["message", "time"])
async def test_a_snoozed_case_wakes_when_the_citizen_writes_or_its_time_has_come(desk, waking: str) -> None:
    application, lan, citizen = desk
    await claimed(lan, citizen)
    assert (await lan.post(at(citizen, "snooze"), until="2026-11-23T09:05")).status_code == 303
    assert (await citizen.case()).state == "snoozed"
    if waking == "message":
        await citizen.say("tôi quay lại đây")
    else:
        application.pass_time(minutes=6)
        await sweep(application.app)
    assert (await citizen.case()).state == "assigned"


async def test_a_wish_to_leave_whose_notification_was_missed_is_found_by_the_sweep(desk) -> None:
    application, _lan, citizen = desk
    async with application.transaction() as session:
        inbound = Inbound("web", uuid4().hex, citizen.address, "text", "message", application.clock, text="Quay lại trợ lý")
        await receive(session, inbound, application.clock)
    await sweep(application.app)
    assert await citizen.owner() == "bot"


async def test_an_officer_who_is_away_loses_a_waiting_citizen_to_the_queue(desk) -> None:
    application, lan, citizen = desk
    await claimed(lan, citizen)
    await citizen.say("còn ai không")
    application.pass_time(minutes=20)
    await sweep(application.app)
    assert (await citizen.owner(), (await citizen.case()).state) == ("queued", "open")
    assert "chuyển ông/bà tới cán bộ khác" in (await citizen.told())[-1]


async def test_a_transfer_reaches_the_colleague_and_tells_the_citizen(desk) -> None:
    application, lan, citizen = desk
    minh = await application.signed_in("minh")
    await claimed(lan, citizen)
    assert (await minh.post(at(citizen, "transfer"), target=str(minh.visitor.id))).status_code == 403
    await lan.post(at(citizen, "transfer"), target=str(minh.visitor.id), reason="giỏi việc này hơn")
    assert str(citizen.conversation_id) in (await minh.get("/desk/conversations?view=mine")).text
    assert "giỏi việc này hơn" in (await minh.get(at(citizen))).text
    assert (await citizen.told())[-1] == "Tôi đã chuyển ông/bà tới cán bộ Minh. Tin của ông/bà được giữ nguyên."
    assert (await minh.post(at(citizen, "replies"), reply_id=str(uuid4()), text="Chào ông")).status_code == 303


async def test_a_note_stays_inside_and_rings_for_the_mentioned(desk) -> None:
    application, lan, citizen = desk
    minh = await application.signed_in("minh")
    await lan.post(at(citizen, "notes"), note_id=str(uuid4()), text="nhờ @minh xem giúp <b>ca này</b>")
    assert 'data-mentions="1"' in (await minh.get("/desk/fragments/queue")).text
    page = (await minh.get(at(citizen))).text
    assert "nhờ @minh xem giúp &lt;b&gt;ca này&lt;/b&gt;" in page
    assert 'data-mentions="0"' in (await minh.get("/desk/fragments/queue")).text
    assert not [text for text in await citizen.told() if "xem giúp" in text]
    assert "xem giúp" not in (await lan.get(at(citizen, "transcript.txt"))).text


@pytest.mark.parametrize(("outcome", "said"), [("verified", "Ki-ốt: đã xác thực xong"), ("rejected", "Ki-ốt: không xác thực được")])
async def test_who_answers_the_citizen_sees_what_the_kiosk_found(desk, outcome: str, said: str) -> None:
    """The result arrives while a person holds the conversation; the citizen was told at the kiosk that it goes on here."""
    application, lan, citizen = desk
    await claimed(lan, citizen)
    data = {"id": str(uuid4()), "outcome": outcome, "purpose": "notary"}
    async with application.transaction() as session:
        conversation = await session.get_one(Conversation, citizen.conversation_id)
        await receive_event(session, conversation, f"event:{data['id']}", "verification_result", data, "/event_verification_result", application.clock)
    assert said in (await lan.get(at(citizen))).text
    assert said in (await lan.get(at(citizen, "transcript.txt"))).text


async def test_numbers_are_masked_until_revealed_with_a_reason_that_is_on_the_trail(desk) -> None:
    application, lan, citizen = desk
    await citizen.say("số của tôi 042085001234, gọi 0912345678, không phải 1900 0368")
    page = (await lan.get(at(citizen))).text
    assert "042085001234" not in page
    assert "1900 0368" in page, "the public hotline is nobody's number"
    assert (await lan.post(at(citizen, "reveal"), reason="x")).status_code == 422
    await lan.post(at(citizen, "reveal"), reason="gọi lại cho dân")
    assert "042085001234" in (await lan.get(at(citizen))).text
    assert "042085001234" not in (await lan.get(at(citizen, "transcript.txt"))).text
    assert "042085001234" not in (await lan.get("/desk/fragments/queue")).text
    auditor = await application.signed_in("tra", "auditor")
    assert "numbers_revealed" in (await auditor.get("/desk/audit")).text
    application.pass_time(minutes=6)
    assert "042085001234" not in (await lan.get(at(citizen))).text


async def test_a_case_of_another_unit_is_not_there(application: Application) -> None:
    north, south = await application.units("Phường Bắc", "Phường Nam")
    lan = await application.signed_in("lan", unit_id=north.id)
    minh = await application.signed_in("minh", unit_id=south.id)
    boss = await application.signed_in("boss", "supervisor")
    citizen = Citizen(application)
    await citizen.ask_for_a_person()
    await claimed(lan, citizen)
    await lan.post(at(citizen, "transfer"), target=str(south.id))
    seen = {browser.username: (await browser.get(at(citizen))).status_code for browser in (lan, minh, boss)}
    assert seen == {"lan": 404, "minh": 200, "boss": 200}
    assert (await lan.post(at(citizen, "claim"))).status_code == 404
    assert str(citizen.conversation_id) not in (await lan.get("/desk/conversations")).text
    assert (await minh.post(at(citizen, "claim"))).status_code == 303


@pytest.mark.parametrize("channel", ["web", "zalo", "sms"])
async def test_what_a_citizen_writes_is_never_markup_in_any_view(application: Application, channel: str) -> None:
    lan = await application.signed_in("lan", "supervisor")
    citizen = Citizen(application, channel)
    await citizen.ask_for_a_person(summary=ATTACK)
    await citizen.say(ATTACK)
    await claimed(lan, citizen)
    pages = [at(citizen), at(citizen, "entries?after=0"), "/desk/conversations?view=mine", "/desk/fragments/queue?view=mine", "/desk/learning", "/desk/board"]
    for page in pages:
        html = (await lan.get(page)).text
        assert "<script>alert" not in html and "<img src=x" not in html and "49" not in html.replace("149", "").split("alert(1)")[0][-30:], page
    assert "&lt;script&gt;alert(1)" in (await lan.get(at(citizen))).text
    download = await lan.get(at(citizen, "transcript.txt"))
    assert download.headers["Content-Type"].startswith("text/plain")
    assert download.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_dead_letter_shows_why_and_is_sent_again_only_when_asked(desk) -> None:
    application, lan, citizen = desk
    await claimed(lan, citizen)
    await lan.post(at(citizen, "replies"), reply_id=str(uuid4()), text="Chào ông")
    async with application.transaction() as session:
        message = await session.scalar(select(OutboundMessage).where(OutboundMessage.author == "agent"))
        message.state, message.reason = "dead", "Zalo: quá 7 ngày"
    assert "Zalo: quá 7 ngày" in (await lan.get(at(citizen))).text
    assert str(citizen.conversation_id) in (await lan.get("/desk/conversations?view=failed")).text
    assert (await lan.post(at(citizen, f"messages/{message.id}/retry"))).status_code == 303
    assert (await lan.post(at(citizen, f"messages/{message.id}/retry"))).status_code == 422


async def test_a_very_long_conversation_begins_with_its_newest_part(desk) -> None:
    application, lan, citizen = desk
    await citizen.say("câu đầu tiên")
    async with application.transaction() as session:
        (await session.get_one(Conversation, citizen.conversation_id)).next_position = 2000
    await citizen.say("câu cuối cùng")
    page, whole = (await lan.get(at(citizen))).text, (await lan.get(f"{at(citizen)}?whole=true")).text
    assert "câu cuối cùng" in page and 'class="said">câu đầu tiên' not in page and "whole=true" in page
    assert 'class="said">câu đầu tiên' in whole and "Xem cả các tin trước" not in whole


async def test_a_zalo_conversation_shows_what_the_channel_still_allows(application: Application) -> None:
    lan = await application.signed_in("lan")
    citizen = Citizen(application, "zalo")
    await citizen.ask_for_a_person()
    await claimed(lan, citizen)
    assert "còn 6 tin miễn phí" in (await lan.get(at(citizen))).text, "two notices were sent since the citizen's last message"
    async with application.transaction() as session:
        (await session.get_one(Conversation, citizen.conversation_id)).last_inbound_at = application.clock - timedelta(days=8)
    assert "đã quá 7 ngày" in (await lan.get(at(citizen))).text


async def test_the_size_of_an_sms_is_counted_for_what_will_be_sent(application: Application) -> None:
    lan = await application.signed_in("lan")
    assert (await lan.post("/desk/measure", text="Chào ông")).json() == {"segments": 1}
    assert (await lan.post("/desk/measure", text="ă" * 200)).json() == {"segments": 2}
