"""How often one network address may try to sign in; the lock of an account is separate and stored."""

import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

PER_ADDRESS = RateLimitItemPerMinute(30, 5)


class SignInLimits:
    """Counted in this process."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def attempt(self, network_address: str) -> int | None:
        """Counts one attempt; seconds to wait when there were too many."""
        if self._limiter.hit(PER_ADDRESS, network_address):
            return None
        return max(1, int(self._limiter.get_window_stats(PER_ADDRESS, network_address).reset_time - time.time()) + 1)
