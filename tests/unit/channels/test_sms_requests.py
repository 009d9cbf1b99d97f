"""SMS providers as tables: their request → ours."""

import base64
import hashlib
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator

from integrations.channels import esms, kannel, twilio
from integrations.channels.base import Choice, Inbound, MalformedRequest, Receipt, Reply, SignatureError
from integrations.channels.sms import address_of, compose
from integrations.channels.twilio.failures import failure

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
PHONE = "+84912345678"


def text(provider: str, body: str, raw: str = "mo", **fields) -> Inbound:
    return Inbound("sms", f"{provider}:1", PHONE, fields.pop("kind", "text"), raw, NOW, text=body, **fields)


def receipt(reference: str, state: str, raw: str, reason: str | None = None) -> Receipt:
    return Receipt("sms", (reference,), state, NOW, raw, reason=reason)


ADDRESSES = ["84912345678", "+84912345678", " 84912345678", "0912345678", "0912 345 678"]


@pytest.mark.parametrize("number", ADDRESSES)
def test_one_phone_is_one_address(number):
    assert address_of(number) == PHONE


@pytest.mark.parametrize("number", ["", "8088", "1414", "VIETTEL", "091234", "+84 abc"])
def test_machines_are_not_citizens(number):
    with pytest.raises(MalformedRequest):
        address_of(number)


KANNEL = {"id": "1", "from": "84912345678", "to": "8088", "text": "Tôi hỏi CCCD"}


def test_kannel_message():
    assert kannel.parse_message(KANNEL, NOW) == text("kannel", "Tôi hỏi CCCD")


@pytest.mark.parametrize("change", [{"id": ""}, {"from": "8088"}, {"from": ""}])
def test_kannel_messages_that_are_refused(change):
    with pytest.raises(MalformedRequest):
        kannel.parse_message(KANNEL | change, NOW)


@pytest.mark.parametrize(("code", "state"), [("1", "delivered"), ("2", "failed"), ("4", "accepted"), ("8", "sent"), ("16", "failed")])
def test_kannel_receipt(code, state):
    parsed = kannel.parse_receipt({"ref": "d1", "type": code}, NOW)
    assert (parsed.provider_refs, parsed.state, parsed.reference) == (("kannel:d1",), state, "d1")
    assert bool(parsed.reason) == (state == "failed")


def test_kannel_receipts_without_reference_or_of_unknown_type():
    for query in ({"type": "1"}, {"ref": "d1", "type": "3"}, {"ref": "d1"}):
        with pytest.raises(MalformedRequest):
            kannel.parse_receipt(query, NOW)


URL, TOKEN = "https://troly.example.vn/webhooks/twilio/message?lang=vi", "twilio-token"
TWILIO = {"MessageSid": "1", "From": PHONE, "To": "+15005550006", "Body": "Tôi hỏi CCCD", "NumMedia": "0", "FromCity": "", "ToZip": ""}


def signed(fields: dict[str, str]) -> tuple[bytes, str]:
    return urlencode(fields).encode(), RequestValidator(TOKEN).compute_signature(URL, fields)


def test_twilio_form_with_blank_fields_is_genuine():
    form = twilio.read_form(*signed(TWILIO), URL, TOKEN)
    assert twilio.parse_message(form, NOW) == text("twilio", "Tôi hỏi CCCD", "message")


def test_twilio_forgeries():
    body, signature = signed(TWILIO)
    for forged in [
        (body + b"x", signature, URL, TOKEN),
        (body.replace(b"&FromCity=", b""), signature, URL, TOKEN),
        (body, signature[:-2] + "A=", URL, TOKEN),
        (body, "", URL, TOKEN),
        (body, signature, URL.replace("https", "http"), TOKEN),
        (body, signature, URL, "another token"),
    ]:
        with pytest.raises(SignatureError):
            twilio.read_form(*forged)


def test_twilio_forms_that_are_none():
    for body in (b"Body=%ff", "Body=ô".encode(), b"&".join(b"a=1" for _ in range(300))):
        with pytest.raises(MalformedRequest):
            twilio.read_form(body, "x", URL, TOKEN)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"Body": ""}, text("twilio", "", "message")),
        ({"NumMedia": "1", "Body": "thẻ"}, text("twilio", "thẻ", "message", kind="media")),
        ({"OptOutType": "STOP", "Body": "STOP"}, Inbound("sms", "twilio:1", PHONE, "event", "opt-out", NOW, event="opted_out")),
        ({"OptOutType": "START", "Body": "START"}, Inbound("sms", "twilio:1", PHONE, "event", "opt-out", NOW, event="opted_in")),
        ({"OptOutType": "HELP", "Body": "HELP"}, text("twilio", "HELP", "message")),
    ],
)
def test_twilio_message(change, expected):
    assert twilio.parse_message(TWILIO | change, NOW) == expected


@pytest.mark.parametrize(
    ("status", "code", "state"),
    [("queued", "", "accepted"), ("sent", "", "sent"), ("delivered", "", "delivered"), ("undelivered", "30003", "failed"), ("failed", "21610", "failed")],
)
def test_twilio_status(status, code, state):
    parsed = twilio.parse_receipt({"MessageSid": "SM1", "MessageStatus": status, "ErrorCode": code}, NOW, "d1")
    assert (parsed.provider_refs, parsed.state, parsed.raw_state, parsed.reference) == (("twilio:SM1",), state, f"{status} {code}".strip(), "d1")
    assert bool(parsed.reason) == (state == "failed")


def test_twilio_status_of_next_year_is_ignored():
    assert twilio.parse_receipt({"MessageSid": "SM1", "MessageStatus": "teleported"}, NOW) is None


@pytest.mark.parametrize(
    ("code", "retryable"), [(20429, True), (30001, True), (30003, True), (21610, False), (21614, False), (30005, False), (99999, False), (None, False)]
)
def test_twilio_failures(code, retryable):
    assert failure(code).retryable is retryable
    assert failure(code).reason


ESMS = {
    "sender": "84912345678",
    "content": "CCCD HS1 1234",
    "serviceNumber": "8041",
    "keyword": "CCCD",
    "cpid": "7",
    "smsid": "1",
    "receiverTime": "20261123170000",
}


def esms_signed(query: dict[str, str]) -> dict[str, str]:
    digest = hashlib.md5((query["cpid"] + query["smsid"] + query["content"] + query["receiverTime"] + "private").encode(), usedforsecurity=False).digest()
    return query | {"sign": base64.b64encode(digest).decode()}


def test_esms_message():
    assert esms.parse_message(esms_signed(ESMS), "private") == text("esms", "CCCD HS1 1234")


def test_esms_refusals():
    for query in (ESMS, ESMS | {"sign": "x"}, esms_signed(ESMS) | {"content": "other"}):
        with pytest.raises(SignatureError):
            esms.parse_message(query, "private")
    for change in ({"receiverTime": "soon"}, {"smsid": ""}, {"sender": "8041"}):
        with pytest.raises(MalformedRequest):
            esms.parse_message(esms_signed(ESMS | change), "private")


def test_esms_acknowledgement_cannot_be_broken_out_of():
    answer = esms.acknowledgement({"smsid": "<1>", "sender": "84&</Receiver>"})
    assert answer == "<ClientResponse><Message></Message><Smsid>&lt;1&gt;</Smsid><Receiver>84&amp;&lt;/Receiver&gt;</Receiver></ClientResponse>"


@pytest.mark.parametrize(("success", "state"), [("1", "delivered"), ("0", "failed")])
def test_esms_receipt(success, state):
    query = {"RequestId": "d1", "SendStatus": "5", "SendSuccess": success, "SMSID": "9"}
    parsed = esms.parse_receipt(query, NOW)
    assert (parsed.provider_refs, parsed.state, parsed.reference) == (("esms:d1",), state, "d1")
    assert esms.parse_receipt(query | {"SendStatus": "2"}, NOW).state == "accepted"


def test_a_turn_becomes_one_plain_message_with_numbered_choices():
    turn = [Reply("Ông/bà đã làm xong chưa?", (Choice("Đã xong", "/done"), Choice("Bị lỗi", "/failed")))]
    assert compose(turn) == (Reply("Ong/ba da lam xong chua?\n1. Da xong\n2. Bi loi"),)
    assert compose(turn, diacritics=True) == (Reply("Ông/bà đã làm xong chưa?\n1. Đã xong\n2. Bị lỗi"),)
    assert compose([Reply(" ")]) == ()
