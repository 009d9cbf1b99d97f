"""A plain phone against the gateway and a worker, both real processes; the bot is scripted, slow, or away."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import psycopg
import pytest

from integrations.core.text_fitting import fold
from integrations.gateway.ussd import texts
from tests.support.gateway.peers import StandInBot
from tests.support.gateway.processes import GatewayProcesses, environment
from tests.support.ussd import TOKEN, Handset
from tests.support.waiting import until

MENU, LATE = fold(texts.MENU), fold(texts.LATE)
LONG = "Ông/bà mang theo căn cước đến Công an cấp xã gần nhất. " * 8


def script(turn: dict) -> dict | int:
    """A bot that knows three steps."""
    said = turn["payload"] or turn["text"]
    match said:
        case "/cccd_status":
            return _ask("Ông/bà cho biết mã hồ sơ?", "code")
        case "HS123":
            choices = [("Đúng rồi", "/affirm"), ("Sửa lại", "/deny")]
            return _ask("Mã hồ sơ HS123, đúng không?", "confirm", choices)
        case "/affirm":
            return {"replies": [{"text": "Thẻ đã làm xong. Mời đến Công an xã nhận."}], "state": {}}
        case "quay lại":
            return _ask("Ông/bà cho biết mã hồ sơ?", "code")
        case "/eid_activate":
            return _ask(LONG, "eid", [(f"Mục thứ {number}", f"/eid_{number}") for number in range(1, 12)])
        case "gap nguoi":
            return {"replies": [{"text": "Đã chuyển cán bộ."}], "signals": [{"name": "handoff", "reason": "asked"}]}
        case "co trom":
            return {"replies": [{"text": "Gọi ngay 113."}], "signals": [{"name": "handoff", "reason": "emergency"}]}
        case "hong":
            return 503
    return {"replies": [{"text": f"Nghe: {said}"}], "state": {}}


def _ask(text: str, step: str, choices: list[tuple[str, str]] | None = None) -> dict:
    offered = [{"title": title, "payload": payload} for title, payload in choices or []]
    return {"replies": [{"text": text, "choices": offered}], "state": {"journey": "id_card", "step": step}}


@dataclass
class Service:
    url: str
    bot: StandInBot
    database: str
    phones: int = 0

    def handset(self) -> Handset:
        self.phones += 1
        return Handset(self.url, f"+8491234{self.phones:04d}")

    def query(self, statement: str) -> list[tuple]:
        with psycopg.connect(self.database) as connection:
            return connection.execute(statement).fetchall()


@pytest.fixture(scope="module")
def service(databases, tmp_path_factory) -> Iterator[Service]:
    from integrations.gateway.migrate import upgrade

    database = databases.address(databases.create(databases.template("gateway", upgrade)))
    with StandInBot(script) as bot:
        settings = environment(
            database,
            bot.url,
            USSD_TOKEN=TOKEN,
            USSD_BUDGET="4",
            SMS_SENDERS="kannel",
            KANNEL_SENDSMS_URL="http://127.0.0.1:1/",
        )
        with GatewayProcesses(settings, tmp_path_factory.mktemp("ussd")) as gateway:
            yield Service(gateway.url, bot, database)


@pytest.fixture
def phone(service) -> Handset:
    return service.handset()


def test_a_journey_by_digits(phone, service):
    assert phone.dial() == MENU
    assert phone.press("1") == "Ong/ba cho biet ma ho so?\n0 Quay lai 00 Ve dau"
    assert phone.press("HS123") == "Ma ho so HS123, dung khong?\n1. Dung roi\n2. Sua lai\n0 Quay lai 00 Ve dau"
    assert phone.press("1") == "The da lam xong. Moi den Cong an xa nhan.\n0 Quay lai 00 Ve dau"
    assert phone.press("0") == MENU
    heard = [(turn["channel"], turn["text"], turn["payload"]) for turn in service.bot.turns[-3:]]
    assert heard == [("ussd", None, "/cccd_status"), ("ussd", "HS123", None), ("ussd", None, "/affirm")]


def test_back_and_start_over_in_a_journey(phone):
    phone.dial()
    phone.press("1", "HS123")
    assert phone.press("0").startswith("Ong/ba cho biet ma ho so?")
    assert phone.press("00") == MENU


def test_pages_keep_their_numbers(phone, service):
    phone.dial()
    first = phone.press("2")
    assert first.endswith("\n9 Tiep 0 Quay lai")
    pages = [first]
    while pages[-1].endswith("9 Tiep 0 Quay lai"):
        pages.append(phone.press("9"))
    assert "10. Muc thu 9" in "\n".join(pages)
    assert phone.press("0") == pages[-2]
    assert phone.press("10").startswith("Nghe: /eid_9")
    assert service.bot.turns[-1]["payload"] == "/eid_9"


def test_the_same_request_again_repeats_the_screen_and_makes_no_turn(phone, service):
    phone.dial()
    phone.press("1")
    turns = len(service.bot.turns)
    assert [phone.resend() for _ in range(3)] == ["Ong/ba cho biet ma ho so?\n0 Quay lai 00 Ve dau"] * 3
    assert len(service.bot.turns) == turns


def test_typing_the_same_twice_is_two_inputs(phone, service):
    phone.dial()
    phone.press("xin chao", "xin chao")
    assert [turn["text"] for turn in service.bot.turns[-2:]] == ["xin chao", "xin chao"]


def test_a_star_inside_an_answer_is_kept(phone, service):
    phone.dial()
    phone.press("nha so 5*6 thon 2")
    assert service.bot.turns[-1]["text"] == "nha so 5*6 thon 2"


@pytest.mark.parametrize("told", [True, False])
def test_a_broken_session_can_be_continued(phone, told):
    phone.dial()
    question = phone.press("1")
    if told:
        phone.drop()
    assert phone.dial() == fold(texts.RESUME)
    assert phone.press("1") == question
    assert phone.press("HS123").startswith("Ma ho so HS123")


def test_or_left(phone):
    phone.dial()
    phone.press("1")
    phone.dial()
    assert phone.press("2") == MENU


def test_a_session_that_ended_is_not_offered_again(phone):
    phone.dial()
    assert phone.press("7") == fold(texts.HOTLINE)
    assert not phone.open
    assert phone.dial() == MENU


@pytest.mark.parametrize(("keys", "kind"), [(("5", "1"), "call_back"), (("6", "1"), "home_visit"), (("*", "1"), "call_back")])
def test_a_ticket_needs_no_bot(phone, service, keys, kind):
    turns = service.bot.requests
    phone.dial()
    screen = phone.press(*keys)
    assert not phone.open
    code = screen.split("Ma: ")[1].split(".")[0]
    assert service.query(f"SELECT kind, state FROM ticket WHERE code = '{code}'") == [(kind, "open")]
    assert service.bot.requests == turns
    assert phone.msisdn[-9:] not in screen


def test_a_slow_bot_ends_the_session_and_the_answer_waits_for_sms(phone, service):
    service.bot.delay = 6
    try:
        phone.dial()
        assert phone.press("xin chao cham") == LATE
        assert not phone.open
        late = "SELECT state FROM outbound_message WHERE channel = 'ussd' AND state <> 'sent'"
        assert until(lambda: service.query(late), 20) in ([("pending",)], [("sending",)])
    finally:
        service.bot.delay = 0
    assert phone.dial() == MENU


def test_a_broken_bot_leaves_the_static_screens(phone):
    phone.dial()
    assert phone.press("hong") == LATE
    assert phone.dial() == MENU
    assert phone.press("5").startswith("Can bo se goi lai so may nay")


def test_asking_for_a_person_brings_a_call_to_this_number(phone, service):
    phone.dial()
    assert phone.press("gap nguoi") == "Da chuyen can bo."
    assert not phone.open
    until(lambda: service.query("SELECT count(*) FROM ticket WHERE kind = 'call_back' AND idempotency_key LIKE 'call-back:%'") == [(1,)], 20)
    assert phone.dial() == MENU


def test_who_waits_for_a_person_in_an_emergency_is_told_so_and_may_leave(phone, service):
    phone.dial()
    assert phone.press("co trom") == "Goi ngay 113."
    assert not phone.open
    assert phone.dial() == MENU
    turns = len(service.bot.turns)
    assert phone.press("con do khong") == fold(texts.QUEUED)
    assert phone.press("4") == fold(texts.QUEUED)
    assert phone.press("1") == fold(texts.LEFT_QUEUE)
    assert not phone.open and len(service.bot.turns) == turns
    owner = "SELECT c.owner FROM conversation c JOIN support_case s ON s.conversation_id = c.id WHERE s.resolution = 'left' AND c.channel = 'ussd'"
    until(lambda: service.query(owner) == [("bot",)], 30)
    phone.dial()
    assert phone.press("1").startswith("Ong/ba cho biet ma ho so?")


def test_who_an_officer_is_helping_is_told_so(phone, service):
    phone.dial()
    phone.press("co trom")
    assert service.query("UPDATE conversation SET owner = 'agent' WHERE owner = 'queued' RETURNING 1") == [(1,)]
    phone.dial()
    assert phone.press("2") == fold(texts.WITH_STAFF)
    assert not phone.open


def test_hubtel_nalo_and_hollatags_show_the_same_menu(service):
    def post(provider: str, body: dict) -> dict:
        return httpx.post(f"{service.url}/webhooks/ussd/{TOKEN}/{provider}", json=body).json()

    hubtel = {"Type": "Initiation", "Mobile": "84912349991", "SessionId": "h1", "ServiceCode": "713", "Message": "*713#", "Sequence": 1}
    assert post("hubtel", hubtel)["Message"] == MENU
    assert post("hubtel", hubtel | {"Type": "Response", "Message": "1", "Sequence": 2})["Message"].startswith("Ong/ba cho biet")
    nalo = {"USERID": "u", "MSISDN": "84912349992", "USERDATA": "*920#", "MSGTYPE": True, "NETWORK": "VIETTEL", "SESSIONID": "n1"}
    assert post("nalo", nalo)["MSG"] == MENU
    assert post("nalo", nalo | {"MSGTYPE": False, "USERDATA": "7"})["MSGTYPE"] is False
    query = {"session_msisdn": "84912349993", "session_operation": "begin", "session_msg": "*55#", "session_id": "t1", "session_from": "*55#"}
    assert httpx.get(f"{service.url}/webhooks/ussd/{TOKEN}/hollatags", params=query).json()["session_msg"] == MENU


def test_the_door_is_shut_without_the_token(service):
    form = {"sessionId": "x", "phoneNumber": "+84912349994", "text": ""}
    assert httpx.post(f"{service.url}/webhooks/ussd/wrong/africas-talking", data=form).status_code == 404
    assert httpx.post(f"{service.url}/webhooks/ussd/{TOKEN}/africas-talking", data={"sessionId": "x"}).status_code == 400


def test_two_requests_of_one_session_at_once_are_one_turn(phone, service):
    """The operator gave up waiting and repeated its request while the first one was still on its way."""
    phone.dial()
    phone.press("1")
    turns = len(service.bot.turns)
    service.bot.delay = 1
    try:
        form = {"sessionId": phone._session, "phoneNumber": phone.msisdn, "serviceCode": "*1022#", "text": "1*HS123"}
        answers: list[str] = []

        def ask() -> None:
            answers.append(httpx.post(f"{service.url}/webhooks/ussd/{TOKEN}/africas-talking", data=form, timeout=20).text)

        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        service.bot.delay = 0
    assert len(set(answers)) == 1 and answers[0].startswith("CON Ma ho so HS123")
    assert len(service.bot.turns) == turns + 1
