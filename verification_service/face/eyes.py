"""How open the eyes are, where a landmark model with a clean licence is present: then closing the eyes is one of the movements that may be asked for.

The model is MediaPipe's `face_landmark.tflite` (Apache-2.0, in the PyPI wheel mediapipe 0.10.21 under `mediapipe/modules/face_landmark/`), run by LiteRT
(`uv sync --extra blink`). `FACE_LANDMARK_MODEL` names the file, on the server and on the kiosks; without it the movement is never drawn.
It is no part of the embedded default: how many real people would fail it could not be measured (no set of closed eyes was to be had).
`python -m verification_service.face.eyes PICTURE…` prints how open the eyes are.
"""

from __future__ import annotations

import hashlib
import os
import pathlib
import sys
import threading
from typing import Protocol

import cv2
import numpy

from .matcher import FaceMatcher, FaceObservation
from .packs import PackError, resolve_pack

MODEL_SHA256 = "1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814"
SIDE = 192
FACE_IN_CROP = 1.5
LANDMARKS = 468
# Corners of the eye, then two pairs of points on its lids (MediaPipe face mesh).
EYES = ((33, 133, 160, 144, 158, 153), (263, 362, 387, 373, 385, 380))


class EyeReader(Protocol):
    """`openness(image, face)`: height by width of the eyes of one face in an RGB picture, about 0.3 open and 0.15 closed."""

    def openness(self, image: numpy.ndarray, face: FaceObservation) -> float: ...


class LandmarkEyes:
    """Eye aspect ratio from the 468 points of the face mesh."""

    def __init__(self, path: pathlib.Path) -> None:
        content = path.read_bytes() if path.exists() else b""
        if hashlib.sha256(content).hexdigest() != MODEL_SHA256:
            raise PackError(f"{path} is not the pinned face_landmark.tflite")
        try:
            from ai_edge_litert.interpreter import Interpreter
        except ImportError as error:
            raise PackError("LiteRT is not installed: uv sync --extra blink") from error
        self._interpreter = Interpreter(model_content=content, num_threads=1)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._points = next(tensor["index"] for tensor in self._interpreter.get_output_details() if tensor["shape"][-1] == 3 * LANDMARKS)
        self._one_at_a_time = threading.Lock()

    def openness(self, image: numpy.ndarray, face: FaceObservation) -> float:
        crop = _upright(image, face).astype(numpy.float32) / 255
        with self._one_at_a_time:
            self._interpreter.set_tensor(self._input, crop[None])
            self._interpreter.invoke()
            points = self._interpreter.get_tensor(self._points).reshape(LANDMARKS, 3)[:, :2]
        return float(numpy.mean([_aspect_ratio(points[list(eye)]) for eye in EYES]))


def _upright(image: numpy.ndarray, face: FaceObservation) -> numpy.ndarray:
    across, down = face.points[1] - face.points[0]
    centre = (face.box[:2] + face.box[2:]) / 2
    side = FACE_IN_CROP * max(face.box[2] - face.box[0], face.box[3] - face.box[1])
    matrix = cv2.getRotationMatrix2D(tuple(map(float, centre)), float(numpy.degrees(numpy.arctan2(down, across))), SIDE / float(side))
    matrix[:, 2] += SIDE / 2 - centre
    return cv2.warpAffine(image, matrix, (SIDE, SIDE))


def _aspect_ratio(eye: numpy.ndarray) -> float:
    outer, inner, upper, lower, upper_too, lower_too = eye
    height = numpy.linalg.norm(upper - lower) + numpy.linalg.norm(upper_too - lower_too)
    return float(height / (2 * numpy.linalg.norm(outer - inner)))


def load_eyes() -> EyeReader | None:
    """What `FACE_LANDMARK_MODEL` names, None when it names nothing. Raises PackError."""
    configured = os.environ.get("FACE_LANDMARK_MODEL")
    return LandmarkEyes(pathlib.Path(configured)) if configured else None


def main() -> int:
    eyes, matcher = load_eyes(), FaceMatcher(resolve_pack())
    if eyes is None:
        sys.stderr.write(__doc__ or "")
        return 2
    for name in sys.argv[1:]:
        picture = cv2.cvtColor(cv2.imread(name), cv2.COLOR_BGR2RGB)
        readings = [f"{eyes.openness(picture, face):.3f}" for face in matcher.observe(picture)]
        sys.stdout.write(f"{name}: {' '.join(readings) or 'no face'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
