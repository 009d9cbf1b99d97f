"""Access tokens of an Official Account. A refresh token works once, so one process refreshes at a time and the new pair is
stored durably before anything uses it; losing it locks the account out until an administrator consents again.
"""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import httpx

EARLY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Tokens:
    access_token: str
    refresh_token: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"Tokens(expires_at={self.expires_at.isoformat()})"


class TokenError(Exception):
    """No usable access token. `retryable` is False when an administrator has to consent again."""

    def __init__(self, reason: str, *, retryable: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retryable = retryable


class TokenSlot(Protocol):
    """The stored pair while its lock is held."""

    async def load(self) -> Tokens | None: ...

    async def save(self, tokens: Tokens) -> None:
        """Returns only when the pair is durable (committed, encrypted)."""
        ...


class TokenStore(Protocol):
    async def load(self) -> Tokens | None: ...

    def exclusive(self) -> AbstractAsyncContextManager[TokenSlot]:
        """Only one holder among all processes."""
        ...


class TokenKeeper:
    """Gives a valid access token, refreshing through `{oauth_url}/v4/oa/access_token` when needed."""

    def __init__(self, store: TokenStore, client: httpx.AsyncClient, *, app_id: str, app_secret: str, oauth_url: str) -> None:
        self._store = store
        self._client = client
        self._app_id = app_id
        self._app_secret = app_secret
        self._url = oauth_url.rstrip("/") + "/v4/oa/access_token"

    async def current(self) -> str:
        """The stored access token, refreshed when it ends within ten minutes. Raises `TokenError`."""
        tokens = await self._store.load()
        if tokens and tokens.expires_at > datetime.now(UTC) + EARLY:
            return tokens.access_token
        return await self.refresh(rejected=tokens.access_token if tokens else None)

    async def refresh(self, rejected: str | None) -> str:
        """A token other than `rejected`: another process's newer one, or a fresh one. Raises `TokenError`."""
        async with self._store.exclusive() as slot:
            tokens = await slot.load()
            if tokens is None:
                raise TokenError("Zalo OA chưa được cấp quyền. Quản trị cần cấp quyền.", retryable=False)
            if tokens.access_token != rejected and tokens.expires_at > datetime.now(UTC) + EARLY:
                return tokens.access_token
            fresh = await self._request(tokens.refresh_token)
            await slot.save(fresh)
            return fresh.access_token

    async def _request(self, refresh_token: str) -> Tokens:
        form = {"refresh_token": refresh_token, "app_id": self._app_id, "grant_type": "refresh_token"}
        asked_at = datetime.now(UTC)
        try:
            response = await self._client.post(self._url, data=form, headers={"secret_key": self._app_secret})
            answer = response.json()
        except (httpx.TransportError, ValueError) as error:
            raise TokenError("Không xin được mã truy cập Zalo, hệ thống sẽ thử lại.", retryable=True) from error
        # A refusal may come with HTTP 200 and `error` in the body; only a pair of tokens is a success.
        if response.status_code >= 500 or response.status_code == 429:
            raise TokenError("Zalo chưa cấp được mã truy cập, hệ thống sẽ thử lại.", retryable=True)
        if not isinstance(answer, dict) or not answer.get("access_token") or not answer.get("refresh_token"):
            raise TokenError("Zalo từ chối cấp mã truy cập. Quản trị cần cấp quyền lại.", retryable=False)
        lifetime = timedelta(seconds=int(answer.get("expires_in") or 90_000))
        return Tokens(str(answer["access_token"]), str(answer["refresh_token"]), asked_at + lifetime)
