"""Faces for tests: two people from packaged pictures, their card portraits, and captures that follow a challenge.

A turning head is synthesised by warping one picture over a rough relief of a head. That is itself an injected video: what the active challenge does not stop.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files

import cv2
import numpy
from PIL import Image

from verification_service.face.matcher import FaceMatcher, FaceObservation

TURN_DEGREES = 53.0
_NOISE = numpy.random.default_rng(6)
# Two pictures that come with packages we use: package, file, and the part of it (top, bottom, left, right).
PEOPLE = {"an": ("skimage", "data/astronaut.png", (0, 400, 60, 400)), "binh": ("insightface", "data/images/t1.jpg", (210, 480, 390, 640))}
FRAME_SIZE = (640, 480)


@dataclass
class Person:
    """`picture` is RGB, the face in its middle; `face` is where it is."""

    picture: numpy.ndarray
    face: FaceObservation

    def portrait(self, quality: int = 80) -> bytes:
        """What the card holds: an older, smaller picture of the same person, as JPEG."""
        small = cv2.resize(self.picture, (413, 531 * 413 // 413), interpolation=cv2.INTER_AREA)
        return jpeg(numpy.clip(small.astype(numpy.float32) * 0.9 + 12, 0, 255).astype(numpy.uint8), quality)

    def capture(self, movements: Sequence[str], steps: int = 2) -> Iterator[numpy.ndarray]:
        """Frames of somebody who does what is asked, beginning and ending at rest."""
        yield from self._rest(2)
        for movement in movements:
            for step in range(1, steps + 1):
                yield self._moved(movement, step / steps)
            yield self._moved(movement, 0.98)
            for step in range(steps - 1, 0, -1):
                yield self._moved(movement, step / steps)
            yield from self._rest(1)

    def _rest(self, count: int) -> Iterator[numpy.ndarray]:
        for _ in range(count):
            yield self.framed(self.picture)

    def _moved(self, movement: str, amount: float) -> numpy.ndarray:
        if movement == "come_closer":
            return self.framed(self.picture, 1 + 0.45 * amount)
        degrees = TURN_DEGREES * amount * (1 if movement == "turn_left" else -1)
        return self.framed(turned(self.picture, self.face, degrees))

    def framed(self, picture: numpy.ndarray, scale: float = 1.0) -> numpy.ndarray:
        """A camera frame of 640 × 480 with the face in the middle and a little sensor noise, so that no two are the same."""
        width, height = FRAME_SIZE
        zoom = scale * 150.0 / self.face.width
        centre = (self.face.box[:2] + self.face.box[2:]) / 2
        matrix = numpy.array([[zoom, 0, width / 2 - zoom * centre[0]], [0, zoom, height / 2 - zoom * centre[1]]])
        frame = cv2.warpAffine(picture, matrix, FRAME_SIZE, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        noise = _NOISE.normal(0, 1.5, frame.shape)
        return numpy.clip(frame + noise, 0, 255).astype(numpy.uint8)


def turned(picture: numpy.ndarray, face: FaceObservation, degrees: float) -> numpy.ndarray:
    """The picture as if the head had turned about its axis; positive towards the picture's right (the person's left).

    A rough relief (a cylinder with the middle of the face standing out) is rotated; constants were tried out until the detector saw a turned head.
    """
    eyes = face.points[1] - face.points[0]
    upright = cv2.getRotationMatrix2D(tuple(map(float, face.points[2])), float(numpy.degrees(numpy.arctan2(eyes[1], eyes[0]))), 1.0)
    level = cv2.warpAffine(picture, upright, picture.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)
    xs, ys = numpy.meshgrid(numpy.arange(picture.shape[1], dtype=numpy.float32), numpy.arange(picture.shape[0], dtype=numpy.float32))
    across, down = (xs - face.points[2][0]) / face.eye_distance, (ys - face.points[2][1]) / face.eye_distance
    angle = numpy.radians(degrees)
    head = numpy.exp(-((across / 2.0) ** 6) - ((down + 0.2) / 2.2) ** 6)
    source = across.copy()
    for _ in range(40):
        depth = numpy.sqrt(numpy.clip(1.44 - source**2, 0, None)) - 0.9 + 1.3 * numpy.exp(-(source**2) - (down / 1.6) ** 2)
        seen_at = source * numpy.cos(angle) + depth * numpy.sin(angle)
        source = source + 0.4 * (across - seen_at) * head + 0.4 * (across - source) * (1 - head)
    return cv2.remap(level, (source * face.eye_distance + face.points[2][0]).astype(numpy.float32), ys, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def person(name: str, matcher: FaceMatcher) -> Person:
    """One of `PEOPLE`."""
    package, path, (top, bottom, left, right) = PEOPLE[name]
    content = (files(package) / path).read_bytes()
    photo = cv2.imdecode(numpy.frombuffer(content, numpy.uint8), cv2.IMREAD_COLOR)[:, :, ::-1]
    part = numpy.ascontiguousarray(photo[top:bottom, left:right])
    larger = max(1.0, 480 / min(part.shape[:2]))
    return from_picture(cv2.resize(part, None, fx=larger, fy=larger, interpolation=cv2.INTER_CUBIC), matcher)


def from_picture(picture: numpy.ndarray, matcher: FaceMatcher) -> Person:
    """Somebody seen from the front on an RGB picture."""
    return Person(picture, matcher.observe(picture)[0])


def jpeg(picture: numpy.ndarray, quality: int = 85) -> bytes:
    """Encoded."""
    output = io.BytesIO()
    Image.fromarray(picture).save(output, "JPEG", quality=quality)
    return output.getvalue()
