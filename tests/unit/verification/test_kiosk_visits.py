"""One person after the other at a kiosk: what was asked for the first never reaches the second, and no hasty touch costs a session."""

import asyncio
import threading
from contextlib import contextmanager, suppress

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.support.verification import card_of, frames_of
from verification_service.kiosk import controller
from verification_service.kiosk.client import ServerRefused, VerificationClient
from verification_service.kiosk.controller import Kiosk
from verification_service.kiosk.state import Screen


class Line(VerificationClient):
    """The real client; the answer to a call that is named in `slow` arrives when `arrive` is set."""

    def __init__(self, running) -> None:
        super().__init__(running.url, running.kiosk_id, running.key, httpx.Client(timeout=300))
        self.slow, self.asked, self.arrive = "", threading.Event(), threading.Event()

    def _post(self, path: str, body: dict, errors=None) -> dict:
        slow = bool(self.slow) and path.endswith(self.slow)
        try:
            return super()._post(path, body, errors)
        finally:
            if slow:
                self.asked.set()
                assert self.arrive.wait(60)


@pytest.fixture
def line(running):
    client = Line(running)
    yield client
    client.arrive.set()


def kiosk_with(line, face_matcher, chip=None) -> Kiosk:
    @contextmanager
    def reader(_seconds, _stop):
        yield chip.present()

    return Kiosk(line, face_matcher, reader, capture=60)


async def waited(event: threading.Event) -> None:
    assert await asyncio.to_thread(event.wait, 60)


async def until(kiosk: Kiosk, *screens: Screen) -> None:
    async with asyncio.timeout(60):
        while kiosk.state.screen not in screens:
            await kiosk.changed(kiosk.state.version)


async def to_the_decision(kiosk: Kiosk, somebody, number: str, movements) -> None:
    """From the consent to the last frame; returns once the answer to the upload has been followed."""
    await kiosk.agree()
    await kiosk.enter_number(number)
    await until(kiosk, Screen.CAMERA, Screen.PROBLEM)
    for jpeg, at in frames_of(somebody, movements):
        await kiosk.add_frame(jpeg, at)


def created(running, name: str) -> dict:
    return running.create(subject=name, key=f"visits-{name}").json()


def test_two_touches_on_next_open_one_session(running, line, face_matcher):
    code = created(running, "twice")["code"]

    async def work():
        kiosk = kiosk_with(line, face_matcher)
        await kiosk.begin()
        await asyncio.gather(kiosk.enter_code(code), kiosk.enter_code(code))
        return kiosk.state.screen

    assert asyncio.run(work()) is Screen.CONSENT


def test_a_session_that_is_opened_after_the_person_has_gone_is_given_back(running, line, face_matcher):
    session = created(running, "gone")

    async def work():
        kiosk = kiosk_with(line, face_matcher)
        await kiosk.begin()
        line.slow = "/claims"
        entering = asyncio.create_task(kiosk.enter_code(session["code"]))
        await waited(line.asked)
        await kiosk.reset()
        line.arrive.set()
        await entering
        return kiosk.state.screen

    assert asyncio.run(work()) is Screen.WELCOME
    assert running.state(session["id"])["state"] == "cancelled"


def test_an_answer_for_the_person_before_is_not_shown_to_the_next(running, line, face_matcher, people, pki):
    first, second = created(running, "first"), created(running, "second")
    card = card_of(people["an"], pki)

    async def work():
        kiosk = kiosk_with(line, face_matcher, card.chip)
        await kiosk.begin()
        await kiosk.enter_code(first["code"])
        movements = kiosk._claimed.challenge.movements
        line.slow = "/evidence"
        deciding = asyncio.create_task(to_the_decision(kiosk, people["an"], card.holder.number, movements))
        await waited(line.asked)
        await kiosk.reset()
        await kiosk.begin()
        await kiosk.enter_code(second["code"])
        line.arrive.set()
        await deciding
        return kiosk.state.screen, kiosk._claimed and kiosk._claimed.session_id

    assert asyncio.run(work()) == (Screen.CONSENT, second["id"])


def test_a_reading_that_failed_in_an_unforeseen_way_does_not_stay_for_ever(running, line, face_matcher, people, pki, monkeypatch):
    session, card = created(running, "stuck"), card_of(people["an"], pki)
    monkeypatch.setattr(controller, "WORKING_SECONDS", 0)

    class Broken:
        def __init__(self) -> None:
            self.card, self.left = card.chip.present(), 25

        def transmit(self, command: bytes) -> bytes:
            self.left -= 1
            if not self.left:
                raise RuntimeError("a driver's own error")
            return self.card.transmit(command)

    async def work():
        kiosk = kiosk_with(line, face_matcher)
        kiosk._reader = lambda *_: contextmanager(lambda: (yield Broken()))()
        await kiosk.begin()
        await kiosk.enter_code(session["code"])
        await kiosk.agree()
        await kiosk.enter_number(card.holder.number)
        await until(kiosk, Screen.READING)
        with suppress(RuntimeError):
            await kiosk._task
        watching = asyncio.create_task(kiosk.watch())
        await until(kiosk, Screen.WELCOME)
        await asyncio.to_thread(running.until, lambda: running.state(session["id"])["state"] == "cancelled")
        watching.cancel()
        return kiosk._number

    assert asyncio.run(work()) == ""


def test_a_page_in_the_servers_place_is_a_refusal_like_another():
    portal = httpx.MockTransport(lambda _: httpx.Response(200, html="<h1>Wi-Fi</h1>"))
    client = VerificationClient("http://127.0.0.1:1", "k", Ed25519PrivateKey.generate(), httpx.Client(transport=portal))
    with pytest.raises(ServerRefused, match="malformed"):
        client.claim("123456")
