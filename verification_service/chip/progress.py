"""Progress of a reading for a screen. The step numbers are fixed: a screen may hard-code texts for them."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum


class Step(IntEnum):
    """What the reader is doing, in order."""

    OPENING = 1
    LISTS = 2
    CHIP_KEY = 3
    CHIP_AUTHENTICATION = 4
    HOLDER = 5
    SIGNING_KEY = 6
    PORTRAIT = 7
    ACTIVE_AUTHENTICATION = 8
    DONE = 9


# Share of a session that is over when a step begins, in percent; the portrait is most of the bytes.
STARTS_AT = {
    Step.OPENING: 0,
    Step.LISTS: 15,
    Step.CHIP_KEY: 22,
    Step.CHIP_AUTHENTICATION: 25,
    Step.HOLDER: 32,
    Step.SIGNING_KEY: 38,
    Step.PORTRAIT: 41,
    Step.ACTIVE_AUTHENTICATION: 95,
    Step.DONE: 100,
}


@dataclass(frozen=True, slots=True)
class Progress:
    """`number` of `total` steps, `percent` of the whole; `done` and `size` are bytes of the file being read (0 when unknown)."""

    step: Step
    percent: int
    done: int = 0
    size: int = 0

    @property
    def number(self) -> int:
        return self.step.value

    @property
    def total(self) -> int:
        return len(Step)


OnProgress = Callable[[Progress], None]


class Reporter:
    """Turns steps and bytes into events whose percentage never goes down."""

    def __init__(self, on_progress: OnProgress | None) -> None:
        self._on_progress = on_progress
        self._step = Step.OPENING
        self._percent = 0

    def begin(self, step: Step) -> None:
        self._step = step
        self._emit(STARTS_AT[step], 0, 0)

    def on_bytes(self, done: int, size: int) -> None:
        start = STARTS_AT[self._step]
        following = STARTS_AT[Step(min(self._step + 1, Step.DONE))]
        self._emit(start + (following - start) * done // max(size, 1), done, size)

    def _emit(self, percent: int, done: int, size: int) -> None:
        self._percent = max(self._percent, percent)
        if self._on_progress is not None:
            self._on_progress(Progress(self._step, self._percent, done, size))
