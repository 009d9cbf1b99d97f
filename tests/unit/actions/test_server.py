"""The action server's own rules."""

import json
import zlib

import httpx
import pytest

from actions.common.turn import idempotency_key
from actions.server import create_app, load_actions
from tests.unit.actions.support import NOW, tracker


@pytest.fixture
def client() -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(create_app(load_actions())), base_url="http://actions")


def call(name: str, text: str = "gặp cán bộ") -> dict:
    message = {"text": text, "intent": {"name": "handoff_agent", "confidence": 1.0}, "metadata": {"received_at": NOW, "message_id": "m"}}
    state = {"sender_id": "s", "slots": {}, "latest_message": message, "events": [{"event": "user", **message}], "paused": False, "latest_action_name": None}
    return {"next_action": name, "sender_id": "s", "tracker": state, "domain": {"responses": {}}, "version": "3.6.21"}


async def test_runs_an_action(client):
    answer = await client.post("/webhook", json=call("action_handoff"))
    assert answer.status_code == 200
    assert [reply["response"] or reply["custom"]["signal"] for reply in answer.json()["responses"]] == ["utter_handoff", "handoff"]


async def test_takes_a_compressed_body(client):
    body = zlib.compress(json.dumps(call("action_handoff")).encode())
    assert (await client.post("/", content=body, headers={"Content-Encoding": "deflate"})).status_code == 200


async def test_an_unknown_action_is_404(client):
    assert (await client.post("/webhook", json=call("action_of_nobody"))).status_code == 404


async def test_an_error_repeats_nothing_of_the_conversation(client, caplog):
    broken = call("validate_lodging_form", "042190001234 Trần Thị Bình")
    broken["tracker"]["slots"] = {
        "lodging_place_kind": "household",
        "lodging_commune": {"name": "Xã Thạch Hà", "province": "Hà Tĩnh"},
        "lodging_address": "thôn 5",
        "lodging_arrival_day": "no day",
    }
    answer = await client.post("/webhook", json=broken)
    assert answer.status_code == 500 and answer.json() == {"error": "action failed", "action_name": "validate_lodging_form"}
    assert "042190001234" not in caplog.text


async def test_no_other_origin_and_no_list_of_actions(client):
    answer = await client.get("/health", headers={"Origin": "https://elsewhere.example"})
    assert "access-control-allow-origin" not in answer.headers
    assert (await client.get("/actions")).status_code == 404


def test_the_key_is_the_same_for_the_same_message_and_step():
    first, again, other = (idempotency_key(tracker(message_id=message), "lodging", "submit") for message in ("m1", "m1", "m2"))
    assert first == again != other
    assert idempotency_key(tracker(), "lodging", "cancel") != first
