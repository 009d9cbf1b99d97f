"""Our sender against eSMS's stand-in on a real port: credentials, limits, every result code, and every way a request can end."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI

from integrations.channels.base import Ambiguous, Choice, Failed, Reply, Sent
from integrations.channels.esms import EsmsConfig, EsmsSender
from integrations.sandbox.esms import router
from integrations.sandbox.esms.settings import EsmsSandboxSettings
from tests.support.serving import served

PHONE = "+84912345678"
HELLO = Reply("Xin chao ong/ba")


@pytest.fixture
def esms() -> Iterator[httpx.Client]:
    """A client whose base URL is that of the stand-in."""
    app = FastAPI()
    app.state.esms_settings = EsmsSandboxSettings(_env_file=None, esms_message_url="http://127.0.0.1:1/nobody")
    app.include_router(router)
    with served(app) as base, httpx.Client(base_url=base + "/esms") as client:
        yield client


def config(esms: httpx.Client) -> EsmsConfig:
    return EsmsConfig("development-only", "development-only", "TROLY06", receipt_url="", api_url=str(esms.base_url))


@pytest.fixture
async def sender(esms) -> AsyncIterator[EsmsSender]:
    async with httpx.AsyncClient(timeout=1.0, trust_env=False) as client:
        yield EsmsSender(config(esms), client)


def rules(esms: httpx.Client, **rules) -> None:
    esms.put("/_control/rules", json=rules).raise_for_status()


def fault(esms: httpx.Client, **order) -> None:
    esms.post("/_control/faults", json=order).raise_for_status()


def received(esms: httpx.Client) -> list[dict]:
    return esms.get("/_control/messages", params={"phone": PHONE}).json()


async def test_a_turn_arrives_as_one_plain_message(esms, sender):
    [message] = sender.compose([Reply("Ông/bà đã làm xong chưa?", (Choice("Đã xong", "/done"),))])
    assert await sender.send(PHONE, message, "d1") == Sent("esms:d1")
    [taken] = received(esms)
    assert (taken["content"], taken["unicode"], taken["request_id"]) == ("Ong/ba da lam xong chua?\n1. Da xong", False, "d1")


async def test_diacritics_are_announced(esms):
    async with httpx.AsyncClient(trust_env=False) as client:
        await EsmsSender(replace(config(esms), diacritics=True), client).send(PHONE, Reply("Chào ông/bà"), "d1")
    assert [taken["unicode"] for taken in received(esms)] == [True]


async def test_the_same_reference_is_one_message(esms, sender):
    assert [await sender.send(PHONE, HELLO, "d1") for _ in range(3)] == [Sent("esms:d1")] * 3
    assert len(received(esms)) == 1


@pytest.mark.parametrize(("change", "code"), [({"api_key": "x"}, "101"), ({"secret_key": "x"}, "101"), ({"brandname": "KHAC"}, "104")])
async def test_who_may_send(esms, change, code):
    async with httpx.AsyncClient(trust_env=False) as client:
        outcome = await EsmsSender(replace(config(esms), **change), client).send(PHONE, HELLO, "d1")
    assert isinstance(outcome, Failed)
    assert (outcome.code, outcome.retryable) == (code, False)
    assert received(esms) == []


REFUSALS = [
    ({"templates": ["Ma .*"]}, PHONE, "146"),
    ({"banned": ["ong/ba"]}, PHONE, "201"),
    ({"networks": [1, 2]}, PHONE, "177"),
    ({"balance": 0}, PHONE, "103"),
    ({}, "+842393855555", "108"),
]


@pytest.mark.parametrize(("limits", "phone", "code"), REFUSALS)
async def test_what_may_be_sent_to_whom(esms, sender, limits, phone, code):
    rules(esms, **limits)
    outcome = await sender.send(phone, HELLO, "d1")
    assert isinstance(outcome, Failed)
    assert (outcome.code, outcome.retryable) == (code, False)
    assert outcome.reason
    assert received(esms) == []


async def test_the_same_words_to_the_same_phone_wait_five_minutes(esms, sender):
    await sender.send(PHONE, HELLO, "d1")
    assert (await sender.send(PHONE, HELLO, "d2")).code == "99"
    esms.post("/_control/clock", json={"seconds": 301})
    assert await sender.send(PHONE, HELLO, "d3") == Sent("esms:d3")


@pytest.mark.parametrize(("first", "taken"), [({"kind": "malformed"}, 0), ({"kind": "accept_then_status"}, 1)])
@pytest.mark.parametrize("second", [{"kind": "status", "code": 503}, {"kind": "error", "code": 140}])
async def test_a_refused_repetition_leaves_the_first_request_unknown(esms, sender, first, taken, second):
    for order in (first, second):
        fault(esms, **order)
    assert isinstance(await sender.send(PHONE, HELLO, "d1"), Ambiguous)
    assert len(received(esms)) == taken


ENDINGS = [
    ({"kind": "error", "code": "140"}, Failed, False, 0, 1),
    ({"kind": "error", "code": "777"}, Failed, False, 0, 1),
    ({"kind": "status", "code": "503"}, Failed, True, 0, 1),
    ({"kind": "status", "code": "429"}, Failed, True, 0, 1),
    ({"kind": "status", "code": "404"}, Failed, False, 0, 1),
    ({"kind": "malformed"}, Sent, None, 1, 2),
    ({"kind": "malformed", "times": 2}, Ambiguous, None, 0, 2),
    ({"kind": "status", "code": "502", "times": 2}, Ambiguous, None, 0, 2),
    ({"kind": "accept_then_status"}, Sent, None, 1, 2),
    ({"kind": "accept_then_hang", "seconds": 3}, Sent, None, 1, 2),
]


@pytest.mark.parametrize(
    ("order", "ending", "retryable", "taken", "requests"), ENDINGS, ids=["-".join(str(value) for value in row[0].values()) for row in ENDINGS]
)
async def test_endings(esms, sender, order, ending, retryable, taken, requests):
    """A request without a readable answer is repeated under its RequestId, so nothing is sent twice; what stays unreadable is of unknown fate."""
    fault(esms, **order)
    outcome = await sender.send(PHONE, HELLO, "d1")
    assert type(outcome) is ending
    if ending is Failed:
        assert outcome.retryable is retryable
        assert outcome.reason
    assert (len(received(esms)), esms.get("/_control/state").json()["requests"]) == (taken, requests)


@pytest.mark.parametrize(("phone", "state"), [(PHONE, "delivered"), ("+84912340404", "failed")])
async def test_what_became_of_a_message_can_be_asked_without_its_id(esms, sender, phone, state):
    since = datetime.now(UTC)
    await sender.send(phone, Reply("Mot tin khac"), "d0")
    await sender.send(phone, HELLO, "d1")
    receipt = await sender.inquire(phone, HELLO, "d1", since, since)
    assert (receipt.state, receipt.provider_refs, receipt.reference) == (state, ("esms:d1",), "d1")


@pytest.mark.parametrize(("address", "words", "later"), [(PHONE, "Tin khac", 0), ("+84912345679", HELLO.text, 0), (PHONE, HELLO.text, 3600)])
async def test_what_esms_does_not_know_is_not_told(esms, sender, address, words, later):
    await sender.send(PHONE, HELLO, "d1")
    since = datetime.now(UTC) + timedelta(seconds=later)
    assert await sender.inquire(address, Reply(words), "d1", since, since) is None


async def test_two_messages_that_fit_are_nobodys_proof(esms, sender):
    since = datetime.now(UTC)
    await sender.send(PHONE, HELLO, "d1")
    esms.post("/_control/clock", json={"seconds": 301})
    await sender.send(PHONE, HELLO, "d2")
    assert await sender.inquire(PHONE, HELLO, "d1", since + timedelta(seconds=60), since) is None


async def test_the_list_is_read_to_its_end(esms, sender, monkeypatch):
    monkeypatch.setattr("integrations.channels.esms.inquiry.PAGE_SIZE", 2)
    since = datetime.now(UTC)
    for number in range(5):
        await sender.send(PHONE, Reply(f"Tin {number}"), f"d{number}")
    assert (await sender.inquire(PHONE, Reply("Tin 4"), "d4", since, since)).state == "delivered"
    monkeypatch.setattr("integrations.channels.esms.inquiry.MOST_PAGES", 2)
    assert await sender.inquire(PHONE, Reply("Tin 1"), "d1", since, since) is None


@pytest.mark.parametrize("change", [{"api_key": "x"}, {"api_url": "http://127.0.0.1:1"}])
async def test_without_an_answer_nothing_is_told(esms, change):
    async with httpx.AsyncClient(trust_env=False) as client:
        await EsmsSender(config(esms), client).send(PHONE, HELLO, "d1")
        asking = EsmsSender(replace(config(esms), **change), client)
        assert await asking.inquire(PHONE, HELLO, "d1", datetime.now(UTC), datetime.now(UTC)) is None


async def test_nobody_listening_is_a_sure_failure(esms):
    async with httpx.AsyncClient(trust_env=False) as client:
        outcome = await EsmsSender(replace(config(esms), api_url="http://127.0.0.1:1"), client).send(PHONE, HELLO, "d1")
    assert isinstance(outcome, Failed)
    assert outcome.retryable
