"""Zalo's events as tables: webhook body → what it means to us."""

from datetime import UTC, datetime

import pytest

from integrations.channels.base import Inbound, MalformedRequest, Receipt, StaffEcho
from integrations.channels.zalo_oa import parse

AT = datetime.fromtimestamp(1_700_000_000, UTC)
USER, OA = "246845883529197922", "388613280878808645"


def event(name: str, **fields) -> dict:
    return {"app_id": "1000", "event_name": name, "timestamp": "1700000000000", "sender": {"id": USER}, "recipient": {"id": OA}} | fields


def inbound(kind: str, raw: str, text: str | None = None, message_id: str = "m1", **fields) -> Inbound:
    return Inbound("zalo", message_id, USER, kind, raw, AT, text=text, **fields)


IMAGE = [{"type": "image", "payload": {"url": "https://f.zalo.invalid/card.jpg", "thumbnail": "https://f.zalo.invalid/t.jpg"}}]
MEANINGS = [
    (event("user_send_text", message={"msg_id": "m1", "text": "Tôi cần làm CCCD"}), inbound("text", "user_send_text", "Tôi cần làm CCCD")),
    (event("user_send_text", message={"msg_id": "m1", "text": "/restart"}), inbound("text", "user_send_text", "/restart")),
    (event("user_send_text", message={"msg_id": "m1", "text": ""}), inbound("text", "user_send_text", "")),
    (event("user_send_image", message={"msg_id": "m1", "attachments": IMAGE}), inbound("media", "user_send_image")),
    (event("user_send_image", message={"msg_id": "m1", "text": "thẻ của tôi", "attachments": IMAGE}), inbound("media", "user_send_image", "thẻ của tôi")),
    (event("user_send_location", message={"msg_id": "m1", "attachments": []}), inbound("media", "user_send_location")),
    (event("user_send_link", message={"msg_id": "m1", "text": "https://vneid.gov.vn"}), inbound("text", "user_send_link", "https://vneid.gov.vn")),
    (event("user_send_link", message={"msg_id": "m1"}), inbound("media", "user_send_link")),
    (
        {"app_id": "1000", "oa_id": OA, "event_name": "follow", "follower": {"id": USER}, "timestamp": "1700000000000"},
        inbound("event", "follow", message_id=f"follow:{USER}:1700000000000", event="followed"),
    ),
    (
        {"app_id": "1000", "oa_id": OA, "event_name": "unfollow", "follower": {"id": USER}, "timestamp": 1700000000000},
        inbound("event", "unfollow", message_id=f"unfollow:{USER}:1700000000000", event="unfollowed"),
    ),
    (
        event("user_submit_info", info={"name": "Nguyễn Văn Thử", "phone": "84900000001", "ward": "", "other": "x"}),
        inbound(
            "event",
            "user_submit_info",
            message_id=f"user_submit_info:{USER}:1700000000000",
            event="contact_shared",
            data=(("name", "Nguyễn Văn Thử"), ("phone", "84900000001")),
        ),
    ),
    (
        event("user_received_message", sender={"id": OA}, recipient={"id": USER}, message={"msg_id": "m7"}),
        Receipt("zalo", ("m7",), "delivered", AT, "user_received_message", address=USER),
    ),
    (
        event("user_seen_message", sender={"id": OA}, recipient={"id": USER}, message={"msg_ids": ["m7", "m8"]}),
        Receipt("zalo", ("m7", "m8"), "seen", AT, "user_seen_message", address=USER),
    ),
    (
        {"event_name": "user_received_message", "sender": OA, "recipient": "84900000001", "msg_id": "z1", "timestamp": "1700000000000"},
        Receipt("zalo", ("z1",), "delivered", AT, "user_received_message", address="84900000001"),
    ),
    (
        event("oa_send_text", sender={"id": OA}, recipient={"id": USER}, message={"msg_id": "m9", "text": "Chào bác"}),
        StaffEcho("zalo", "m9", USER, AT, "Chào bác"),
    ),
    (event("user_click_chatnow"), None),
    (event("anonymous_send_text", message={"msg_id": "m1", "text": "?"}), None),
    (event("an_event_of_next_year", sender=None), None),
    ({}, None),
    ({"event_name": ["user_send_text"]}, None),
    ({"event_name": None}, None),
]


@pytest.mark.parametrize(("body", "meaning"), MEANINGS, ids=lambda value: value.get("event_name", "-") if isinstance(value, dict) else None)
def test_meaning(body, meaning):
    assert parse(body) == meaning


BROKEN = [
    event("user_send_text"),
    event("user_send_text", message={"text": "no id"}),
    event("user_send_text", message={"msg_id": 7, "text": "a number"}),
    event("user_send_text", message={"msg_id": "m1"}),
    event("user_send_text", message={"msg_id": "m1", "text": ["a"]}),
    event("user_send_text", message={"msg_id": "m1", "text": "x"}, sender={"id": ""}),
    event("user_send_text", message={"msg_id": "m1", "text": "x"}, sender={"id": "9" * 300}),
    event("user_send_text", message={"msg_id": "m1", "text": "x"}, timestamp="yesterday"),
    event("follow"),
    event("user_seen_message", message={"msg_ids": [1]}),
    event("user_seen_message", message={"msg_ids": "m1"}),
    event("oa_send_text", message={"text": "x"}),
]


@pytest.mark.parametrize("body", BROKEN)
def test_what_a_known_event_must_carry(body):
    with pytest.raises(MalformedRequest):
        parse(body)


def test_an_endless_text_is_cut():
    assert len(parse(event("user_send_text", message={"msg_id": "m1", "text": "a" * 60_000})).text) == 10_000
