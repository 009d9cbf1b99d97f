"""What Zalo knows: citizens and their windows, messages it took, and the faults somebody ordered."""

import time
from collections import deque
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from integrations.sandbox.provider import Provider
from integrations.sandbox.zalo.settings import ZaloSandboxSettings
from integrations.sandbox.zalo.tokens import TokenOffice

FREE_REPLIES = 8
FREE_SECONDS = 48 * 3600
OPEN_SECONDS = 7 * 86_400


@dataclass
class Citizen:
    """One Zalo user as the Official Account sees them."""

    user_id: str
    heard_at: float | None = None
    replies_since: int = 0
    follows: bool = True
    blocked: bool = False


@dataclass
class TakenMessage:
    message_id: str
    user_id: str
    message: dict[str, Any]
    at: float
    charged: bool


@dataclass
class ZaloCloud(Provider):
    settings: ZaloSandboxSettings
    citizens: dict[str, Citizen] = field(default_factory=dict)
    taken: list[TakenMessage] = field(default_factory=list)
    paid_left: int = 0
    recent: deque[float] = field(default_factory=deque)
    tokens: TokenOffice = field(init=False)
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.tokens = TokenOffice(self.settings.zalo_app_secret, self.settings.zalo_refresh_token)
        self.paid_left = self.settings.zalo_paid_quota
        self.started = int(time.time() * 1000)

    def message_id(self) -> str:
        """Unlike any other, also after a restart."""
        return f"{self.started:x}{next(self.numbers):08x}"

    def citizen(self, user_id: str) -> Citizen:
        return self.citizens.setdefault(user_id, Citizen(user_id))

    def hear(self, user_id: str) -> None:
        """The citizen did something: the free replies start anew."""
        citizen = self.citizen(user_id)
        citizen.heard_at, citizen.replies_since = self.now(), 0

    def too_fast(self) -> bool:
        """Whether this request is beyond the rate of the last second."""
        limit = self.settings.zalo_requests_per_second
        now = time.monotonic()
        while self.recent and self.recent[0] <= now - 1:
            self.recent.popleft()
        if limit is not None and len(self.recent) >= limit:
            return True
        self.recent.append(now)
        return False

    def is_free(self, citizen: Citizen) -> bool:
        return citizen.heard_at is not None and self.now() < citizen.heard_at + FREE_SECONDS and citizen.replies_since < FREE_REPLIES

    def take(self, user_id: str, message: dict[str, Any]) -> TakenMessage:
        """Accepts a message that was checked, and counts it against the free or the paid ones."""
        citizen = self.citizen(user_id)
        charged = not self.is_free(citizen)
        citizen.replies_since += 1
        self.paid_left -= charged
        taken = TakenMessage(self.message_id(), user_id, message, self.now(), charged)
        self.taken.append(taken)
        return taken
