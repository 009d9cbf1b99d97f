"""A whole kiosk for browser tests: kiosk program, page in Chromium, a reader with a card, and a fake camera that plays a person."""

import asyncio
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy
import pytest
import uvicorn
from playwright.sync_api import Browser, Locator, Page, expect

from scripts.local_stack import ROOT
from tests.support.faces import FRAME_SIZE, Person
from tests.support.pages import CHROMIUM_FLAGS
from tests.support.waiting import until
from verification_service.chip import wait_for_card
from verification_service.kiosk.app import create_app
from verification_service.kiosk.client import VerificationClient
from verification_service.kiosk.controller import Kiosk

FRAMES_PER_SECOND = 8
# What the fixed seed of the service in tests draws (tests/support/verification.SEED).
MOVEMENTS = ("turn_right", "come_closer")
WAIT = 90_000
WIDE, TALL = (1280, 800), (800, 1280)
SCREENSHOTS = ROOT / "var" / "screenshots" / "kiosk"


@pytest.fixture(scope="module")
def films(people, tmp_path_factory):
    directory = tmp_path_factory.mktemp("films")
    return {
        "an": camera_file(directory / "an.y4m", people["an"], MOVEMENTS),
        "an again": camera_file(directory / "again.y4m", people["an"], MOVEMENTS),
        "binh": camera_file(directory / "binh.y4m", people["binh"], MOVEMENTS),
        "still": camera_file(directory / "still.y4m", people["an"], ()),
    }


@pytest.fixture
def stand(chromium: Browser, running, face_matcher, pcsc):
    """Opens the kiosk's page with a camera that shows a film, or without any."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def opened(film=None, *, size=TALL, capture: float = 60, idle: float = 120, card: float = 8, reader="", client: VerificationClient | None = None):
        pcsc.empty()
        kiosk = Kiosk(client or running.kiosk, face_matcher, lambda *wait: wait_for_card(reader or pcsc.reader, *wait), idle, card, capture)
        with serving_kiosk(kiosk) as url:
            browser = with_camera(chromium, film)
            page = browser.new_page(viewport={"width": size[0], "height": size[1]})
            page.goto(url)
            expect(heading(page)).to_have_text("Chạm vào màn hình để bắt đầu")
            yield page
            browser.close()

    return opened


def with_camera(chromium: Browser, film: Path | None) -> Browser:
    """Another browser, whose camera plays a film; without one it has no camera."""
    camera = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"] if film else []
    return chromium.browser_type.launch(executable_path="/usr/bin/chromium", args=[*CHROMIUM_FLAGS, *camera])


def shot(page: Page, name: str) -> None:
    """The screen as it is, tall (as the box stands) and wide."""
    for shape, size in (("tall", TALL), ("wide", WIDE)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.screenshot(path=SCREENSHOTS / f"{name}-{shape}.png")


def heading(page: Page) -> Locator:
    return page.locator("section.shown h1")


def type_digits(page: Page, digits: str) -> None:
    for digit in digits:
        page.locator("section.shown .keypad").get_by_text(digit, exact=True).click()
    page.locator("section.shown .keypad .go").click()


def to_the_consent(page: Page, running, key: str, purpose="lodging_check_in") -> dict:
    """From the welcome screen to the question whether the person agrees."""
    created = running.create(purpose, subject=key, key=f"browser-{key}").json()
    page.get_by_role("button", name="Bắt đầu").click()
    type_digits(page, created["code"])
    expect(heading(page)).to_have_text("Ông/bà có đồng ý không?")
    return created


def to_the_card(page: Page, running, number: str, key: str, purpose="lodging_check_in") -> dict:
    """From the welcome screen to the request for the card."""
    created = to_the_consent(page, running, key, purpose)
    page.get_by_role("button", name="Tôi đồng ý").click()
    expect(heading(page)).to_have_text("Nhập 12 số trên thẻ căn cước")
    type_digits(page, number)
    return created


def camera_file(path: Path, person: Person, movements: Sequence[str]) -> Path:
    """A looping film (YUV4MPEG2) of somebody who makes the movements, holding each for a while; no movements make a still."""
    pictures: list[numpy.ndarray] = []
    for movement in movements:
        pictures += [person.framed(person.picture) for _ in range(10)]
        for amount in (0.5, *([0.95] * 8), 0.5):
            pictures.append(person._moved(movement, amount))
    return film_of(path, [*pictures, *(person.framed(person.picture) for _ in range(12))])


def film_of(path: Path, pictures: Sequence[numpy.ndarray]) -> Path:
    """RGB pictures as a film that Chromium takes for a camera."""
    with path.open("wb") as film:
        film.write(f"YUV4MPEG2 W{FRAME_SIZE[0]} H{FRAME_SIZE[1]} F{FRAMES_PER_SECOND}:1 Ip A1:1 C420jpeg\n".encode())
        for picture in pictures:
            film.write(b"FRAME\n" + cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420).tobytes())
    return path


@contextmanager
def serving_kiosk(kiosk: Kiosk) -> Iterator[str]:
    """The kiosk's page on a free port."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(kiosk), log_config=None))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])), daemon=True)
    thread.start()
    until(lambda: server.started)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
