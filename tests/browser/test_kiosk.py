"""A person at the kiosk: real Chromium with a film as its camera, real PC/SC with a card on a virtual reader, the real service behind."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import numpy
import pytest
import segno
from PIL import Image
from playwright.sync_api import expect, sync_playwright

from tests.support.kiosk_stand import camera_file, serving_kiosk
from tests.support.pages import CHROMIUM_FLAGS
from tests.support.pcsc import pcsc
from tests.support.testchip import Pki, VpcdCard
from tests.support.verification import (
    card_of,
    csca_directory,
    face_matcher,
    gateway,
    pack_path,
    people,
    pki,
    running,
)
from verification_service.chip import wait_for_card
from verification_service.kiosk.controller import Kiosk

__all__ = ["csca_directory", "face_matcher", "gateway", "pack_path", "pcsc", "people", "pki", "running"]
pytestmark = pytest.mark.browser

# The seed of the service in these tests draws: turn right, come closer.
MOVEMENTS = ("turn_right", "come_closer")
WAIT = 90_000


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
def stand(running, face_matcher, pcsc, screenshots):
    """Opens the kiosk's page with a camera that shows a film, or without any."""

    @contextmanager
    def opened(film, capture: float = 60, size=(1080, 1400)) -> Iterator:
        pcsc.empty()
        kiosk = Kiosk(running.kiosk, face_matcher, lambda seconds: wait_for_card(pcsc.reader, seconds), idle=120, card=8, capture=capture)
        camera = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"] if film else []
        with serving_kiosk(kiosk) as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*CHROMIUM_FLAGS, *camera])
            page = browser.new_page(viewport={"width": size[0], "height": size[1]})
            page.shot = lambda name: page.screenshot(path=screenshots / f"kiosk-{name}.png")
            page.goto(url)
            expect(page.locator("section.shown h1")).to_have_text("Chạm vào màn hình để bắt đầu")
            yield page, kiosk
            browser.close()

    return opened


@pytest.fixture(scope="session")
def screenshots():
    from scripts.local_stack import ROOT

    directory = ROOT / "var" / "screenshots"
    directory.mkdir(parents=True, exist_ok=True)
    return directory


def type_digits(page, digits: str) -> None:
    for digit in digits:
        page.locator("section.shown .keypad").get_by_text(digit, exact=True).click()
    page.locator("section.shown .keypad .go").click()


def heading(page):
    return page.locator("section.shown h1")


def to_the_card(page, running, number: str, key: str, purpose="lodging_check_in") -> dict:
    """From the welcome screen to the request for the card."""
    created = running.create(purpose, subject=key, key=f"browser-{key}").json()
    page.shot("1-welcome")
    page.get_by_role("button", name="Bắt đầu").click()
    page.shot("2-code")
    type_digits(page, created["code"])
    expect(heading(page)).to_have_text("Ông/bà có đồng ý không?")
    page.shot("3-consent")
    page.get_by_role("button", name="Tôi đồng ý").click()
    expect(heading(page)).to_have_text("Nhập 12 số trên thẻ căn cước")
    page.shot("4-number")
    type_digits(page, number)
    return created


def test_the_right_person_is_verified_and_the_chat_is_told(stand, films, running, people, pki, pcsc, gateway):
    card = card_of(people["an"], pki)
    with stand(films["an"]) as (page, _):
        created = to_the_card(page, running, card.holder.number, "right")
        expect(heading(page)).to_have_text("Đặt thẻ lên đầu đọc")
        page.shot("5-card")
        with VpcdCard(card.chip, pcsc.port):
            expect(page.locator("section.shown video")).to_be_visible(timeout=WAIT)
            page.shot("7-camera")
            expect(page.locator("#prompt")).to_have_text("Quay mặt sang PHẢI", timeout=WAIT)
            page.shot("7-camera-turn")
            expect(heading(page)).to_have_text("Xác thực xong", timeout=WAIT)
            page.shot("9-verified")
        assert page.locator("body").inner_text().find(card.holder.number) == -1
        page.get_by_role("button", name="Xong").click()
        expect(heading(page)).to_have_text("Chạm vào màn hình để bắt đầu")
    assert running.state(created["id"])["state"] == "verified"
    assert running.until(lambda: [event for event in gateway.events if event["reference"] == created["id"]])[0]["data"]["outcome"] == "verified"


def test_another_person_is_refused(stand, films, running, people, pki, pcsc):
    card = card_of(people["an"], pki)
    with stand(films["binh"]) as (page, _):
        created = to_the_card(page, running, card.holder.number, "other", "notary")
        with VpcdCard(card.chip, pcsc.port):
            expect(heading(page)).to_have_text("Không xác thực được", timeout=WAIT)
            page.shot("9-rejected")
    state = running.state(created["id"])
    assert (state["state"], state["reasons"][0]) == ("rejected", "face:no_match")


def test_a_printed_still_is_not_live(stand, films, running, people, pki, pcsc):
    card = card_of(people["an"], pki)
    with stand(films["still"], capture=5) as (page, _):
        created = to_the_card(page, running, card.holder.number, "still")
        with VpcdCard(card.chip, pcsc.port):
            expect(heading(page)).to_have_text("Không xác thực được", timeout=WAIT)
    state = running.state(created["id"])
    assert state["state"] == "rejected" and state["reasons"][0].startswith("liveness:")


def test_an_unknown_issuer_sends_the_person_to_the_officer(stand, films, running, people, pcsc):
    card = card_of(people["an"], Pki())
    with stand(films["an again"]) as (page, _):
        to_the_card(page, running, card.holder.number, "issuer")
        with VpcdCard(card.chip, pcsc.port):
            expect(heading(page)).to_have_text("Cán bộ sẽ xem lại", timeout=WAIT)
            page.shot("9-review")


def test_everything_that_goes_wrong_has_a_screen_that_says_what_to_do(stand, running, people, pki, pcsc):
    card = card_of(people["an"], pki)
    with stand(None) as (page, _):
        page.get_by_role("button", name="Bắt đầu").click()
        type_digits(page, "000000")
        expect(heading(page)).to_contain_text("Mã không đúng hoặc đã hết hạn")
        page.shot("p-code-unknown")
        page.get_by_role("button", name="Dừng lại").click()
        created = to_the_card(page, running, card.holder.number, "trouble")
        expect(heading(page)).to_contain_text("Chưa thấy thẻ", timeout=WAIT)
        page.shot("p-no-card")
        page.get_by_role("button", name="Thử lại").click()
        card.chip.faults.remove_at = 40
        with VpcdCard(card.chip, pcsc.port):
            expect(heading(page)).to_contain_text("Thẻ bị nhấc ra sớm", timeout=WAIT)
            page.shot("p-card-removed")
        card.chip.faults.remove_at = None
        pcsc.empty()
        page.get_by_role("button", name="Thử lại").click()
        with VpcdCard(card.chip, pcsc.port):
            expect(heading(page)).to_contain_text("Máy ảnh không hoạt động", timeout=WAIT)
            page.shot("p-camera")
        page.get_by_role("button", name="Dừng lại").click()
        expect(heading(page)).to_have_text("Chạm vào màn hình để bắt đầu")
        running.until(lambda: running.state(created["id"])["state"] == "cancelled")


def test_a_wrong_number_does_not_open_the_card(stand, running, people, pki, pcsc):
    card = card_of(people["an"], pki)
    with stand(None) as (page, _):
        to_the_card(page, running, "001199999999", "wrong")
        with VpcdCard(card.chip, pcsc.port):
            expect(heading(page)).to_contain_text("Số đã nhập không khớp với thẻ này", timeout=WAIT)
            page.shot("p-wrong-card")
        page.get_by_role("button", name="Thử lại").click()
        expect(heading(page)).to_have_text("Nhập 12 số trên thẻ căn cước")


def test_english_large_targets_and_keyboard(stand):
    with stand(None, size=(800, 1280)) as (page, _):
        page.get_by_role("button", name="English").click()
        expect(heading(page)).to_have_text("Touch the screen to begin")
        page.get_by_role("button", name="Start").click()
        expect(heading(page)).to_have_text("Enter the 6-digit code")
        page.keyboard.type("12345")
        expect(page.locator("section.shown .digits")).to_have_text("123 45")
        expect(page.locator("section.shown .go")).to_be_disabled()
        page.keyboard.press("Backspace")
        expect(page.locator("section.shown .digits")).to_have_text("123 4")
        page.shot("e-code-english")
        sizes = page.locator("button:visible").evaluate_all("buttons => buttons.map(b => [b.textContent, b.offsetWidth, b.offsetHeight])")
        assert [size for size in sizes if min(size[1:]) < 64] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 800


def test_a_qr_of_the_chat_or_of_the_card_is_read(stand):
    from verification_service.kiosk.app import scanned

    def picture(text: str) -> bytes:
        output, jpeg = io.BytesIO(), io.BytesIO()
        segno.make_qr(text, error="m").save(output, kind="png", scale=6, border=4)
        Image.fromarray(numpy.asarray(Image.open(output).convert("RGB"))).save(jpeg, "JPEG")
        return jpeg.getvalue()

    assert scanned(picture("TROLY06:123456")) == {"code": "123456"}
    assert scanned(picture("001199000123|012345678|Nguyễn Văn An|01011999|Nam|Hà Nội|20082024")) == {"number": "001199000123"}
    assert scanned(picture("https://example.com")) == {} == scanned(b"no picture")
