"""Detection, alignment and embedding with insightface's own classes on ONNX Runtime, one CPU thread.

Detection has two passes: a coarse one over the whole picture, then one over a crop in which the face is about 160 pixels wide,
because the detector's key points, and with them the embedding, depend on the face's size.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files

import cv2
import numpy
import onnxruntime
from insightface.model_zoo import get_model
from insightface.utils import face_align

from .packs import Pack, PackError

DETECTOR_SIZE = (320, 320)
FACE_IN_CROP = 160
DETECTION_THRESHOLD = 0.6
MOST_PIXELS = 4_000_000


class ImageRefused(Exception):
    """The picture cannot be looked at: wrong shape or too large."""


class SelfTestFailed(PackError):
    """Known pictures do not give the known similarities: wrong normalisation, colour order or mixed files."""


@dataclass(frozen=True)
class FaceObservation:
    """One face: box (left, top, right, bottom) and five key points (left eye, right eye, nose, mouth corners) in pixels, detector score 0–1.

    `aligned` is the face upright, 112 × 112, BGR; `embedding` is computed from it when it is first asked for: most frames of a turned head never are.
    """

    box: numpy.ndarray
    points: numpy.ndarray
    score: float
    aligned: numpy.ndarray = field(repr=False)
    embed: Callable[[numpy.ndarray], numpy.ndarray] = field(repr=False)

    @cached_property
    def embedding(self) -> numpy.ndarray:
        """Of unit length."""
        vector = self.embed(self.aligned).reshape(-1)
        return vector / numpy.linalg.norm(vector)

    @property
    def width(self) -> float:
        return float(self.box[2] - self.box[0])

    @property
    def eye_distance(self) -> float:
        return float(numpy.linalg.norm(self.points[1] - self.points[0]))

    @property
    def yaw(self) -> float:
        """How far the nose stands from the middle of the eyes, along the eye line, in eye distances: about 0 from the front, beyond ±0.35 clearly turned.

        Positive: the nose points towards the picture's right.
        """
        eyes = self.points[1] - self.points[0]
        middle = (self.points[0] + self.points[1]) / 2
        return float(numpy.dot(self.points[2] - middle, eyes) / numpy.dot(eyes, eyes))


class FaceMatcher:
    """The models of one pack. Thread-safe: ONNX Runtime sessions may be run from several threads."""

    def __init__(self, pack: Pack) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        common = {"providers": ["CPUExecutionProvider"], "sess_options": options}
        try:
            self._detector = get_model(str(pack.directory), model_task="detection", static_shape_sessions=False, **common)
            self._recogniser = get_model(str(pack.directory), model_task="recognition", **common)
        except (RuntimeError, ValueError, TypeError, OSError) as error:
            raise PackError(f"the models of {pack.directory} cannot be loaded: {error}") from error
        self._detector.prepare(-1, det_thresh=DETECTION_THRESHOLD, input_size=DETECTOR_SIZE)
        self.pack = pack

    def observe(self, image: numpy.ndarray, *, most: int = 3) -> list[FaceObservation]:
        """The faces of an RGB picture, largest first. Raises ImageRefused."""
        if image.ndim != 3 or image.shape[2] != 3 or image.dtype != numpy.uint8 or min(image.shape[:2]) < 32 or image.shape[0] * image.shape[1] > MOST_PIXELS:
            raise ImageRefused("an RGB picture of 8 bits, at least 32 pixels wide and at most 4 megapixels, is needed")
        bgr = numpy.ascontiguousarray(image[:, :, ::-1])
        boxes, _ = self._detector.detect(bgr)
        largest_first = sorted(boxes, key=lambda box: (box[0] - box[2]) * (box[3] - box[1]))
        refined = (self._refine(bgr, box) for box in largest_first[:most])
        return [self._observation(bgr, *found) for found in refined if found is not None]

    def similarity(self, one: FaceObservation, other: FaceObservation) -> float:
        """Cosine of the two embeddings, −1…1."""
        return float(numpy.dot(one.embedding, other.embedding))

    def self_test(self) -> None:
        """Known pictures from the insightface package: two versions of one person must match, different people must not. Raises SelfTestFailed."""
        pictures = files("insightface") / "data" / "images"
        portrait = _packaged(pictures / "Tom_Hanks_54745.png")
        framed = cv2.copyMakeBorder(portrait, 80, 80, 80, 80, cv2.BORDER_REPLICATE)
        small = cv2.resize(framed, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA)
        degraded = cv2.resize(cv2.GaussianBlur(small, (5, 5), 0), (framed.shape[1], framed.shape[0]))
        group = self.observe(_packaged(pictures / "t1.jpg"), most=6)
        one, same = self.observe(framed), self.observe(degraded)
        if len(group) != 6 or len(one) != 1 or len(same) != 1:
            raise SelfTestFailed("the detector does not find the known faces")
        strangers = [self.similarity(a, b) for i, a in enumerate(group) for b in group[i + 1 :]]
        genuine = self.similarity(one[0], same[0])
        if genuine < self.pack.thresholds.accept or max(strangers) >= self.pack.thresholds.accept:
            raise SelfTestFailed(f"known pairs give {genuine:.2f} for one person and up to {max(strangers):.2f} for two")

    def _refine(self, bgr: numpy.ndarray, box: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray] | None:
        """The box (with score) and key points of one coarse detection, found again in a crop of the right scale."""
        width = max(float(box[2] - box[0]), float(box[3] - box[1]), 1.0)
        side = width * DETECTOR_SIZE[0] / FACE_IN_CROP
        centre = numpy.array([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2])
        scale = DETECTOR_SIZE[0] / side
        matrix = numpy.array([[scale, 0, DETECTOR_SIZE[0] / 2 - scale * centre[0]], [0, scale, DETECTOR_SIZE[1] / 2 - scale * centre[1]]])
        shrinking = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        crop = cv2.warpAffine(bgr, matrix, DETECTOR_SIZE, flags=shrinking)
        boxes, points = self._detector.detect(crop)
        if not len(boxes):
            return None
        middle = numpy.array(DETECTOR_SIZE) / 2
        nearest = min(range(len(boxes)), key=lambda index: numpy.linalg.norm((boxes[index][:2] + boxes[index][2:4]) / 2 - middle))
        back = numpy.concatenate([(boxes[nearest][:4].reshape(2, 2) - middle) / scale + centre]).reshape(4)
        return numpy.append(back, boxes[nearest][4]), (points[nearest] - middle) / scale + centre

    def _observation(self, bgr: numpy.ndarray, box: numpy.ndarray, points: numpy.ndarray) -> FaceObservation:
        aligned = face_align.norm_crop(bgr, landmark=points.astype(numpy.float32), image_size=112)
        return FaceObservation(box[:4], points, float(box[4]), aligned, self._recogniser.get_feat)


def _packaged(path) -> numpy.ndarray:
    return cv2.cvtColor(cv2.imdecode(numpy.frombuffer(path.read_bytes(), numpy.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
