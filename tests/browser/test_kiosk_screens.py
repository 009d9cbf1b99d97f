"""The screens that pass quickly, held still: a card that answers slowly, a line that holds back, a camera that shows what is not wanted."""

import httpx
import numpy
import pytest
from playwright.sync_api import Page, expect

from tests.support.faces import FRAME_SIZE, Person
from tests.support.kiosk_stand import WAIT, film_of, films, heading, shot, stand, to_the_card, to_the_consent, type_digits
from tests.support.line import line_to
from tests.support.pcsc import pcsc
from tests.support.testchip import VpcdCard
from tests.support.verification import card_of, csca_directory, face_matcher, gateway, pack_path, people, pki, running
from tests.support.waiting import until
from verification_service.face.liveness import Movement, new_challenge
from verification_service.kiosk.client import VerificationClient

__all__ = ["csca_directory", "face_matcher", "films", "gateway", "pack_path", "pcsc", "people", "pki", "running", "stand"]
pytestmark = pytest.mark.browser
MOVEMENTS = {
    Movement.TURN_LEFT: "Quay mặt sang TRÁI", Movement.TURN_RIGHT: "Quay mặt sang PHẢI", Movement.COME_CLOSER: "Lại gần hơn",
    Movement.CLOSE_EYES: "Nhắm mắt một lúc, rồi mở ra",
}  # fmt: skip


def progress(page: Page) -> float:
    return page.locator("progress").evaluate("(bar) => bar.value")


def test_a_slow_card_shows_how_far_the_reading_is(stand, running, people, pki, pcsc):
    card = card_of(people["an"], pki)
    with stand(card=60) as page:
        to_the_card(page, running, card.holder.number, "slow")
        with VpcdCard(card.chip, pcsc.port) as laid:
            laid.answer_slowly()
            shown = []
            for percent in (1, 40, 75):
                while progress(page) < percent:
                    laid.answer_one()
                expect(heading(page)).to_have_text("Đang đọc thẻ, xin giữ yên")
                shot(page, f"reading-{percent}")
                shown.append(progress(page))
            assert 0 < shown[0] < shown[1] < shown[2] < 100
            laid.answer_freely()
            expect(heading(page)).not_to_have_text("Đang đọc thẻ, xin giữ yên", timeout=WAIT)


def test_who_stops_while_the_card_is_read_is_done_with_it_and_the_next_reading_works(stand, running, people, pki, pcsc):
    card = card_of(people["an"], pki)
    with stand(card=60) as page:
        to_the_card(page, running, card.holder.number, "left while waiting")
        page.get_by_role("button", name="Dừng lại").click()
        created = to_the_card(page, running, card.holder.number, "left while reading")
        with VpcdCard(card.chip, pcsc.port) as laid:
            laid.answer_slowly()
            while progress(page) < 30:
                laid.answer_one()
            page.get_by_role("button", name="Dừng lại").click()
            laid.answer_freely()
            running.until(lambda: running.state(created["id"])["state"] == "cancelled")
            expect(heading(page)).to_have_text("Chạm vào màn hình để bắt đầu")
        pcsc.empty()
        to_the_card(page, running, card.holder.number, "next")
        with VpcdCard(card.chip, pcsc.port):
            expect(heading(page)).to_contain_text("Máy ảnh không hoạt động", timeout=WAIT)


def test_who_waits_for_the_decision_sees_that_it_is_being_made(stand, films, running, people, pki, pcsc):
    card = card_of(people["an"], pki)
    with line_to(running.url) as line:
        client = VerificationClient(line.url, running.kiosk_id, running.key, httpx.Client(timeout=300))
        with stand(films["an"], client=client, card=60) as page:
            created = to_the_card(page, running, card.holder.number, "deciding")
            with VpcdCard(card.chip, pcsc.port):
                expect(page.locator("section.shown video")).to_be_visible(timeout=WAIT)
                line.hold()
                expect(heading(page)).to_have_text("Đang kiểm tra, xin chờ vài giây", timeout=WAIT)
                shot(page, "deciding")
                line.let_go()
                expect(heading(page)).to_have_text("Xác thực xong", timeout=WAIT)
    assert running.state(created["id"])["state"] == "verified"


@pytest.mark.parametrize("movement", MOVEMENTS, ids=str)
def test_the_guide_asks_for_each_movement(stand, films, running, people, pki, pcsc, monkeypatch, movement):
    with_eyes = movement is Movement.CLOSE_EYES
    seed = next(seed for seed in range(100) if new_challenge(seed, eyes=with_eyes).movements[0] is movement)
    monkeypatch.setattr(running.service.settings, "verification_challenge_seed", seed)
    # The landmark model is no part of the installation; here it is only asked for, never read.
    monkeypatch.setattr(running.service, "eyes", object() if with_eyes else None)
    card = card_of(people["an"], pki)
    with stand(films["still"], card=60) as page:
        to_the_card(page, running, card.holder.number, movement.value)
        with VpcdCard(card.chip, pcsc.port):
            expect(page.locator("#prompt")).to_have_text(MOVEMENTS[movement], timeout=WAIT)
            expect(page.locator(f"section.shown .{movement.value}").first).to_be_visible()
            shot(page, f"prompt-{movement.value}")


def test_the_guide_says_what_is_wrong_with_the_picture(stand, running, people, pki, pcsc, tmp_path):
    nobody, dark, far = numpy.full((480, 640, 3), 120, numpy.uint8), frame(people["an"]) // 6, frame(people["an"], 0.4)
    beside = numpy.hstack([half(people["an"]), half(people["binh"])])
    film = film_of(tmp_path / "wrong.y4m", [picture for picture in (nobody, beside, far, dark) for _ in range(48)])
    advice = {
        "no-face": "Chưa thấy khuôn mặt. Đứng hoặc ngồi trước máy ảnh", "two-faces": "Chỉ một người trước máy ảnh",
        "too-far": "Lại gần hơn một chút", "too-dark": "Quay mặt về phía đèn",
    }  # fmt: skip
    card = card_of(people["an"], pki)
    with stand(film, card=60, capture=600) as page:
        to_the_card(page, running, card.holder.number, "advice")
        with VpcdCard(card.chip, pcsc.port):
            for name, words in advice.items():
                expect(page.locator("#advice")).to_have_text(words, timeout=WAIT)
                shot(page, f"advice-{name}")
            expect(page.locator("#prompt")).to_have_text("Nhìn thẳng")


def frame(person: Person, scale: float = 1.0) -> numpy.ndarray:
    return person.framed(person.picture, scale)


def half(person: Person) -> numpy.ndarray:
    """The middle half of a camera picture."""
    return frame(person, 0.9)[:, FRAME_SIZE[0] // 4 : FRAME_SIZE[0] * 3 // 4]


def test_scanning_can_be_left_again_and_a_box_without_a_camera_still_takes_digits(stand, running, tmp_path):
    film = film_of(tmp_path / "desk.y4m", [numpy.full((480, 640, 3), 150, numpy.uint8)] * 4)
    with stand(film) as page:
        page.get_by_role("button", name="Bắt đầu").click()
        page.get_by_role("button", name="Quét mã QR").click()
        expect(heading(page)).to_have_text("Đưa mã QR vào giữa khung hình")
        expect(page.locator("section.shown video")).to_have_js_property("videoWidth", FRAME_SIZE[0])
        shot(page, "scanning-code")
        page.get_by_role("button", name="Dừng lại").click()
        expect(heading(page)).to_have_text("Nhập mã 6 số")
        type_digits(page, running.create(subject="scan", key="browser-scan").json()["code"])
        page.get_by_role("button", name="Tôi đồng ý").click()
        page.get_by_role("button", name="Quét QR trên thẻ").click()
        expect(heading(page)).to_have_text("Đưa mã QR vào giữa khung hình")
        shot(page, "scanning-card")
    with stand() as page:
        to_the_consent(page, running, "no-camera")
        page.get_by_role("button", name="Tôi đồng ý").click()
        page.get_by_role("button", name="Quét QR trên thẻ").click()
        expect(heading(page)).to_contain_text("Máy ảnh không hoạt động")
        page.get_by_role("button", name="Thử lại").click()
        expect(heading(page)).to_have_text("Nhập 12 số trên thẻ căn cước")


# A camera that takes its time to open, as a real one does: `ready()` lets it.
SLOW_CAMERA = """() => {
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wish) => {
    await new Promise((ready) => { window.ready = ready; });
    window.opened = await open(wish);
    return window.opened;
  };
}"""


def test_a_camera_that_opens_after_the_person_has_left_the_scanning_is_closed_at_once(stand, tmp_path):
    film = film_of(tmp_path / "late.y4m", [numpy.full((480, 640, 3), 150, numpy.uint8)] * 4)
    with stand(film) as page:
        page.evaluate(SLOW_CAMERA)
        page.get_by_role("button", name="Bắt đầu").click()
        page.get_by_role("button", name="Quét mã QR").click()
        expect(heading(page)).to_have_text("Đưa mã QR vào giữa khung hình")
        until(lambda: page.evaluate("() => Boolean(window.ready)"))
        page.get_by_role("button", name="Dừng lại").click()
        expect(heading(page)).to_have_text("Nhập mã 6 số")
        page.evaluate("() => window.ready()")
        # Sooner than the next news of the kiosk program, which would close it too.
        until(lambda: page.evaluate("() => Boolean(window.opened?.getTracks().every((track) => track.readyState === 'ended'))"), 10)


def test_who_is_quiet_is_asked_before_the_screen_is_wiped(stand, running):
    with stand(idle=36) as page:
        to_the_consent(page, running, "quiet")
        page.get_by_role("button", name="Tôi đồng ý").click()
        expect(heading(page)).to_have_text("Nhập 12 số trên thẻ căn cước")
        page.keyboard.type("001199")
        question = page.get_by_role("dialog", name="Ông/bà còn ở đây không?")
        expect(question).to_be_visible(timeout=WAIT)
        expect(page.get_by_role("button", name="Tôi còn ở đây")).to_be_focused()
        shot(page, "still-there")
        page.keyboard.press("Enter")
        expect(question).to_be_hidden()
        expect(page.locator("section.shown .digits")).to_have_text("001 199 ––– –––")
