"""Closing the eyes as a movement of the challenge: drawn only where eyes can be read, followed from the front, and never fooled by a lowered or turned head.

The landmark model is no part of the embedded installation, so its readings are given here; the tracker and the pictures are real.
"""

import pytest

from verification_service.face.eyes import LandmarkEyes, load_eyes
from verification_service.face.liveness import Challenge, Frame, LivenessFailure, Movement, Tracker, new_challenge
from verification_service.face.packs import PackError

EYES_THEN_CLOSER = Challenge((Movement.CLOSE_EYES, Movement.COME_CLOSER))


class Readings:
    """One reading for each frontal picture, in order."""

    def __init__(self, *openness: float) -> None:
        self.left = list(openness)

    def openness(self, image, face) -> float:
        return self.left.pop(0)


def frames(person, movements) -> list[Frame]:
    return [Frame(picture, 0.3 * number) for number, picture in enumerate(movements(person))]


def closed_then_closer(person):
    for _ in range(6):
        yield person.framed(person.picture)
    for amount in (0.5, 1.0, 0.5):
        yield person.framed(person.picture, 1 + 0.45 * amount)
    yield person.framed(person.picture)


def judge(person, matcher, *openness: float):
    return Tracker(EYES_THEN_CLOSER, matcher, Readings(*openness)).judge(frames(person, closed_then_closer))


def test_closing_and_opening_the_eyes_is_followed(people, face_matcher):
    result = judge(people["an"], face_matcher, 0.30, 0.31, 0.17, 0.16, 0.29, 0.30, 0.30, 0.30, 0.30, 0.30)
    assert result.live and result.movements_done == 2
    assert len(result.best_frames) == 3


def test_eyes_that_stay_open_stay_closed_or_only_narrow_are_not_enough(people, face_matcher):
    open_all_the_time = judge(people["an"], face_matcher, *[0.30] * 10)
    assert (open_all_the_time.failure, open_all_the_time.movements_done) == (LivenessFailure.NOT_DONE, 0)
    never_opened_again = judge(people["an"], face_matcher, 0.30, *[0.15] * 9)
    assert (never_opened_again.failure, never_opened_again.movements_done) == (LivenessFailure.NOT_DONE, 1)
    assert judge(people["an"], face_matcher, 0.30, 0.25, 0.24, 0.25, *[0.30] * 6).movements_done == 0


def test_without_a_reader_the_movement_cannot_be_done(people, face_matcher):
    assert Tracker(EYES_THEN_CLOSER, face_matcher).judge(frames(people["an"], closed_then_closer)).failure is LivenessFailure.NOT_DONE


def test_it_is_drawn_only_where_eyes_can_be_read():
    drawn = {movement for seed in range(40) for movement in new_challenge(seed).movements}
    assert drawn == set(Movement) - {Movement.CLOSE_EYES}
    assert Movement.CLOSE_EYES in {movement for seed in range(40) for movement in new_challenge(seed, eyes=True).movements}


def test_only_the_pinned_model_is_loaded_and_only_when_it_is_named(tmp_path, monkeypatch):
    monkeypatch.delenv("FACE_LANDMARK_MODEL", raising=False)
    assert load_eyes() is None
    other = tmp_path / "face_landmark.tflite"
    other.write_bytes(b"another model")
    monkeypatch.setenv("FACE_LANDMARK_MODEL", str(other))
    with pytest.raises(PackError, match="not the pinned"):
        load_eyes()
    with pytest.raises(PackError, match="not the pinned"):
        LandmarkEyes(tmp_path / "missing.tflite")
