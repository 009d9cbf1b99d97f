"""Zalo's events at the gateway's door, sent by the stand-in and by strangers."""

import time
from collections.abc import Iterator

import httpx
import psycopg
import pytest

from integrations.channels.zalo_oa.signature import sign
from integrations.gateway.app import create_app
from integrations.gateway.settings import Settings
from tests.contract.zalo_cloud import zalo_cloud
from tests.support.serving import served

SECRETS = {"zalo_app_id": "1000", "zalo_oa_secret": "oa-secret-demo"}


@pytest.fixture
def gateway(gateway_database) -> Iterator[str]:
    with served(create_app(Settings(_env_file=None, gateway_database_url=gateway_database, **SECRETS))) as base:
        yield base + "/webhooks/zalo"


@pytest.fixture
def cloud(gateway) -> Iterator[httpx.Client]:
    with zalo_cloud(zalo_webhook_url=gateway, **SECRETS) as client:
        yield client


def rows(database: str) -> list[tuple]:
    with psycopg.connect(database) as connection:
        return connection.execute("SELECT kind, event, state, position FROM inbound_message ORDER BY conversation_id, position").fetchall()


def act(cloud: httpx.Client, user: str, **event) -> list[int]:
    return cloud.post(f"/_control/citizens/{user}/events", json=event).json()["statuses"]


def post(url: str, body: bytes, signature: str | None = None, **headers) -> httpx.Response:
    if signature is not None:
        headers["X-ZEvent-Signature"] = signature
    return httpx.post(url, content=body, headers=headers)


def signed(url: str, text: str, *, age: float = 0, message_id: str = "m1") -> httpx.Response:
    timestamp = str(int((time.time() - age) * 1000))
    body = (
        f'{{"app_id":"1000","event_name":"user_send_text","timestamp":"{timestamp}","sender":{{"id":"7"}},"recipient":{{"id":"388"}},'
        f'"message":{{"msg_id":"{message_id}","text":"{text}"}}}}'
    ).encode()
    return post(url, body, sign("1000", body, timestamp, "oa-secret-demo"))


def test_a_message_is_stored_once_however_often_it_comes(cloud, gateway_database):
    assert act(cloud, "7", text="Tôi cần làm CCCD", copies=4) == [200, 200, 200, 200]
    assert rows(gateway_database) == [("text", None, "received", 1)]


def test_every_kind_of_event_is_answered_200(cloud, gateway_database):
    names = ["user_send_text", "user_send_image", "user_send_sticker", "follow", "unfollow", "user_submit_info", "user_click_chatnow", "brand_new_event"]
    extra = {"info": {"name": "Nguyễn Văn Thử"}}
    assert [act(cloud, "7", event_name=name, text="chào", extra=extra) for name in names] == [[200]] * len(names)
    kinds = [(kind, event) for kind, event, _, _ in rows(gateway_database)]
    assert kinds == [("text", None), ("media", None), ("media", None), ("event", "followed"), ("event", "unfollowed"), ("event", "contact_shared")]


def test_no_address_of_a_picture_is_stored(cloud, gateway_database):
    act(cloud, "7", event_name="user_send_image")
    with psycopg.connect(gateway_database) as connection:
        assert connection.execute("SELECT text, event_data FROM inbound_message").fetchall() == [(None, None)]


def test_held_messages_released_backwards_are_all_stored(cloud, gateway_database):
    cloud.post("/_control/hold")
    for number in range(5):
        act(cloud, "7", text=f"tin {number}")
    assert cloud.post("/_control/release", json={}).json()["statuses"] == [200] * 5
    assert len(rows(gateway_database)) == 5


def test_the_door_is_shut_without_zalos_signature(gateway, gateway_database):
    body = b'{"event_name":"user_send_text","timestamp":"1700000000000"}'
    assert post(gateway, body).status_code == 401
    assert post(gateway, body, "mac=" + "0" * 64).status_code == 401
    assert post(gateway, body, "").status_code == 401
    assert signed(gateway, "cũ", age=3 * 3600 + 5).status_code == 401
    assert signed(gateway, "từ tương lai", age=-3600).status_code == 401
    assert rows(gateway_database) == []


def test_a_late_genuine_repeat_is_taken(gateway, gateway_database):
    assert signed(gateway, "chậm", age=2 * 3600).json() == {"status": "accepted"}
    assert signed(gateway, "chậm lần nữa", age=2 * 3600).json() == {"status": "repeated"}
    assert len(rows(gateway_database)) == 1


@pytest.mark.parametrize("body", [b"", b"{}", b'{"ping": 1}'])
def test_an_unsigned_probe_is_answered_and_ignored(gateway, gateway_database, body):
    assert post(gateway, body).json() == {"status": "ignored"}
    assert httpx.get(gateway).status_code == 200
    assert rows(gateway_database) == []


MALFORMED = [
    (b"x" * 70_000, 413),
    (b"not json", 400),
    (b"[]", 400),
    (b'{"a":1,"a":2}', 400),
    (b'{"a":' * 17 + b"1" + b"}" * 17, 400),
    (b"[" * 30_000, 400),
    (b'{"timestamp":"soon","event_name":"user_send_text"}', 401),
    (b'{"timestamp":"\\ud800","event_name":"user_send_text"}', 401),
    (b'{"event_name":"user_send_text","timestamp":' + b"1" * 5_000 + b"}", 400),
    (b'{"event_name":"\xff"}', 400),
    (b'{"a":NaN}', 400),
]


@pytest.mark.parametrize(("body", "status"), MALFORMED)
def test_malformed_requests(gateway, body, status):
    assert post(gateway, body, "mac=" + "0" * 64).status_code == status
    if status != 401:
        assert post(gateway, body).status_code == status


def test_a_signed_event_that_lacks_its_parts_does_not_make_zalo_give_up(gateway, gateway_database):
    timestamp = str(int(time.time() * 1000))
    body = f'{{"event_name":"user_send_text","timestamp":"{timestamp}"}}'.encode()
    assert post(gateway, body, sign("1000", body, timestamp, "oa-secret-demo")).json() == {"status": "ignored"}
    assert rows(gateway_database) == []


def test_a_deployment_without_zalo_has_no_such_webhook(gateway_database):
    with served(create_app(Settings(_env_file=None, gateway_database_url=gateway_database, zalo_app_id=""))) as base:
        assert post(base + "/webhooks/zalo", b'{"event_name":"x"}', "mac=0").status_code == 404
