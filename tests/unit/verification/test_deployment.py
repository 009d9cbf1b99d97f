"""Migrations, settings, readiness, rotation, and an API that never answers with 5xx."""

import asyncio
import resource
from base64 import b64encode
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import psycopg
import pytest
import schemathesis
from alembic import command
from alembic.script import ScriptDirectory
from hypothesis import HealthCheck, given, settings
from pydantic import ValidationError

from tests.support.verification import CALLER, OPERATOR, Running, serve
from verification_service.kiosk.app import create_app as create_kiosk
from verification_service.kiosk.controller import Kiosk
from verification_service.kiosk.settings import KioskSettings
from verification_service.sessions.__main__ import rotate_keys
from verification_service.sessions.app import create_app
from verification_service.sessions.database import create_engine
from verification_service.sessions.encryption import Keyring
from verification_service.sessions.migrate import alembic_config, downgrade, upgrade
from verification_service.sessions.settings import DEVELOPMENT_KEY, VerificationSettings
from verification_service.sessions.signatures import sign

serving = contextmanager(serve)


def test_one_head_up_down_and_in_agreement_with_the_models(empty_database):
    assert len(ScriptDirectory.from_config(alembic_config(empty_database)).get_heads()) == 1
    upgrade(empty_database)
    command.check(alembic_config(empty_database))
    downgrade(empty_database)
    with psycopg.connect(empty_database) as connection:
        assert connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall() == [("alembic_version",)]


def test_production_refuses_development_secrets_and_a_fixed_challenge(monkeypatch):
    with pytest.raises(ValidationError, match="must be set in production"):
        VerificationSettings(_env_file=None, troly_env="production")
    key = b64encode(b"k" * 32).decode()
    real = {"data_keys": f"k1:{key}", "index_key": key, "internal_token": "t" * 32, "verification_signing_key": key}
    assert VerificationSettings(_env_file=None, troly_env="production", **real).callers == {"actions": "t" * 32}
    with pytest.raises(ValidationError, match="for tests only"):
        VerificationSettings(_env_file=None, troly_env="production", verification_challenge_seed=1, **real)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"verification_url": "http://verify.example.vn"}, "https"),
        ({"verification_url": "http://10.0.0.5:8200"}, "https"),
        ({"kiosk_host": "10.0.0.5"}, "loopback"),
    ],
)
def test_a_kiosk_sends_nothing_in_the_clear_and_serves_nobody_but_its_own_box(changes, wrong):
    assert KioskSettings(_env_file=None, verification_url="https://verify.example.vn").kiosk_host == "127.0.0.1"
    with pytest.raises(ValidationError, match=wrong):
        KioskSettings(_env_file=None, **changes)


def test_a_crash_writes_no_portrait_to_the_disk(running):
    most = resource.getrlimit(resource.RLIMIT_CORE)[1]
    for make in (lambda: create_app(running.service.settings), lambda: create_kiosk(Kiosk(running.kiosk, running.service.matcher, None))):
        resource.setrlimit(resource.RLIMIT_CORE, (most, most))
        make()
        assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0


def test_without_csca_certificates_the_service_says_what_it_can_reach(databases, face_matcher, gateway, caplog):
    address = databases.address(databases.create(databases.template("verification", upgrade)))
    with serving(VerificationSettings(_env_file=None, verification_database_url=address, gateway_url=gateway.url), face_matcher) as running:
        assert httpx.get(f"{running.url}/readyz").json()["best_outcome"] == "manual_review"
    assert "no CSCA certificate" in caplog.text


def test_without_a_face_model_the_service_is_not_ready_and_judges_nothing(databases, gateway, monkeypatch, tmp_path):
    monkeypatch.setenv("FACE_MODEL_DIR", str(tmp_path))
    address = databases.address(databases.create(databases.template("verification", upgrade)))
    with serving(VerificationSettings(_env_file=None, verification_database_url=address, gateway_url=gateway.url), None) as running:
        assert httpx.get(f"{running.url}/readyz").status_code == 503
        claimed = running.kiosk.claim(running.create().json()["code"])
        path = f"/v1/kiosk/sessions/{claimed.session_id}/evidence"
        body = b'{"challenge_id": "%s", "chip": "{}", "frames": []}' % claimed.challenge.id.encode()
        headers = sign(running.key, running.kiosk_id, "POST", path, body) | {"Content-Type": "application/json"}
        answer = httpx.post(f"{running.url}{path}", content=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (503, "face_model")


def test_rotation_moves_every_value_and_nothing_else(running):
    running.create(subject="rotated", key="rotated-0001", expected_number="001199000123")
    new = b64encode(b"n" * 32).decode()
    ring = Keyring(f"new:{new},development:{DEVELOPMENT_KEY}", DEVELOPMENT_KEY)

    async def rotated() -> tuple[int, int]:
        engine = create_engine(running.database, ring)
        counts = await rotate_keys(engine, ring), await rotate_keys(engine, ring)
        await engine.dispose()
        return counts

    first, second = asyncio.run(rotated())
    assert first >= 2 and second == 0
    assert [row for row in running.rows("SELECT code FROM verification_session WHERE code IS NOT NULL") if not row[0].startswith("new.")] == []


def test_no_input_that_the_description_allows_or_forbids_makes_a_5xx(databases, face_matcher, gateway):
    address = databases.address(databases.create(databases.template("verification", upgrade)))
    seen: Counter[int] = Counter()
    with serving(VerificationSettings(_env_file=None, verification_database_url=address, gateway_url=gateway.url), face_matcher) as running:
        schema = schemathesis.openapi.from_url(f"{running.url}/openapi.json")
        sign_in = dict(zip(("name", "password"), OPERATOR, strict=True))
        token = httpx.post(f"{running.url}/v1/operator/sign-in", json=sign_in).json()["token"]
        with httpx.Client(timeout=60) as http:
            for operation in schema.get_all_operations():
                _exercise(operation.ok(), Sender(running, http, token, seen))
    assert not [status for status in seen if status >= 500]
    assert {201, 404, 422} <= set(seen)


@dataclass
class Sender:
    """Sends generated cases with the credentials that their path needs, and counts the statuses."""

    running: Running
    http: httpx.Client
    token: str
    seen: Counter[int]

    def send(self, case) -> None:
        arguments = case.as_transport_kwargs(base_url=self.running.url)
        parts = {name: arguments[name] for name in ("json", "data", "params", "headers") if arguments.get(name) is not None}
        parts["content"] = parts.pop("data", None)
        request = self.http.build_request(arguments["method"], arguments["url"], **parts)
        request.headers.update({"Authorization": f"Bearer {self.token}"} if "/operator/" in case.path else CALLER)
        if "/kiosk/" in case.path:
            target = request.url.raw_path.decode()
            request.headers.update(sign(self.running.key, self.running.kiosk_id, request.method, target, request.read()))
        self.seen[self.http.send(request).status_code] += 1


def _exercise(operation, sender: Sender) -> None:
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(operation.as_strategy())
    def every(case) -> None:
        sender.send(case)

    every()
