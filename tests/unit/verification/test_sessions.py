"""A person at a kiosk, from code to signed result, with a real service, real models and a chip that is genuine, cloned, forged or of an unknown issuer."""

import json

import httpx
from joserfc import jws
from joserfc.jwk import KeySet
from PIL import Image

from tests.support.testchip import Pki, Profile
from tests.support.testchip.issue import chip_key, signing_key
from tests.support.verification import CALLER, OPERATOR, card_of, frames_of, still_of


def result_of(running, session_id: str) -> dict:
    compact = httpx.get(f"{running.url}/v1/sessions/{session_id}/result", headers=CALLER).json()["jws"]
    keys = KeySet.import_key_set(httpx.get(f"{running.url}/v1/keys").json())
    return json.loads(jws.deserialize_compact(compact, keys, algorithms=["Ed25519"]).payload)


def test_the_right_person_with_a_genuine_card_is_verified(running, order, people, pki, gateway):
    created, claimed = order()
    card = card_of(people["an"], pki)
    ruling = running.attempt(claimed.session_id, claimed.challenge, card.chip, frames_of(people["an"], claimed.challenge.movements), card)
    assert (ruling.outcome, ruling.reasons, ruling.challenge) == ("verified", (), None)
    result = result_of(running, created["id"])
    assert result["outcome"] == "verified" and result["sub"] == created["id"] and result["aud"] == "actions"
    assert result["claims"] == {"name": "Nguyễn Văn An", "birth_date": "1999-01-01", "number": "001199000123"}
    assert result["policy"] == "lodging_check_in/1" and result["model"]
    event = running.until(lambda: [event for event in gateway.events if event["reference"] == created["id"]])[0]
    assert event["data"] == {"id": created["id"], "outcome": "verified", "purpose": "lodging_check_in"}
    assert (event["path"], event["token"]) == ("/internal/v1/events", "development-only")


def test_nothing_of_the_evidence_is_left_after_the_decision(running, order, people, pki):
    created, claimed = order(expected_number="001199000123")
    card = card_of(people["an"], pki)
    running.attempt(claimed.session_id, claimed.challenge, card.chip, frames_of(people["an"], claimed.challenge.movements), card)
    tables = ("verification_session", "attempt", "review", "seen_frame", "audit", "callback")
    everything = str([running.rows(f"SELECT * FROM {table}") for table in tables])
    for secret in ("Nguyễn Văn An", "001199000123", "1999-01-01"):
        assert secret not in everything
    row = running.rows(f"SELECT challenge, code, expected_number FROM verification_session WHERE id = '{created['id']}'")
    assert row == [(None, None, None)]
    assert running.rows(f"SELECT count(*) FROM attempt WHERE session_id = '{created['id']}' AND score > 0.45") == [(1,)]


def test_another_person_is_refused_after_a_second_look(running, order, people, pki):
    created, claimed = order()
    card = card_of(people["an"], pki)
    first = running.attempt(claimed.session_id, claimed.challenge, card.chip, frames_of(people["binh"], claimed.challenge.movements), card)
    assert (first.outcome, first.reasons[0]) == ("retry", "face:no_match")
    second = running.attempt(claimed.session_id, first.challenge, card.chip, frames_of(people["binh"], first.challenge.movements), card)
    assert (second.outcome, second.reasons[0]) == ("rejected", "face:no_match")
    assert result_of(running, created["id"])["claims"] is None


def test_a_printed_still_is_not_live(running, order, people, pki):
    created, claimed = order()
    card, challenge = card_of(people["an"], pki), claimed.challenge
    for expected in ("retry", "retry", "rejected"):
        ruling = running.attempt(claimed.session_id, challenge, card.chip, still_of(people["an"]), card)
        assert (ruling.outcome, ruling.reasons) == (expected, ("liveness:not_done",))
        challenge = ruling.challenge
    assert running.state(created["id"])["state"] == "rejected"


def test_the_movements_of_another_challenge_do_not_count(running, order, people, pki):
    _, claimed = order()
    card = card_of(people["an"], pki)
    backwards = tuple(reversed(claimed.challenge.movements))
    ruling = running.attempt(claimed.session_id, claimed.challenge, card.chip, frames_of(people["an"], backwards), card)
    assert (ruling.outcome, ruling.reasons) == ("retry", ("liveness:not_done",))


def test_a_cloned_chip_is_refused_although_the_face_is_right(running, order, people, pki):
    _, claimed = order()
    card = card_of(people["an"], pki)
    clone = card.chip.copy(chip_key=chip_key(card.profile), signing_key=signing_key("ec"))
    ruling = running.attempt(claimed.session_id, claimed.challenge, clone, frames_of(people["an"], claimed.challenge.movements), card)
    assert ruling.outcome == "rejected"
    assert {"chip:chip_authentication:key_not_owned", "chip:active_authentication:signature_wrong", "chip:copy_protection:refuted"} <= set(ruling.reasons)


def test_a_chip_that_cannot_prove_itself_goes_to_an_operator(running, order, people, pki):
    _, claimed = order()
    card = card_of(people["an"], pki, Profile(active=None, chip=None))
    ruling = running.attempt(claimed.session_id, claimed.challenge, card.chip, frames_of(people["an"], claimed.challenge.movements), card)
    assert (ruling.outcome, ruling.reasons) == ("manual_review", ("chip:copy_protection:copies_cannot_be_told",))


def test_a_portrait_that_was_exchanged_is_never_decoded(running, order, people, pki, monkeypatch):
    _, claimed = order()
    card = card_of(people["an"], pki)
    card.chip.files["dg2"] = card_of(people["binh"], pki).chip.files["dg2"]
    decoded = []
    original = Image.open
    monkeypatch.setattr(Image, "open", lambda *args, **kwargs: decoded.append(args) or original(*args, **kwargs))
    ruling = running.attempt(claimed.session_id, claimed.challenge, card.chip, frames_of(people["binh"], claimed.challenge.movements), card)
    assert (ruling.outcome, decoded) == ("rejected", [])
    assert any(reason.startswith("chip:file_hashes") for reason in ruling.reasons)


def test_the_card_of_somebody_else_than_expected_is_refused(running, order, people, pki):
    _, claimed = order(expected_number="001199000999")
    card = card_of(people["an"], pki)
    ruling = running.attempt(claimed.session_id, claimed.challenge, card.chip, frames_of(people["an"], claimed.challenge.movements), card)
    assert (ruling.outcome, ruling.reasons) == ("rejected", ("chip:expected_holder:differ",))


def test_an_untrusted_issuer_goes_to_an_operator_whose_ruling_is_signed(running, order, people, gateway):
    created, claimed = order("notary")
    card = card_of(people["an"], Pki())
    ruling = running.attempt(claimed.session_id, claimed.challenge, card.chip, frames_of(people["an"], claimed.challenge.movements), card)
    assert (ruling.outcome, ruling.reasons[0]) == ("manual_review", "chip:issuer:unknown_issuer")
    assert httpx.get(f"{running.url}/v1/sessions/{created['id']}/result", headers=CALLER).status_code == 409
    name, password = OPERATOR
    token = httpx.post(f"{running.url}/v1/operator/sign-in", json={"name": name, "password": password}).json()["token"]
    signed_in = {"Authorization": f"Bearer {token}"}
    assert created["id"] in [row["id"] for row in httpx.get(f"{running.url}/v1/operator/reviews", headers=signed_in).json()]
    case = httpx.get(f"{running.url}/v1/operator/reviews/{created['id']}", headers=signed_in).json()
    assert {"portrait", "frame_0", "frame_1", "frame_2"} == set(case["pictures"]) and case["claims"]["name"] == "Nguyễn Văn An" and case["score"] > 0.45
    assert "Nguyễn" not in str(running.rows("SELECT evidence FROM review"))
    body = {"outcome": "verified", "reason": "Đã xem thẻ thật tại quầy"}
    assert httpx.post(f"{running.url}/v1/operator/reviews/{created['id']}/ruling", json=body, headers=signed_in).json()["id"] == created["id"]
    assert httpx.post(f"{running.url}/v1/operator/reviews/{created['id']}/ruling", json=body, headers=signed_in).status_code == 409
    result = result_of(running, created["id"])
    assert (result["outcome"], result["decided_by"]) == ("verified", f"operator:{name}")
    assert running.rows(f"SELECT count(*) FROM review WHERE session_id = '{created['id']}'") == [(0,)]
    actions = [action for (action,) in running.rows(f"SELECT action FROM audit WHERE session_id = '{created['id']}' ORDER BY id")]
    assert actions == ["created", "claimed", "manual_review", "viewed", "verified", "ruled"]
    told = running.until(lambda: (found := [e["data"]["outcome"] for e in gateway.events if e["reference"] == created["id"]]) and len(found) == 2 and found)
    assert told == ["manual_review", "verified"]


def test_chat_identity_does_not_wait_for_an_operator(running, order, people):
    _, claimed = order("strong_chat_identity")
    card = card_of(people["an"], Pki())
    ruling = running.attempt(claimed.session_id, claimed.challenge, card.chip, frames_of(people["an"], claimed.challenge.movements), card)
    assert (ruling.outcome, ruling.reasons[0]) == ("rejected", "chip:issuer:unknown_issuer")


def test_an_operator_may_let_somebody_try_once_more(running, order, people, pki):
    created, claimed = order("notary")
    forged = card_of(people["an"], Pki())
    running.attempt(claimed.session_id, claimed.challenge, forged.chip, frames_of(people["an"], claimed.challenge.movements), forged)
    token = httpx.post(f"{running.url}/v1/operator/sign-in", json=dict(zip(("name", "password"), OPERATOR, strict=True))).json()["token"]
    address, signed_in = f"{running.url}/v1/operator/reviews/{created['id']}/retry", {"Authorization": f"Bearer {token}"}
    code = httpx.post(address, json={"reason": "Nhầm thẻ"}, headers=signed_in).json()["code"]
    assert running.rows(f"SELECT count(*) FROM review WHERE session_id = '{created['id']}'") == [(0,)]
    assert httpx.post(address, json={"reason": "Nhầm thẻ"}, headers=signed_in).status_code == 409
    again = running.kiosk.claim(code)
    assert (again.session_id, again.challenge.attempts_left) == (created["id"], 1)
    card = card_of(people["an"], pki)
    ruling = running.attempt(again.session_id, again.challenge, card.chip, frames_of(people["an"], again.challenge.movements), card)
    assert ruling.outcome == "verified" and running.state(created["id"])["state"] == "verified"
    audit = running.rows(f"SELECT action, detail FROM audit WHERE session_id = '{created['id']}' ORDER BY id")
    assert ("retry_allowed", "Nhầm thẻ") in audit and audit[-1][0] == "verified"


def test_the_code_is_a_picture_of_its_own_as_long_as_it_can_be_used(running):
    created = running.create("notary", subject="picture", key="picture-0001").json()
    address = f"{running.url}/v1/sessions/{created['id']}/qr.svg"
    drawn = httpx.get(address, headers=CALLER)
    assert drawn.headers["content-type"] == "image/svg+xml" and b'xmlns="http://www.w3.org/2000/svg"' in drawn.content
    running.kiosk.claim(created["code"])
    assert httpx.get(address, headers=CALLER).status_code == 409
