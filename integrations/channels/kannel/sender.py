"""Sends through smsbox's `sendsms`. The text, the number and the password travel in headers and body, not in the URL that smsbox logs."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx

from integrations.channels.base import Ambiguous, Failed, Reply, SendOutcome, Sent
from integrations.channels.http_outcome import never_left
from integrations.channels.kannel.requests import provider_ref
from integrations.channels.sms import CHANNEL, compose
from integrations.core.text_fitting import Coding, coding_of

EVERY_REPORT = 31


@dataclass(frozen=True, slots=True)
class KannelConfig:
    """`url`: of sendsms. `sender`: our short code. `receipt_url`: our webhook, with credentials if it has any. `meta_data`: TLVs for the operator."""

    url: str
    username: str
    password: str
    sender: str
    receipt_url: str
    diacritics: bool = False
    segments: int = 2

    def __repr__(self) -> str:
        return f"KannelConfig(url={self.url!r}, sender={self.sender!r})"


class KannelSender:
    channel = CHANNEL

    def __init__(self, config: KannelConfig, client: httpx.AsyncClient) -> None:
        self._config = config
        self._client = client

    def compose(self, replies: Sequence[Reply]) -> tuple[Reply, ...]:
        return compose(replies, diacritics=self._config.diacritics, segments=self._config.segments)

    async def send(self, address: str, message: Reply, reference: str, meta_data: str = "") -> SendOutcome:
        """`meta_data` in Kannel's form, `?smpp?name=value`."""
        config = self._config
        receipts = f"{config.receipt_url}?{urlencode({'ref': reference})}&type=%d"
        headers = {
            "Content-Type": "text/plain; charset=UTF-8",
            "X-Kannel-Username": config.username,
            "X-Kannel-Password": config.password,
            "X-Kannel-From": config.sender,
            "X-Kannel-To": address,
            # Without coding 2 Kannel turns what GSM-7 lacks into question marks.
            "X-Kannel-Coding": "0" if coding_of(message.text) is Coding.GSM7 else "2",
            "X-Kannel-DLR-Mask": str(EVERY_REPORT),
            "X-Kannel-DLR-Url": receipts,
        }
        if meta_data:
            headers["X-Kannel-Meta-Data"] = meta_data
        try:
            response = await self._client.post(config.url, content=message.text.encode(), headers=headers)
        except httpx.TransportError as error:
            return never_left(error) or Ambiguous("Không nhận được trả lời của cổng SMS, chưa biết tin đã gửi hay chưa.")
        return _outcome(response, reference)


def _outcome(response: httpx.Response, reference: str) -> SendOutcome:
    """202 taken or queued; 503 no connection to bearerbox, nothing kept; 4xx our mistake (Kannel user guide, sendsms)."""
    if response.status_code in (200, 202):
        return Sent(provider_ref(reference))
    if response.status_code == 503:
        return Failed("Cổng SMS chưa nối được nhà mạng, hệ thống sẽ gửi lại.", True, "503")
    return Failed(f"Cổng SMS từ chối tin (HTTP {response.status_code}). Báo bộ phận kỹ thuật.", False, str(response.status_code))
