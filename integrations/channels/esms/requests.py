"""eSMS's calls: a message to the short code, signed with MD5 by their contract, and the final status of a sent one."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from integrations.channels.base import Inbound, MalformedRequest, Receipt, SignatureError
from integrations.channels.sms import CHANNEL, address_of

PROVIDER = "esms"
LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
_FINAL_STATUS = "5"


def signature(query: Mapping[str, str], private_key: str) -> str:
    """base64(MD5(cpid + smsid + content + receiverTime + privateKey)), as their contract has it."""
    signed = "".join(query.get(name, "") for name in ("cpid", "smsid", "content", "receiverTime")) + private_key
    return base64.b64encode(hashlib.md5(signed.encode(), usedforsecurity=False).digest()).decode()


def parse_message(query: Mapping[str, str], private_key: str) -> Inbound:
    """Raises SignatureError, MalformedRequest."""
    if not hmac.compare_digest(query.get("sign", "").encode(), signature(query, private_key).encode()):
        raise SignatureError("wrong signature")
    message_id = query.get("smsid", "")
    if not message_id:
        raise MalformedRequest("smsid is missing")
    try:
        received = datetime.strptime(query.get("receiverTime", ""), "%Y%m%d%H%M%S").replace(tzinfo=LOCAL)
    except ValueError as error:
        raise MalformedRequest("receiverTime is not a time") from error
    return Inbound(CHANNEL, f"{PROVIDER}:{message_id}", address_of(query.get("sender", "")), "text", "mo", received, text=query.get("content", ""))


def acknowledgement(query: Mapping[str, str]) -> str:
    """Their XML with no message: the answer goes out through the outbox, so that it is retried and counted like every other."""
    receiver, message_id = escape(query.get("sender", "")), escape(query.get("smsid", ""))
    return f"<ClientResponse><Message></Message><Smsid>{message_id}</Smsid><Receiver>{receiver}</Receiver></ClientResponse>"


def parse_receipt(query: Mapping[str, str], now: datetime) -> Receipt:
    """A status that is not final yet says that eSMS has the message. Raises MalformedRequest."""
    reference = query.get("RequestId", "")
    if not reference:
        raise MalformedRequest("RequestId is missing")
    status = query.get("SendStatus", "")
    if status != _FINAL_STATUS:
        return Receipt(CHANNEL, (provider_ref(reference),), "accepted", now, f"status {status}"[:20], reference=reference)
    delivered = query.get("SendSuccess", "0") not in ("", "0")
    reason = None if delivered else "Nhà mạng không chuyển được tin đến máy người nhận."
    return Receipt(CHANNEL, (provider_ref(reference),), "delivered" if delivered else "failed", now, f"status {status}", reason=reason, reference=reference)


def provider_ref(reference: str) -> str:
    return f"{PROVIDER}:{reference}"
