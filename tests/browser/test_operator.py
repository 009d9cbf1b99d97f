"""An operator rules on a case that the machine could not decide: what they see, what is recorded, and that the evidence is gone afterwards."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.kiosk_stand import SCREENSHOTS, WAIT
from tests.support.testchip import Pki
from tests.support.verification import OPERATOR, card_of, csca_directory, face_matcher, frames_of, gateway, order, pack_path, people, pki, running

__all__ = ["csca_directory", "face_matcher", "gateway", "order", "pack_path", "people", "pki", "running"]
pytestmark = pytest.mark.browser


@pytest.fixture
def operator(chromium: Browser, running):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{running.url}/operator/")
    yield page
    context.close()


@pytest.fixture
def waiting(running, order, people):
    """A case of an unknown issuer; its session."""

    def opened(purpose: str = "notary") -> dict:
        created, claimed = order(purpose)
        card = card_of(people["an"], Pki())
        ruling = running.attempt(claimed.session_id, claimed.challenge, card.chip, frames_of(people["an"], claimed.challenge.movements), card)
        assert ruling.outcome == "manual_review"
        return created

    return opened


def sign_in(page: Page, password: str = OPERATOR[1]) -> None:
    page.get_by_label("Tên", exact=True).fill(OPERATOR[0])
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập").click()


def shot(page: Page, name: str) -> None:
    for shape, (width, height) in {"wide": (1280, 800), "tall": (800, 1280), "narrow": (420, 900)}.items():
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=SCREENSHOTS / f"operator-{name}-{shape}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 800})


def audit(running, session: dict) -> list[tuple[str, str, str]]:
    return running.rows(f"SELECT actor, action, detail FROM audit WHERE session_id = '{session['id']}' ORDER BY id")


def test_a_wrong_password_is_said_plainly(operator):
    sign_in(operator, "not the password")
    expect(operator.get_by_role("alert").first).to_have_text("Tên hoặc mật khẩu không đúng.")
    shot(operator, "sign-in")
    expect(operator.locator("main")).to_be_hidden()


def test_a_case_is_viewed_decided_with_a_reason_and_its_evidence_destroyed(operator, running, waiting, gateway):
    session = waiting()
    sign_in(operator)
    expect(operator.locator("#waiting li")).to_have_count(1)
    shot(operator, "waiting")
    assert "viewed" not in [action for _, action, _ in audit(running, session)]
    operator.locator("#waiting").get_by_role("button", name="Công chứng").click()
    expect(operator.get_by_role("heading", name="Công chứng")).to_be_focused()
    expect(operator.locator("#pictures img")).to_have_count(4)
    assert operator.locator("#pictures img").evaluate_all("all => all.every((one) => one.naturalWidth > 100)")
    expect(operator.locator("#holder")).to_contain_text("Nguyễn Văn An")
    expect(operator.locator("#doubts")).to_contain_text("Nơi cấp thẻ")
    shot(operator, "case")
    assert audit(running, session)[-1][:2] == (f"operator:{OPERATOR[0]}", "viewed")

    operator.get_by_role("button", name="Đúng người, chấp nhận").click()
    assert running.state(session["id"])["state"] == "manual_review", "a decision needs its reason"
    operator.get_by_label("Lý do quyết định").fill("Đã xem thẻ thật tại quầy")
    operator.get_by_role("button", name="Đúng người, chấp nhận").click()
    expect(operator.get_by_role("status")).to_contain_text("Đã chấp nhận. Ảnh của trường hợp này đã bị xóa.")
    expect(operator.locator("#case")).to_be_hidden()
    expect(operator.locator("#pictures img")).to_have_count(0)
    shot(operator, "done")
    assert running.state(session["id"])["state"] == "verified"
    assert running.rows(f"SELECT count(*) FROM review WHERE session_id = '{session['id']}'") == [(0,)]
    assert audit(running, session)[-1] == (f"operator:{OPERATOR[0]}", "ruled", "Đã xem thẻ thật tại quầy")


def test_a_case_that_a_colleague_has_decided_cannot_be_decided_again(operator, running, waiting):
    from verification_service.sessions import operators

    session = waiting("health_check_in")
    sign_in(operator)
    operator.locator("#waiting").get_by_role("button", name="Khám chữa bệnh").click()
    expect(operator.locator("#pictures img")).to_have_count(4)
    running.within_transaction(operators.rule, "Đồng nghiệp", session["id"], "rejected", "không đúng người")
    operator.get_by_label("Lý do quyết định").fill("đúng người")
    operator.get_by_role("button", name="Đúng người, chấp nhận").click()
    expect(operator.locator("#ruling [role=alert]")).to_have_text("Đã có người quyết định: từ chối.")
    assert running.state(session["id"])["state"] == "rejected"


def test_a_case_whose_time_is_over_leaves_the_screen_too(operator, running, waiting):
    session = waiting("health_check_in")
    sign_in(operator)
    operator.locator("#waiting").get_by_role("button", name="Khám chữa bệnh").click()
    expect(operator.locator("#pictures img")).to_have_count(4)
    running.rows(f"UPDATE verification_session SET expires_at = now() WHERE id = '{session['id']}' RETURNING id")
    expect(operator.locator("#ruling [role=alert]")).to_have_text("Trường hợp này không còn chờ quyết định, ảnh đã xóa.", timeout=WAIT)
    assert "Nguyễn" not in operator.content() and operator.locator("#pictures img").count() == 0
    shot(operator, "gone")


def test_signing_out_leaves_nothing_on_the_page(operator, waiting):
    waiting("lodging_check_in")
    sign_in(operator)
    operator.locator("#waiting").get_by_role("button", name="Nhận phòng, lưu trú").first.click()
    expect(operator.locator("#holder")).to_contain_text("Nguyễn Văn An")
    operator.get_by_role("button", name="Thoát").click()
    expect(operator.get_by_label("Mật khẩu")).to_be_visible()
    assert "Nguyễn" not in operator.content()


def test_somebody_may_try_again_with_a_new_code(operator, running, waiting):
    session = waiting("notary")
    sign_in(operator)
    operator.locator("#waiting").get_by_role("button", name="Công chứng").last.click()
    operator.get_by_label("Lý do quyết định").fill("Nhầm thẻ của người nhà")
    operator.get_by_role("button", name="Cho làm lại ở máy").click()
    expect(operator.get_by_role("status")).to_contain_text("Mã làm lại: ")
    code = re.search(r"Mã làm lại: (\d{6})", operator.get_by_role("status").inner_text())[1]
    shot(operator, "retry")
    assert running.kiosk.claim(code).session_id == session["id"]
