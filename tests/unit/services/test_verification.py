"""The verification client against the real service."""

import httpx
import pytest

from integrations.services import BackendRejected, BackendUnavailable, NotFound
from integrations.services.verification import VerificationClient
from tests.support.verification import card_of, csca_directory, face_matcher, frames_of, gateway, pack_path, people, pki, running

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


async def test_a_statement_of_another_key_is_not_believed(running, people):
    async def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/result"):
            return httpx.Response(200, json={"jws": "eyJhbGciOiJFZDI1NTE5In0.e30.AAAA"})
        return httpx.Response(200, json=httpx.get(f"{running.url}/v1/keys").json())

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        with pytest.raises(BackendUnavailable) as caught:
            await VerificationClient(http, "http://verification").result("x")
    assert caught.value.reason == "malformed"
