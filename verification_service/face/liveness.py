"""The active challenge: two random movements, followed frame by frame on the server.

What it stops: a printed picture, a photo on a phone, a replayed recording of another challenge. What it does not stop: a deep fake driven live,
a mask, a virtual camera that injects frames made for this challenge. Against those stand the kiosk's fixed camera, its signed frames and the officer.
It is not certified presentation attack detection.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy

from .eyes import EyeReader
from .matcher import FaceMatcher, FaceObservation

TURNED_YAW = 0.35
FRONTAL_YAW = 0.15
CLOSER_FACTOR = 1.25
# Of the openness at rest; between the two nothing is decided. A lowered head reads as half closed, so it counts only from the front.
CLOSED_EYES, OPEN_EYES = 0.72, 0.85
SAME_FACE = 0.5
# A turned head is compared too, or somebody could make the movement and hold up another's photograph before and after it
# (`python -m tests.bench.attacks`, photo_swapped). A frame below this does not end the capture: it is not the movement yet.
SAME_TURNED_FACE = 0.25
MOST_JUMP = 0.75
MOST_FRAMES = 60
DEADLINE_SECONDS = 20.0


class Movement(StrEnum):
    """Directions are the person's own left and right; the camera's picture is not mirrored."""

    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    COME_CLOSER = "come_closer"
    CLOSE_EYES = "close_eyes"


class LivenessFailure(StrEnum):
    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    FACE_CHANGED = "face_changed"
    JUMPED = "jumped"
    NOT_DONE = "not_done"
    TOO_LATE = "too_late"
    REPEATED_FRAME = "repeated_frame"
    TOO_MANY_FRAMES = "too_many_frames"
    OUT_OF_ORDER = "out_of_order"


@dataclass(frozen=True)
class Challenge:
    """Two different movements in a random order; good until `deadline` seconds after the first frame."""

    movements: tuple[Movement, ...]
    deadline: float = DEADLINE_SECONDS


def new_challenge(seed: int | None = None, *, eyes: bool = False) -> Challenge:
    """Draws from the system's randomness; `seed` fixes the draw, for tests only. Eyes are only asked for where they can be read (`face.eyes`)."""
    source = random.Random(seed) if seed is not None else random.SystemRandom()  # noqa: S311 (the seeded one serves tests)
    return Challenge(tuple(source.sample([movement for movement in Movement if eyes or movement is not Movement.CLOSE_EYES], 2)))


@dataclass(frozen=True)
class Frame:
    """One camera picture: RGB array, seconds since the capture began."""

    image: numpy.ndarray
    at: float


@dataclass(frozen=True)
class LivenessResult:
    """`failure` is None when the movements were followed. `best_frames` are the frontal frames of this same sequence, best first, for the comparison.

    `best_image` is the picture of the best one.
    """

    failure: LivenessFailure | None
    movements_done: int
    best_frames: tuple[FaceObservation, ...] = ()
    best_image: numpy.ndarray | None = field(default=None, repr=False)

    @property
    def live(self) -> bool:
        return self.failure is None


@dataclass
class Tracker:
    """Follows one capture. A frontal face first, then each movement in order, each followed by the front again."""

    challenge: Challenge
    matcher: FaceMatcher
    eyes: EyeReader | None = None
    _step: int = 0
    _expect_frontal: bool = True
    _previous: FaceObservation | None = None
    _rest_width: float = 0.0
    _rest_openness: float = 0.0
    _last_at: float = -1.0
    _first_at: float = 0.0
    _frontal: list[tuple[FaceObservation, numpy.ndarray]] = field(default_factory=list)
    _hashes: set[str] = field(default_factory=set)

    def judge(self, frames: Sequence[Frame]) -> LivenessResult:
        """The verdict over a whole capture; the first thing that goes wrong ends it."""
        if len(frames) > MOST_FRAMES:
            return self._result(LivenessFailure.TOO_MANY_FRAMES)
        for frame in frames:
            failure = self.look_at(frame)
            if failure is not None:
                return self._result(failure)
        return self._result(None if self.finished else LivenessFailure.NOT_DONE)

    @property
    def finished(self) -> bool:
        """Whether all movements were made and the face is back at the front."""
        return self._step == len(self.challenge.movements) and not self._expect_frontal

    @property
    def wanted(self) -> Movement | None:
        """What to ask the person for now; None is to look straight at the camera."""
        return None if self._expect_frontal or self.finished else self.challenge.movements[self._step]

    def look_at(self, frame: Frame) -> LivenessFailure | None:
        """Takes one more frame of the capture; the failure that it brings, or None."""
        digest = hashlib.sha256(frame.image.tobytes()).hexdigest()
        if digest in self._hashes:
            return LivenessFailure.REPEATED_FRAME
        self._hashes.add(digest)
        if frame.at <= self._last_at:
            return LivenessFailure.OUT_OF_ORDER
        self._first_at = frame.at if self._last_at < 0 else self._first_at
        self._last_at = frame.at
        if frame.at - self._first_at > self.challenge.deadline:
            return LivenessFailure.TOO_LATE
        faces = self.matcher.observe(frame.image)
        if not faces:
            return LivenessFailure.NO_FACE
        if len(faces) > 1 and faces[1].width >= faces[0].width / 2:
            return LivenessFailure.SEVERAL_FACES
        broken = self._continuity(faces[0])
        self._previous = faces[0]
        if broken is None:
            self._follow(faces[0], frame.image)
        return broken

    def _continuity(self, face: FaceObservation) -> LivenessFailure | None:
        if self._previous is None:
            return None
        moved = numpy.abs(face.box - self._previous.box).max() / self._previous.width
        if moved > MOST_JUMP:
            return LivenessFailure.JUMPED
        both_readable = abs(face.yaw) < TURNED_YAW and abs(self._previous.yaw) < TURNED_YAW
        # The face seen last from the front counts however many frames ago it was: in between the head may have been turned beyond reading.
        known = [self._previous] if both_readable else []
        known += [self._frontal[-1][0]] if abs(face.yaw) < FRONTAL_YAW and self._frontal else []
        if any(self.matcher.similarity(face, earlier) < SAME_FACE for earlier in known):
            return LivenessFailure.FACE_CHANGED
        return None

    def _follow(self, face: FaceObservation, image: numpy.ndarray) -> None:
        frontal = abs(face.yaw) < FRONTAL_YAW
        openness = self._openness(face, image) if frontal else None
        at_rest = frontal and (openness is None or openness > OPEN_EYES * self._rest_openness)
        if at_rest:
            self._frontal.append((face, image))
            self._rest_openness = max(self._rest_openness, openness or 0.0)
        if self._expect_frontal:
            if at_rest:
                self._rest_width, self._expect_frontal = face.width, False
        elif self._step < len(self.challenge.movements) and self._done(self.challenge.movements[self._step], face, openness):
            self._step, self._expect_frontal = self._step + 1, True

    def _openness(self, face: FaceObservation, image: numpy.ndarray) -> float | None:
        """Only where the challenge asks for it."""
        asked = self.eyes is not None and Movement.CLOSE_EYES in self.challenge.movements
        return self.eyes.openness(image, face) if asked else None

    def _done(self, movement: Movement, face: FaceObservation, openness: float | None) -> bool:
        """The person's left is the picture's right, where a positive yaw points."""
        return {
            Movement.TURN_LEFT: face.yaw > TURNED_YAW and self._same_head(face),
            Movement.TURN_RIGHT: face.yaw < -TURNED_YAW and self._same_head(face),
            Movement.COME_CLOSER: face.width > self._rest_width * CLOSER_FACTOR,
            Movement.CLOSE_EYES: openness is not None and openness < CLOSED_EYES * self._rest_openness,
        }[movement]

    def _same_head(self, face: FaceObservation) -> bool:
        """Whether a turned head is that of the face seen last from the front."""
        return self.matcher.similarity(face, self._frontal[-1][0]) >= SAME_TURNED_FACE

    def _result(self, failure: LivenessFailure | None) -> LivenessResult:
        best = sorted(self._frontal, key=lambda seen: (-seen[0].score * seen[0].width, abs(seen[0].yaw)))
        return LivenessResult(failure, self._step, tuple(face for face, _ in best[:3]), best[0][1] if best else None)
