"""USSD gateways as tables: their request → ours, our screen → their answer."""

import hashlib

import pytest

from integrations.channels.base import MalformedRequest
from integrations.channels.ussd import Screen, UssdRequest, africas_talking, hollatags, hubtel, kannel, nalo

PHONE = "+84912345678"
GO_ON, CLOSE = Screen("Chon so:\n1 CCCD"), Screen("Tam biet", end=True)

AT = {"sessionId": "ATUid_1", "phoneNumber": "+84912345678", "networkCode": "45204", "serviceCode": "*1022#"}
HUBTEL = {"Type": "Response", "Mobile": "84912345678", "SessionId": "s1", "ServiceCode": "713", "Message": "2", "Operator": "viettel", "Sequence": 3}
NALO = {"USERID": "u1", "MSISDN": "84912345678", "USERDATA": "2", "MSGTYPE": False, "NETWORK": "VIETTEL", "SESSIONID": "s1"}
HOLLA = {"session_msisdn": "84912345678", "session_operation": "continue", "session_msg": "2", "session_id": "s1", "session_from": "*55#", "session_type": "1"}
SMPP = {"id": "k1", "from": "84912345678", "to": "8088", "text": "2", "meta": "?smpp?ussd_service_op=%12&its_session_info=%07%04&"}


def asked(provider: str, typed: str, session: str = "s1", code: str = "", **flags) -> UssdRequest:
    return UssdRequest(provider, session, PHONE, code, typed, **flags)


def sha256(path: str) -> str:
    return hashlib.sha256(path.encode()).hexdigest()


REQUESTS = [
    (africas_talking.read, AT | {"text": ""}, asked("africas_talking", "", "ATUid_1", "*1022#", key=sha256(""), is_first=True, is_path=True)),
    (africas_talking.read, AT | {"text": "2*1"}, asked("africas_talking", "2*1", "ATUid_1", "*1022#", key=sha256("2*1"), is_path=True)),
    (africas_talking.read_end, AT | {"status": "Success"}, asked("africas_talking", "", "ATUid_1", "*1022#", is_end=True)),
    (hubtel.read, HUBTEL, asked("hubtel", "2", code="713", key="3")),
    (hubtel.read, HUBTEL | {"Type": "Initiation", "Message": "*713#", "Sequence": 1}, asked("hubtel", "", code="713", key="1", is_first=True)),
    (hubtel.read, HUBTEL | {"Type": "Release", "Message": ""}, asked("hubtel", "", code="713", key="3", is_end=True)),
    (nalo.read, NALO, asked("nalo", "2", code="u1")),
    (nalo.read, NALO | {"MSGTYPE": True, "USERDATA": "*920#"}, asked("nalo", "", code="u1", is_first=True)),
    (nalo.read, {key: value for key, value in NALO.items() if key != "SESSIONID"}, asked("nalo", "2", "84912345678", "u1")),
    (hollatags.read, HOLLA, asked("hollatags", "2", code="*55#")),
    (hollatags.read, HOLLA | {"session_operation": "begin", "session_msg": "*55#"}, asked("hollatags", "", code="*55#", is_first=True)),
    (hollatags.read, HOLLA | {"session_operation": "end"}, asked("hollatags", "", code="*55#", is_end=True)),
    (kannel.read, SMPP, asked("kannel", "2", "84912345678/7", "8088", key="k1")),
    (
        kannel.read,
        SMPP | {"text": "*101#", "meta": "?smpp?ussd_service_op=%01&its_session_info=%12%00&"},
        asked("kannel", "", "84912345678/18", "8088", key="k1", is_first=True),
    ),
    (kannel.read, SMPP | {"meta": "?smpp?ussd_service_op=%12&its_session_info=%07%05&"}, asked("kannel", "", "84912345678/7", "8088", key="k1", is_end=True)),
]


@pytest.mark.parametrize(("read", "request_", "expected"), REQUESTS)
def test_request(read, request_, expected):
    assert read(request_) == expected


HUBTEL_ASKED = hubtel.read(HUBTEL)
ANSWERS = [
    (lambda: africas_talking.write(GO_ON), "CON Chon so:\n1 CCCD"),
    (lambda: africas_talking.write(CLOSE), "END Tam biet"),
    (
        lambda: {key: hubtel.write(GO_ON, HUBTEL_ASKED)[key] for key in ("Type", "Message", "SessionId")},
        {"Type": "Response", "Message": GO_ON.text, "SessionId": "s1"},
    ),
    (lambda: hubtel.write(CLOSE, HUBTEL_ASKED)["Type"], "Release"),
    (lambda: nalo.write(GO_ON, NALO), {"USERID": "u1", "MSISDN": "84912345678", "MSG": GO_ON.text, "MSGTYPE": True}),
    (lambda: nalo.write(CLOSE, NALO)["MSGTYPE"], False),
    (lambda: hollatags.write(GO_ON, hollatags.read(HOLLA))["session_operation"], "continue"),
    (lambda: hollatags.write(CLOSE, hollatags.read(HOLLA))["session_operation"], "end"),
    (lambda: kannel.write(GO_ON, SMPP, kannel.Operations()), "?smpp?ussd_service_op=2&its_session_info=%07%04"),
    (lambda: kannel.write(CLOSE, SMPP, kannel.Operations()), "?smpp?ussd_service_op=17&its_session_info=%07%05"),
    (lambda: kannel.write(CLOSE, SMPP, kannel.Operations(close=3)), "?smpp?ussd_service_op=3&its_session_info=%07%05"),
]


@pytest.mark.parametrize(("write", "expected"), ANSWERS)
def test_answer(write, expected):
    assert write() == expected


BROKEN = [
    (africas_talking.read, {}),
    (africas_talking.read, AT | {"phoneNumber": "8088"}),
    (africas_talking.read, AT | {"text": "1*" * 4_000}),
    (hubtel.read, HUBTEL | {"Type": "Party"}),
    (hubtel.read, HUBTEL | {"Mobile": 84912345678}),
    (nalo.read, NALO | {"MSGTYPE": "true"}),
    (hollatags.read, HOLLA | {"session_operation": ""}),
    (hollatags.read, HOLLA | {"session_id": "x" * 200}),
    (kannel.read, SMPP | {"meta": "?smpp?ussd_service_op=%12"}),
    (kannel.read, SMPP | {"meta": ""}),
]


@pytest.mark.parametrize(("read", "request_"), BROKEN)
def test_what_cannot_be_understood_is_refused(read, request_):
    with pytest.raises(MalformedRequest):
        read(request_)


def test_every_input_of_a_long_session_has_its_own_key():
    path, keys = "1", set()
    for _ in range(100):
        keys.add(africas_talking.read(AT | {"text": path}).key)
        path += "*12"
    assert len(keys) == 100


def test_a_number_does_not_show_in_a_log():
    assert "912345678" not in repr(asked("nalo", "2"))
