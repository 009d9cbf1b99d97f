"""The whole product in real browsers: a citizen completes a journey on the page, and officers take a Zalo conversation over."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from scripts.local_stack import LocalStack
from tests.conversations.gateway_driver import ZaloCitizen, patiently
from tests.support.desk_pages import sign_in
from tests.support.pages import PASSWORD
from tests.support.stack import stack, trained_model

__all__ = ["stack", "trained_model"]
pytestmark = [pytest.mark.stack, pytest.mark.browser]
SCREENSHOTS = Path(__file__).parents[2] / "var" / "screenshots"
OpenPage = Callable[..., Page]
LODGING = [
    "toi muon khai bao luu tru cho khach", "nha nghi", "Nha nghi Hoa Sen", "so 5 duong Phan Dinh Phung phuong Thanh Sen", "20h30 toi nay", "3 đêm", "hai nguoi",
    "Tran Thi Binh, 1/5/1990, 042190001234", "Le Van Cuong", "2/3/1985", "042085005678", "du lich", "nguyen van an", "0912345678",
]  # fmt: skip


@pytest.fixture
def open_page(chromium: Browser, stack: LocalStack) -> Iterator[OpenPage]:
    contexts = []

    def opened(path: str, width: int = 1280, height: int = 800) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="vi-VN")
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{stack.url('gateway')}{path}")
        return page

    yield opened
    for context in contexts:
        context.close()


def test_a_citizen_notifies_the_stay_of_two_guests(open_page: OpenPage) -> None:
    page = open_page("/", width=360, height=740)
    said = page.locator(".assistant .bubble")
    for text in LODGING:
        before = said.count()
        page.get_by_label("Nhập câu hỏi của ông/bà").fill(text)
        page.get_by_role("button", name="Gửi", exact=True).click()
        expect(said.nth(before)).to_be_visible()
        expect(page.locator("#thinking")).to_be_hidden()
    summary = said.last.inner_text()
    assert "Tran Thi Binh" in summary and "Le Van Cuong" in summary
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "lodging-summary-phone.png")
    before = said.count()
    page.locator(".choices").get_by_role("button", name="Gửi", exact=True).click()
    expect(said.nth(before)).to_be_visible()
    expect(page.locator(".assistant .bubble", has_text="LT-")).to_have_count(1)
    page.screenshot(path=SCREENSHOTS / "lodging-done-phone.png")


def hire(stack: LocalStack, page: Page, name: str, role: str = "agent") -> Page:
    """A new member of staff, signed in."""
    username = f"{name.lower()}-{uuid.uuid4().hex[:6]}"
    stack.run_tool("tests.support.add_staff", username, role, name, PASSWORD)
    return sign_in(page, username)


def open_office(stack: LocalStack, page: Page) -> None:
    """Every hour of every day, so that the test is the same by day and by night."""
    page.goto(f"{stack.url('gateway')}/desk/configuration")
    for number in range(7):
        page.locator(f"input[name=day{number}]").fill("00:00-23:59")
    page.locator("textarea[name=open]").fill("23/11/2026\n24/11/2026\n25/11/2026")
    page.locator("form[action$=hours] button").click()
    page.locator("form[action$=replies] input[name=code]").fill("chao")
    page.locator("form[action$=replies] textarea").fill("Chào ông/bà, tôi là {{officer}}.")
    page.locator("form[action$=replies] button.primary").click()
    page.screenshot(path=SCREENSHOTS / "desk-configuration.png", full_page=True)


def heard(citizen: ZaloCitizen, words: str) -> str:
    """The first message on the citizen's Zalo that holds the words."""
    return patiently(lambda: next((text for message in citizen._received() if words in (text := message["message"]["text"])), None), f"“{words}” on Zalo")


def zalo_says(citizen: ZaloCitizen, text: str) -> None:
    citizen.control.post(f"/citizens/{citizen.user}/events", json={"text": text}).raise_for_status()


def test_two_officers_and_a_zalo_citizen_from_the_queue_to_the_mark(open_page: OpenPage, stack: LocalStack) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    boss = hire(stack, open_page("/desk"), "Huong", "supervisor")
    open_office(stack, boss)
    lan, minh = hire(stack, open_page("/desk"), "Lan"), hire(stack, open_page("/desk"), "Minh")
    citizen = ZaloCitizen(stack)
    zalo_says(citizen, "cho tôi gặp cán bộ")
    heard(citizen, "Cán bộ sẽ nhắn trả lời ông/bà")
    zalo_says(citizen, "toi bi mat dien thoai <b>cu</b>")

    for officer in (lan, minh):
        officer.goto(f"{stack.url('gateway')}/desk/conversations?view=waiting")
        officer.locator(".items a", has_text="Zalo").first.click()
    lan.get_by_role("button", name="Nhận trả lời").click()
    heard(citizen, "Cán bộ Lan đã vào trò chuyện")
    expect(minh.get_by_text("Lan đang trả lời cuộc trò chuyện này.")).to_be_visible()
    expect(lan.locator(".entry.citizen .said").last).to_have_text("toi bi mat dien thoai <b>cu</b>")
    expect(lan.locator(".work")).to_contain_text("Zalo: còn")

    lan.get_by_label("Trả lời người dân").press_sequentially("/ch")
    lan.get_by_role("option", name="/chao").click()
    lan.keyboard.press("Control+Enter")
    assert heard(citizen, "tôi là Lan") == "Chào ông/bà, tôi là Lan."
    expect(lan.locator(".entry.agent .delivery")).to_contain_text("đã")
    lan.locator("#note-text").fill(f"nhờ @{minh_username(stack, minh)} làm tiếp")
    lan.locator("#note button").click()
    expect(lan.locator(".entry.note")).to_contain_text("làm tiếp")
    lan.screenshot(path=SCREENSHOTS / "desk-zalo.png")

    lan.get_by_text("Chuyển, tạm hoãn").click()
    lan.locator("select[name=target]").select_option(label="Minh")
    lan.get_by_role("button", name="Chuyển", exact=True).click()
    heard(citizen, "Tôi đã chuyển ông/bà tới cán bộ Minh")
    expect(minh.get_by_label("Trả lời người dân")).to_be_visible()
    minh.get_by_label("Trả lời người dân").fill("Ông đã làm được chưa?")
    minh.get_by_role("button", name="Gửi", exact=True).click()
    heard(citizen, "Ông đã làm được chưa?")
    minh.locator("#resolution").select_option("solved")
    minh.get_by_role("button", name="Kết thúc").click()
    heard(citizen, "từ 1 (không hài lòng) đến 5")
    zalo_says(citizen, "5")
    heard(citizen, "đã chấm 5 điểm")
    zalo_says(citizen, "cảm ơn")
    patiently(lambda: stays_with_assistant(stack, citizen), "return to the assistant")
    for view in ("board", "reports", "learning"):
        boss.goto(f"{stack.url('gateway')}/desk/{view}")
        boss.screenshot(path=SCREENSHOTS / f"desk-{view}.png", full_page=True)
    expect(boss.get_by_role("heading", level=1)).to_be_visible()


def minh_username(stack: LocalStack, page: Page) -> str:
    listed = stack.run_tool("integrations.desk", "user", "list")
    return next(line.split()[0] for line in reversed(listed.splitlines()) if line.startswith("minh-"))


def stays_with_assistant(stack: LocalStack, citizen: ZaloCitizen) -> bool | None:
    """The assistant has answered after the mark."""
    texts = [message["message"]["text"] for message in citizen._received()]
    marked = next(index for index, text in enumerate(texts) if "đã chấm 5 điểm" in text)
    return True if len(texts) > marked + 1 else None
