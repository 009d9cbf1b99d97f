"""Officers take a citizen's web conversation over, in real browsers on both sides."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.pages import PASSWORD, Site

pytestmark = pytest.mark.browser
SCREENSHOTS = Path(__file__).parents[2] / "var" / "screenshots"
OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def officers(site: Site) -> None:
    site.add_staff("Lan", "Minh")


@pytest.fixture
def open_page(chromium: Browser, site: Site, officers: None) -> Iterator[OpenPage]:
    contexts = []

    def opened(path: str, **options: object) -> Page:
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 800}, "locale": "vi-VN", **options})
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{site.address}{path}")
        return page

    yield opened
    for context in contexts:
        context.close()


def sign_in(page: Page, username: str) -> Page:
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("navigation", name="Nhóm")).to_be_visible()
    return page


def say(page: Page, text: str) -> None:
    page.get_by_label("Nhập câu hỏi của ông/bà").fill(text)
    page.get_by_role("button", name="Gửi", exact=True).click()
    expect(page.locator(".citizen .state").last).to_have_text("Đã gửi")


def call_officer(page: Page, first_words: str) -> None:
    say(page, first_words)
    expect(page.locator(".assistant .bubble").last).to_have_text(f"Tôi đã nghe: {first_words}")
    page.get_by_role("button", name="Gặp cán bộ").click()
    expect(page.locator(".assistant .bubble").last).to_have_text("Tôi đã chuyển ông/bà tới cán bộ.")


def test_two_officers_race_for_one_citizen_one_wins_answers_and_gives_back(open_page: OpenPage, site: Site) -> None:
    citizen = open_page("/")
    lan, minh = sign_in(open_page("/desk"), "lan"), sign_in(open_page("/desk"), "minh")
    call_officer(citizen, "toi hoi ve luu tru <b>dam</b>")
    for officer in (lan, minh):
        officer.locator(".items a").first.click()
        expect(officer.get_by_role("button", name="Nhận trả lời")).to_be_visible()
    address, token = minh.url, minh.locator('meta[name="csrf"]').get_attribute("content")

    lan.get_by_role("button", name="Nhận trả lời").click()
    expect(lan.get_by_label("Trả lời người dân")).to_be_visible()
    expect(minh.get_by_text("Lan đang trả lời cuộc trò chuyện này.")).to_be_visible()
    late = minh.request.post(
        address.partition("?")[0] + "/claim", form={"csrf": token}, headers={"Accept": "application/json"}, max_redirects=0
    )  # fmt: skip
    assert (late.status, late.json()["message"]) == (409, "Lan đã nhận cuộc trò chuyện này.")

    expect(citizen.get_by_text("Cán bộ Lan đã vào trò chuyện")).to_be_visible()
    expect(lan.locator(".entry.citizen .said").first).to_have_text("toi hoi ve luu tru <b>dam</b>")
    expect(lan.locator(".entry.citizen .understood").first).to_contain_text("stand_in")
    say(citizen, "chao can bo")
    expect(lan.locator(".entry.citizen .said").last).to_have_text("chao can bo")
    lan.get_by_label("Trả lời người dân").fill("Chào ông, tôi nghe đây <i>ạ</i>")
    lan.get_by_role("button", name="Gửi", exact=True).click()
    expect(citizen.locator(".officer .bubble").last).to_have_text("Chào ông, tôi nghe đây <i>ạ</i>")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    lan.screenshot(path=SCREENSHOTS / "desk-conversation.png")
    citizen.screenshot(path=SCREENSHOTS / "chat-officer.png")

    lan.get_by_role("button", name="Trả lại trợ lý").click()
    expect(citizen.get_by_text("Trợ lý tự động tiếp tục giúp ông/bà")).to_be_visible()
    say(citizen, "cam on")
    expect(citizen.locator(".assistant .bubble").last).to_have_text("Tôi đã nghe: cam on")
    texts = citizen.locator(".message .bubble").all_inner_texts()
    assert texts.count("Tôi đã nghe: chao can bo") == 0, "the assistant must stay silent while an officer answers"


def test_the_gateway_dies_in_the_middle_of_a_takeover_and_nothing_is_lost_or_doubled(open_page: OpenPage, site: Site) -> None:
    citizen = open_page("/")
    call_officer(citizen, "cau hoi thu hai")
    lan = sign_in(open_page("/desk"), "lan")
    lan.locator(".items a").first.click()
    lan.get_by_role("button", name="Nhận trả lời").click()
    lan.get_by_label("Trả lời người dân").fill("Tin truoc")
    lan.get_by_role("button", name="Gửi", exact=True).click()
    expect(citizen.locator(".officer .bubble")).to_have_text(["Tin truoc"])
    site.kill("gateway")
    citizen.get_by_label("Nhập câu hỏi của ông/bà").fill("trong khi chet")
    citizen.get_by_role("button", name="Gửi", exact=True).click()
    site.start("gateway")
    expect(lan.locator(".entry.citizen .said").last).to_have_text("trong khi chet", timeout=30_000)
    lan.get_by_label("Trả lời người dân").fill("Tin sau")
    lan.get_by_role("button", name="Gửi", exact=True).click()
    expect(citizen.locator(".officer .bubble")).to_have_text(["Tin truoc", "Tin sau"], timeout=30_000)
    expect(lan.locator(".entry.agent .said").last).to_have_text("Tin sau")
    said = lan.locator(".entry .said").all_inner_texts()
    assert said.count("trong khi chet") == said.count("Tin truoc") == said.count("Tin sau") == 1


def test_the_desk_on_a_phone(open_page: OpenPage) -> None:
    citizen = open_page("/")
    call_officer(citizen, "cau hoi thu ba")
    phone = sign_in(open_page("/desk", viewport={"width": 360, "height": 700}), "minh")
    expect(phone.locator(".items a").first).to_be_visible()
    phone.screenshot(path=SCREENSHOTS / "desk-queue-phone.png")
    phone.locator(".items a").first.click()
    phone.get_by_role("button", name="Nhận trả lời").click()
    expect(phone.get_by_label("Trả lời người dân")).to_be_in_viewport()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    phone.screenshot(path=SCREENSHOTS / "desk-conversation-phone.png")
