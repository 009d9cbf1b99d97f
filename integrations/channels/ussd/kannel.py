"""USSD over SMPP, through Kannel: the operation and the session travel as TLVs in Kannel's meta-data.

`ussd_service_op` (0x0501), SMPP 3.4 §5.3.2.44: 1 PSSR indication (dialled), 18 USSR confirm (an answer), 2 USSR request (a screen that
asks), 17 PSSR response (a screen that closes). Operators differ, so the two we send are settings.
`its_session_info` (0x1383), §5.3.2.43: octet 1 session number, octet 2 sequence and end flag (lowest bit).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote_from_bytes, unquote_to_bytes

from integrations.channels.base import MalformedRequest
from integrations.channels.ussd.base import Screen, UssdRequest, request

PROVIDER = "kannel"
DIALLED = 1
ASK = 2
CLOSE = 17


@dataclass(frozen=True, slots=True)
class Operations:
    """The `ussd_service_op` of the screens we send."""

    ask: int = ASK
    close: int = CLOSE


def is_ussd(query: Mapping[str, str]) -> bool:
    """Whether Kannel's call carries a USSD operation; otherwise it is an SMS."""
    return "ussd_service_op=" in query.get("meta", "")


def read(query: Mapping[str, str]) -> UssdRequest:
    """A session is a subscriber's number with the operator's session number. Raises MalformedRequest."""
    values = _meta_data(query.get("meta", ""))
    operation, session = values.get("ussd_service_op", b""), values.get("its_session_info", b"")
    if len(operation) != 1 or len(session) != 2:
        raise MalformedRequest("ussd_service_op or its_session_info is missing")
    first, end = operation[0] == DIALLED, bool(session[1] & 1)
    number = query.get("from", "")
    typed = "" if first or end else query.get("text")
    return request(PROVIDER, f"{number}/{session[0]}", number, query.get("to"), typed, key=query.get("id", ""), is_first=first, is_end=end)


def write(screen: Screen, query: Mapping[str, str], operations: Operations) -> str:
    """The meta-data of the message that shows the screen. The sequence number in the upper bits stays, the end flag is ours."""
    session = _meta_data(query.get("meta", ""))["its_session_info"]
    answer = bytes([session[0], (session[1] & 0xFE) | int(screen.end)])
    operation = operations.close if screen.end else operations.ask
    return f"?smpp?ussd_service_op={operation}&its_session_info={quote_from_bytes(answer, safe='')}"


def _meta_data(text: str) -> dict[str, bytes]:
    """Kannel's `?group?name=value&…`; values are percent-encoded bytes."""
    pairs = (pair.partition("=") for pair in text.rpartition("?")[2].split("&") if pair)
    return {name: unquote_to_bytes(value) for name, _, value in pairs}
