"""The internal API of docs/contracts.md, over HTTP."""

import asyncio
import re

import httpx
import psycopg
import pytest

from integrations.gateway.app import create_app

KEY = {"Idempotency-Key": "k" * 64}


@pytest.fixture
async def api(gateway):
    app = create_app(gateway.settings)
    transport = httpx.ASGITransport(app)
    headers = {"X-Internal-Token": gateway.settings.internal_token.get_secret_value()}
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway/internal/v1", headers=headers) as client:
        yield client
    await app.state.engine.dispose()


@pytest.fixture
async def sender(gateway) -> str:
    await gateway.say("xin chào")
    return gateway.bot.turns[0]["sender_id"]


def ticket(sender: str, **more: str) -> dict[str, str]:
    return {"sender_id": sender, "kind": "home_visit", "contact_name": "Nguyễn Văn Mẫu", "phone": "0912345678", "commune": "Đồng Lộc"} | more


@pytest.mark.parametrize("path", ["tickets", "attempts", "consents", "events"])
@pytest.mark.parametrize("token", [None, "", "wrong", "đúng"])
async def test_without_the_token_nothing_is_done(api, path, token):
    headers = {"X-Internal-Token": token.encode()} if token is not None else {}
    del api.headers["X-Internal-Token"]
    answer = await api.post(f"/{path}", json={}, headers=headers)
    assert (answer.status_code, answer.json()) == (401, {"code": "unauthorized"})


async def test_a_ticket_gets_a_code_that_can_be_read_aloud(api, sender):
    answer = await api.post("/tickets", json=ticket(sender), headers=KEY)
    assert answer.status_code == 201
    assert re.fullmatch(r"HT-[2-9A-HJKMNP-Z]{6}", answer.json()["code"])


async def test_a_repeated_ticket_is_the_same_ticket_even_at_the_same_moment(api, sender):
    answers = await asyncio.gather(*(api.post("/tickets", json=ticket(sender), headers=KEY) for _ in range(5)))
    assert len({answer.json()["code"] for answer in answers}) == 1


async def test_a_reused_key_with_another_request_is_refused(api, sender):
    await api.post("/tickets", json=ticket(sender), headers=KEY)
    answer = await api.post("/tickets", json=ticket(sender, commune="Can Lộc"), headers=KEY)
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_conflict")


async def test_a_tickets_personal_data_is_encrypted(api, sender, gateway):
    await api.post("/tickets", json=ticket(sender), headers=KEY)
    with psycopg.connect(gateway.settings.gateway_database_url) as connection:
        content = str(connection.execute("SELECT * FROM ticket").fetchall())
    assert "Mẫu" not in content and "0912345678" not in content


@pytest.mark.parametrize(
    "path, body",
    [
        ("tickets", {"sender_id": "nobody", "kind": "home_visit"}),
        ("attempts", {"sender_id": "nobody", "scope": "card_status", "subject": "x"}),
        ("consents", {"sender_id": "nobody", "purpose": "p", "version": "1", "given": True}),
        ("events", {"sender_id": "nobody", "name": "verification_result"}),
        ("events", {"reference": "nobody", "name": "verification_result"}),
    ],
)
async def test_an_unknown_sender_is_not_found(api, path, body):
    assert (await api.post(f"/{path}", json=body, headers=KEY)).status_code == 404


@pytest.mark.parametrize(
    "body", [{}, {"kind": "home_visit"}, {"kind": "party"}, {"kind": "home_visit", "surprise": 1}, {"kind": "home_visit", "phone": "9" * 99}]
)
async def test_a_malformed_ticket_is_refused(api, sender, body):
    assert (await api.post("/tickets", json={"sender_id": sender} | body if body else body, headers=KEY)).status_code == (
        201 if body == {"kind": "home_visit"} else 422
    )


@pytest.mark.parametrize("scope", ["card_status", "lodging_manage"])
async def test_attempts_are_limited_per_conversation_and_free_again_later(api, sender, gateway, scope):
    body = {"sender_id": sender, "scope": scope, "subject": "HS-1"}
    answers = [(await api.post("/attempts", json=body | {"subject": f"HS-{number}"})).json() for number in range(6)]
    assert answers[:5] == [{"allowed": True}] * 5
    assert answers[5] == {"allowed": False, "retry_after": 3600}
    gateway.clock.advance(seconds=3601)
    assert (await api.post("/attempts", json=body)).json() == {"allowed": True}


async def test_attempts_are_limited_per_subject_across_conversations(api, gateway):
    for number in range(6):
        await gateway.say("xin chào", address=f"citizen-{number}")
    bodies = [{"sender_id": turn["sender_id"], "scope": "card_status", "subject": " hs-77"} for turn in gateway.bot.turns]
    allowed = [(await api.post("/attempts", json=body)).json()["allowed"] for body in bodies]
    assert allowed == [True] * 5 + [False]


async def test_simultaneous_attempts_are_counted_one_by_one(api, sender):
    body = {"sender_id": sender, "scope": "card_status", "subject": "HS-1"}
    answers = await asyncio.gather(*(api.post("/attempts", json=body) for _ in range(12)))
    assert sum(answer.json()["allowed"] for answer in answers) == 5


async def test_attempts_keep_no_receipt_code(api, sender, gateway):
    await api.post("/attempts", json={"sender_id": sender, "scope": "card_status", "subject": "HS-SECRET"})
    with psycopg.connect(gateway.settings.gateway_database_url) as connection:
        rows = connection.execute("SELECT key_hash FROM attempt").fetchall()
    assert len(rows) == 3 and "HS-SECRET" not in str(rows)


async def test_a_consent_is_recorded(api, sender, gateway):
    answer = await api.post("/consents", json={"sender_id": sender, "purpose": "lodging", "version": "2026-11", "given": True})
    assert answer.status_code == 201
    with psycopg.connect(gateway.settings.gateway_database_url) as connection:
        assert connection.execute("SELECT purpose, version, given FROM consent").fetchall() == [("lodging", "2026-11", True)]


async def test_an_awaited_result_continues_the_dialogue_once(api, gateway):
    gateway.bot.script = lambda turn: {"replies": [{"text": "Mời ra quầy"}], "signals": [{"name": "wait_for", "kind": "verification", "id": "v-1"}]}
    await gateway.say("xác minh")
    body = {"reference": "v-1", "name": "verification_result", "data": {"outcome": "verified"}}
    answers = [await api.post("/events", json=body) for _ in range(2)]
    assert [(answer.status_code, answer.json()["repeated"]) for answer in answers] == [(202, False), (202, True)]
    with psycopg.connect(gateway.settings.gateway_database_url) as connection:
        [(inbound_id,)] = connection.execute("SELECT id FROM inbound_message WHERE kind = 'event'").fetchall()
    await gateway.turns.take(inbound_id)
    assert gateway.bot.turns[1]["payload"] == '/event_verification_result{"outcome": "verified"}'
    assert gateway.bot.turns[1]["sender_id"] == gateway.bot.turns[0]["sender_id"]


@pytest.mark.parametrize("name", ["", "Bad", "a b", "restart{", "../x", "x" * 40])
async def test_an_event_cannot_name_a_command(api, sender, name):
    assert (await api.post("/events", json={"sender_id": sender, "name": name})).status_code == 422
