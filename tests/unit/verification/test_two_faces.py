"""A person who holds up somebody else's photograph: the movements are theirs, the face that is compared must be too."""

import pytest

from tests.support.faces import Person
from verification_service.face.liveness import Challenge, Frame, LivenessFailure, LivenessResult, Movement, Tracker

CHALLENGE = Challenge((Movement.TURN_RIGHT, Movement.COME_CLOSER))


def judged(face_matcher, pictures) -> LivenessResult:
    return Tracker(CHALLENGE, face_matcher).judge([Frame(picture, 0.3 * number) for number, picture in enumerate(pictures)])


def film(front: Person, turning: Person, after: Person):
    """Who is seen from the front first, who turns, and who is seen from then on."""
    yield from front._rest(2)
    yield from (turning._moved("turn_right", amount) for amount in (0.95, 0.98))
    yield from after._rest(2)
    yield from (after._moved("come_closer", amount) for amount in (0.5, 1.0, 0.5))
    yield from after._rest(1)


@pytest.mark.parametrize("name", ["an", "binh"])
def test_one_person_who_does_it_all_is_live(face_matcher, people, name):
    somebody = people[name]
    assert judged(face_matcher, film(somebody, somebody, somebody)).live


@pytest.mark.parametrize(("victim", "attacker"), [("an", "binh"), ("binh", "an")])
def test_a_photograph_that_comes_up_once_the_head_is_turned_is_another_face(face_matcher, people, victim, attacker):
    result = judged(face_matcher, film(people[attacker], people[attacker], people[victim]))
    assert result.failure is LivenessFailure.FACE_CHANGED
    assert max(face_matcher.similarity(face, people[victim].face) for face in result.best_frames) < 0.36, "nothing of the photograph is compared"


@pytest.mark.parametrize(("victim", "attacker"), [("an", "binh"), ("binh", "an")])
def test_a_photograph_that_is_taken_away_for_the_turn_only_does_not_make_the_movement(face_matcher, people, victim, attacker):
    result = judged(face_matcher, film(people[victim], people[attacker], people[victim]))
    assert (result.failure, result.movements_done) == (LivenessFailure.NOT_DONE, 0)
