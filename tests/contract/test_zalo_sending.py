"""Our sender against Zalo's cloud: tokens, limits, windows, and every way a request can end."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from integrations.channels.base import Ambiguous, Choice, Failed, Reply, Sent
from integrations.channels.zalo_oa import TokenKeeper, ZaloConfig, ZaloSender, reply_window
from tests.contract.zalo_cloud import MemoryTokens, zalo_cloud

USER = "2468"
HELLO = Reply("Xin chào ông/bà")


@pytest.fixture
def cloud() -> Iterator[httpx.Client]:
    with zalo_cloud(zalo_webhook_url="http://127.0.0.1:1/nobody") as client:
        yield client


@pytest.fixture
def tokens(cloud) -> MemoryTokens:
    return MemoryTokens.consented(cloud)


@pytest.fixture
async def sender(cloud, tokens) -> AsyncIterator[ZaloSender]:
    base = str(cloud.base_url).rstrip("/")
    async with httpx.AsyncClient(timeout=1.0) as client:
        keeper = TokenKeeper(tokens, client, app_id="1000", app_secret="development-only", oauth_url=base)
        yield ZaloSender(ZaloConfig("1000", "development-only", base, base), keeper, client)


def heard(cloud: httpx.Client, user: str = USER) -> None:
    cloud.post(f"/_control/citizens/{user}/events", json={"text": "chào"})


def fault(cloud: httpx.Client, **order) -> None:
    cloud.post("/_control/faults", json=order).raise_for_status()


def received(cloud: httpx.Client) -> list[dict]:
    return [taken["message"] for taken in cloud.get("/_control/messages", params={"user_id": USER}).json()]


async def test_a_message_with_buttons_arrives(cloud, sender):
    heard(cloud)
    message = sender.compose([Reply("Đã làm xong chưa?", (Choice("Đã xong", "/step_done"),))])[0]
    outcome = await sender.send(USER, message, "d1")
    taken = cloud.get("/_control/messages").json()
    assert outcome == Sent(taken[0]["message_id"])
    button = {"title": "Đã xong", "type": "oa.query.show", "payload": "Đã xong"}
    assert received(cloud) == [{"text": "Đã làm xong chưa?", "attachment": {"type": "template", "payload": {"buttons": [button]}}}]


async def test_the_fullest_message_we_compose_is_within_the_limits(cloud, sender):
    heard(cloud)
    long = Reply("Đ" * 1_990 + " 👍" * 900, tuple(Choice("Ấ" * 140 + str(number), str(number)) for number in range(9)))
    outcomes = [await sender.send(USER, message, "d") for message in sender.compose([long])]
    assert len(outcomes) > 1
    assert all(isinstance(outcome, Sent) for outcome in outcomes)


async def test_refused_token_is_replaced_once_and_stored_before_it_is_used(cloud, sender, tokens):
    heard(cloud)
    assert isinstance(await sender.send(USER, HELLO, "d1"), Sent)
    cloud.delete("/_control/tokens")
    assert isinstance(await sender.send(USER, HELLO, "d2"), Sent)
    assert len(tokens.saved) == 2
    assert len(received(cloud)) == 2


@pytest.mark.parametrize("code", [-216, -220])
async def test_a_token_error_that_stays_is_retried_once_only(cloud, sender, tokens, code):
    heard(cloud)
    fault(cloud, kind="error", code=code, times=10)
    outcome = await sender.send(USER, HELLO, "d1")
    assert isinstance(outcome, Failed)
    assert (outcome.code, outcome.retryable) == (str(code), True)
    assert cloud.get("/_control/state").json()["requests"] == 2


async def test_twenty_senders_refresh_once(cloud, sender, tokens):
    heard(cloud)
    outcomes = await asyncio.gather(*(sender.send(USER, HELLO, str(number)) for number in range(20)))
    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    assert len(tokens.saved) == 1


async def test_an_expiring_token_is_refreshed_before_it_is_refused(cloud, sender, tokens):
    heard(cloud)
    await sender.send(USER, HELLO, "d1")
    tokens.tokens = replace(tokens.tokens, expires_at=datetime.now(UTC) + timedelta(minutes=5))
    await sender.send(USER, HELLO, "d2")
    assert len(tokens.saved) == 2
    assert cloud.get("/_control/state").json()["requests"] == 2


async def test_a_spent_refresh_token_needs_an_administrator(cloud, sender, tokens):
    heard(cloud)
    spent = tokens.tokens
    await sender.send(USER, HELLO, "d1")
    tokens.tokens = spent
    outcome = await sender.send(USER, HELLO, "d2")
    assert isinstance(outcome, Failed)
    assert not outcome.retryable
    assert "Quản trị" in outcome.reason


async def test_oauth_that_is_down_is_tried_again_later(cloud, sender):
    heard(cloud)
    fault(cloud, endpoint="oauth", kind="status", code=503)
    outcome = await sender.send(USER, HELLO, "d1")
    assert isinstance(outcome, Failed)
    assert outcome.retryable
    assert isinstance(await sender.send(USER, HELLO, "d1"), Sent)


ENDINGS = [
    ({"kind": "error", "code": -32}, Failed, True, 0),
    ({"kind": "error", "code": -230}, Failed, False, 0),
    ({"kind": "error", "code": -234}, Failed, True, 0),
    ({"kind": "error", "code": -98765}, Failed, False, 0),
    ({"kind": "status", "code": 503}, Failed, True, 0),
    ({"kind": "status", "code": 429}, Failed, True, 0),
    ({"kind": "status", "code": 404}, Failed, False, 0),
    ({"kind": "malformed"}, Ambiguous, None, 0),
    ({"kind": "slow", "seconds": 3}, Ambiguous, None, None),
    ({"kind": "accept_then_status", "code": 502}, Ambiguous, None, 1),
    ({"kind": "accept_then_malformed"}, Ambiguous, None, 1),
    ({"kind": "accept_then_hang", "seconds": 3}, Ambiguous, None, 1),
]


@pytest.mark.parametrize(("order", "ending", "retryable", "taken"), ENDINGS, ids=[f"{row[0]['kind']} {row[0].get('code', '')}" for row in ENDINGS])
async def test_endings(cloud, sender, order, ending, retryable, taken):
    heard(cloud)
    fault(cloud, **order)
    outcome = await sender.send(USER, HELLO, "d1")
    assert type(outcome) is ending
    assert outcome.reason
    if ending is Failed:
        assert outcome.retryable is retryable
    if taken is not None:
        assert len(received(cloud)) == taken


async def test_nobody_listening_is_a_sure_failure(cloud, tokens):
    async with httpx.AsyncClient() as client:
        base = str(cloud.base_url).rstrip("/")
        keeper = TokenKeeper(tokens, client, app_id="1000", app_secret="development-only", oauth_url=base)
        outcome = await ZaloSender(ZaloConfig("1000", "x", "http://127.0.0.1:1", base), keeper, client).send(USER, HELLO, "d1")
    assert isinstance(outcome, Failed)
    assert outcome.retryable


async def test_windows_are_zalos_and_ours_agree(cloud, sender):
    assert (await sender.send("never wrote", HELLO, "d")).code == "-232"
    heard(cloud)
    heard_at = datetime.now(UTC)
    for sent in range(8):
        assert reply_window(heard_at, sent, heard_at).state == "free"
        await sender.send(USER, HELLO, "d")
    assert reply_window(heard_at, 8, heard_at).state == "paid"
    await sender.send(USER, HELLO, "ninth")
    assert [taken["charged"] for taken in cloud.get("/_control/messages").json()] == [False] * 8 + [True]
    cloud.post("/_control/paid-quota", json={"left": 0})
    assert (await sender.send(USER, HELLO, "tenth")).code == "-211"
    heard(cloud)
    assert isinstance(await sender.send(USER, HELLO, "free again"), Sent)
    cloud.post("/_control/clock", json={"seconds": 7 * 86_400})
    # The token has run out as well; it is renewed first.
    assert (await sender.send(USER, HELLO, "too late")).code == "-230"
    assert reply_window(heard_at, 0, heard_at + timedelta(days=7)).state == "closed"
    assert reply_window(heard_at, 0, heard_at + timedelta(hours=48)).state == "paid"
