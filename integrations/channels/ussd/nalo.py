"""Nalo: JSON in capitals; `MSGTYPE` true means the first request, and in the answer that the session goes on."""

from collections.abc import Mapping
from typing import Any

from integrations.channels.base import MalformedRequest
from integrations.channels.ussd.base import Screen, UssdRequest, request

PROVIDER = "nalo"


def read(body: Mapping[str, Any]) -> UssdRequest:
    """Without SESSIONID the subscriber's number stands for the session: Nalo keeps one at a time per phone. Raises MalformedRequest."""
    first = body.get("MSGTYPE")
    if not isinstance(first, bool):
        raise MalformedRequest("MSGTYPE is not true or false")
    session = body.get("SESSIONID") or body.get("MSISDN")
    return request(PROVIDER, session, body.get("MSISDN"), body.get("USERID"), "" if first else body.get("USERDATA"), is_first=first)


def write(screen: Screen, body: Mapping[str, Any]) -> dict[str, Any]:
    return {"USERID": body.get("USERID"), "MSISDN": body.get("MSISDN"), "MSG": screen.text, "MSGTYPE": not screen.end}
