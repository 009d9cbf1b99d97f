"""Kannel's calls: a received message by `get-url`, a delivery report by `dlr-url`. The queries are those of `kannel.conf`."""

from collections.abc import Mapping
from datetime import datetime

from integrations.channels.base import Inbound, MalformedRequest, Receipt, ReceiptState
from integrations.channels.sms import CHANNEL, address_of

PROVIDER = "kannel"
# 1 delivered to the phone, 2 not delivered, 4 queued at the operator, 8 taken by the operator, 16 refused by the operator (Kannel user guide, dlr-mask)
_STATES: dict[str, ReceiptState] = {"1": "delivered", "2": "failed", "4": "accepted", "8": "sent", "16": "failed"}
_REASONS = {"2": "Nhà mạng không chuyển được tin đến máy người nhận.", "16": "Nhà mạng từ chối tin."}


def parse_message(query: Mapping[str, str], now: datetime) -> Inbound:
    """`id` (%I) is the same when Kannel repeats a call that we answered with 5xx. Raises MalformedRequest."""
    message_id, text = query.get("id", ""), query.get("text")
    if not message_id or text is None:
        raise MalformedRequest("id or text is missing")
    return Inbound(CHANNEL, f"{PROVIDER}:{message_id}", address_of(query.get("from", "")), "text", "mo", now, text=text)


def parse_receipt(query: Mapping[str, str], now: datetime) -> Receipt:
    """`ref` is the reference we sent the message with. Raises MalformedRequest."""
    reference, code = query.get("ref", ""), query.get("type", "")
    if not reference or code not in _STATES:
        raise MalformedRequest("ref or type is missing")
    return Receipt(CHANNEL, (provider_ref(reference),), _STATES[code], now, f"dlr {code}", reason=_REASONS.get(code), reference=reference)


def provider_ref(reference: str) -> str:
    """Kannel gives no id of its own when it takes a message; ours comes back in the reports."""
    return f"{PROVIDER}:{reference}"
