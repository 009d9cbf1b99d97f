"""Hubtel: JSON with the last input only; `Type` Response goes on, Release closes."""

from collections.abc import Mapping
from typing import Any

from integrations.channels.base import MalformedRequest
from integrations.channels.ussd.base import Screen, UssdRequest, request

PROVIDER = "hubtel"
_TYPES = {"initiation", "response", "release", "timeout"}


def read(body: Mapping[str, Any]) -> UssdRequest:
    """Raises MalformedRequest."""
    kind = str(body.get("Type", "")).lower()
    if kind not in _TYPES:
        raise MalformedRequest("Type is not one of Hubtel's")
    first, end = kind == "initiation", kind in ("release", "timeout")
    # On the first request `Message` is the dialled code, not an answer.
    typed = "" if first or end else body.get("Message")
    return request(
        PROVIDER, body.get("SessionId"), body.get("Mobile"), body.get("ServiceCode"), typed, key=str(body.get("Sequence") or ""), is_first=first, is_end=end
    )


def write(screen: Screen, asked: UssdRequest) -> dict[str, Any]:
    kind = "Release" if screen.end else "Response"
    return {"SessionId": asked.session_id, "Type": kind, "Message": screen.text, "Label": "Tro ly 06", "DataType": "input", "FieldType": "text"}
