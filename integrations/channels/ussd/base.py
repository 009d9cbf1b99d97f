"""The internal USSD request and screen."""

from dataclasses import dataclass

from integrations.channels.base import MalformedRequest
from integrations.channels.sms import address_of

CHANNEL = "ussd"
MAX_INPUT = 182


@dataclass(frozen=True, slots=True)
class UssdRequest:
    """One key press of a subscriber.

    `input` is what was typed on the last screen only; on gateways that send the whole path (`is_path`), it is that path.
    `key` is the same when the gateway repeats a request and differs otherwise; "" when it gives nothing to tell.
    `is_first`: the code was dialled now. `is_end`: the session is over and no screen can be shown. `msisdn` is E.164.
    """

    provider: str
    session_id: str
    msisdn: str
    service_code: str
    input: str
    key: str = ""
    is_first: bool = False
    is_end: bool = False
    is_path: bool = False

    def __repr__(self) -> str:
        return f"UssdRequest({self.provider}, first={self.is_first}, end={self.is_end})"


@dataclass(frozen=True, slots=True)
class Screen:
    """What the phone shows; `end` closes the session."""

    text: str
    end: bool = False


def request(provider: str, session_id: object, number: object, service_code: object, typed: object, *, key: str = "", **flags: bool) -> UssdRequest:
    """Checks what every gateway must send. Raises MalformedRequest."""
    if not isinstance(session_id, str) or not 0 < len(session_id) <= 128:
        raise MalformedRequest("the session id is missing")
    if not isinstance(number, str):
        raise MalformedRequest("the subscriber's number is missing")
    text = typed if isinstance(typed, str) else ""
    if len(text) > 20 * MAX_INPUT:
        raise MalformedRequest("the input is longer than a session can make it")
    code = service_code if isinstance(service_code, str) else ""
    return UssdRequest(provider, session_id, address_of(number), code[:32], text.strip(), key[:200], **flags)
