"""The choices that the desk offers citizens, and how it reads their short answers."""

import re

from integrations.channels.base import Choice
from integrations.core.text_fitting import fold
from integrations.desk.texts import mark as _
from integrations.desk.texts import translate

LEAVE = "/desk_leave"
RATE = "/desk_rate_"
COMMENT = "/desk_comment"

_LEAVE_WORDS = frozenset(
    {"quay lai tro ly", "quay lai", "tro ly", "khong cho nua", "thoi khong cho nua", "roi hang cho", "back to assistant", "back to the assistant", "1"}
)
_SCORE = re.compile(r"([1-5])\s*(?:diem|sao|/\s*5|star|stars)?")


def way_back(language: str) -> tuple[Choice, ...]:
    """What a waiting citizen may choose."""
    return (Choice(translate(language, _("Quay lại trợ lý")), LEAVE),)


def marks() -> tuple[Choice, ...]:
    return tuple(Choice(str(score), f"{RATE}{score}") for score in range(1, 6))


def comment_choice(language: str) -> tuple[Choice, ...]:
    return (Choice(translate(language, _("Góp ý")), COMMENT),)


def wants_to_leave(text: str | None, payload: str | None) -> bool:
    return payload == LEAVE or (payload is None and _plain(text) in _LEAVE_WORDS)


def wants_to_comment(text: str | None, payload: str | None) -> bool:
    return payload == COMMENT or (payload is None and _plain(text) in {"gop y", "1"})


def score_of(text: str | None, payload: str | None) -> int | None:
    """The mark that a short answer gives, None when it is something else."""
    if payload is not None:
        return int(payload.removeprefix(RATE)) if re.fullmatch(f"{RATE}[1-5]", payload) else None
    match = _SCORE.fullmatch(_plain(text))
    return int(match[1]) if match else None


def _plain(text: str | None) -> str:
    return fold(text or "").lower().strip(" .!“”\"'")
