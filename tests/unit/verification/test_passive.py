"""Passive detectors: plugged in by configuration, run on every capture, written into the log, and never decisive."""

import logging

import numpy
import pytest

from tests.support.verification import card_of, frames_of, serve
from verification_service.face.passive import ScreenPattern, load_detectors, scores
from verification_service.sessions.migrate import upgrade
from verification_service.sessions.settings import VerificationSettings


class AlwaysSuspicious:
    """A deployment's own detector."""

    name, label = "suspicious", "not certified"

    def score(self, image, face) -> float:
        return 1.0


def test_a_regular_pattern_stands_out_and_a_face_does_not(people, face_matcher):
    detector = ScreenPattern()
    for person in people.values():
        live = person.framed(person.picture)
        face = face_matcher.observe(live)[0]
        columns = 1 + 0.12 * numpy.sin(numpy.arange(live.shape[1]) * 2 * numpy.pi / 3.4)
        on_a_screen = numpy.clip(live * columns[None, :, None], 0, 255).astype(numpy.uint8)
        assert detector.score(on_a_screen, face) > 1.5 * detector.score(live, face)


def test_the_log_says_what_the_number_is_worth(people, face_matcher):
    live = people["an"].framed(people["an"].picture)
    told = scores((ScreenPattern(), AlwaysSuspicious()), live, face_matcher.observe(live)[0])
    assert told["suspicious"] == "1.000 (not certified)" and told["screen_pattern"].endswith("(uncalibrated, not certified)")
    assert scores((ScreenPattern(),), None, None) == {}


def test_detectors_are_named_in_the_configuration():
    assert [detector.name for detector in load_detectors(f"verification_service.face.passive:ScreenPattern, {__name__}:AlwaysSuspicious")] == [
        "screen_pattern",
        "suspicious",
    ]
    assert load_detectors("") == ()
    with pytest.raises(AttributeError):
        load_detectors("verification_service.face.passive:Missing")


def test_a_detector_that_suspects_everybody_changes_no_decision(databases, face_matcher, gateway, csca_directory, people, pki, caplog):
    settings = VerificationSettings(
        _env_file=None, verification_database_url=databases.address(databases.create(databases.template("verification", upgrade))), gateway_url=gateway.url,
        verification_csca_dir=csca_directory, verification_challenge_seed=0, verification_passive_detectors=f"{__name__}:AlwaysSuspicious",
    )  # fmt: skip
    caplog.set_level(logging.INFO, "verification_service.sessions.evidence")
    for running in serve(settings, face_matcher):
        claimed = running.kiosk.claim(running.create().json()["code"])
        card = card_of(people["an"], pki)
        ruling = running.attempt(claimed.session_id, claimed.challenge, card.chip, frames_of(people["an"], claimed.challenge.movements), card)
    assert ruling.outcome == "verified"
    assert [record.passive for record in caplog.records if hasattr(record, "passive")] == [{"suspicious": "1.000 (not certified)"}]
