"""When Zalo lets us write: 8 free replies within 48 hours of the citizen's last message, paid ones up to 7 days, then nothing (-230)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

FREE_REPLIES = 8
FREE_FOR = timedelta(hours=48)
OPEN_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ReplyWindow:
    """`free`: the next message costs nothing · `paid`: it may be sent and is charged · `closed`: Zalo refuses it."""

    state: Literal["free", "paid", "closed"]
    free_left: int
    free_until: datetime | None
    closes_at: datetime | None


def reply_window(last_heard_at: datetime | None, sent_since: int, now: datetime) -> ReplyWindow:
    """`last_heard_at`: the citizen's last message (None: never wrote); `sent_since`: messages Zalo accepted from us since then."""
    if last_heard_at is None or now >= last_heard_at + OPEN_FOR:
        return ReplyWindow("closed", 0, None, None)
    free_until = last_heard_at + FREE_FOR
    free_left = max(0, FREE_REPLIES - sent_since) if now < free_until else 0
    return ReplyWindow("free" if free_left else "paid", free_left, free_until, last_heard_at + OPEN_FOR)
