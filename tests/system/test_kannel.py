"""The real Kannel between an SMPP operator and our gateway and worker: what a subscriber sends and what arrives on the phone."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import psycopg
import pytest
import smpp34

from integrations.core.text_fitting import fold
from integrations.gateway.ussd import texts
from tests.support.gateway.peers import StandInBot
from tests.support.gateway.processes import GatewayProcesses, environment
from tests.support.kannel import Kannel, Submitted, running_kannel
from tests.support.waiting import until

PASSWORD = "callback-password"
USSD_SERVICE_OP, ITS_SESSION_INFO = smpp34.TLV_USSD_SERVICE_OP, smpp34.TLV_ITS_SESSION_INFO
DIALLED, ANSWERED, ASKED, CLOSED = 1, 18, 2, 17


def script(turn: dict) -> dict:
    said = turn["payload"] or turn["text"]
    if said == "tôi hỏi thẻ căn cước":
        return {
            "replies": [{"text": "Ông/bà có mã hồ sơ chưa?", "choices": [{"title": "Có rồi", "payload": "/affirm"}, {"title": "Chưa có", "payload": "/deny"}]}]
        }
    if said == "/affirm":
        return {"replies": [{"text": "Ông/bà nhắn mã hồ sơ cho tôi."}]}
    return {"replies": [{"text": f"Nghe {len(said)} chữ: {said}"}]}


@dataclass
class Line:
    kannel: Kannel
    bot: StandInBot
    database: str

    def on_phone(self, number: str) -> list[Submitted]:
        return [message for message in self.kannel.operator.submitted if message.to.lstrip("+") == number]

    def wait_for(self, number: str, count: int) -> list[Submitted]:
        return until(lambda: len(found := self.on_phone(number)) >= count and found, 30)

    def states(self, number_of_rows: int) -> set[str]:
        with psycopg.connect(self.database) as connection:
            rows = connection.execute("SELECT state FROM outbound_message ORDER BY created_at DESC LIMIT %s", [number_of_rows]).fetchall()
        return {state for (state,) in rows}


@pytest.fixture(scope="module")
def line(databases, tmp_path_factory) -> Iterator[Line]:
    from integrations.gateway.migrate import upgrade

    database = databases.address(databases.create(databases.template("gateway", upgrade)))
    with StandInBot(script) as bot:
        settings = environment(database, bot.url, SMS_SENDERS="kannel", KANNEL_USERNAME="gov", KANNEL_PASSWORD="pw", KANNEL_CALLBACK_PASSWORD=PASSWORD)
        gateway = GatewayProcesses(settings, tmp_path_factory.mktemp("gateway"))
        callback = f"http://kannel:{PASSWORD}@127.0.0.1:{gateway.port}"
        with running_kannel(tmp_path_factory.mktemp("kannel"), callback) as kannel:
            settings |= {"KANNEL_SENDSMS_URL": kannel.sendsms_url, "KANNEL_CALLBACK_URL": gateway.url}
            with gateway:
                yield Line(kannel, bot, database)


def test_a_vietnamese_conversation_of_two_messages_with_receipts(line):
    line.kannel.operator.write("84912000001", "tôi hỏi thẻ căn cước")
    [first] = line.wait_for("84912000001", 1)
    assert first.text == "Ong/ba co ma ho so chua?\n1. Co roi\n2. Chua co"
    assert first.data_coding == 0
    line.kannel.operator.write("84912000001", "1")
    second = line.wait_for("84912000001", 2)[1]
    assert second.text == "Ong/ba nhan ma ho so cho toi."
    assert [(turn["channel"], turn["text"], turn["payload"]) for turn in line.bot.turns[-2:]] == [
        ("sms", "tôi hỏi thẻ căn cước", None),
        ("sms", None, "/affirm"),
    ]
    until(lambda: line.states(2) == {"delivered"}, 20)


def test_a_message_in_three_parts_is_one_turn(line):
    text = "Nhà tôi ở thôn 2 xã Thạch Hà, mẹ tôi già yếu không đi được. " * 3
    assert len(text) > 2 * 67
    line.kannel.operator.write("84912000002", text)
    line.wait_for("84912000002", 1)
    assert line.bot.turns[-1]["text"] == text.strip()


def test_a_long_answer_is_cut_between_words_and_numbered(line):
    line.kannel.operator.write("84912000003", "xin chao " * 60)
    parts = line.wait_for("84912000003", 4)
    until(lambda: line.states(1) == {"delivered"}, 20)
    whole = {
        reference: "".join(piece.text for piece in sorted(parts, key=lambda piece: piece.part) if piece.part[0] == reference)
        for reference, _ in (p.part for p in parts)
    }
    first, second = sorted(whole.values())
    assert (first[:6], second[:6]) == ("(1/2) ", "(2/2) ")
    assert f"{first[6:]} {second[6:]}" == "Nghe 539 chu: " + ("xin chao " * 60).strip()


def test_opting_out_is_confirmed_and_the_bot_is_not_asked(line):
    turns = len(line.bot.turns)
    line.kannel.operator.write("84912000004", "HUY")
    [confirmation] = line.wait_for("84912000004", 1)
    assert confirmation.text.startswith("Ong/ba se khong nhan tin nhan tu dong nua.")
    assert len(line.bot.turns) == turns


def test_a_ussd_session_over_smpp(line):
    def show(operation: int, text: str) -> Submitted:
        before = len(line.on_phone("84912000005"))
        tlvs = [smpp34.Tlv(USSD_SERVICE_OP, bytes([operation])), smpp34.Tlv(ITS_SESSION_INFO, bytes([0x12, 0]))]
        line.kannel.operator.deliver("84912000005", text.encode(), service_type="USSD", tlvs=tlvs)
        return line.wait_for("84912000005", before + 1)[-1]

    menu = show(DIALLED, "*1022#")
    assert menu.text == fold(texts.MENU)
    assert (menu.tlvs[USSD_SERVICE_OP], menu.tlvs[ITS_SESSION_INFO]) == (bytes([ASKED]), b"\x12\x00")
    answer = show(ANSWERED, "xin chao")
    assert answer.text == "Nghe 8 chu: xin chao\n0 Quay lai 00 Ve dau"
    assert answer.tlvs[USSD_SERVICE_OP] == bytes([ASKED])
    assert show(ANSWERED, "00").text == fold(texts.MENU)
    end = show(ANSWERED, "7")
    assert end.text == fold(texts.HOTLINE)
    assert (end.tlvs[USSD_SERVICE_OP], end.tlvs[ITS_SESSION_INFO]) == (bytes([CLOSED]), b"\x12\x01")
    assert all(len(message.text) <= 160 for message in line.on_phone("84912000005"))


def test_a_stranger_cannot_speak_for_kannel(line):
    query = {"id": "x", "from": "84912000006", "text": "xin chao"}
    base = line.kannel.gateway.split("@")[1]
    assert httpx.get(f"http://{base}/webhooks/kannel/message", params=query).status_code == 401
    assert httpx.get(f"http://{base}/webhooks/kannel/message", params=query, auth=("kannel", "guess")).status_code == 401


def test_another_short_code_is_never_answered(line):
    """Two machines that answer each other would write for ever; Kannel itself answers when we refuse."""
    before = len(line.kannel.operator.submitted)
    line.kannel.operator.write("1414", "Quang cao: nap the hom nay")
    line.kannel.operator.write("84912000007", "xin chao")
    line.wait_for("84912000007", 1)
    assert [message.to.lstrip("+") for message in line.kannel.operator.submitted[before:]] == ["84912000007"]
