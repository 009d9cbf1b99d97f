"""From the chat page to the kiosk and back, with nothing in between but the product.

Real are: gateway, worker, bot, actions, verification service, the kiosk program as its own process, PC/SC with a card on a virtual reader,
and two Chromium windows. Made up are the card's chip (tests/support/testchip) and the film that stands for the camera.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from scripts.local_stack import ROOT, LocalStack, free_port
from tests.support.kiosk_checks import EnrolledKiosk
from tests.support.kiosk_stand import MOVEMENTS, SCREENSHOTS, camera_file, type_digits, with_camera
from tests.support.pcsc import PcscService, pcsc
from tests.support.stack import running_stack, trained_model
from tests.support.testchip import Issue, VpcdCard
from tests.support.verification import SEED, card_of, csca_directory, face_matcher, pack_path, people, pki
from tests.support.waiting import until
from verification_service.kiosk.app import scanned

__all__ = ["csca_directory", "face_matcher", "pack_path", "pcsc", "people", "pki", "trained_model"]
pytestmark = [pytest.mark.stack, pytest.mark.browser]
WAIT = 120_000


@pytest.fixture(scope="module")
def product(trained_model, csca_directory) -> Iterator[LocalStack]:
    yield from running_stack({"VERIFICATION_CHALLENGE_SEED": str(SEED), "VERIFICATION_CSCA_DIR": str(csca_directory)})


@pytest.fixture
def kiosk_page(chromium: Browser, product, pcsc, people, tmp_path) -> Iterator[Page]:
    """The page of a kiosk program that was enrolled by its command line and whose camera shows An."""
    device = EnrolledKiosk.at(product, "Phường Thành Sen")
    key_file, port = tmp_path / "kiosk.key", free_port()
    key_file.write_text(device.key.private_bytes_raw().hex())
    settings = {"KIOSK_ID": device.id, "KIOSK_KEY_FILE": str(key_file), "KIOSK_PORT": str(port), "KIOSK_CAPTURE_SECONDS": "90",
                "PCSCLITE_CSOCK_NAME": os.environ["PCSCLITE_CSOCK_NAME"]}  # fmt: skip
    program = subprocess.Popen([ROOT / ".venv/bin/python", "-m", "verification_service.kiosk"], cwd=ROOT, env=product.environment | settings)
    film = camera_file(tmp_path / "an.y4m", people["an"], MOVEMENTS)
    try:
        until(lambda: answers(f"http://127.0.0.1:{port}/"), 90)
        browser = with_camera(chromium, film)
        page = browser.new_page(viewport={"width": 800, "height": 1280})
        page.goto(f"http://127.0.0.1:{port}/")
        yield page
        browser.close()
    finally:
        program.send_signal(signal.SIGTERM)
        program.wait(20)


def answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.fixture
def chat(chromium: Browser, product: LocalStack) -> Iterator[Page]:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="vi-VN")
    page = context.new_page()
    page.goto(product.url("gateway"))
    yield page
    context.close()


def say(page: Page, text: str, answer: str) -> None:
    page.get_by_label("Nhập câu hỏi của ông/bà").fill(text)
    page.get_by_role("button", name="Gửi", exact=True).click()
    expect(page.locator(".assistant .bubble").filter(has_text=answer).last).to_be_visible(timeout=WAIT)


def choose(page: Page, title: str, answer: str) -> None:
    page.locator(".choices").get_by_role("button", name=title, exact=True).click()
    expect(page.locator(".assistant .bubble").filter(has_text=answer).last).to_be_visible(timeout=WAIT)


def code_in(chat: Page) -> str:
    return re.search(r"Mã của ông/bà là (\d{6})", chat.locator(".assistant .bubble").filter(has_text="Mã của ông/bà là").inner_text())[1]


def check(kiosk_page: Page, code: str, card: Issue, pcsc: PcscService) -> None:
    """The person before the camera types the code and the number and lays their card on the reader."""
    pcsc.empty()
    heading = kiosk_page.locator("section.shown h1")
    kiosk_page.get_by_role("button", name="Bắt đầu").click()
    type_digits(kiosk_page, code)
    expect(heading).to_have_text("Ông/bà có đồng ý không?", timeout=WAIT)
    kiosk_page.get_by_role("button", name="Tôi đồng ý").click()
    type_digits(kiosk_page, card.holder.number)
    with VpcdCard(card.chip, pcsc.port):
        expect(heading).to_have_text("Xác thực xong", timeout=WAIT)


def test_the_chat_page_goes_on_by_itself_after_the_kiosk(chat, kiosk_page, pcsc, people, pki):
    say(chat, "tôi muốn xác thực tại ki-ốt", "Ông/bà cần xác thực để làm việc gì?")
    choose(chat, "Xác nhận tôi trong cuộc trò chuyện", "Ông/bà đồng ý không?")
    choose(chat, "Tôi đồng ý", "xã, phường nào")
    say(chat, "phường Thành Sen", "Mã của ông/bà là")
    said = chat.locator(".assistant .bubble")
    code = code_in(chat)
    expect(said.last).to_contain_text("Nơi có máy: Quầy 1, Công an Phường Thành Sen")
    picture = chat.get_by_role("img", name="Mã QR cho máy ở ki-ốt")
    picture.evaluate("(one) => one.decode()")
    picture.scroll_into_view_if_needed()
    assert scanned(picture.screenshot(type="jpeg", quality=90)) == {"code": code}, "what the kiosk's camera reads from the telephone"
    assert "TROLY06" not in chat.locator("main").inner_text()
    chat.screenshot(path=SCREENSHOTS / "chat-code.png")
    before = said.count()
    check(kiosk_page, code, card_of(people["an"], pki), pcsc)
    expect(said.nth(before)).to_contain_text("Máy đã xác thực xong: đúng là ông/bà", timeout=WAIT)
    chat.screenshot(path=SCREENSHOTS / "chat-verified.png")
    choose(chat, "Xem thẻ làm đến đâu", "Hệ thống không có hồ sơ căn cước nào của ông/bà")


def test_a_hotel_desk_takes_its_guest_from_the_kiosk(chat, kiosk_page, pcsc, people, pki):
    chat.set_viewport_size({"width": 1280, "height": 800})
    card = card_of(people["an"], pki)
    say(chat, "tôi muốn khai báo lưu trú", "hay ở cơ sở lưu trú")
    choose(chat, "Cơ sở lưu trú", "Cơ sở tên là gì?")
    say(chat, "Nhà nghỉ Hoa Sen", "Nơi đó ở xã hay phường nào?")
    say(chat, "số 5 đường Phan Đình Phùng, phường Thành Sen", "Khách đến lúc nào?")
    say(chat, "ngày mai lúc 20h30", "Khách ở đến ngày nào")
    say(chat, "3 đêm", "Có mấy khách?")
    say(chat, "1", "Khách thứ 1/1")
    choose(chat, "Lấy từ ki-ốt", "Mục đích: nhận phòng và thông báo lưu trú")
    choose(chat, "Tôi đồng ý", "Có kết quả, tôi tự làm tiếp")
    chat.screenshot(path=SCREENSHOTS / "hotel-desk-code-wide.png")
    check(kiosk_page, code_in(chat), card, pcsc)
    said = chat.locator(".assistant .bubble")
    expect(said.filter(has_text="Khách thứ 1 (N. V. A.) đã xác thực tại ki-ốt")).to_be_visible(timeout=WAIT)
    expect(said.last).to_have_text("Khách ở lại vì lý do gì?")
    assert card.holder.number not in chat.content()
    chat.screenshot(path=SCREENSHOTS / "hotel-desk-guest-wide.png")
    chat.set_viewport_size({"width": 800, "height": 1280})
    chat.screenshot(path=SCREENSHOTS / "hotel-desk-guest-tall.png")
