"""Zalo's stand-in driven by a client that we did not write: PyPI `zalo-sdk`."""

from collections.abc import Iterator

import httpx
import pytest
import zalo_sdk
from zalo_sdk import oa

from integrations.channels.base import Choice, Reply
from integrations.channels.zalo_oa import rendering
from tests.contract.zalo_cloud import zalo_cloud


@pytest.fixture
def cloud() -> Iterator[httpx.Client]:
    with zalo_cloud(zalo_webhook_url="http://127.0.0.1:1/nobody") as client:
        yield client


@pytest.fixture
def peer(cloud) -> oa.Client:
    pair = cloud.post("/_control/tokens").json()
    return oa.Client("1000", "development-only", pair["access_token"], pair["refresh_token"], endpoint_prefix=str(cloud.base_url).rstrip("/"))


def recipient(user: str):
    return oa.ZaloRecipient(user_id=user)


def test_a_text_it_builds_is_taken_and_equals_ours(cloud, peer):
    cloud.post("/_control/citizens/77/events", json={"text": "chào"})
    answer = peer.send_message(recipient("77"), oa.ZaloMessageBody(text="Xin chào"))
    assert answer["error"] == 0
    assert answer["data"]["user_id"] == "77"
    assert peer.create_request_body(recipient("77"), oa.ZaloMessageBody(text="Xin chào")) == rendering.request_body("77", Reply("Xin chào"))


def test_buttons_in_its_attachment_are_taken_and_equal_ours(cloud, peer):
    cloud.post("/_control/citizens/77/events", json={"text": "chào"})
    ours = rendering.request_body("77", Reply("Chọn", (Choice("Gặp cán bộ", "/handoff"),)))
    attachment = oa.ZaloAttachment("template", ours["message"]["attachment"]["payload"])
    body = oa.ZaloMessageBody(text="Chọn", attachment=attachment)
    assert peer.create_request_body(recipient("77"), body) == ours
    assert peer.send_message(recipient("77"), body)["error"] == 0


def test_it_reads_the_quota(cloud, peer):
    cloud.post("/_control/citizens/77/events", json={"text": "chào"})
    peer.send_message(recipient("77"), oa.ZaloMessageBody(text="Xin chào"))
    assert peer.get_zalo_user_quotas("77")["data"][0]["remain"] == "7"


def test_it_recognises_refusals_and_expiry(cloud, peer):
    with pytest.raises(zalo_sdk.ZaloOAException, match="-232"):
        peer.send_message(recipient("stranger"), oa.ZaloMessageBody(text="Xin chào"))
    cloud.post("/_control/clock", json={"seconds": 90_001})
    with pytest.raises(zalo_sdk.ZaloOAAuthTokenExpiredException):
        peer.get_zalo_user_quotas("77")
