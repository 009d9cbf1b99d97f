"""The gateway is told what came of a session: in order, and without keeping anything else waiting."""

import socket
from contextlib import contextmanager

import httpx

from tests.support.testchip import Pki
from tests.support.verification import CALLER, OPERATOR, SEED, card_of, frames_of, serve
from verification_service.sessions.migrate import upgrade
from verification_service.sessions.settings import VerificationSettings

serving = contextmanager(serve)


def under_review(running, order, people) -> str:
    created, claimed = order("notary")
    card = card_of(people["an"], Pki())
    ruling = running.attempt(claimed.session_id, claimed.challenge, card.chip, frames_of(people["an"], claimed.challenge.movements), card)
    assert ruling.outcome == "manual_review"
    return created["id"]


def told(gateway, session_id: str) -> list[tuple[str, int]]:
    return [(event["data"]["outcome"], event["status"]) for event in gateway.events if event["reference"] == session_id]


def test_evidence_is_destroyed_in_time_though_the_gateway_does_not_answer(databases, face_matcher, people):
    address = databases.address(databases.create(databases.template("verification", upgrade)))
    # It takes connections and never says a word; each message waits ten seconds for it.
    with socket.create_server(("127.0.0.1", 0), backlog=64) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        settings = VerificationSettings(_env_file=None, verification_database_url=address, gateway_url=url, verification_challenge_seed=SEED)
        with serving(settings, face_matcher) as running:
            code = running.create("notary").json()["code"]
            claimed, card = running.kiosk.claim(code), card_of(people["an"], Pki())
            challenge = claimed.challenge
            assert running.attempt(claimed.session_id, challenge, card.chip, frames_of(people["an"], challenge.movements), card).outcome == "manual_review"
            for number in range(6):
                waiting = running.create(subject=f"waiting-{number}", key=f"waiting-{number:04d}").json()
                httpx.post(f"{running.url}/v1/sessions/{waiting['id']}/cancel", headers=CALLER)
            running.rows("UPDATE verification_session SET expires_at = now() WHERE state = 'manual_review' RETURNING id")
            running.until(lambda: running.rows("SELECT count(*) FROM review") == [(0,)])


def test_a_ruling_is_not_followed_by_the_older_news_that_somebody_looks_at_it(running, order, people, gateway):
    gateway.answers[:] = [503]
    session_id = under_review(running, order, people)
    running.until(lambda: told(gateway, session_id) == [("manual_review", 503)])
    running.rows(f"UPDATE callback SET next_at = now() + interval '1 hour' WHERE session_id = '{session_id}' RETURNING session_id")
    token = httpx.post(f"{running.url}/v1/operator/sign-in", json=dict(zip(("name", "password"), OPERATOR, strict=True))).json()["token"]
    ruling = {"outcome": "verified", "reason": "đã xem thẻ thật"}
    headers = {"Authorization": f"Bearer {token}"}
    assert httpx.post(f"{running.url}/v1/operator/reviews/{session_id}/ruling", json=ruling, headers=headers).status_code == 200
    running.until(lambda: told(gateway, session_id) == [("manual_review", 503), ("verified", 202)])
    running.until(lambda: running.rows(f"SELECT count(*) FROM callback WHERE session_id = '{session_id}' AND done_at IS NULL") == [(0,)])
