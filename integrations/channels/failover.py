"""Two senders of one channel, both kept ready: messages move to the second while the first one fails, and return by themselves.

A message that may have reached a provider is never given to the other one.
"""

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from integrations.channels.base import Ambiguous, Failed, Inquirer, Receipt, Reply, Sender, SendOutcome

WATCHED_SECONDS = 60.0
FAILURES_THAT_COUNT = 3
ERROR_RATE = 0.5
REST_SECONDS = 60.0


@dataclass
class _Health:
    """Outcomes of the last minute. A resting sender is tried again with one message when its rest is over."""

    clock: Callable[[], float]
    outcomes: deque[tuple[float, bool]] = field(default_factory=deque)
    rests_until: float = 0.0

    def note(self, healthy: bool) -> None:
        now = self.clock()
        if healthy and self.rests_until:
            self.outcomes.clear()
            self.rests_until = 0.0
        self.outcomes.append((now, healthy))
        while self.outcomes[0][0] < now - WATCHED_SECONDS:
            self.outcomes.popleft()
        failures = sum(not healthy for _, healthy in self.outcomes)
        if not healthy and (self.rests_until or (failures >= FAILURES_THAT_COUNT and failures / len(self.outcomes) >= ERROR_RATE)):
            self.rests_until = now + REST_SECONDS

    @property
    def rests(self) -> bool:
        return self.clock() < self.rests_until


class FailoverSender:
    """Implements `Sender` over `preferred` and `fallback`, which share a channel and a way of composing."""

    def __init__(self, preferred: Sender, fallback: Sender, clock: Callable[[], float] = time.monotonic) -> None:
        self.channel = preferred.channel
        self._senders = (preferred, fallback)
        self._health = {id(sender): _Health(clock) for sender in self._senders}

    def compose(self, replies: Sequence[Reply]) -> tuple[Reply, ...]:
        return self._senders[0].compose(replies)

    async def send(self, address: str, message: Reply, reference: str) -> SendOutcome:
        """The first sender that is not resting; the other one at once when the first surely did not take the message but might later."""
        order = sorted(self._senders, key=lambda sender: self._health[id(sender)].rests)
        for sender in order:
            outcome = await sender.send(address, message, reference)
            failed_over = isinstance(outcome, Failed) and outcome.retryable
            self._health[id(sender)].note(healthy=not (failed_over or isinstance(outcome, Ambiguous)))
            if not failed_over:
                return outcome
        return outcome

    async def inquire(self, address: str, message: Reply, reference: str, since: datetime, now: datetime) -> Receipt | None:
        """Whichever of the two knows the message."""
        for sender in self._senders:
            if isinstance(sender, Inquirer) and (receipt := await sender.inquire(address, message, reference, since, now)):
                return receipt
        return None
