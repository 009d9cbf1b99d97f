"""Sends consultation messages. Zalo answers HTTP 200 even when it refuses, so only `error` 0 with a message id counts as sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from integrations.channels.base import Ambiguous, Failed, Reply, SendOutcome, Sent
from integrations.channels.http_outcome import never_left, status_failure
from integrations.channels.zalo_oa import failures, rendering
from integrations.channels.zalo_oa.events import CHANNEL
from integrations.channels.zalo_oa.tokens import TokenError, TokenKeeper


@dataclass(frozen=True, slots=True)
class ZaloConfig:
    """`api_url` and `oauth_url` point at Zalo, or at a stand-in."""

    app_id: str
    app_secret: str
    api_url: str = "https://openapi.zalo.me"
    oauth_url: str = "https://oauth.zaloapp.com"

    def __repr__(self) -> str:
        return f"ZaloConfig(app_id={self.app_id!r})"


class ZaloSender:
    channel = CHANNEL

    def __init__(self, config: ZaloConfig, keeper: TokenKeeper, client: httpx.AsyncClient) -> None:
        self._url = config.api_url.rstrip("/") + "/v3.0/oa/message/cs"
        self._keeper = keeper
        self._client = client

    def compose(self, replies: Sequence[Reply]) -> tuple[Reply, ...]:
        return rendering.compose(replies)

    async def send(self, address: str, message: Reply, reference: str) -> SendOutcome:
        """A refused token is replaced and the message tried once more; `reference` has no place in Zalo's request."""
        try:
            token = await self._keeper.current()
            outcome = await self._post(token, address, message)
            if isinstance(outcome, Failed) and outcome.code in {str(code) for code in failures.TOKEN_REJECTED}:
                token = await self._keeper.refresh(rejected=token)
                outcome = await self._post(token, address, message)
        except TokenError as error:
            return Failed(error.reason, error.retryable, "token")
        return outcome

    async def _post(self, token: str, address: str, message: Reply) -> SendOutcome:
        try:
            response = await self._client.post(self._url, json=rendering.request_body(address, message), headers={"access_token": token})
        except httpx.TransportError as error:
            return never_left(error) or Ambiguous("Không nhận được trả lời của Zalo, chưa biết tin đã gửi hay chưa.")
        return self._read(response)

    @staticmethod
    def _read(response: httpx.Response) -> SendOutcome:
        try:
            answer = response.json()
            code = int(answer["error"])
        except (ValueError, KeyError, TypeError):
            return status_failure(response) or Ambiguous("Zalo trả lời không đọc được, chưa biết tin đã gửi hay chưa.")
        if code != 0:
            return failures.failure(code, datetime.now(UTC))
        data = answer.get("data")
        if not isinstance(data, dict) or not data.get("message_id"):
            return Ambiguous("Zalo nhận tin nhưng không cho mã tin.")
        return Sent(str(data["message_id"]))
