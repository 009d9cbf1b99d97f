"""How often one conversation and one network address may write. Counted in this process: several gateways allow that many times more."""

import time

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

PER_CONVERSATION = RateLimitItemPerMinute(20)
PER_ADDRESS = RateLimitItemPerMinute(300)
"""Generous: a commune's people's committee has all its visitors behind one address."""
NEW_CONVERSATIONS_PER_ADDRESS = RateLimitItemPerHour(200)


class Limits:
    """Answers with the seconds to wait, or None when the message may pass."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def message(self, conversation: str, network_address: str, *, first: bool) -> int | None:
        """`first`: the conversation does not exist yet."""
        checks: list[tuple[RateLimitItem, str]] = [(PER_CONVERSATION, conversation), (PER_ADDRESS, network_address)]
        if first:
            checks.append((NEW_CONVERSATIONS_PER_ADDRESS, network_address))
        return next((self._seconds(limit, key) for limit, key in checks if not self._limiter.hit(limit, key)), None)

    def _seconds(self, limit: RateLimitItem, key: str) -> int:
        return max(1, int(self._limiter.get_window_stats(limit, key).reset_time - time.time()) + 1)
