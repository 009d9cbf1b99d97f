"""From a similarity to an outcome: a pure function, so that it can be tabled and replayed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from .packs import Thresholds

MOST_FRAMES = 3
DIGITAL_COPY = 0.98


class MatchState(StrEnum):
    ACCEPT = "accept"
    RETRY = "retry"
    NO_MATCH = "no_match"
    DIGITAL_COPY = "digital_copy"


@dataclass(frozen=True)
class MatchOutcome:
    state: MatchState
    score: float


def compare(scores: Sequence[float], thresholds: Thresholds) -> MatchOutcome:
    """The best of at most three frames decides (more frames would raise the false match rate about as many times).

    A similarity above 0.98 is not a face before a camera but the chip's own picture fed back: the highest genuine one measured was 0.970.
    """
    if not scores:
        raise ValueError("no frame was compared")
    best = max(scores[:MOST_FRAMES])
    if best > DIGITAL_COPY:
        return MatchOutcome(MatchState.DIGITAL_COPY, best)
    if best >= thresholds.accept:
        return MatchOutcome(MatchState.ACCEPT, best)
    return MatchOutcome(MatchState.RETRY if best >= thresholds.retry else MatchState.NO_MATCH, best)
