"""How often one conversation and one network address may write. Counted in this process: several gateways allow that many times more."""

import time

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

PER_CONVERSATION = RateLimitItemPerMinute(20)
SIGNALS_PER_CONVERSATION = RateLimitItemPerMinute(60)


class Limits:
    """Answers with the seconds to wait, or None when the message may pass.

    `per_address` is generous: a commune's people's committee has all its visitors behind one address.
    """

    def __init__(self, per_address: int) -> None:
        self._per_address = RateLimitItemPerMinute(per_address)
        self._new_per_address = RateLimitItemPerHour(per_address)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def message(self, conversation: str, network_address: str, *, first: bool) -> int | None:
        """`first`: the conversation does not exist yet."""
        checks: list[tuple[RateLimitItem, str]] = [(PER_CONVERSATION, conversation), (self._per_address, network_address)]
        if first:
            checks.append((self._new_per_address, network_address))
        return next((self._seconds(limit, key) for limit, key in checks if not self._limiter.hit(limit, key)), None)

    def signal(self, conversation: str) -> bool:
        """Whether one more hint of a page (it is being written, it was read) is taken."""
        return self._limiter.hit(SIGNALS_PER_CONVERSATION, "signal", conversation)

    def _seconds(self, limit: RateLimitItem, key: str) -> int:
        return max(1, int(self._limiter.get_window_stats(limit, key).reset_time - time.time()) + 1)
