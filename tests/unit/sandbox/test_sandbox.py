"""The sandbox as a whole: controls, and an OpenAPI description for each backend."""

import asyncio

import pytest


async def test_the_identity_service_can_be_put_under_maintenance(sandbox_http):
    before = (await sandbox_http.get("/identity/v1/service-status")).json()
    await sandbox_http.put("/control", json={"identity_state": "maintenance"})
    after = (await sandbox_http.get("/identity/v1/service-status")).json()
    assert (before["state"], after["state"], after["trial"]) == ("ok", "maintenance", True)


async def test_a_delay_holds_every_backend_back(sandbox_http):
    await sandbox_http.put("/control", json={"delay_seconds": 30})
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await sandbox_http.get("/identity/v1/service-status")
    await sandbox_http.put("/control", json={"delay_seconds": 0})
    assert (await sandbox_http.get("/identity/v1/service-status")).status_code == 200


@pytest.mark.parametrize(
    ("backend", "path"), [("identity", "/v1/service-status"), ("id-card", "/v1/status-lookups"), ("lodging", "/v1/notifications/{code}/cancel")]
)
async def test_each_backend_describes_itself(sandbox_http, backend, path):
    assert path in (await sandbox_http.get(f"/{backend}/openapi.json")).json()["paths"]


async def test_the_zalo_stand_in_is_there_and_the_sandbox_is_alive(sandbox_http):
    assert (await sandbox_http.get("/healthz")).json() == {"status": "ok"}
    assert (await sandbox_http.post("/zalo/v3.0/oa/message/cs", json={})).status_code != 404
