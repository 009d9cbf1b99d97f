"""HollaTags: a query with `session_operation` begin, continue or end; the answer is JSON of the same names."""

from collections.abc import Mapping
from typing import Any

from integrations.channels.base import MalformedRequest
from integrations.channels.ussd.base import Screen, UssdRequest, request

PROVIDER = "hollatags"
_OPERATIONS = {"begin", "continue", "end"}


def read(query: Mapping[str, str]) -> UssdRequest:
    """Raises MalformedRequest."""
    operation = query.get("session_operation", "")
    if operation not in _OPERATIONS:
        raise MalformedRequest("session_operation is not one of HollaTags'")
    first, end = operation == "begin", operation == "end"
    typed = "" if first or end else query.get("session_msg")
    return request(PROVIDER, query.get("session_id"), query.get("session_msisdn"), query.get("session_from"), typed, is_first=first, is_end=end)


def write(screen: Screen, asked: UssdRequest) -> dict[str, Any]:
    return {
        "session_operation": "end" if screen.end else "continue",
        "session_type": 4 if screen.end else 1,
        "session_id": asked.session_id,
        "session_msg": screen.text,
    }
