"""A running verification service with its real models, an enrolled kiosk, and people with cards."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.support.faces import Person, jpeg, person
from tests.support.testchip import Holder, Issue, Pki, Profile, issue
from tests.support.testchip import content as card_content
from verification_service.chip import AccessKeys, Evidence, Expected, read
from verification_service.face import build_pack
from verification_service.face.matcher import FaceMatcher
from verification_service.face.packs import resolve_pack
from verification_service.kiosk.client import Challenge, Ruling, VerificationClient
from verification_service.sessions import kiosks, operators
from verification_service.sessions.app import create_app
from verification_service.sessions.migrate import upgrade
from verification_service.sessions.nearest import Point, Whereabouts
from verification_service.sessions.settings import VerificationSettings

CALLER = {"Authorization": "Bearer development-only"}
# Turn right, come closer: what both test people can show.
SEED = 0
OPERATOR = ("Đội trưởng An", "a long enough password")


@pytest.fixture(scope="session")
def pack_path(tmp_path_factory) -> Path:
    directory = tmp_path_factory.mktemp("face-pack")
    build_pack.build(directory)
    return directory


@pytest.fixture(scope="session")
def face_matcher(pack_path) -> FaceMatcher:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FACE_MODEL_DIR", str(pack_path))
        return FaceMatcher(resolve_pack())


@pytest.fixture(scope="session")
def people(face_matcher) -> dict[str, Person]:
    return {name: person(name, face_matcher) for name in ("an", "binh")}


@pytest.fixture(scope="session")
def pki() -> Pki:
    return Pki()


@pytest.fixture(scope="session")
def csca_directory(pki, tmp_path_factory) -> Path:
    directory = tmp_path_factory.mktemp("csca")
    (directory / "csca.cer").write_bytes(pki.csca.der)
    return directory


def card_of(somebody: Person, pki: Pki, profile: Profile | None = None, holder: Holder | None = None) -> Issue:
    """A card that carries this person's portrait, signed."""
    issued = issue(profile or Profile(), holder, pki)
    issued.chip.files["dg2"] = card_content.dg2(somebody.portrait())
    issued.sign()
    return issued


@dataclass
class Running:
    """The service on a free port. `told` is what it posted to the gateway's stand-in."""

    url: str
    app: Any
    database: str
    key: Ed25519PrivateKey
    kiosk_id: str
    loop: asyncio.AbstractEventLoop
    told: list[dict] = field(default_factory=list)

    @property
    def kiosk(self) -> VerificationClient:
        return VerificationClient(self.url, self.kiosk_id, self.key, httpx.Client(timeout=300))

    @property
    def service(self):
        return self.app.state.service

    def run(self, coroutine):
        """Runs a coroutine in the service's own loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(60)

    def within_transaction(self, action, *arguments):
        async def work():
            async with self.service.sessions.begin() as transaction:
                return await action(self.service, transaction, *arguments)

        return self.run(work())

    def enrol(self, name: str, place: str, public_key: bytes, commune: str = "Phường Thành Sen", point: Point | None = None):
        """The id of a new kiosk in a commune of Hà Tĩnh."""
        device = kiosks.Device(name, place, Whereabouts.official(commune, "Hà Tĩnh"), public_key, point)
        return self.within_transaction(kiosks.enrol, device).id

    def create(self, purpose="lodging_check_in", subject="conversation-1", key="order-0001", **changes) -> httpx.Response:
        body = {"purpose": purpose, "consent_id": "consent-1", "subject": subject} | changes
        return httpx.post(f"{self.url}/v1/sessions", json=body, headers=CALLER | {"Idempotency-Key": key}, timeout=300)

    def state(self, session_id: str) -> dict:
        return httpx.get(f"{self.url}/v1/sessions/{session_id}", headers=CALLER).json()

    def rows(self, query: str) -> list[tuple]:
        with psycopg.connect(self.database) as connection:
            return connection.execute(query).fetchall()

    def attempt(self, claimed_id: str, challenge: Challenge, card, frames, issued: Issue, number: str | None = None) -> Ruling:
        """Reads the card as the kiosk does, captures, uploads."""
        evidence = self.read(claimed_id, challenge, card, issued, number)
        return self.kiosk.upload(claimed_id, challenge.id, evidence, frames)

    def read(self, session_id: str, challenge: Challenge, card, issued: Issue, number: str | None = None) -> Evidence:
        expected = Expected(number=number or issued.holder.number)
        relay = self.kiosk.authenticator(session_id)
        return read(card.present(), AccessKeys(can=issued.holder.can), challenge=challenge.chip, chip_authenticator=relay, expected=expected)

    def until(self, condition, seconds: float = 20):
        """Polls until `condition()` is true and returns it."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if found := condition():
                return found
            time.sleep(0.05)
        raise AssertionError("did not happen in time")


def frames_of(somebody: Person, movements, every: float = 0.3) -> list[tuple[bytes, float]]:
    """A capture as the kiosk sends it."""
    return [(jpeg(frame), round(number * every, 2)) for number, frame in enumerate(somebody.capture(movements))]


def still_of(somebody: Person, count: int = 8) -> list[tuple[bytes, float]]:
    """A picture held before the camera."""
    return [(jpeg(somebody.framed(somebody.picture)), 0.3 * number) for number in range(count)]


class GatewayStandIn(threading.Thread):
    """Takes the service's events; `answers` are statuses to give first."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.events: list[dict] = []
        self.answers: list[int] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.server = uvicorn.Server(uvicorn.Config(self.application, log_config=None, lifespan="off", interface="asgi3"))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def run(self) -> None:
        self.server.run(sockets=[self.listener])

    async def application(self, scope, receive, send) -> None:
        body = (await receive())["body"]
        status = self.answers.pop(0) if self.answers else 202
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.events.append(
            json.loads(body) | {"status": status, "path": scope["path"], "key": headers.get("idempotency-key"), "token": headers.get("x-internal-token")}
        )
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})


@pytest.fixture(scope="module")
def gateway() -> Iterator[GatewayStandIn]:
    stand_in = GatewayStandIn()
    stand_in.start()
    yield stand_in
    stand_in.server.should_exit = True
    stand_in.join()


def serve(settings: VerificationSettings, matcher: FaceMatcher | None) -> Iterator[Running]:
    app = create_app(settings, matcher)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None))
    loops: list[asyncio.AbstractEventLoop] = []

    async def main() -> None:
        loops.append(asyncio.get_running_loop())
        await server.serve(sockets=[listener])

    thread = threading.Thread(target=lambda: asyncio.run(main()), daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    key = Ed25519PrivateKey.generate()
    running = Running(f"http://127.0.0.1:{listener.getsockname()[1]}", app, settings.verification_database_url, key, "", loops[0])
    public = key.public_key().public_bytes_raw()
    running.kiosk_id = str(running.enrol("Quầy 1", "Công an phường Thành Sen", public))
    running.within_transaction(operators.add, *OPERATOR)
    try:
        yield running
    finally:
        server.should_exit = True
        thread.join(30)


@pytest.fixture(scope="module")
def running(databases, face_matcher, csca_directory, gateway) -> Iterator[Running]:
    name = databases.create(databases.template("verification", upgrade))
    settings = VerificationSettings(
        _env_file=None,
        verification_database_url=databases.address(name),
        verification_csca_dir=csca_directory,
        gateway_url=gateway.url,
        verification_challenge_seed=SEED,
    )
    yield from serve(settings, face_matcher)
    databases.drop(name)


@pytest.fixture
def order(running, request):
    """Opens a session and claims it; subjects and keys are the test's own."""
    counter = iter(range(1000))

    def opened(purpose="lodging_check_in", **changes):
        number = next(counter)
        name = f"{request.node.name}-{number}"[-90:]
        created = running.create(purpose, subject=name.encode("ascii", "replace").decode(), key=f"key-{hash(name)}-{number}", **changes).json()
        return created, running.kiosk.claim(created["code"])

    return opened
