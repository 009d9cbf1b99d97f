"""The number that a citizen on a plain phone writes or dials from: given where they chose it, never known to the bot, never said in full."""

import httpx
import psycopg
import pytest
from sqlalchemy import select

from integrations.core.phone import THIS_NUMBER, THIS_NUMBER_END
from integrations.gateway.app import create_app
from integrations.gateway.audit.models import AuditEvent
from integrations.gateway.internal.models import Ticket

NUMBER = "+84912345678"
KEY = {"Idempotency-Key": "k" * 64}
PURPOSE = "lodging_notification"


@pytest.fixture
async def api(gateway):
    app = create_app(gateway.settings)
    headers = {"X-Internal-Token": gateway.settings.internal_token.get_secret_value()}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway/internal/v1", headers=headers) as client:
        yield client
    await app.state.engine.dispose()


async def sender(gateway, channel: str) -> str:
    await gateway.say("xin chào", channel=channel, address=NUMBER if channel in ("sms", "ussd") else "citizen")
    return gateway.bot.turns[-1]["sender_id"]


@pytest.mark.parametrize("channel", ["sms", "ussd"])
async def test_a_ticket_gets_the_number_of_its_conversation_once_for_each_key(gateway, api, channel):
    body = {"sender_id": await sender(gateway, channel), "kind": "call_back", "phone": THIS_NUMBER}
    answers = [await api.post("/tickets", json=body, headers=KEY) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201] and answers[0].json() == answers[1].json()
    async with gateway.sessions() as session:
        [ticket] = (await session.scalars(select(Ticket))).all()
    assert ticket.phone == NUMBER


async def test_another_number_stays_as_it_was_given(gateway, api):
    await api.post("/tickets", json={"sender_id": await sender(gateway, "sms"), "kind": "call_back", "phone": "+84987654321"}, headers=KEY)
    async with gateway.sessions() as session:
        assert (await session.scalar(select(Ticket))).phone == "+84987654321"


@pytest.mark.parametrize("channel", ["web", "zalo"])
async def test_where_nobody_has_a_number_none_is_given(gateway, api, channel):
    name = await sender(gateway, channel)
    ticket = await api.post("/tickets", json={"sender_id": name, "kind": "call_back", "phone": THIS_NUMBER}, headers=KEY)
    number = await api.post("/numbers", json={"sender_id": name, "purpose": PURPOSE})
    assert [(answer.status_code, answer.json()) for answer in (ticket, number)] == [(422, {"code": "no_number"})] * 2


async def test_giving_the_number_names_its_purpose_in_the_audit_trail(gateway, api):
    answer = await api.post("/numbers", json={"sender_id": await sender(gateway, "ussd"), "purpose": PURPOSE})
    assert (answer.status_code, answer.json()) == (200, {"phone": NUMBER})
    async with gateway.sessions() as session:
        [event] = (await session.scalars(select(AuditEvent))).all()
    assert (event.actor, event.action, event.subject_kind, event.detail) == ("actions", "number_given", "conversation", {"purpose": PURPOSE})
    with psycopg.connect(gateway.settings.gateway_database_url) as connection:
        assert NUMBER[3:] not in str(connection.execute("SELECT * FROM audit_event").fetchall())


async def test_no_other_purpose_no_stranger_and_nobody_without_the_token(gateway, api):
    name = await sender(gateway, "sms")
    assert (await api.post("/numbers", json={"sender_id": name, "purpose": "advertising"})).status_code == 422
    assert (await api.post("/numbers", json={"sender_id": "nobody", "purpose": PURPOSE})).status_code == 404
    assert (await api.post("/numbers", json={"sender_id": name, "purpose": PURPOSE}, headers={"X-Internal-Token": "guess"})).status_code == 401


@pytest.mark.parametrize(("channel", "shown"), [("sms", "…678"), ("ussd", "…678"), ("web", f"…{THIS_NUMBER_END}")])
async def test_a_text_shows_the_last_three_digits_and_the_bot_sees_none(gateway, channel, shown):
    gateway.bot.script = lambda turn: {"replies": [{"text": f"Số máy này …{THIS_NUMBER_END}"}]}
    [message] = await gateway.say("gọi lại", channel=channel, address=NUMBER)
    assert message.text == f"Số máy này {shown}"
    assert NUMBER[3:] not in str(gateway.bot.turns)
