"""Twilio: webhooks signed by its own Node package, and its real Python client against a mock of its OpenAPI description."""

import asyncio
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from integrations.channels.base import Ambiguous, Failed, Reply, Sent
from integrations.channels.twilio import TwilioConfig, TwilioSender
from integrations.gateway.app import create_app
from integrations.gateway.settings import Settings
from tests.contract.node_peers import node_peers
from tests.support.kannel import free_port
from tests.support.serving import served
from tests.support.waiting import until

DESCRIPTION = Path(__file__).parents[3] / "shared" / "data" / "twilio" / "twilio_api_v2010.json"
ACCOUNT, TOKEN, PUBLIC = "AC" + "0" * 32, "twilio-token-of-the-test", "https://troly.example.vn"
MESSAGE = {
    "MessageSid": "SM" + "1" * 32,
    "From": "+84912345678",
    "To": "+15005550006",
    "Body": "Tôi hỏi thẻ căn cước, được không?",
    "NumMedia": "0",
    "FromCity": "",
    "FromState": "",
    "ToZip": "",
}


@pytest.fixture(scope="module")
def node() -> Path:
    return node_peers()


def signature(node: Path, path: str, params: dict[str, str]) -> str:
    request = json.dumps({"token": TOKEN, "url": PUBLIC + path, "params": params})
    return subprocess.run(["node", "sign.js"], cwd=node, input=request, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def gateway(gateway_database) -> Iterator[str]:
    settings = Settings(
        _env_file=None,
        gateway_database_url=gateway_database,
        public_url=PUBLIC,
        sms_senders="twilio",
        twilio_account_sid=ACCOUNT,
        twilio_auth_token=TOKEN,
        twilio_sender="+15005550006",
    )
    with served(create_app(settings)) as base:
        yield base


def post(gateway: str, node: Path, path: str, params: dict[str, str]) -> int:
    return httpx.post(gateway + path, data=params, headers={"X-Twilio-Signature": signature(node, path, params)}).status_code


def rows(database: str, statement: str) -> list[tuple]:
    with psycopg.connect(database) as connection:
        return connection.execute(statement).fetchall()


def test_a_message_signed_by_twilios_node_package_is_stored_once(gateway, node, gateway_database):
    path = "/webhooks/twilio/message?zone=vn"
    assert [post(gateway, node, path, MESSAGE) for _ in range(3)] == [204, 204, 204]
    assert rows(gateway_database, "SELECT channel, kind, state FROM inbound_message") == [("sms", "text", "received")]


def test_a_form_that_lost_a_blank_field_or_its_signature_is_refused(gateway, node, gateway_database):
    path = "/webhooks/twilio/message"
    signed = {"X-Twilio-Signature": signature(node, path, MESSAGE)}
    lost = {name: value for name, value in MESSAGE.items() if name != "FromCity"}
    assert httpx.post(gateway + path, data=lost, headers=signed).status_code == 401
    assert httpx.post(gateway + path, data=MESSAGE).status_code == 401
    assert httpx.post(gateway + path + "?x=1", data=MESSAGE, headers=signed).status_code == 401
    assert rows(gateway_database, "SELECT 1 FROM inbound_message") == []


def said(database: str, state: str, provider_ref: str | None) -> str:
    """The id of a message of ours to the one citizen."""
    with psycopg.connect(database) as connection:
        stored = connection.execute(
            "INSERT INTO outbound_message (id, conversation_id, position, channel, author, text, state, attempts, provider_ref, created_at) "
            "SELECT gen_random_uuid(), id, 9, 'sms', 'assistant', %s, %s, 1, %s, now() FROM conversation RETURNING id",
            [Settings(_env_file=None).keyring.encrypt_text("x", "outbound_message.text"), state, provider_ref],
        )
        return str(stored.fetchone()[0])


def test_a_message_that_twilio_never_answered_is_settled_by_the_reference_in_the_callbacks_address(gateway, node, gateway_database):
    post(gateway, node, "/webhooks/twilio/message", MESSAGE)
    reference = said(gateway_database, "ambiguous", None)
    assert post(gateway, node, f"/webhooks/twilio/status?ref={reference}", {"MessageSid": "SM9", "MessageStatus": "sent"}) == 204
    assert rows(gateway_database, "SELECT state, provider_ref FROM outbound_message") == [("sent", "twilio:SM9")]


def test_status_callbacks_out_of_order_leave_the_highest(gateway, node, gateway_database):
    post(gateway, node, "/webhooks/twilio/message", MESSAGE)
    said(gateway_database, "sent", "twilio:SM9")
    for status in ("delivered", "sent", "queued"):
        assert post(gateway, node, "/webhooks/twilio/status", {"MessageSid": "SM9", "MessageStatus": status}) == 204
    assert rows(gateway_database, "SELECT state FROM outbound_message") == [("delivered",)]
    assert post(gateway, node, "/webhooks/twilio/status", {"MessageSid": "SM9", "MessageStatus": "undelivered", "ErrorCode": "30003"}) == 204
    assert rows(gateway_database, "SELECT state FROM outbound_message") == [("delivered",)]


@pytest.fixture(scope="module")
def twilio_api(node) -> Iterator[str]:
    """Prism answering by Twilio's own description."""
    if not DESCRIPTION.exists():
        pytest.skip("../shared is absent")
    port = free_port()
    command = [str(node / "node_modules" / ".bin" / "prism"), "mock", "-p", str(port), "-h", "127.0.0.1", str(DESCRIPTION)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: _answers(port), 120)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _answers(port: int) -> bool:
    try:
        httpx.get(f"http://127.0.0.1:{port}/", timeout=5)
    except httpx.TransportError:
        return False
    return True


def sender(api_url: str, **changes) -> TwilioSender:
    fields = {"account_sid": ACCOUNT, "auth_token": TOKEN, "sender": "+15005550006", "receipt_url": PUBLIC + "/webhooks/twilio/status", "api_url": api_url}
    return TwilioSender(TwilioConfig(**(fields | changes)))


@pytest.mark.shared
async def test_the_real_client_sends_what_twilios_description_allows(twilio_api):
    for who in ("+15005550006", "MG" + "a" * 32):
        outcome = await sender(twilio_api, sender=who).send("+84912345678", Reply("Ho so cua ong/ba da xong."), "d1")
        assert isinstance(outcome, Sent), outcome
        assert outcome.provider_ref.startswith("twilio:")


@pytest.mark.shared
async def test_a_request_against_the_description_is_a_sure_failure(twilio_api):
    outcome = await sender(twilio_api, account_sid="AC-not-a-sid").send("+84912345678", Reply("x"), "d1")
    assert isinstance(outcome, Failed)
    assert not outcome.retryable


async def test_nobody_listening_is_retried_and_no_answer_is_ambiguous():
    outcome = await sender(f"http://127.0.0.1:{free_port()}").send("+84912345678", Reply("x"), "d1")
    assert isinstance(outcome, Failed) and outcome.retryable
    silent = await asyncio.start_server(lambda reader, writer: asyncio.sleep(5), "127.0.0.1", 0)
    async with silent:
        address = f"http://127.0.0.1:{silent.sockets[0].getsockname()[1]}"
        assert isinstance(await sender(address, timeout=0.5).send("+84912345678", Reply("x"), "d1"), Ambiguous)


@pytest.mark.parametrize(
    ("status", "code", "retryable"), [(400, 21610, False), (400, 21211, False), (429, 20429, True), (401, 20003, False), (503, None, True), (418, 99999, False)]
)
async def test_twilios_refusals(status, code, retryable):
    body = json.dumps({"code": code, "message": "refused", "status": status}).encode()

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 %d Refused\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % (status, len(body)) + body)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        outcome = await sender(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}").send("+84912345678", Reply("x"), "d1")
    assert isinstance(outcome, Failed)
    assert (outcome.retryable, outcome.code) == (retryable, str(code or status))
