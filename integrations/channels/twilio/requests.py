"""Twilio's webhooks: a signed form. The signature covers blank fields too, and the public URL that Twilio called."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qsl

from twilio.request_validator import RequestValidator

from integrations.channels.base import EventName, Inbound, MalformedRequest, Receipt, ReceiptState, SignatureError
from integrations.channels.sms import CHANNEL, address_of
from integrations.channels.twilio.failures import failure

PROVIDER = "twilio"
MAX_FIELDS = 200

_STATES: dict[str, ReceiptState] = {
    "accepted": "accepted", "scheduled": "accepted", "queued": "accepted", "sending": "accepted", "sent": "sent", "delivered": "delivered",
    "partially_delivered": "delivered", "read": "seen", "undelivered": "failed", "failed": "failed", "canceled": "failed",
}  # fmt: skip
_OPT: dict[str, EventName] = {"STOP": "opted_out", "START": "opted_in"}


class Form(dict[str, str]):
    """Field → first value; `getlist` gives all of them, as Twilio's validator wants."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        super().__init__(reversed(pairs))
        self._pairs = pairs

    def getlist(self, name: str) -> list[str]:
        return [value for field, value in self._pairs if field == name]


def read_form(body: bytes, signature: str, url: str, auth_token: str) -> Form:
    """The form of a genuine request. `url` is the configured public one with path and query. Raises SignatureError, MalformedRequest."""
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except ValueError as error:
        raise MalformedRequest("not a form in UTF-8") from error
    form = Form(pairs)
    if not RequestValidator(auth_token).validate(url, form, signature):
        raise SignatureError("wrong signature")
    return form


def parse_message(form: Mapping[str, str], now: datetime) -> Inbound:
    """A message from a phone; a picture message is `media`, with its caption. Raises MalformedRequest."""
    sid = form.get("MessageSid") or form.get("SmsSid")
    if not sid:
        raise MalformedRequest("MessageSid is missing")
    address = address_of(form.get("From", ""))
    if event := _OPT.get(form.get("OptOutType", "")):
        return Inbound(CHANNEL, f"{PROVIDER}:{sid}", address, "event", "opt-out", now, event=event)
    has_media = form.get("NumMedia", "0") not in ("", "0")
    return Inbound(CHANNEL, f"{PROVIDER}:{sid}", address, "media" if has_media else "text", "message", now, text=form.get("Body", ""))


def parse_receipt(form: Mapping[str, str], now: datetime, reference: str | None = None) -> Receipt | None:
    """A status callback, with the reference that stood in its address; None for a status we do not know. Raises MalformedRequest."""
    sid, status = form.get("MessageSid") or form.get("SmsSid"), form.get("MessageStatus") or form.get("SmsStatus") or ""
    if not sid:
        raise MalformedRequest("MessageSid is missing")
    if status not in _STATES:
        return None
    code = form.get("ErrorCode", "")
    reason = failure(int(code) if code.isdigit() else None).reason if _STATES[status] == "failed" else None
    return Receipt(CHANNEL, (provider_ref(sid),), _STATES[status], now, f"{status} {code}".strip(), reason=reason, reference=reference)


def provider_ref(sid: str) -> str:
    return f"{PROVIDER}:{sid}"
