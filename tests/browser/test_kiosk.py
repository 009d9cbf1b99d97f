"""A person at the kiosk: real Chromium with a film as its camera, real PC/SC with a card on a virtual reader, the real service behind."""

import io

import numpy
import pytest
import segno
from PIL import Image
from playwright.sync_api import expect

from tests.support.kiosk_stand import WAIT, film_of, films, heading, shot, stand, to_the_card, type_digits
from tests.support.pcsc import pcsc
from tests.support.testchip import Pki, VpcdCard
from tests.support.verification import card_of, csca_directory, face_matcher, gateway, pack_path, people, pki, running
from verification_service.kiosk.app import scanned

__all__ = ["csca_directory", "face_matcher", "films", "gateway", "pack_path", "pcsc", "people", "pki", "running", "stand"]
pytestmark = pytest.mark.browser


def test_the_right_person_is_verified_and_the_chat_is_told(stand, films, running, people, pki, pcsc, gateway):
    card = card_of(people["an"], pki)
    with stand(films["an"]) as page:
        shot(page, "welcome")
        created = running.create("lodging_check_in", subject="right", key="browser-right").json()
        page.get_by_role("heading", name="Chạm vào màn hình").click()
        expect(heading(page)).to_have_text("Nhập mã 6 số")
        shot(page, "code")
        type_digits(page, created["code"])
        expect(heading(page)).to_have_text("Ông/bà có đồng ý không?")
        shot(page, "consent")
        page.get_by_role("button", name="Tôi đồng ý").click()
        expect(heading(page)).to_have_text("Nhập 12 số trên thẻ căn cước")
        shot(page, "number")
        type_digits(page, card.holder.number)
        expect(heading(page)).to_have_text("Đặt thẻ lên đầu đọc")
        shot(page, "card")
        with VpcdCard(card.chip, pcsc.port):
            expect(page.locator("section.shown video")).to_be_visible(timeout=WAIT)
            expect(page.locator("#prompt")).to_have_text("Quay mặt sang PHẢI", timeout=WAIT)
            expect(heading(page)).to_have_text("Xác thực xong", timeout=WAIT)
            shot(page, "verified")
        assert page.locator("body").inner_text().find(card.holder.number) == -1
        page.get_by_role("button", name="Xong").click()
        expect(heading(page)).to_have_text("Chạm vào màn hình để bắt đầu")
    assert running.state(created["id"])["state"] == "verified"
    assert running.until(lambda: [event for event in gateway.events if event["reference"] == created["id"]])[0]["data"]["outcome"] == "verified"


def test_another_person_is_refused(stand, films, running, people, pki, pcsc):
    card = card_of(people["an"], pki)
    with stand(films["binh"]) as page:
        created = to_the_card(page, running, card.holder.number, "other", "notary")
        with VpcdCard(card.chip, pcsc.port):
            expect(heading(page)).to_have_text("Không xác thực được", timeout=WAIT)
            shot(page, "rejected")
    state = running.state(created["id"])
    assert (state["state"], state["reasons"][0]) == ("rejected", "face:no_match")


def test_a_printed_still_is_not_live(stand, films, running, people, pki, pcsc):
    card = card_of(people["an"], pki)
    with stand(films["still"], capture=5, card=60) as page:
        created = to_the_card(page, running, card.holder.number, "still")
        with VpcdCard(card.chip, pcsc.port):
            expect(page.locator("section.shown video")).to_be_visible(timeout=WAIT)
        expect(page.locator("section.shown #card-hint")).to_have_text("Số lần còn lại: 2", timeout=WAIT)
        shot(page, "card-again")
        pcsc.empty()
        with VpcdCard(card.chip, pcsc.port):
            expect(heading(page)).to_have_text("Không xác thực được", timeout=WAIT)
    state = running.state(created["id"])
    assert state["state"] == "rejected" and state["reasons"][0].startswith("liveness:")


def test_an_unknown_issuer_sends_the_person_to_the_officer(stand, films, running, people, pcsc):
    card = card_of(people["an"], Pki())
    with stand(films["an again"]) as page:
        to_the_card(page, running, card.holder.number, "issuer")
        with VpcdCard(card.chip, pcsc.port):
            expect(heading(page)).to_have_text("Cán bộ sẽ xem lại", timeout=WAIT)
            shot(page, "review")


def qr(text: str) -> numpy.ndarray:
    """Black on white, RGB."""
    output = io.BytesIO()
    segno.make_qr(text, error="m").save(output, kind="png", scale=8, border=4)
    return numpy.asarray(Image.open(output).convert("RGB"))


def before_the_camera(text: str) -> numpy.ndarray:
    picture, code = numpy.full((480, 640, 3), 200, numpy.uint8), qr(text)
    picture[40 : 40 + code.shape[0], 120 : 120 + code.shape[1]] = code
    return picture


def test_the_code_and_the_number_of_the_card_are_scanned_with_the_camera(stand, running, tmp_path):
    created = running.create("notary", subject="scanned", key="browser-scanned").json()
    shown = (before_the_camera(created["qr"]), before_the_camera("001199000123|012345678|Nguyễn Văn An|01011999"))
    with stand(film_of(tmp_path / "qr.y4m", [picture for picture in shown for _ in range(16)]), card=60) as page:
        page.get_by_role("button", name="Bắt đầu").click()
        page.get_by_role("button", name="Quét mã QR").click()
        expect(heading(page)).to_have_text("Ông/bà có đồng ý không?", timeout=WAIT)
        expect(page.locator("#purpose")).to_have_text("Mục đích: công chứng, chứng thực")
        page.get_by_role("button", name="Tôi đồng ý").click()
        page.get_by_role("button", name="Quét QR trên thẻ").click()
        expect(heading(page)).to_have_text("Đặt thẻ lên đầu đọc", timeout=WAIT)


def test_a_qr_of_the_chat_or_of_the_card_is_read():
    def picture(text: str) -> bytes:
        jpeg = io.BytesIO()
        Image.fromarray(qr(text)).save(jpeg, "JPEG")
        return jpeg.getvalue()

    assert scanned(picture("TROLY06:123456")) == {"code": "123456"}
    assert scanned(picture("001199000123|012345678|Nguyễn Văn An|01011999|Nam|Hà Nội|20082024")) == {"number": "001199000123"}
    assert scanned(picture("https://example.com")) == {} == scanned(b"no picture")


def test_nothing_is_stored_by_the_browser_of_the_box(stand):
    with stand() as page:
        answer = page.request.get(f"{page.url}api/state")
        assert answer.headers["cache-control"] == "no-store" and "default-src 'self'" in answer.headers["content-security-policy"]
        assert page.context.cookies() == [] and page.evaluate("localStorage.length + sessionStorage.length") == 0
