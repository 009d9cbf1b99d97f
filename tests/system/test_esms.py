"""Citizens who write to eSMS's short code, through the real gateway and worker: message in, turn, message out, status; and fail-over from and to eSMS."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest
from fastapi import FastAPI

from integrations.sandbox.esms import router
from integrations.sandbox.esms.settings import EsmsSandboxSettings
from tests.support.gateway.peers import StandInBot
from tests.support.gateway.processes import GatewayProcesses, environment
from tests.support.sendsms import StandInSendsms
from tests.support.serving import served
from tests.support.waiting import until

CREDENTIALS = {"ESMS_API_KEY": "development-only", "ESMS_SECRET_KEY": "development-only", "ESMS_PRIVATE_KEY": "development-only", "ESMS_BRANDNAME": "TROLY06"}


def script(turn: dict) -> dict:
    said = turn["payload"] or turn["text"]
    if said == "xem thẻ làm đến đâu":
        return {"replies": [{"text": "Ông/bà có mã hồ sơ chưa?", "choices": [{"title": "Có rồi", "payload": "/affirm"}]}]}
    return {"replies": [{"text": f"Nghe: {said}"}]}


@dataclass
class Line:
    esms: httpx.Client
    kannel: StandInSendsms
    bot: StandInBot
    gateway: str
    database: str

    def write(self, phone: str, text: str, copies: int = 1) -> dict:
        return self.esms.post(f"/_control/citizens/{phone}/messages", json={"text": text, "copies": copies}).raise_for_status().json()

    def on_phone(self, phone: str) -> list[str]:
        return [taken["content"] for taken in self.esms.get("/_control/messages", params={"phone": phone}).json()]

    def wait_for(self, phone: str, count: int) -> list[str]:
        return until(lambda: len(found := self.on_phone(phone)) >= count and found, 30)

    def fault(self, **order) -> None:
        self.esms.post("/_control/faults", json=order).raise_for_status()

    def last(self) -> tuple[str, str | None, str | None]:
        """State, provider's reference and code of the newest message of ours."""
        with psycopg.connect(self.database) as connection:
            return connection.execute("SELECT state, provider_ref, code FROM outbound_message ORDER BY created_at DESC LIMIT 1").fetchone()


@contextmanager
def running_line(senders: str, databases, logs: Path, *, kannel_url: str | None = None) -> Iterator[Line]:
    from integrations.gateway.migrate import upgrade

    database = databases.address(databases.create(databases.template("gateway", upgrade)))
    app = FastAPI()
    app.include_router(router)
    with StandInBot(script) as bot, StandInSendsms() as kannel:
        sendsms = (kannel_url or kannel.url) + "/cgi-bin/sendsms"
        settings = environment(database, bot.url, SMS_SENDERS=senders, KANNEL_SENDSMS_URL=sendsms, **CREDENTIALS)
        gateway = GatewayProcesses(settings, logs)
        app.state.esms_settings = EsmsSandboxSettings(_env_file=None, gateway_url=gateway.url, esms_retry_seconds=0.2)
        with served(app) as base, httpx.Client(base_url=base + "/esms", timeout=20) as esms:
            settings |= {"ESMS_API_URL": f"{base}/esms", "PUBLIC_URL": gateway.url}
            with gateway:
                yield Line(esms, kannel, bot, gateway.url, database)


@pytest.fixture(scope="module")
def line(databases, tmp_path_factory) -> Iterator[Line]:
    with running_line("esms,kannel", databases, tmp_path_factory.mktemp("esms")) as line:
        yield line


def test_a_conversation_by_short_code_with_its_statuses(line):
    answer = line.write("84912000001", "CCCD")
    assert answer["statuses"] == [200]
    assert re.fullmatch("<ClientResponse><Message></Message><Smsid>\\d+</Smsid><Receiver>84912000001</Receiver></ClientResponse>", answer["bodies"][0])
    assert line.wait_for("84912000001", 1) == ["Ong/ba co ma ho so chua?\n1. Co roi"]
    line.write("0912000001", "1")
    assert line.wait_for("84912000001", 2)[1] == "Nghe: /affirm"
    assert [(turn["channel"], turn["text"], turn["payload"]) for turn in line.bot.turns[-2:]] == [
        ("sms", "xem thẻ làm đến đâu", None),
        ("sms", None, "/affirm"),
    ]
    until(lambda: line.last()[0] == "delivered", 20)
    assert line.last()[1].startswith("esms:")


def test_a_message_that_esms_delivers_three_times_is_one_turn(line):
    turns = len(line.bot.turns)
    assert line.write("84912000002", "xin chao", copies=3)["statuses"] == [200] * 3
    line.wait_for("84912000002", 1)
    line.write("84912000002", "xin chao lan hai")
    assert line.wait_for("84912000002", 2) == ["Nghe: xin chao", "Nghe: xin chao lan hai"]
    assert [turn["text"] for turn in line.bot.turns[turns:]] == ["xin chao", "xin chao lan hai"]


def test_a_phone_that_is_not_reached_makes_a_dead_letter_that_says_why(line):
    line.write("84912000404", "xin chao")
    until(lambda: line.last()[::2] == ("dead", "status 5"), 20)
    assert line.on_phone("84912000404") == ["Nghe: xin chao"]


def test_free_words_under_a_name_with_templates_are_refused_and_seen_by_staff(line):
    line.esms.put("/_control/rules", json={"templates": ["Ma ho so .*"]}).raise_for_status()
    try:
        line.write("84912000003", "xin chao")
        until(lambda: line.last()[::2] == ("dead", "146"), 20)
        assert line.on_phone("84912000003") == []
    finally:
        line.esms.put("/_control/rules", json={}).raise_for_status()


def test_forged_messages_and_machines_are_not_heard(line):
    query = {"sender": "84912000004", "content": "xin chao", "cpid": "7", "smsid": "1", "receiverTime": "20261123100000", "sign": "x"}
    assert httpx.get(f"{line.gateway}/webhooks/esms/message", params=query).status_code == 401
    turns = len(line.bot.turns)
    assert line.write("84912000004", "HUY")["statuses"] == [200]
    assert line.wait_for("84912000004", 1)[0].startswith("Ong/ba se khong nhan tin nhan tu dong nua.")
    assert len(line.bot.turns) == turns


def test_an_answer_lost_on_the_way_is_one_message(line):
    line.fault(kind="accept_then_status")
    line.write("84912000005", "xin chao")
    assert line.wait_for("84912000005", 1) == ["Nghe: xin chao"]
    assert until(lambda: line.last()[0] == "delivered", 20)
    assert line.kannel.received["+84912000005"] == []


def test_a_message_of_unknown_fate_is_settled_by_its_later_status(line):
    line.fault(kind="accept_then_status")
    line.fault(kind="malformed")
    line.write("84912000007", "xin chao")
    assert line.wait_for("84912000007", 1) == ["Nghe: xin chao"]
    assert until(lambda: line.last()[0] == "delivered", 20)
    assert line.last()[2] is None
    assert line.kannel.received["+84912000007"] == []


def test_a_busy_esms_is_stood_in_for_and_asked_again_by_itself(line):
    line.fault(kind="status", code="503")
    line.write("84912000006", "mot")
    assert until(lambda: line.kannel.received["+84912000006"], 20) == ["Nghe: mot"]
    line.write("84912000006", "hai")
    assert line.wait_for("84912000006", 1) == ["Nghe: hai"]
    assert line.kannel.received["+84912000006"] == ["Nghe: mot"]


def test_what_the_preferred_sender_cannot_take_goes_out_by_esms(databases, tmp_path_factory):
    with running_line("kannel,esms", databases, tmp_path_factory.mktemp("second"), kannel_url="http://127.0.0.1:1") as line:
        for number in range(1, 5):
            line.write(f"8491200100{number}", "xin chao")
            assert line.wait_for(f"8491200100{number}", 1) == ["Nghe: xin chao"]
        assert until(lambda: line.last()[0] == "delivered", 20)
