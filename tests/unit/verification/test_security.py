"""What a thief of a kiosk key, a replayer, a flooder or a hurried crowd meets."""

import asyncio
import base64
import json
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.support.testchip import Profile
from tests.support.verification import CALLER, OPERATOR, card_of, frames_of, still_of
from verification_service.kiosk.client import CodeUnknown, NotEnrolled, ServerRefused, SessionOver, VerificationClient
from verification_service.sessions import background, kiosks
from verification_service.sessions.service import utc_now
from verification_service.sessions.signatures import sign


@pytest.fixture
def clock(running):
    """Moves the service's clock."""

    def ahead(**delta):
        running.service.now = lambda: utc_now() + timedelta(**delta)

    yield ahead
    running.service.now = utc_now


def signed(running, path: str, body: dict, **changes) -> httpx.Response:
    content = json.dumps(body).encode()
    headers = sign(changes.get("key", running.key), running.kiosk_id, "POST", path, content, changes.get("timestamp"), changes.get("nonce")) | {
        "Content-Type": "application/json"
    }
    return httpx.post(f"{running.url}{changes.get('to', path)}", content=changes.get("content", content), headers=headers, timeout=60)


CLAIM = ("/v1/kiosk/claims", {"code": "000000"})


def test_a_key_that_is_not_enrolled_opens_nothing(running):
    assert signed(running, *CLAIM, key=Ed25519PrivateKey.generate()).status_code == 401
    stranger = VerificationClient(running.url, str(uuid4()), Ed25519PrivateKey.generate())
    with pytest.raises(NotEnrolled):
        stranger.claim("123456")
    assert httpx.post(f"{running.url}{CLAIM[0]}", json=CLAIM[1]).status_code == 401


def test_a_stolen_key_stops_working_when_the_kiosk_is_revoked_even_in_a_session(running, people, pki):
    key = Ed25519PrivateKey.generate()
    kiosk_id = running.enrol("Quầy 2", "Xã Cẩm Xuyên", key.public_key().public_bytes_raw())
    thief = VerificationClient(running.url, str(kiosk_id), key)
    code = running.create(subject="stolen", key="stolen-key-1").json()["code"]
    claimed = thief.claim(code)
    running.within_transaction(kiosks.revoke, kiosk_id)
    with pytest.raises(NotEnrolled):
        thief.new_challenge(claimed.session_id)
    names = [row["name"] for row in httpx.get(f"{running.url}/v1/kiosks", headers=CALLER).json()]
    assert "Quầy 1" in names and "Quầy 2" not in names


def test_a_session_belongs_to_the_kiosk_that_claimed_it(running, order):
    _, claimed = order()
    key = Ed25519PrivateKey.generate()
    other = running.enrol("Quầy 3", "Xã Kỳ Anh", key.public_key().public_bytes_raw())
    with pytest.raises(SessionOver):
        VerificationClient(running.url, str(other), key).new_challenge(claimed.session_id)


@pytest.mark.parametrize(
    "changes",
    [{"timestamp": int(time.time()) - 3600}, {"timestamp": int(time.time()) + 3600}, {"to": "/v1/kiosk/claims?x=1"}, {"content": b'{"code": "000001"}'}],
    ids=["old", "early", "other target", "other body"],
)
def test_a_signature_is_good_for_one_request_at_one_time(running, changes):
    assert signed(running, *CLAIM, **changes).status_code == 401


def test_a_signed_request_cannot_be_repeated(running):
    nonce = secrets.token_hex(16)
    assert [signed(running, *CLAIM, nonce=nonce, timestamp=int(time.time())).status_code for _ in range(2)] == [404, 401]
    assert ("replayed",) in running.rows("SELECT detail FROM audit WHERE action = 'refused'")


def test_an_old_nonce_is_forgotten_only_when_its_time_stamp_is_too_old(running, clock):
    nonce, moment = secrets.token_hex(16), int(time.time())
    signed(running, *CLAIM, nonce=nonce, timestamp=moment)
    clock(seconds=200)
    running.run(background.forget(running.service))
    assert signed(running, *CLAIM, nonce=nonce, timestamp=moment).status_code == 401


def test_evidence_is_accepted_once_and_only_for_its_challenge(running, order, people, pki):
    _, claimed = order()
    card = card_of(people["an"], pki)
    evidence = running.read(claimed.session_id, claimed.challenge, card.chip, card)
    frames = still_of(people["an"], 3)
    with pytest.raises(SessionOver, match="other_challenge"):
        running.kiosk.upload(claimed.session_id, str(uuid4()), evidence, frames)
    first = running.kiosk.upload(claimed.session_id, claimed.challenge.id, evidence, frames)
    assert first.outcome == "retry"
    with pytest.raises(SessionOver, match="other_challenge"):
        running.kiosk.upload(claimed.session_id, claimed.challenge.id, evidence, frames)
    with pytest.raises(SessionOver, match="repeated_evidence"):
        running.kiosk.upload(claimed.session_id, first.challenge.id, evidence, frames)


def test_nobody_before_the_camera_twice_is_no_replay(running, order, people, pki):
    """A card that signs nothing gives the same files each time; without a picture there is nothing that could be played again."""
    _, claimed = order()
    card, challenge = card_of(people["an"], pki, Profile(active=None)), claimed.challenge
    for _ in range(2):
        ruling = running.attempt(claimed.session_id, challenge, card.chip, [], card)
        assert (ruling.outcome, ruling.reasons) == ("retry", ("liveness:not_done",))
        challenge = ruling.challenge


def test_chip_evidence_of_an_earlier_challenge_is_refuted(running, order, people, pki):
    _, first = order()
    card = card_of(people["an"], pki)
    old = running.read(first.session_id, first.challenge, card.chip, card)
    _, second = order()
    ruling = running.kiosk.upload(second.session_id, second.challenge.id, old, frames_of(people["an"], second.challenge.movements))
    assert (ruling.outcome, ruling.reasons[0]) == ("rejected", "chip:active_authentication:other_challenge")


def test_recorded_frames_are_noticed(running, order, people, pki):
    _, claimed = order()
    card = card_of(people["an"], pki)
    recording = still_of(people["an"], 3)
    first = running.attempt(claimed.session_id, claimed.challenge, card.chip, recording, card)
    again = [*recording[:1], *frames_of(people["an"], first.challenge.movements, every=0.3)]
    second = running.attempt(claimed.session_id, first.challenge, card.chip, [(data, 0.3 * number) for number, (data, _) in enumerate(again)], card)
    assert (second.outcome, second.reasons) == ("retry", ("liveness:repeated_frame",))


def test_three_attempts_and_no_more(running, order, people, pki):
    _, claimed = order()
    card, challenge = card_of(people["an"], pki), claimed.challenge
    assert challenge.attempts_left == 3
    for left in (2, 1, None):
        ruling = running.attempt(claimed.session_id, challenge, card.chip, still_of(people["an"], 2), card)
        challenge = ruling.challenge
        assert (challenge and challenge.attempts_left) == left
    with pytest.raises(SessionOver, match="rejected"):
        running.kiosk.new_challenge(claimed.session_id)


def test_a_code_works_once_and_ten_minutes(running, clock, gateway):
    created = running.create(subject="once", key="once-00001").json()
    running.kiosk.claim(created["code"])
    with pytest.raises(CodeUnknown):
        running.kiosk.claim(created["code"])
    late = running.create(subject="late", key="late-00001").json()
    clock(minutes=11)
    running.run(background.end_due_sessions(running.service))
    assert running.state(late["id"])["state"] == "expired" and running.state(late["id"])["code"] is None
    event = running.until(lambda: [event for event in gateway.events if event["reference"] == late["id"]])[0]
    assert event["data"]["outcome"] == "expired"


def test_evidence_under_review_is_destroyed_when_the_time_is_over(running, order, people, clock):
    from tests.support.testchip import Pki

    created, claimed = order("notary")
    card = card_of(people["an"], Pki())
    running.attempt(claimed.session_id, claimed.challenge, card.chip, frames_of(people["an"], claimed.challenge.movements), card)
    assert running.rows(f"SELECT count(*) FROM review WHERE session_id = '{created['id']}'") == [(1,)]
    clock(minutes=31)
    running.run(background.end_due_sessions(running.service))
    assert running.rows(f"SELECT count(*) FROM review WHERE session_id = '{created['id']}'") == [(0,)]
    assert running.rows(f"SELECT state, claims FROM verification_session WHERE id = '{created['id']}'") == [("expired", None)]


def test_guessing_codes_is_throttled(running):
    key = Ed25519PrivateKey.generate()
    kiosk_id = running.enrol("Quầy 4", "Xã Đức Thọ", key.public_key().public_bytes_raw())
    guesser = VerificationClient(running.url, str(kiosk_id), key)
    for _ in range(10):
        with pytest.raises(CodeUnknown):
            guesser.claim("000000")
    with pytest.raises(ServerRefused, match="too_many_codes"):
        guesser.claim("000000")


def test_one_person_cannot_open_sessions_without_end(running):
    statuses = [running.create("notary", subject="eager", key=f"eager-{number:04d}").status_code for number in range(6)]
    assert statuses == [201] * 5 + [429]
    assert {running.create(subject="eager", key=f"guest-{number:04d}").status_code for number in range(20)} == {201}, "a hotel desk has many guests"


def test_a_repeated_order_is_the_same_session_and_another_one_a_conflict(running):
    first, again = (running.create(subject="twice", key="twice-0001").json() for _ in range(2))
    assert first == again
    assert running.create(subject="twice", key="twice-0001", purpose="notary").status_code == 409


def test_callers_see_only_their_own_sessions(running):
    created = running.create(subject="mine", key="mine-00001").json()
    assert httpx.get(f"{running.url}/v1/sessions/{created['id']}").status_code == 401
    running.service.settings.verification_callers = "hotel:hotel-key-123"
    stranger = {"Authorization": "Bearer hotel-key-123"}
    assert httpx.get(f"{running.url}/v1/sessions/{created['id']}", headers=stranger).status_code == 404
    running.service.settings.verification_callers = ""


def evidence_body(running, claimed, **changes) -> dict:
    return {"challenge_id": claimed.challenge.id, "chip": "{}", "frames": []} | changes


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"chip": "x" * 9_000_000}, 413),
        ({"frames": [{"image": "AAAA", "at": 0}] * 41}, 413),
        ({"frames": [{"image": base64.b64encode(bytes(420_000)).decode(), "at": 0}]}, 413),
        ({"frames": [{"image": "not base64!", "at": 0}]}, 422),
        ({"frames": [{"image": "AAAA", "at": -1}]}, 422),
        ({"chip": "not json"}, 422),
        ({"chip": '{"version": 1}'}, 422),
        ({"chip": "[" * 100_000}, 422),
        ({"surprise": 1}, 422),
        ({"challenge_id": "x"}, 422),
    ],
    ids=["body", "many frames", "large frame", "base64", "time", "not json", "half", "deep", "extra field", "id"],
)
def test_oversized_or_malformed_uploads_are_refused_and_cost_no_attempt(running, order, changes, status):
    created, claimed = order()
    path = f"/v1/kiosk/sessions/{claimed.session_id}/evidence"
    assert signed(running, path, evidence_body(running, claimed, **changes)).status_code == status
    assert running.rows(f"SELECT attempts FROM verification_session WHERE id = '{created['id']}'") == [(0,)]


def test_frames_that_are_no_pictures_are_refused(running, order, people, pki):
    _, claimed = order()
    card = card_of(people["an"], pki)
    evidence = running.read(claimed.session_id, claimed.challenge, card.chip, card)
    with pytest.raises(ServerRefused, match="frame_malformed"):
        running.kiosk.upload(claimed.session_id, claimed.challenge.id, evidence, [(b"\xff\xd8\xff" + bytes(100), 0.0)])
    assert running.kiosk.new_challenge(claimed.session_id).attempts_left == 2


def test_a_body_without_length_is_counted_as_it_arrives(running):
    def endless():
        for _ in range(200):
            yield b"x" * 1000

    assert httpx.post(f"{running.url}/v1/sessions", content=endless(), headers=CALLER).status_code == 413


def test_five_wrong_passwords_lock_an_operator(running):
    from verification_service.sessions import operators

    running.within_transaction(operators.add, "locked", "another long password")
    statuses = [httpx.post(f"{running.url}/v1/operator/sign-in", json={"name": "locked", "password": "wrong"}).status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    assert httpx.post(f"{running.url}/v1/operator/sign-in", json={"name": "nobody", "password": "wrong"}).json() == {"code": "name_or_password", "fields": []}
    assert httpx.get(f"{running.url}/v1/operator/reviews", headers={"Authorization": "Bearer x"}).status_code == 401
    assert httpx.post(f"{running.url}/v1/operator/sign-in", json=dict(zip(("name", "password"), OPERATOR, strict=True))).status_code == 200


def test_the_gateway_is_told_until_it_accepts(running, gateway):
    gateway.answers[:] = [500, 503]
    created = running.create(subject="told", key="told-00001").json()
    httpx.post(f"{running.url}/v1/sessions/{created['id']}/cancel", headers=CALLER)
    found = running.until(lambda: (rows := [event for event in gateway.events if event["reference"] == created["id"]]) and len(rows) == 3 and rows, 30)
    assert [event["status"] for event in found] == [500, 503, 202]
    assert len({event["key"] for event in found}) == 1


def test_claims_are_forgotten_after_an_hour_and_the_verdict_stays(running, order, people, pki, clock):
    created, claimed = order()
    card = card_of(people["an"], pki)
    running.attempt(claimed.session_id, claimed.challenge, card.chip, frames_of(people["an"], claimed.challenge.movements), card)
    clock(hours=1, minutes=1)
    running.run(background.forget(running.service))
    assert running.rows(f"SELECT state, claims FROM verification_session WHERE id = '{UUID(created['id'])}'") == [("verified", None)]


def test_fifty_people_at_once_are_all_served(running, people, pki):
    cards = [card_of(people["an"], pki) for _ in range(50)]

    def one(number: int) -> str:
        code = running.create(subject=f"crowd-{number}", key=f"crowd-{number:04d}").json()["code"]
        claimed = running.kiosk.claim(code)
        card = cards[number]
        return running.attempt(claimed.session_id, claimed.challenge, card.chip, still_of(people["an"], 1), card).outcome

    with ThreadPoolExecutor(50) as crowd:
        outcomes = list(crowd.map(one, range(50)))
    assert outcomes == ["retry"] * 50
    assert asyncio.run_coroutine_threadsafe(asyncio.sleep(0), running.loop).result(5) is None
