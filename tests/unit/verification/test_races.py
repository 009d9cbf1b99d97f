"""Two things at once: no decision is lost, none is made twice, and what was begun in time is decided."""

import threading
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.support.testchip import Pki
from tests.support.verification import card_of, frames_of, still_of
from verification_service.kiosk.client import KioskApiError, VerificationClient
from verification_service.sessions import background, evidence
from verification_service.sessions.judgement import judge
from verification_service.sessions.service import utc_now


class HeldJudge:
    """Judges as the service does, but tells that it has begun and waits for leave, upload by upload."""

    def __init__(self) -> None:
        self.begun: list[threading.Event] = []
        self.leave: list[threading.Event] = []
        self.count = 0

    def expect(self) -> int:
        self.begun.append(threading.Event())
        self.leave.append(threading.Event())
        return len(self.begun) - 1

    def __call__(self, *arguments):
        number, self.count = self.count, self.count + 1
        self.begun[number].set()
        assert self.leave[number].wait(60)
        return judge(*arguments)


@pytest.fixture
def held(monkeypatch):
    judging = HeldJudge()
    monkeypatch.setattr(evidence, "judge", judging)
    yield judging
    for event in judging.leave:
        event.set()


@pytest.fixture
def crowd():
    with ThreadPoolExecutor(4) as pool:
        yield pool


def send(running, held, crowd, claimed, challenge, card, frames) -> Future:
    """An upload that has used its challenge and is being judged."""
    sent, number = running.read(claimed.session_id, challenge, card.chip, card), held.expect()
    answer = crowd.submit(running.kiosk.upload, claimed.session_id, challenge.id, sent, frames)
    assert held.begun[number].wait(60)
    return answer


def test_a_refusal_is_not_lost_when_a_later_upload_is_stored_first(running, order, people, pki, held, crowd):
    created, claimed = order()
    genuine = card_of(people["an"], pki)
    forged = card_of(people["an"], pki)
    forged.chip.files["dg1"] = forged.chip.files["dg1"].replace(b"<", b"A", 1)
    first = send(running, held, crowd, claimed, claimed.challenge, forged, still_of(people["an"], 2))
    second = send(running, held, crowd, claimed, running.kiosk.new_challenge(claimed.session_id), genuine, still_of(people["an"], 2))
    held.leave[1].set()
    assert second.result(60).outcome == "retry"
    held.leave[0].set()
    assert (first.result(60).outcome, running.state(created["id"])["state"]) == ("rejected", "rejected")
    numbers = running.rows(f"SELECT number, outcome FROM attempt WHERE session_id = '{created['id']}' ORDER BY number")
    assert numbers == [(1, "rejected"), (2, "retry")]


def test_who_gave_up_waiting_for_an_answer_goes_on_with_the_challenge_asked_for_since(running, order, people, pki, held, crowd):
    created, claimed = order()
    card = card_of(people["an"], pki)
    slow = send(running, held, crowd, claimed, claimed.challenge, card, still_of(people["an"], 2))
    fresh = running.kiosk.new_challenge(claimed.session_id)
    held.leave[0].set()
    assert slow.result(60).challenge.id == fresh.id
    second = send(running, held, crowd, claimed, fresh, card, frames_of(people["an"], fresh.movements))
    held.leave[1].set()
    assert (second.result(60).outcome, running.state(created["id"])["state"]) == ("verified", "verified")


def test_what_was_answered_in_time_is_decided_though_the_time_runs_out_meanwhile(running, order, people, pki, held, crowd):
    created, claimed = order()
    card = card_of(people["an"], pki)
    sent = send(running, held, crowd, claimed, claimed.challenge, card, frames_of(people["an"], claimed.challenge.movements))
    left = running.rows(f"SELECT expires_at - now() FROM verification_session WHERE id = '{created['id']}'")[0][0]
    assert left > timedelta(minutes=9)
    held.leave[0].set()
    assert sent.result(60).outcome == "verified"
    # The same with a session that has half a minute left, while the clock goes on by most of one.
    created, claimed = order()
    running.rows(f"UPDATE verification_session SET expires_at = now() + interval '30 seconds' WHERE id = '{created['id']}' RETURNING id")
    sent = send(running, held, crowd, claimed, claimed.challenge, card, frames_of(people["an"], claimed.challenge.movements))
    running.service.now = lambda: utc_now() + timedelta(seconds=45)
    try:
        running.run(background.end_due_sessions(running.service))
        held.leave[1].set()
        assert sent.result(60).outcome == "verified"
    finally:
        running.service.now = utc_now


def test_codes_tried_all_at_once_are_no_more_guesses_than_one_after_the_other(running):
    key = Ed25519PrivateKey.generate()
    kiosk_id = running.enrol("Quầy 5", "Xã Can Lộc", key.public_key().public_bytes_raw())
    guesser = VerificationClient(running.url, str(kiosk_id), key, httpx.Client(timeout=300))

    def guess(number: int) -> str:
        try:
            return guesser.claim(f"{number:06d}").session_id
        except KioskApiError as error:
            return error.code

    with ThreadPoolExecutor(40) as pool:
        answers = Counter(pool.map(guess, range(40)))
    assert answers == {"no_such_code": 10, "too_many_codes": 30}


def test_a_review_and_its_expiry_end_it_once(running, order, people):
    created, claimed = order("notary")
    card = card_of(people["an"], Pki())
    running.attempt(claimed.session_id, claimed.challenge, card.chip, frames_of(people["an"], claimed.challenge.movements), card)
    running.rows(f"UPDATE verification_session SET expires_at = now() WHERE id = '{created['id']}' RETURNING id")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: running.run(background.end_due_sessions(running.service)), range(4)))
    ends = f"SELECT count(*) FROM audit WHERE session_id = '{created['id']}' AND action = 'expired'"
    assert running.rows(ends) == [(1,)]
