"""What eSMS knows: its customer's balance and templates, the messages it took, and the faults somebody ordered."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from integrations.sandbox.esms.settings import EsmsSandboxSettings
from integrations.sandbox.provider import Provider

SAME_CONTENT_SECONDS = 5 * 60
REQUEST_ID_SECONDS = 24 * 3600
LONGEST_REQUEST_ID = 50
NEVER_REACHED = "0404"
LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")

ACCEPTED = "100"
MESSAGES = {
    "99": "Blocked",
    "101": "Authorize Failed",
    "103": "Balance not enough",
    "104": "Brandname is not valid",
    "108": "Phone is not valid",
    "124": "RequestId is duplicated",
    "140": "IP is not allowed",
    "146": "Template is not valid",
    "177": "Brandname is not registered with the network",
    "201": "Content has a banned keyword",
}
# First digits after 84, by eSMS's telcoid.
NETWORKS = {
    1: ("32", "33", "34", "35", "36", "37", "38", "39", "86", "96", "97", "98"),
    2: ("70", "76", "77", "78", "79", "89", "90", "93"),
    3: ("81", "82", "83", "84", "85", "88", "91", "94"),
    4: ("52", "56", "58", "92"),
    5: ("59", "99"),
}
_MOBILE = re.compile(r"(?:84|0)(?P<rest>[35789]\d{8})")


@dataclass(frozen=True)
class TakenMessage:
    """`billed` is False for one that eSMS only pretends to send (`Sandbox` 1)."""

    sms_id: str
    phone: str
    content: str
    request_id: str
    callback_url: str
    unicode: bool
    billed: bool
    at: float


@dataclass
class EsmsOffice(Provider):
    settings: EsmsSandboxSettings
    balance: int = 100_000
    templates: list[str] = field(default_factory=list)
    banned: list[str] = field(default_factory=list)
    networks: set[int] = field(default_factory=lambda: set(NETWORKS))
    taken: list[TakenMessage] = field(default_factory=list)
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def refusal(self, body: dict[str, Any]) -> str | None:
        """The CodeResult with which eSMS refuses the request; None when it takes it."""
        settings = self.settings
        if (body.get("ApiKey"), body.get("SecretKey")) != (settings.esms_api_key, settings.esms_secret_key):
            return "101"
        if body.get("Brandname") != settings.esms_brandname:
            return "104"
        phone, content, request_id = national(str(body.get("Phone", ""))), body.get("Content"), str(body.get("RequestId") or "")
        if phone is None:
            return "108"
        if not isinstance(content, str) or not content or body.get("SmsType") != "2" or len(request_id) > LONGEST_REQUEST_ID:
            return "99"
        return self._refused_by_rules(phone, content, request_id)

    def _refused_by_rules(self, phone: str, content: str, request_id: str) -> str | None:
        age = {taken: self.now() - taken.at for taken in self.taken}
        if request_id and any(taken.request_id == request_id and seconds < REQUEST_ID_SECONDS for taken, seconds in age.items()):
            return "124"
        if network(phone) not in self.networks:
            return "177"
        if any(word.lower() in content.lower() for word in self.banned):
            return "201"
        if self.templates and not any(re.fullmatch(template, content, re.DOTALL) for template in self.templates):
            return "146"
        if any((taken.phone, taken.content) == (phone, content) and seconds < SAME_CONTENT_SECONDS for taken, seconds in age.items()):
            return "99"
        return "103" if self.balance <= 0 else None

    def taken_between(self, first: datetime, last: datetime) -> list[TakenMessage]:
        """Both in Vietnamese time."""
        since, until = (moment.replace(tzinfo=LOCAL).timestamp() for moment in (first, last))
        return [taken for taken in self.taken if since <= taken.at <= until]

    def take(self, body: dict[str, Any]) -> TakenMessage:
        """A request that was not refused."""
        billed = body.get("Sandbox") != "1"
        self.balance -= billed
        phone = national(str(body["Phone"])) or ""
        taken = TakenMessage(
            sms_id=f"esms-{next(self.numbers)}",
            phone=phone,
            content=body["Content"],
            request_id=str(body.get("RequestId") or ""),
            callback_url=str(body.get("CallbackUrl") or ""),
            unicode=body.get("IsUnicode") == "1",
            billed=billed,
            at=self.now(),
        )
        self.taken.append(taken)
        return taken


def sent_entry(taken: TakenMessage) -> dict[str, Any]:
    """One message in eSMS's list, sent and reported at once."""
    reached = not taken.phone.endswith(NEVER_REACHED)
    return {
        "Campaign": "",
        "Content": taken.content,
        "Phone": f"0{taken.phone[2:]}",
        "ReferenceId": taken.sms_id,
        "SendResult": int(reached),
        "SendStatus": 5,
        "SmsType": 2,
    }


def national(phone: str) -> str | None:
    """`84912345678` of any Vietnamese mobile number; None otherwise."""
    match = _MOBILE.fullmatch(phone.removeprefix("+"))
    return f"84{match['rest']}" if match else None


def network(phone: str) -> int:
    """eSMS's telcoid; 0 when no network has this prefix."""
    return next((telco for telco, prefixes in NETWORKS.items() if phone[2:4] in prefixes), 0)
