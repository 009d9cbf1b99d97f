"""Is this picture fit to be compared, and if not, what should the person change? The words are the kiosk's; here are only the reasons."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import cv2
import numpy

from .matcher import FaceObservation

LEAST_EYE_DISTANCE = 30.0
MOST_YAW = 0.25
MOST_ROLL_DEGREES = 20.0
LEAST_SHARPNESS = 25.0
LEAST_BRIGHTNESS, MOST_BRIGHTNESS = 50.0, 215.0
MOST_SIDE_LIGHT = 90.0
MOST_LOWER_FACE_COLOUR_SHIFT = 28.0


class Problem(StrEnum):
    """In the order in which they are best mended. COVERED is advice for a face that did not match, never a reason to refuse one: a beard looks like it."""

    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    TOO_FAR = "too_far"
    CUT_OFF = "cut_off"
    TURNED = "turned"
    TILTED = "tilted"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    LIGHT_FROM_ONE_SIDE = "light_from_one_side"
    BLURRED = "blurred"
    COVERED = "covered"


def assess(faces: Sequence[FaceObservation], image: numpy.ndarray) -> list[Problem]:
    """What is wrong with an RGB frame, the most useful advice first; empty when it may be compared."""
    if not faces:
        return [Problem.NO_FACE]
    # A face at least half as wide as the largest stands beside it at the kiosk; a smaller one is somebody passing behind.
    if len([face for face in faces if face.width >= faces[0].width / 2]) > 1:
        return [Problem.SEVERAL_FACES]
    face, crop = faces[0], _aligned(faces[0], image)
    light = crop[:, :, 0].astype(numpy.float32)
    checks = {
        Problem.TOO_FAR: face.eye_distance < LEAST_EYE_DISTANCE,
        Problem.CUT_OFF: _outside(face, image),
        Problem.TURNED: abs(face.yaw) > MOST_YAW,
        Problem.TILTED: abs(_roll_degrees(face)) > MOST_ROLL_DEGREES,
        Problem.TOO_DARK: light.mean() < LEAST_BRIGHTNESS,
        Problem.TOO_BRIGHT: light.mean() > MOST_BRIGHTNESS,
        Problem.LIGHT_FROM_ONE_SIDE: abs(light[:, :56].mean() - light[:, 56:].mean()) > MOST_SIDE_LIGHT,
        Problem.BLURRED: sharpness(face, image) < LEAST_SHARPNESS,
        Problem.COVERED: _lower_face_colour_shift(crop) > MOST_LOWER_FACE_COLOUR_SHIFT,
    }
    return [problem for problem, present in checks.items() if present]


def sharpness(face: FaceObservation, image: numpy.ndarray) -> float:
    """Variance of the Laplacian over the aligned face, 112 pixels wide."""
    return float(cv2.Laplacian(_aligned(face, image)[:, :, 0], cv2.CV_32F).var())


def _aligned(face: FaceObservation, image: numpy.ndarray) -> numpy.ndarray:
    """The face upright and 112 pixels wide, in YCrCb."""
    eyes = (face.points[0] + face.points[1]) / 2
    scale = 35.0 / max(face.eye_distance, 1.0)
    matrix = cv2.getRotationMatrix2D(tuple(map(float, eyes)), _roll_degrees(face), scale)
    matrix[:, 2] += numpy.array([56, 45]) - eyes
    return cv2.cvtColor(cv2.warpAffine(image, matrix, (112, 112), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE), cv2.COLOR_RGB2YCrCb)


def _roll_degrees(face: FaceObservation) -> float:
    across, down = face.points[1] - face.points[0]
    return float(numpy.degrees(numpy.arctan2(down, across)))


def _outside(face: FaceObservation, image: numpy.ndarray) -> bool:
    height, width = image.shape[:2]
    allowed = 0.05 * face.width
    left, top, right, bottom = face.box
    return bool(left < -allowed or top < -allowed or right > width + allowed or bottom > height + allowed)


def _lower_face_colour_shift(crop: numpy.ndarray) -> float:
    """Distance in colour (Cr, Cb) and, weighted less, in light between the bridge of the nose and the mouth and chin: a mask or scarf is not like skin."""
    bridge = numpy.median(crop[44:54, 50:62].reshape(-1, 3).astype(numpy.float32), axis=0)
    mouth = numpy.median(crop[76:98, 40:72].reshape(-1, 3).astype(numpy.float32), axis=0)
    return float(numpy.linalg.norm((bridge - mouth) * numpy.array([0.3, 1.0, 1.0])))
