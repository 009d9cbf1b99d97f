"""Passive presentation attack detection: a score for the log, never for the decision, and never called certified.

Nothing that can be installed here detects attacks well enough to gate on (../shared/contracts/face.md 5: models at hand refuse 7 to 84 % of real people).
A deployment that has a tested detector names its class in `VERIFICATION_PASSIVE_DETECTORS`; ours is a plain measure that shows where it would be plugged in.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Protocol

import cv2
import numpy

from .matcher import FaceObservation

SIDE = 256
CENTRE = 0.12


class PassiveDetector(Protocol):
    """`score(image, face)` of one frontal RGB frame: higher is more suspicious. `label` says what the number is worth."""

    name: str
    label: str

    def score(self, image: numpy.ndarray, face: FaceObservation) -> float: ...


class ScreenPattern:
    """How far the strongest regular pattern in the face stands out of its spectrum (the grid of a screen, the screen of a print): about 1 for skin.

    Uncalibrated: no set of attacks could be had to measure it on, so there is no threshold.
    """

    name = "screen_pattern"
    label = "uncalibrated, not certified"

    def score(self, image: numpy.ndarray, face: FaceObservation) -> float:
        left, top, right, bottom = (max(0, round(float(side))) for side in face.box)
        part = cv2.cvtColor(image[top:bottom, left:right], cv2.COLOR_RGB2GRAY)
        light = cv2.resize(part, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(numpy.float32)
        window = numpy.hanning(SIDE)
        spectrum = numpy.log1p(numpy.abs(numpy.fft.fftshift(numpy.fft.fft2((light - light.mean()) * numpy.outer(window, window)))))
        away = numpy.hypot(*(axis / SIDE - 0.5 for axis in numpy.ogrid[:SIDE, :SIDE]))
        ring = (away > CENTRE) & (away < 0.5)
        # A pattern is a narrow peak above its own surroundings; skin and its noise fall off smoothly.
        peaks = spectrum - cv2.blur(spectrum, (15, 15))
        return float(peaks[ring].max() / peaks[ring].std() / 4)


def load_detectors(names: str) -> tuple[PassiveDetector, ...]:
    """`module:Class[,module:Class…]`. Raises ImportError, AttributeError."""
    wanted = [name.strip().partition(":") for name in names.split(",") if name.strip()]
    return tuple(getattr(import_module(module), cls)() for module, _, cls in wanted)


def scores(detectors: Sequence[PassiveDetector], image: numpy.ndarray | None, face: FaceObservation | None) -> dict[str, str]:
    """What goes into the log: `{"screen_pattern": "0.97 (uncalibrated, not certified)"}`."""
    if image is None or face is None:
        return {}
    return {detector.name: f"{detector.score(image, face):.3f} ({detector.label})" for detector in detectors}
