"""The signature of Zalo's webhooks, against a vector computed with coreutils sha256sum."""

from datetime import UTC, datetime, timedelta

import pytest

from integrations.channels.base import MalformedRequest, SignatureError
from integrations.channels.zalo_oa.signature import instant, sign, verify

APP_ID, TIMESTAMP, SECRET = "1000", "1700000000000", "oa-secret-demo"
DIGEST = "780fad54a5de07ceb97be64eb818ff199bd1690b801ae3adeffc345345e02cf7"
BODY = (
    '{"app_id":"1000","sender":{"id":"246845883529197922"},"user_id_by_app":"552177279717587730","recipient":{"id":"388613280878808645"},'
    '"event_name":"user_send_text","message":{"text":"Tôi cần làm CCCD","msg_id":"96d3cdf3af150460909"},"timestamp":"1700000000000"}'
).encode()
SIGNED_AT = datetime.fromtimestamp(1_700_000_000, UTC)


def check(header: str, body: bytes = BODY, secrets: tuple[str, ...] = (SECRET,), now: datetime = SIGNED_AT) -> None:
    verify(header, body, TIMESTAMP, app_id=APP_ID, secrets=secrets, now=now)


def test_vector():
    assert len(BODY) == 263
    assert sign(APP_ID, BODY, TIMESTAMP, SECRET) == "mac=" + DIGEST


@pytest.mark.parametrize("header", [DIGEST, "mac=" + DIGEST, "mac=" + DIGEST.upper(), f" {DIGEST} "])
def test_genuine_headers_are_accepted(header):
    check(header)


@pytest.mark.parametrize("header", ["", "mac=", "mac=" + "0" * 64, DIGEST[:-1], "mac=ä" + DIGEST, "sha256=" + DIGEST])
def test_wrong_headers_are_refused(header):
    with pytest.raises(SignatureError):
        check(header)


@pytest.mark.parametrize("body", [BODY + b" ", BODY.replace(b"CCCD", b"cccd"), BODY.replace("ô".encode(), b"\\u00f4"), b""])
def test_one_other_byte_is_refused(body):
    with pytest.raises(SignatureError):
        check("mac=" + DIGEST, body)


def test_either_of_two_secrets_is_accepted_while_they_are_rotated():
    check(DIGEST, secrets=("the new one", SECRET))
    with pytest.raises(SignatureError):
        check(DIGEST, secrets=("the new one",))


@pytest.mark.parametrize(("age", "accepted"), [(timedelta(hours=2), True), (timedelta(hours=3, seconds=1), False), (timedelta(minutes=-6), False)])
def test_age(age, accepted):
    if accepted:
        check(DIGEST, now=SIGNED_AT + age)
    else:
        with pytest.raises(SignatureError):
            check(DIGEST, now=SIGNED_AT + age)


@pytest.mark.parametrize("timestamp", [None, "", "soon", "9" * 30, {"a": 1}, 1.5])
def test_a_timestamp_that_is_no_time(timestamp):
    with pytest.raises(MalformedRequest):
        instant(timestamp)
