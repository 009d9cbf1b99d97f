"""Tokens as Zalo gives them: access 25 hours, refresh 3 months and single use. They are signed, so they survive a restart of the stand-in."""

import hmac
import secrets
from hashlib import sha256

ACCESS_SECONDS = 90_000
REFRESH_SECONDS = 90 * 86_400
MICROSECONDS = 1_000_000


class TokenOffice:
    """Issues and checks tokens; `now` is given in seconds since 1970."""

    def __init__(self, key: str, consent: str) -> None:
        self._key = key.encode()
        self._consent = consent
        self._spent: set[str] = set()
        self._access_since = 0.0

    def issue(self, now: float) -> dict[str, str]:
        """The body of a successful answer; `expires_in` is a string there."""
        return {
            "access_token": self._sign("access", now, ACCESS_SECONDS),
            "refresh_token": self._sign("refresh", now, REFRESH_SECONDS),
            "expires_in": str(ACCESS_SECONDS),
        }

    def spend_refresh(self, token: str, now: float) -> bool:
        """Whether this refresh token is good; afterwards it is not."""
        genuine = token == self._consent or self.problem("refresh", token, now) is None
        if not genuine or token in self._spent:
            return False
        self._spent.add(token)
        return True

    def revoke_access(self, now: float) -> None:
        """Every access token issued until now is refused from now on."""
        self._access_since = now

    def problem(self, kind: str, token: str, now: float) -> str | None:
        """None, or "invalid" or "expired"."""
        content, _, mac = token.rpartition(".")
        if not content.startswith(f"{kind}.") or not hmac.compare_digest(mac, self._mac(content)):
            return "invalid"
        _, issued_at, lifetime, _ = content.split(".")
        if kind == "access" and int(issued_at) / MICROSECONDS <= self._access_since:
            return "invalid"
        return "expired" if now >= int(issued_at) / MICROSECONDS + int(lifetime) else None

    def _sign(self, kind: str, now: float, lifetime: int) -> str:
        content = f"{kind}.{int(now * MICROSECONDS)}.{lifetime}.{secrets.token_urlsafe(16)}"
        return f"{content}.{self._mac(content)}"

    def _mac(self, content: str) -> str:
        return hmac.new(self._key, content.encode(), sha256).hexdigest()
