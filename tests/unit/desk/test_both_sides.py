"""What officer and citizen see of each other: delivered, seen, writing, failed; and who has looked."""

import asyncio
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select

from integrations.desk.console.remedies import ASK_FIRST, FIX_TEXT, OTHER_WAY, TELL_OPERATOR, TRY_AGAIN, remedy
from integrations.gateway.audit.models import AuditEvent
from integrations.gateway.conversation.models import Conversation
from integrations.gateway.outbox.models import OutboundMessage
from tests.support.application import Application, Browser
from tests.support.citizen import Citizen, at


async def talking(application: Application) -> tuple[Browser, httpx.AsyncClient, UUID]:
    """An officer, a citizen's web page that has asked for a person, and their conversation."""
    lan, page = await application.signed_in("lan"), application.browser()
    await page.get("/")
    await page.post("/chat/messages", json={"client_id": "abcdefgh-1", "text": "gặp cán bộ"})
    async with application.transaction() as session:
        return lan, page, (await session.scalars(select(Conversation.id))).one()


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
    lan, page, conversation = await talking(application)
    await lan.post(f"/desk/conversations/{conversation}/claim")
    await lan.post(f"/desk/conversations/{conversation}/replies", reply_id=str(uuid4()), text="Chào ông")
    seen = []
    for shown in ({"position": 1, "seen": True}, {"position": 99, "seen": False}, {"position": 99, "seen": True}, {"position": 99, "seen": False}):
        assert (await page.post("/chat/shown", json=shown)).status_code == 204
        async with application.transaction() as session:
            seen.append((await session.scalar(select(OutboundMessage).where(OutboundMessage.author == "agent"))).state)
    assert seen == ["sent", "delivered", "seen", "seen"]
    assert "đã xem" in (await lan.get(f"/desk/conversations/{conversation}")).text


async def test_a_strangers_page_marks_nothing_as_read(application: Application) -> None:
    citizen, stranger = Citizen(application), application.browser()
    await stranger.get("/")
    await citizen.ask_for_a_person()
    assert (await stranger.post("/chat/shown", json={"position": 50, "seen": True})).status_code == 204
    async with application.transaction() as session:
        assert {message.state for message in await session.scalars(select(OutboundMessage))} == {"sent"}


async def test_both_sides_see_that_the_other_is_writing(application: Application) -> None:
    lan, page, conversation = await talking(application)
    with application.app.state.listener.subscribe(conversation) as changes:
        await page.post("/chat/typing", json={})
        await lan.post(f"/desk/conversations/{conversation}/claim")
        await page.post("/chat/typing", json={})
        await lan.post(f"/desk/conversations/{conversation}/typing")
        kinds: list[str] = []
        async with asyncio.timeout(20):
            while kinds[-1:] != ["typing"]:
                kinds.append((await changes.get()).kind)
    assert kinds.count("citizen_typing") == 1, "the assistant needs no such hint"
