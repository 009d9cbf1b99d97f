"""What can go wrong before a kiosk: each trouble has a screen that says what to do, and the way on from it works."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Page, expect

from tests.support.kiosk_stand import TALL, WAIT, WIDE, films, heading, shot, stand, to_the_card, to_the_consent, type_digits
from tests.support.line import line_to
from tests.support.pcsc import pcsc
from tests.support.testchip import VpcdCard
from tests.support.verification import card_of, csca_directory, face_matcher, gateway, pack_path, people, pki, running
from verification_service.kiosk.client import VerificationClient
from verification_service.sessions import kiosks

__all__ = ["csca_directory", "face_matcher", "films", "gateway", "pack_path", "pcsc", "people", "pki", "running", "stand"]
pytestmark = pytest.mark.browser
WELCOME = "Chạm vào màn hình để bắt đầu"


def test_unknown_code_no_card_card_lifted_early_and_no_camera(stand, running, people, pki, pcsc):
    card = card_of(people["an"], pki)
    with stand() as page:
        page.get_by_role("button", name="Bắt đầu").click()
        type_digits(page, "000000")
        expect(heading(page)).to_contain_text("Mã không đúng hoặc đã hết hạn")
        shot(page, "trouble-code-unknown")
        page.get_by_role("button", name="Dừng lại").click()
        created = to_the_card(page, running, card.holder.number, "trouble")
        expect(heading(page)).to_contain_text("Chưa thấy thẻ", timeout=WAIT)
        shot(page, "trouble-no-card")
        page.get_by_role("button", name="Thử lại").click()
        card.chip.faults.remove_at = 40
        with VpcdCard(card.chip, pcsc.port):
            expect(heading(page)).to_contain_text("Thẻ bị nhấc ra sớm", timeout=WAIT)
            shot(page, "trouble-card-removed")
        card.chip.faults.remove_at = None
        pcsc.empty()
        page.get_by_role("button", name="Thử lại").click()
        with VpcdCard(card.chip, pcsc.port):
            expect(heading(page)).to_contain_text("Máy ảnh không hoạt động", timeout=WAIT)
            shot(page, "trouble-camera")
        page.get_by_role("button", name="Dừng lại").click()
        expect(heading(page)).to_have_text(WELCOME)
        running.until(lambda: running.state(created["id"])["state"] == "cancelled")


def test_a_wrong_number_does_not_open_the_card(stand, running, people, pki, pcsc):
    card = card_of(people["an"], pki)
    with stand() as page:
        to_the_card(page, running, "001199999999", "wrong")
        with VpcdCard(card.chip, pcsc.port):
            expect(heading(page)).to_contain_text("Số đã nhập không khớp với thẻ này", timeout=WAIT)
            shot(page, "trouble-wrong-card")
        page.get_by_role("button", name="Thử lại").click()
        expect(heading(page)).to_have_text("Nhập 12 số trên thẻ căn cước")
        expect(page.locator("section.shown .digits")).to_have_text("––– ––– ––– –––")


def test_a_reader_that_was_unplugged_needs_the_officer(stand, running, people, pki):
    with stand(reader="a reader that is not there") as page:
        to_the_card(page, running, "001199000123", "reader")
        expect(heading(page)).to_contain_text("Đầu đọc thẻ không hoạt động. Xin gọi cán bộ", timeout=WAIT)
        shot(page, "trouble-reader")


def test_the_network_goes_and_comes_back(stand, films, running, people, pki, pcsc):
    card = card_of(people["an"], pki)
    with line_to(running.url) as line:
        client = VerificationClient(line.url, running.kiosk_id, running.key)
        with stand(films["an"], client=client, card=60) as page:
            page.get_by_role("button", name="Bắt đầu").click()
            line.pull()
            created = running.create(subject="network", key="browser-network").json()
            type_digits(page, created["code"])
            expect(heading(page)).to_contain_text("Mất kết nối mạng")
            shot(page, "trouble-network")
            line.plug_in()
            page.get_by_role("button", name="Thử lại").click()
            type_digits(page, created["code"])
            page.get_by_role("button", name="Tôi đồng ý").click()
            type_digits(page, card.holder.number)
            expect(heading(page)).to_have_text("Đặt thẻ lên đầu đọc")
            line.pull()
            with VpcdCard(card.chip, pcsc.port):
                expect(heading(page)).to_contain_text("Mất kết nối mạng", timeout=WAIT)
            line.plug_in()
            pcsc.empty()
            page.get_by_role("button", name="Thử lại").click()
            with VpcdCard(card.chip, pcsc.port):
                expect(heading(page)).to_have_text("Xác thực xong", timeout=WAIT)
    assert running.state(created["id"])["state"] == "verified"


def test_a_session_that_ran_out_asks_for_a_new_code(stand, running, people, pki, pcsc):
    card = card_of(people["an"], pki)
    with stand(card=60) as page:
        created = to_the_card(page, running, card.holder.number, "late")
        running.rows(f"UPDATE verification_session SET expires_at = now() WHERE id = '{created['id']}' RETURNING id")
        with VpcdCard(card.chip, pcsc.port):
            expect(heading(page)).to_contain_text("Đã hết thời gian. Xin mã mới trong cuộc trò chuyện", timeout=WAIT)
            shot(page, "trouble-session-over")
        page.get_by_role("button", name="Về màn hình đầu").click()
        expect(heading(page)).to_have_text(WELCOME)


def test_a_kiosk_that_was_revoked_says_so(stand, running):
    key = Ed25519PrivateKey.generate()
    kiosk_id = running.enrol("Quầy mất", "Công an phường Thành Sen", key.public_key().public_bytes_raw())
    running.within_transaction(kiosks.revoke, kiosk_id)
    with stand(client=VerificationClient(running.url, str(kiosk_id), key)) as page:
        page.get_by_role("button", name="Bắt đầu").click()
        type_digits(page, running.create(subject="revoked", key="browser-revoked").json()["code"])
        expect(heading(page)).to_contain_text("Máy này chưa được phép dùng. Xin gọi cán bộ")


def test_who_walks_away_leaves_nothing_on_the_screen(stand, running):
    with stand(idle=10) as page:
        created = to_the_consent(page, running, "walked")
        page.get_by_role("button", name="Tôi đồng ý").click()
        expect(heading(page)).to_have_text("Nhập 12 số trên thẻ căn cước")
        page.keyboard.type("001199")
        expect(heading(page)).to_have_text(WELCOME, timeout=WAIT)
        assert "001 199" not in page.locator("body").inner_text()
        running.until(lambda: running.state(created["id"])["state"] == "cancelled")


def test_who_does_not_agree_is_let_go(stand, running):
    with stand() as page:
        created = to_the_consent(page, running, "declined")
        page.get_by_role("button", name="Không đồng ý").click()
        expect(heading(page)).to_have_text(WELCOME)
        running.until(lambda: running.state(created["id"])["state"] == "cancelled")


def controls(page: Page) -> list[dict]:
    """Every control on the screen: its text, width, height, and how far down its middle is (0 top, 1 bottom)."""
    return page.locator("button:visible").evaluate_all(
        "all => all.map((one) => { const box = one.getBoundingClientRect();"
        " const middle = (box.top + box.bottom) / 2 / innerHeight;"
        " return { text: one.textContent, width: box.width, height: box.height, middle, inside: box.bottom <= innerHeight }; })"
    )


def test_large_targets_within_reach_of_a_wheelchair_on_every_screen(stand, running):
    with stand() as page:
        for step in (lambda: None, lambda: page.get_by_role("button", name="Bắt đầu").click(), lambda: reach_consent(page, running), lambda: agree(page)):
            step()
            for size in (TALL, WIDE):
                page.set_viewport_size({"width": size[0], "height": size[1]})
                found = controls(page)
                assert [one for one in found if min(one["width"], one["height"]) < 64 or not one["inside"]] == [], size
                assert [one for one in found if size is TALL and one["middle"] < 0.5] == [], "above the reach of somebody who sits"
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight"), size


def reach_consent(page: Page, running) -> None:
    type_digits(page, running.create(subject="reach", key="browser-reach").json()["code"])
    expect(heading(page)).to_have_text("Ông/bà có đồng ý không?")


def agree(page: Page) -> None:
    page.get_by_role("button", name="Tôi đồng ý").click()
    expect(heading(page)).to_have_text("Nhập 12 số trên thẻ căn cước")


def test_english_and_a_keyboard_alone(stand, running):
    with stand() as page:
        page.get_by_role("button", name="English").press("Enter")
        expect(heading(page)).to_have_text("Touch the screen to begin")
        assert page.locator("html").get_attribute("lang") == "en"
        shot(page, "english-welcome")
        page.get_by_role("button", name="Start").press("Enter")
        expect(heading(page)).to_have_text("Enter the 6-digit code")
        page.keyboard.type("12345")
        expect(page.locator("section.shown .digits")).to_have_text("123 45–")
        expect(page.locator("section.shown .go")).to_be_disabled()
        page.keyboard.press("Backspace")
        expect(page.locator("section.shown .digits")).to_have_text("123 4––")
        for _ in range(4):
            page.keyboard.press("Backspace")
        shot(page, "english-code")
        page.keyboard.type(running.create("notary", subject="keys", key="browser-keys").json()["code"])
        page.keyboard.press("Enter")
        expect(heading(page)).to_have_text("Do you agree?")
        shot(page, "english-consent")
        page.get_by_role("button", name="I agree").press("Enter")
        expect(heading(page)).to_have_text("Enter the 12 digits on your ID card")
        shot(page, "english-number")
        page.keyboard.press("Escape")
        expect(heading(page)).to_have_text(WELCOME)
        assert page.locator("html").get_attribute("lang") == "vi", "the next person begins in Vietnamese"


def test_it_reads_aloud_only_when_asked(stand):
    with stand() as page:
        # A headless browser has no voice: what it is given to say is noted instead.
        page.evaluate("() => { window.spoken = []; speechSynthesis.speak = (said) => { spoken.push([said.lang, said.text]); }; }")
        page.get_by_role("button", name="Bắt đầu").click()
        expect(heading(page)).to_have_text("Nhập mã 6 số")
        assert page.evaluate("spoken") == []
        page.get_by_role("button", name="Đọc to").click()
        assert page.evaluate("spoken") == [["vi-VN", "Nhập mã 6 số"]]
        page.get_by_role("button", name="Dừng lại").click()
        expect(heading(page)).to_have_text(WELCOME)
        assert page.evaluate("spoken.at(-1)") == ["vi-VN", WELCOME]
        page.get_by_role("button", name="Bắt đầu").click()
        expect(heading(page)).to_have_text("Nhập mã 6 số")
        assert page.evaluate("spoken.length") == 2, "the next person is not read to unasked"
