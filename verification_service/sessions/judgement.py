"""Looking at one upload of evidence: chip, liveness, face. Pure apart from the models; runs in a worker thread."""

import base64
import io
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy
from PIL import Image, UnidentifiedImageError

from verification_service.chip import Document, Evidence, Expected, Issued, Report, TrustStore, Verdict, verify
from verification_service.chip.errors import PortraitRefused
from verification_service.face import quality
from verification_service.face.decision import MatchOutcome, compare
from verification_service.face.eyes import EyeReader
from verification_service.face.liveness import Challenge, Frame, LivenessFailure, LivenessResult, Tracker
from verification_service.face.matcher import FaceMatcher, ImageRefused
from verification_service.face.passive import PassiveDetector, scores
from verification_service.sessions.decision import Finding, Findings
from verification_service.sessions.errors import TooLarge, Unacceptable

MOST_FRAMES = 40
MOST_FRAME_BYTES = 400_000
MOST_FRAME_PIXELS = 1280 * 960


@dataclass(frozen=True)
class CapturedFrame:
    """One camera picture as it came: JPEG bytes and seconds since the capture began."""

    jpeg: bytes
    at: float


@dataclass(frozen=True, repr=False)
class Judgement:
    """What one attempt showed, and what an operator would need; the latter is dropped unless there is a review. `passive` is for the log only."""

    findings: Findings
    document: Document | None
    portrait_jpeg: bytes | None = None
    best_frames: tuple[bytes, ...] = ()
    milliseconds: dict[str, float] = field(default_factory=dict)
    passive: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Judges:
    """What evidence is judged with: the face models, the trusted issuers, detectors whose scores are logged, and what reads eyes, if anything."""

    matcher: FaceMatcher
    trust_store: TrustStore
    passive: Sequence[PassiveDetector] = ()
    eyes: EyeReader | None = None


@dataclass(frozen=True)
class Question:
    """What this session issued and expects, and whether one of the frames was used before."""

    issued: Issued
    liveness: Challenge
    expected_number: str | None
    repeated_frames: bool


def captured(items: Sequence[tuple[str, float]]) -> list[CapturedFrame]:
    """Decodes base64 frames within the caps. Raises TooLarge, Unacceptable."""
    if len(items) > MOST_FRAMES:
        raise TooLarge("too_many_frames")
    frames = []
    for encoded, at in items:
        try:
            jpeg = base64.b64decode(encoded, validate=True)
        except ValueError:
            raise Unacceptable("frame_malformed") from None
        if len(jpeg) > MOST_FRAME_BYTES:
            raise TooLarge("frame_too_large")
        frames.append(CapturedFrame(jpeg, at))
    return frames


def judge(evidence: Evidence, frames: Sequence[CapturedFrame], question: Question, judges: Judges, now: datetime) -> Judgement:
    """The chip's report, then, unless the chip is refuted, liveness and face. Raises Unacceptable for frames that are no pictures."""
    clock = _Clock()
    expected = evidence.expected if question.expected_number is None else Expected(number=question.expected_number)
    report = verify(evidence.attach(question.issued, expected), judges.trust_store, now)
    clock.lap("chip")
    if report.verdict is Verdict.REJECTED:
        # A refuted chip is never decoded further, and nobody's face is looked at.
        return Judgement(_findings(report, LivenessResult(None, 0), (), None), report.document, milliseconds=clock.laps)
    pictures = [_picture(frame.jpeg) for frame in frames]
    clock.lap("frames")
    moments = [Frame(picture, frame.at) for picture, frame in zip(pictures, frames, strict=True)]
    tracker = Tracker(question.liveness, judges.matcher, judges.eyes)
    live = LivenessResult(LivenessFailure.REPEATED_FRAME, 0) if question.repeated_frames else tracker.judge(moments)
    clock.lap("liveness")
    portrait, problems, match = _face(report, live, judges.matcher)
    clock.lap("face")
    passive = scores(judges.passive, live.best_image, live.best_frames[0] if live.best_frames else None)
    clock.lap("passive")
    return Judgement(_findings(report, live, problems, match), report.document, portrait and _jpeg(portrait), _best_jpegs(frames), clock.laps, passive)


def _face(report: Report, live: LivenessResult, matcher: FaceMatcher) -> tuple[Image.Image | None, tuple[str, ...], MatchOutcome | None]:
    """The portrait, what kept it from being compared, and the comparison with the best frontal frames of the live sequence."""
    portrait = report.document.portrait if report.document else None
    if portrait is None:
        return None, ("no_portrait",), None
    try:
        image = portrait.decode()
        on_card = matcher.observe(numpy.asarray(image))
    except (PortraitRefused, ImageRefused):
        return None, ("portrait_unreadable",), None
    if len(on_card) != 1:
        return image, ("portrait_unreadable",), None
    if not live.best_frames:
        return image, (quality.Problem.NO_FACE.value,), None
    scores = [matcher.similarity(on_card[0], face) for face in live.best_frames]
    return image, (), compare(scores, matcher.pack.thresholds)


def _findings(report: Report, live: LivenessResult, problems: tuple[str, ...], match: MatchOutcome | None) -> Findings:
    return Findings(
        chip=tuple(Finding(check.name, check.state.value, check.reason) for check in report.checks),
        chip_genuine=report.verdict is Verdict.GENUINE,
        chip_rejected=report.verdict is Verdict.REJECTED,
        liveness=live.failure.value if live.failure else None,
        quality=problems,
        match=match.state if match else None,
        score=round(match.score, 4) if match else None,
    )


def _picture(jpeg: bytes) -> numpy.ndarray:
    """RGB. Only JPEG, and only up to the cap on pixels, is ever decoded."""
    try:
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as image:
            if image.width * image.height > MOST_FRAME_PIXELS:
                raise TooLarge("frame_too_large")
            if min(image.size) < 64:
                raise Unacceptable("frame_malformed")
            return numpy.asarray(image.convert("RGB"))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise Unacceptable("frame_malformed") from None


def _jpeg(image: Image.Image) -> bytes:
    output = io.BytesIO()
    image.save(output, "JPEG", quality=85)
    return output.getvalue()


def _best_jpegs(frames: Sequence[CapturedFrame]) -> tuple[bytes, ...]:
    """First, middle and last picture of the capture, for an operator's eye."""
    if not frames:
        return ()
    return tuple(frames[index].jpeg for index in sorted({0, len(frames) // 2, len(frames) - 1}))


class _Clock:
    def __init__(self) -> None:
        self._last = time.perf_counter()
        self.laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        moment = time.perf_counter()
        self.laps[name] = round(1000 * (moment - self._last), 1)
        self._last = moment
