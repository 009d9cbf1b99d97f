"""The verification client against the real service."""

import json
import time
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from joserfc import jws

from integrations.services import BackendRejected, BackendUnavailable, NotFound
from integrations.services.verification import VerificationClient
from tests.support.verification import CALLER, card_of, csca_directory, face_matcher, frames_of, gateway, pack_path, people, pki, running
from verification_service.sessions.models import VerificationSession
from verification_service.sessions.results import signed_result
from verification_service.sessions.service import utc_now

__all__ = ["csca_directory", "face_matcher", "gateway", "pack_path", "people", "pki", "running"]


@pytest.fixture
async def client(running):
    async with httpx.AsyncClient(timeout=60) as http:
        yield VerificationClient(http, running.url, {"Authorization": "Bearer development-only"}, total_seconds=60)


async def test_a_session_from_opening_to_its_signed_result(client, running, people, pki):
    session = await client.open_session("lodging_check_in", "consent-1", "conversation-9", "client-key-1")
    assert session.state == "created" and len(session.code) == 6 and session.qr == f"TROLY06:{session.code}"
    with pytest.raises(BackendRejected, match="created"):
        await client.result(session.id)
    claimed = running.kiosk.claim(session.code)
    card = card_of(people["an"], pki)
    running.attempt(claimed.session_id, claimed.challenge, card.chip, frames_of(people["an"], claimed.challenge.movements), card)
    result = await client.result(session.id)
    assert (result.outcome, result.claims.name, result.claims.number) == ("verified", "Nguyễn Văn An", "001199000123")
    with pytest.raises(BackendRejected, match="already_decided"):
        await client.cancel(session.id)
    assert [kiosk.place for kiosk in await client.kiosks()] == ["Công an phường Thành Sen"]


async def test_cancelling_and_unknown_sessions(client):
    session = await client.open_session("notary", "consent-1", "conversation-10", "client-key-2")
    assert (await client.cancel(session.id)).state == "cancelled"
    assert (await client.session(session.id)).code is None
    with pytest.raises(NotFound):
        await client.session("00000000-0000-0000-0000-000000000000")


async def test_who_the_person_is_is_neither_said_nor_believed_after_an_hour(client, running, people, pki):
    session = await client.open_session("lodging_check_in", "consent-1", "conversation-11", "client-key-3")
    claimed, card = running.kiosk.claim(session.code), card_of(people["an"], pki)
    running.attempt(claimed.session_id, claimed.challenge, card.chip, frames_of(people["an"], claimed.challenge.movements), card)
    fresh = httpx.get(f"{running.url}/v1/sessions/{session.id}/result", headers=CALLER).json()
    keys, now = httpx.get(f"{running.url}/v1/keys").json(), time.time()

    async def replayed(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=fresh if request.url.path.endswith("/result") else keys)

    with pytest.MonkeyPatch.context() as patch:
        async with httpx.AsyncClient(transport=httpx.MockTransport(replayed)) as http:
            assert (await VerificationClient(http, "http://verification").result(session.id)).claims
            patch.setattr("integrations.services.verification.time", lambda: now + 3700)
            late = await VerificationClient(http, "http://verification").result(session.id)
    assert (late.outcome, late.claims) == ("verified", None)
    decided = VerificationSession(id=uuid4(), caller="actions", state="verified", purpose="lodging_check_in", reasons=[], claims='{"name": "An"}')
    for age, said in ((59, {"name": "An"}), (61, None)):
        decided.decided_at = utc_now() - timedelta(minutes=age)
        payload = jws.extract_compact(signed_result(running.service, decided).encode()).payload
        assert json.loads(payload)["claims"] == said


async def test_a_statement_of_another_key_is_not_believed(running, people):
    async def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/result"):
            return httpx.Response(200, json={"jws": "eyJhbGciOiJFZDI1NTE5In0.e30.AAAA"})
        return httpx.Response(200, json=httpx.get(f"{running.url}/v1/keys").json())

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        with pytest.raises(BackendUnavailable) as caught:
            await VerificationClient(http, "http://verification").result("x")
    assert caught.value.reason == "malformed"
