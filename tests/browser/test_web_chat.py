"""The citizen's page in a real Chromium, with a stand-in bot behind the real gateway and worker."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.pages import Site

pytestmark = pytest.mark.browser
SCREENSHOTS = Path(__file__).parents[2] / "var" / "screenshots"


@pytest.fixture
def page(chromium: Browser, site: Site) -> Iterator[Page]:
    """A visitor's fresh page at 320 px, which must show no script error and break no content policy."""
    context = chromium.new_context(viewport={"width": 320, "height": 640}, locale="vi-VN")
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if "Content Security Policy" in message.text else None)
    page.goto(f"{site.address}/")
    yield page
    context.close()
    assert complaints == []


def say(page: Page, text: str) -> None:
    page.get_by_label("Nhập câu hỏi của ông/bà").fill(text)
    page.get_by_role("button", name="Gửi", exact=True).click()


def answers(page: Page):
    return page.locator(".assistant:not([data-key=greeting]) .bubble")


def test_it_says_it_is_a_machine_and_always_offers_a_person_and_the_phone_number(page: Page) -> None:
    expect(page.get_by_text("trợ lý tự động (AI), không phải cán bộ")).to_be_visible()
    for _ in range(4):
        page.get_by_role("button", name="Chữ to hơn").click()
    page.mouse.wheel(0, 5000)
    expect(page.get_by_role("button", name="Gặp cán bộ")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("link", name="1900 0368")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="Gửi", exact=True)).to_be_in_viewport(ratio=1)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "chat-320-200-percent.png")


@pytest.mark.parametrize("larger", [0, 2, 4])
def test_nothing_is_wider_than_320_pixels_and_every_target_is_large_enough(page: Page, larger: int) -> None:
    for _ in range(larger):
        page.get_by_role("button", name="Chữ to hơn").click()
    say(page, "chon")
    page.locator(".choices button").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    small = page.evaluate(
        """[...document.querySelectorAll('button, a.call, textarea')].filter(e => e.offsetParent)
        .map(e => [e.textContent, e.getBoundingClientRect()]).filter(([, box]) => box.width < 44 || box.height < 44).map(([text]) => text)"""
    )
    assert small == []


def test_what_a_citizen_types_is_text_and_stays_text(page: Page) -> None:
    attack = "<img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script> [x](javascript:alert(1)) https://evil.example/"
    say(page, attack)
    expect(page.locator(".citizen .bubble")).to_have_text(attack)
    expect(answers(page)).to_have_text(f"Tôi đã nghe: {attack}")
    page.reload()
    expect(page.locator(".citizen .bubble")).to_have_text(attack)
    assert page.locator(".log img, .log script").count() == 0
    assert page.locator(".citizen a").count() == 0
    assert page.title() == "Trợ lý 06"


def test_choices_are_buttons_and_only_the_newest_can_be_pressed(page: Page) -> None:
    say(page, "chon")
    page.get_by_role("button", name="Lưu trú").click()
    expect(answers(page).last).to_have_text("Đã chọn: /lodging")
    expect(page.locator(".citizen .bubble").last).to_have_text("Lưu trú")
    say(page, "mot cau khac")
    expect(answers(page)).to_have_count(3)
    assert page.locator(".choices").count() == 0


def test_everything_works_from_the_keyboard_and_the_focus_is_never_taken(page: Page) -> None:
    page.get_by_label("Nhập câu hỏi của ông/bà").focus()
    page.keyboard.type("chon")
    page.keyboard.press("Enter")
    page.locator(".choices button").first.wait_for()
    expect(page.get_by_label("Nhập câu hỏi của ông/bà")).to_be_focused()
    page.get_by_role("button", name="Kích hoạt VNeID").focus()
    page.keyboard.press("Enter")
    expect(answers(page).last).to_have_text("Đã chọn: /eid_activate")
    expect(page.get_by_role("button", name="Kích hoạt VNeID")).to_be_focused()
    expect(page.locator("#log")).to_have_attribute("aria-live", "polite")


def test_a_message_written_without_a_network_is_kept_and_sent_once_when_it_is_back(page: Page) -> None:
    say(page, "truoc khi mat mang")
    expect(answers(page)).to_have_count(1)
    page.context.set_offline(True)
    say(page, "khi mat mang")
    expect(page.locator("#notice")).to_contain_text("Mất kết nối")
    page.context.set_offline(False)
    expect(answers(page).last).to_have_text("Tôi đã nghe: khi mat mang", timeout=20_000)
    page.reload()
    expect(page.locator(".citizen .bubble")).to_have_text(["truoc khi mat mang", "khi mat mang"])


def test_the_page_resumes_after_the_gateway_was_killed_without_loss_or_repetition(page: Page, site: Site) -> None:
    say(page, "mot")
    expect(answers(page)).to_have_count(1)
    site.kill("gateway")
    say(page, "hai")
    expect(page.locator("#notice")).to_be_visible()
    site.start("gateway")
    expect(answers(page)).to_have_text(["Tôi đã nghe: mot", "Tôi đã nghe: hai"], timeout=30_000)
    expect(page.locator(".citizen .bubble")).to_have_text(["mot", "hai"])
    expect(page.locator(".citizen .state")).to_have_text(["Đã gửi", "Đã gửi"])
    expect(page.locator("#notice")).to_be_hidden()


def test_an_oversized_message_is_refused_in_clear_words_before_it_is_sent(page: Page) -> None:
    page.get_by_label("Nhập câu hỏi của ông/bà").fill("a" * 2001)
    expect(page.get_by_role("alert")).to_contain_text("2001 ký tự, tối đa 2000")
    page.get_by_role("button", name="Gửi", exact=True).click()
    assert page.locator(".citizen").count() == 0
    expect(page.get_by_label("Nhập câu hỏi của ông/bà")).to_have_value("a" * 2001)


def test_a_waiting_indicator_shows_while_the_answer_is_made(page: Page) -> None:
    say(page, "cham mot chut")
    expect(page.locator("#thinking")).to_be_visible()
    expect(answers(page)).to_have_count(1)
    expect(page.locator("#thinking")).to_be_hidden()


def test_finish_removes_the_conversation_from_the_device(page: Page) -> None:
    say(page, "chuyen rieng")
    expect(answers(page)).to_have_count(1)
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Kết thúc").click()
    expect(page.locator(".citizen")).to_have_count(0)
    page.reload()
    expect(page.locator(".citizen")).to_have_count(0)


def test_contrast_is_at_least_seven_to_one_in_light_and_dark(page: Page) -> None:
    say(page, "chon")
    page.locator(".choices button").first.wait_for()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        low = page.evaluate(CONTRAST)
        assert low == [], scheme


CONTRAST = """() => {
  const channel = (value) => (value /= 255) <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const parse = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color.length < 4 || color[3] > 0.99) return color;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll('body *')].filter((e) => e.offsetParent && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
    .map((e) => {
      const [a, b] = [light(parse(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
      return [e.textContent.trim().slice(0, 30), (a + 0.05) / (b + 0.05)];
    }).filter(([, ratio]) => ratio < 7);
}"""


def test_screenshots(page: Page) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    say(page, "chon")
    page.locator(".choices button").first.wait_for()
    page.screenshot(path=SCREENSHOTS / "chat-320.png")
    page.emulate_media(color_scheme="dark")
    page.screenshot(path=SCREENSHOTS / "chat-320-dark.png")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="light")
    page.screenshot(path=SCREENSHOTS / "chat-desktop.png")
    assert (SCREENSHOTS / "chat-desktop.png").stat().st_size > 10_000
