"""Sends a brandname message. eSMS refuses a second one with the same RequestId for 24 hours, so a request without a readable answer is repeated here.

Only here: to the outbox and to another sender its fate is unknown when eSMS stays silent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from integrations.channels.base import Ambiguous, Failed, Receipt, Reply, SendOutcome, Sent
from integrations.channels.esms import inquiry
from integrations.channels.esms.requests import provider_ref
from integrations.channels.http_outcome import never_left, status_failure
from integrations.channels.sms import CHANNEL, compose
from integrations.core.text_fitting import Coding, coding_of

PATH = "/MainService.svc/json/SendMultipleMessage_V4_post_json/"
_ACCEPTED = "100"
_DUPLICATE = "124"
_REFUSALS = {
    "99": "eSMS từ chối tin.",
    "101": "Tài khoản eSMS không đúng. Báo bộ phận kỹ thuật.",
    "103": "Tài khoản eSMS không đủ tiền. Báo quản trị.",
    "104": "Tên gửi tin chưa đăng ký với eSMS. Báo quản trị.",
    "108": "Số điện thoại người nhận không đúng.",
    "140": "eSMS không cho phép địa chỉ máy chủ này. Báo bộ phận kỹ thuật.",
    "146": "Nội dung không đúng mẫu đã đăng ký với nhà mạng.",
    "177": "Tên gửi tin chưa đăng ký với mạng của người nhận. Báo quản trị.",
    "201": "Nội dung có từ bị chặn.",
}


@dataclass(frozen=True, slots=True)
class EsmsConfig:
    api_key: str
    secret_key: str
    brandname: str
    receipt_url: str
    api_url: str = "https://rest.esms.vn"
    diacritics: bool = False
    segments: int = 2

    def __repr__(self) -> str:
        return f"EsmsConfig(brandname={self.brandname!r})"


class EsmsSender:
    channel = CHANNEL

    def __init__(self, config: EsmsConfig, client: httpx.AsyncClient) -> None:
        self._config = config
        self._client = client

    def compose(self, replies: Sequence[Reply]) -> tuple[Reply, ...]:
        return compose(replies, diacritics=self._config.diacritics, segments=self._config.segments)

    async def send(self, address: str, message: Reply, reference: str) -> SendOutcome:
        """`reference` of at most 50 characters becomes the RequestId."""
        config = self._config
        body = {
            "ApiKey": config.api_key,
            "SecretKey": config.secret_key,
            "Phone": address.removeprefix("+"),
            "Content": message.text,
            "Brandname": config.brandname,
            "SmsType": "2",
            "IsUnicode": "0" if coding_of(message.text) is Coding.GSM7 else "1",
            "RequestId": reference,
            "CallbackUrl": config.receipt_url,
        }
        outcome = await self._ask(body, reference)
        if not isinstance(outcome, Ambiguous):
            return outcome
        again = await self._ask(body, reference)
        # A refused repetition says nothing about the first request.
        return again if isinstance(again, Sent) else outcome

    async def inquire(self, address: str, message: Reply, reference: str, since: datetime, now: datetime) -> Receipt | None:
        """See `Inquirer`. Reads all pages of those minutes, up to a limit beyond which nothing is told."""
        credentials = {"ApiKey": self._config.api_key, "SecretKey": self._config.secret_key}
        found: list[dict[str, Any]] = []
        for page in range(1, inquiry.MOST_PAGES + 1):
            sent = await self._sent_data(inquiry.request_body(credentials, since, page))
            if sent is None:
                return None
            found += sent
            if len(sent) < inquiry.PAGE_SIZE:
                return inquiry.receipt_of(found, address, message.text, reference, now)
        return None

    async def _sent_data(self, body: dict[str, Any]) -> list[dict[str, Any]] | None:
        try:
            answer = (await self._client.post(self._config.api_url.rstrip("/") + inquiry.PATH, json=body)).json()
        except (httpx.TransportError, ValueError):
            return None
        sent = answer.get("SentData") if isinstance(answer, dict) and str(answer.get("CodeResult")) == _ACCEPTED else None
        return [entry for entry in sent if isinstance(entry, dict)] if isinstance(sent, list) else None

    async def _ask(self, body: dict[str, str], reference: str) -> SendOutcome:
        try:
            response = await self._client.post(self._config.api_url.rstrip("/") + PATH, json=body)
        except httpx.TransportError as error:
            return never_left(error) or Ambiguous("eSMS không trả lời; không rõ tin đã đi hay chưa.")
        if failure := status_failure(response):
            return failure
        try:
            code = str(response.json()["CodeResult"])
        except (ValueError, TypeError, KeyError):
            return Ambiguous("eSMS trả lời không đọc được; không rõ tin đã đi hay chưa.")
        if code in (_ACCEPTED, _DUPLICATE):
            return Sent(provider_ref(reference))
        return Failed(_REFUSALS.get(code, f"eSMS từ chối tin với mã {code}. Báo bộ phận kỹ thuật."), False, code)
