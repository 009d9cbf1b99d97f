"""What the chat page sends, and who may send and read it."""

import asyncio
import json
from contextlib import suppress
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select

from integrations.channels.base import Choice, Reply
from integrations.gateway.conversation import repository as conversations
from integrations.gateway.conversation.models import Conversation
from integrations.gateway.inbox.models import InboundMessage
from integrations.gateway.web import cookies
from integrations.gateway.web.stream import conversation_events
from tests.support.application import Application


async def visitor(application: Application) -> httpx.AsyncClient:
    browser = application.browser()
    await browser.get("/")
    return browser


async def said(application: Application) -> list[str | None]:
    async with application.transaction() as session:
        return [message.text for message in await session.scalars(select(InboundMessage).order_by(InboundMessage.position))]


async def offer(application: Application, browser: httpx.AsyncClient) -> str:
    """The assistant offers two choices to this visitor; returns the message's id."""
    async with application.transaction() as session:
        conversation = await conversations.find(session, "web", cookies.address(browser.cookies["chat"]))
        replies = [Reply("Chọn", (Choice("Có", "/affirm"), Choice("Không", "/deny")))]
        rows = await application.app.state.outbox.say(session, conversation, replies, "assistant", application.clock)
        return str(rows[0].id)


async def test_the_cookie_is_unguessable_and_out_of_reach_of_scripts(application: Application) -> None:
    answer = await application.browser().get("/")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie
    assert len(answer.cookies["chat"]) == 43
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


async def test_a_repeated_message_is_stored_once_and_acknowledged_twice(application: Application) -> None:
    browser = await visitor(application)
    body = {"client_id": "abcdefgh-1", "text": "xin chào"}
    answers = [await browser.post("/chat/messages", json=body) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 202]
    assert [answer.json()["repeated"] for answer in answers] == [False, True, True]
    assert await said(application) == ["xin chào"]


async def test_two_visitors_may_use_the_same_client_id(application: Application) -> None:
    for text in ("của người thứ nhất", "của người thứ hai"):
        browser = await visitor(application)
        await browser.post("/chat/messages", json={"client_id": "abcdefgh-1", "text": text})
    assert sorted(filter(None, await said(application))) == ["của người thứ hai", "của người thứ nhất"]


async def test_a_choice_is_taken_from_what_was_offered_not_from_what_is_sent(application: Application) -> None:
    browser = await visitor(application)
    await browser.post("/chat/messages", json={"client_id": "abcdefgh-1", "text": "chon"})
    message = await offer(application, browser)
    answer = await browser.post("/chat/messages", json={"client_id": "abcdefgh-2", "choice": {"message": message, "index": 1}})
    assert answer.status_code == 202
    async with application.transaction() as session:
        stored = await session.scalar(select(InboundMessage).where(InboundMessage.kind == "payload"))
    assert (stored.text, stored.payload) == ("Không", "/deny")


@pytest.mark.parametrize("wrong", ["index", "message", "other conversation"])
async def test_a_choice_that_was_not_offered_here_is_refused(application: Application, wrong: str) -> None:
    browser = await visitor(application)
    await browser.post("/chat/messages", json={"client_id": "abcdefgh-1", "text": "chon"})
    message = await offer(application, browser)
    choice = {"message": message, "index": 0}
    if wrong == "index":
        choice["index"] = 2
    elif wrong == "message":
        choice["message"] = str(uuid4())
    else:
        browser = await visitor(application)
    answer = await browser.post("/chat/messages", json={"client_id": "abcdefgh-2", "choice": choice})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_offered")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"client_id": "abcdefgh-1", "text": "a" * 2001}, 413, "too_long"),
        ({"client_id": "abcdefgh-1", "text": "a" * 70_000}, 413, "too_large"),
        ({"client_id": "short", "text": "xin chào"}, 422, "malformed"),
        ({"client_id": "abcdefgh-1"}, 422, "malformed"),
        ({"client_id": "abcdefgh-1", "text": "a", "choice": {"message": str(uuid4()), "index": 0}}, 422, "malformed"),
        ({"client_id": "abcdefgh-1", "payload": "/admin"}, 422, "malformed"),
        ([], 422, "malformed"),
    ],
)
async def test_what_cannot_be_taken_is_refused_and_nothing_is_kept(application: Application, body: object, status: int, code: str) -> None:
    browser = await visitor(application)
    answer = await browser.post("/chat/messages", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await said(application) == []


async def test_another_site_or_another_content_type_is_refused(application: Application) -> None:
    browser = await visitor(application)
    body = json.dumps({"client_id": "abcdefgh-1", "text": "x"})
    crossed = await browser.post("/chat/messages", content=body, headers={"Content-Type": "application/json", "Sec-Fetch-Site": "cross-site"})
    form = await browser.post("/chat/messages", content=body, headers={"Content-Type": "text/plain"})
    stranger = await application.browser().post("/chat/messages", json={"client_id": "abcdefgh-1", "text": "x"})
    assert [crossed.status_code, form.status_code, stranger.status_code] == [403, 415, 401]


async def test_a_flood_is_told_to_wait(application: Application) -> None:
    browser = await visitor(application)
    answers = [await browser.post("/chat/messages", json={"client_id": f"abcdefgh-{number}", "text": "x"}) for number in range(21)]
    assert [answer.status_code for answer in answers[:20]] == [202] * 20
    assert answers[20].status_code == 429
    assert 1 <= int(answers[20].headers["Retry-After"]) <= 61


async def test_a_command_typed_by_a_citizen_is_only_text(application: Application) -> None:
    browser = await visitor(application)
    await browser.post("/chat/messages", json={"client_id": "abcdefgh-1", "text": "/restart"})
    async with application.transaction() as session:
        stored = await session.scalar(select(InboundMessage))
    assert (stored.kind, stored.payload, stored.text) == ("text", None, "/restart")


async def test_events_resume_after_a_position_and_wake_up_with_a_commit(application: Application) -> None:
    browser = await visitor(application)
    for number in range(3):
        await browser.post("/chat/messages", json={"client_id": f"abcdefgh-{number}", "text": f"tin {number}"})
    async with application.transaction() as session:
        conversation = await session.scalar(select(Conversation))
    events = conversation_events(application.app, conversation.id, after=1)
    first = [await anext(events) for _ in range(3)]
    assert [event.get("id") for event in first] == ["2", "3", None]
    assert [json.loads(event["data"])["text"] for event in first[:2]] == ["tin 1", "tin 2"]
    assert json.loads(first[2]["data"]) == {"known": True, "owner": "bot", "thinking": True, "notice": None}
    waiting = asyncio.ensure_future(anext(events))
    await offer(application, browser)
    offered = json.loads((await asyncio.wait_for(waiting, 10))["data"])
    assert (offered["author"], offered["choices"]) == ("assistant", [{"title": "Có"}, {"title": "Không"}])
    await events.aclose()


async def test_another_cookie_opens_nothing_of_a_conversation(application: Application) -> None:
    owner, stranger = await visitor(application), await visitor(application)
    await owner.post("/chat/messages", json={"client_id": "abcdefgh-1", "text": "chuyện riêng"})
    assert cookies.address(owner.cookies["chat"]) != cookies.address(stranger.cookies["chat"])
    async with application.transaction() as session:
        assert await conversations.find(session, "web", cookies.address(stranger.cookies["chat"])) is None
        stored = await session.scalar(select(Conversation))
    assert stored.address == cookies.address(owner.cookies["chat"]), "a hash: the cookie itself is never stored"


async def test_finish_takes_the_cookie_away(application: Application) -> None:
    browser = await visitor(application)
    before = browser.cookies["chat"]
    answer = await browser.post("/chat/finish", json={})
    assert answer.status_code == 204
    with suppress(KeyError):
        assert browser.cookies["chat"] != before
    await browser.get("/")
    assert browser.cookies["chat"] != before


async def test_a_caller_who_hangs_up_in_the_middle_is_no_error_and_nothing_is_kept(application: Application) -> None:
    sent: list[dict[str, object]] = []
    parts = iter(({"type": "http.request", "body": b'{"client_id": "abcd', "more_body": True}, {"type": "http.disconnect"}))

    async def receive() -> dict[str, object]:
        return next(parts)

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    headers = [(b"content-type", b"application/json"), (b"cookie", f"chat={(await visitor(application)).cookies['chat']}".encode())]
    scope = {"type": "http", "method": "POST", "path": "/chat/messages", "raw_path": b"/chat/messages", "query_string": b"", "headers": headers, "client": None}
    await application.app(scope, receive, send)
    assert sent[0]["status"] == 499
    assert await said(application) == []


async def test_a_kiosk_code_is_drawn_and_nothing_else(application: Application) -> None:
    browser = application.browser()
    drawn = await browser.get("/chat/kiosk-code.svg", params={"qr": "TROLY06:123456"})
    assert (drawn.status_code, drawn.headers["content-type"], drawn.headers["cache-control"]) == (200, "image/svg+xml", "no-store")
    assert b'xmlns="http://www.w3.org/2000/svg"' in drawn.content, "without it no browser shows the file as a picture"
    assert drawn.content != (await browser.get("/chat/kiosk-code.svg", params={"qr": "TROLY06:123457"})).content
    assert (await browser.get("/chat/kiosk-code.svg", params={"qr": "https://example.com"})).status_code == 422
