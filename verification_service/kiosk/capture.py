"""One camera capture, guided here so that the person knows what to do; the verdict is the server's."""

import io
from dataclasses import dataclass, field

import numpy
from PIL import Image, UnidentifiedImageError

from verification_service.face import quality
from verification_service.face.eyes import EyeReader
from verification_service.face.liveness import Challenge, Frame, LivenessFailure, Movement, Tracker
from verification_service.face.matcher import FaceMatcher, ImageRefused

MOST_FRAMES = 36
STRAIGHT = "straight"


@dataclass
class Capture:
    """Frames since the face was first seen from the front. A capture that breaks off or takes longer than `deadline` seconds begins anew."""

    movements: tuple[str, ...]
    deadline: float
    matcher: FaceMatcher
    eyes: EyeReader | None = None
    frames: list[tuple[bytes, float]] = field(default_factory=list)
    advice: str = ""
    _tracker: Tracker | None = None

    def __post_init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        challenge = Challenge(tuple(Movement(movement) for movement in self.movements), self.deadline)
        self._tracker, self._last, self.frames = Tracker(challenge, self.matcher, self.eyes), None, []

    @property
    def prompt(self) -> str:
        """The movement to ask for now, or `straight`."""
        return self._tracker.wanted.value if self._tracker.wanted else STRAIGHT

    @property
    def finished(self) -> bool:
        """Whether the frames show the whole challenge, or there are as many as may be sent."""
        return self._tracker.finished or len(self.frames) >= MOST_FRAMES

    def add(self, jpeg: bytes, at: float) -> None:
        """One more frame: kept when it carries the capture on, otherwise `advice` says what is wrong."""
        picture = _decode(jpeg)
        if picture is None:
            return
        if not self.frames:
            problems = [problem for problem in quality.assess(self.matcher.observe(picture), picture) if problem is not quality.Problem.COVERED]
            if problems:
                self.advice = problems[0].value
                return
        failure = self._tracker.look_at(Frame(picture, at))
        if failure in {LivenessFailure.REPEATED_FRAME, LivenessFailure.OUT_OF_ORDER}:
            return
        if failure is not None:
            self.advice = failure.value
            self._begin()
            return
        self.advice = ""
        self.frames.append((jpeg, at))


def _decode(jpeg: bytes) -> numpy.ndarray | None:
    try:
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as image:
            return numpy.asarray(image.convert("RGB"))
    except (UnidentifiedImageError, OSError, ValueError, ImageRefused):
        return None
