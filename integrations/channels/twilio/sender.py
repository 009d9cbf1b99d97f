"""Sends with Twilio's own client, which blocks and therefore runs in a thread."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from integrations.channels.base import Ambiguous, Failed, Reply, SendOutcome, Sent
from integrations.channels.sms import CHANNEL, compose
from integrations.channels.twilio.failures import failure
from integrations.channels.twilio.requests import provider_ref

TWILIO = "https://api.twilio.com"


@dataclass(frozen=True, slots=True)
class TwilioConfig:
    """`sender`: a number or a registered name, or a messaging service (MG…). `receipt_url`: our public webhook for statuses."""

    account_sid: str
    auth_token: str
    sender: str
    receipt_url: str
    api_url: str = TWILIO
    timeout: float = 10.0
    diacritics: bool = False
    segments: int = 2

    def __repr__(self) -> str:
        return f"TwilioConfig(account_sid={self.account_sid!r}, sender={self.sender!r})"


class _Transport(TwilioHttpClient):
    """Twilio's transport, to a configured address, and without its log of numbers and texts."""

    def __init__(self, api_url: str, timeout: float) -> None:
        silent = logging.getLogger("integrations.channels.twilio.transport")
        silent.setLevel(logging.WARNING)
        super().__init__(timeout=timeout, logger=silent)
        self._api_url = api_url.rstrip("/")

    def request(self, method: str, url: str, *args, **kwargs):
        return super().request(method, url.replace(TWILIO, self._api_url, 1), *args, **kwargs)


class TwilioSender:
    channel = CHANNEL

    def __init__(self, config: TwilioConfig) -> None:
        self._config = config
        self._client = Client(config.account_sid, config.auth_token, http_client=_Transport(config.api_url, config.timeout))

    def compose(self, replies: Sequence[Reply]) -> tuple[Reply, ...]:
        return compose(replies, diacritics=self._config.diacritics, segments=self._config.segments)

    async def send(self, address: str, message: Reply, reference: str) -> SendOutcome:
        """Creating a message is not idempotent at Twilio, so an unanswered request is ambiguous until a status callback brings `reference` back."""
        try:
            sid = await asyncio.to_thread(self._create, address, message.text, reference)
        except TwilioRestException as error:
            if error.status >= 500 and error.status != 503:
                return Ambiguous("Twilio báo lỗi, chưa biết tin đã gửi hay chưa.")
            return failure(error.code, error.status)
        except requests.ConnectionError as error:
            return _broken_connection(error)
        except requests.RequestException:
            return Ambiguous("Không nhận được trả lời của Twilio, chưa biết tin đã gửi hay chưa.")
        return Sent(provider_ref(sid)) if sid else Ambiguous("Twilio nhận tin nhưng không cho mã tin.")

    def _create(self, address: str, text: str, reference: str) -> str | None:
        sender = {"messaging_service_sid" if self._config.sender.startswith("MG") else "from_": self._config.sender}
        return self._client.messages.create(to=address, body=text, status_callback=f"{self._config.receipt_url}?{urlencode({'ref': reference})}", **sender).sid


def _broken_connection(error: requests.ConnectionError) -> SendOutcome:
    """`requests` names a refused connection and one that broke in the middle alike; only its cause tells them apart."""
    cause = type(getattr(error.args[0], "reason", None)).__name__ if error.args else ""
    if isinstance(error, requests.ConnectTimeout) or cause in ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError"):
        return Failed("Không kết nối được Twilio, hệ thống sẽ thử lại.", True, "connect")
    return Ambiguous("Mất kết nối với Twilio, chưa biết tin đã gửi hay chưa.")
