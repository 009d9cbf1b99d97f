"""Asks eSMS for the messages of a few minutes. A request that was never answered left no SMSID to ask by, so ours is found by its number and its words.

eSMS refuses the same words to the same number within five minutes: two that fit are not one message, and then nothing is told.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from integrations.channels.base import Receipt, ReceiptState
from integrations.channels.esms.requests import LOCAL, provider_ref
from integrations.channels.sms import CHANNEL
from integrations.core.errors import InvalidValue
from integrations.core.phone import Phone

PATH = "/MainService.svc/json/GetSmsSentData_V2"
PAGE_SIZE, MOST_PAGES = 500, 10
BEFORE, AFTER = timedelta(minutes=1), timedelta(minutes=5)
_REFUSED, _OVER = "4", "5"
_NOT_DELIVERED, _DELIVERED = "0", "1"


def request_body(credentials: Mapping[str, str], since: datetime, page: int) -> dict[str, Any]:
    """Customer care messages (2) that eSMS took up around `since`, in its own time."""
    first, last = (f"{moment.astimezone(LOCAL):%Y-%m-%d %H:%M:%S}" for moment in (since - BEFORE, since + AFTER))
    return {**credentials, "SmsType": "2", "From": first, "To": last, "Page": page, "PageSize": PAGE_SIZE}


def receipt_of(found: list[dict[str, Any]], address: str, text: str, reference: str, now: datetime) -> Receipt | None:
    """What the list says about the one message with these words to this number; None when there is none, or more than one."""
    ours = [entry for entry in found if entry.get("Content") == text and _e164(str(entry.get("Phone", ""))) == address]
    if len(ours) != 1:
        return None
    status, result = str(ours[0].get("SendStatus")), str(ours[0].get("SendResult"))
    reason = "Nhà mạng không chuyển được tin đến máy người nhận." if _state(status, result) == "failed" else None
    return Receipt(CHANNEL, (provider_ref(reference),), _state(status, result), now, f"sent data {status} {result}"[:60], reason=reason, reference=reference)


def _state(status: str, result: str) -> ReceiptState:
    if status == _REFUSED or (status == _OVER and result == _NOT_DELIVERED):
        return "failed"
    return "delivered" if status == _OVER and result == _DELIVERED else "accepted"


def _e164(number: str) -> str | None:
    try:
        return Phone.parse(number).e164
    except InvalidValue:
        return None
