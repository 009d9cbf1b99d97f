"""A citizen's and an officer's pages in a real Chromium: signing in, writing, calling an officer, and what makes a page hard to read."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, TimeoutError, expect

from scripts.local_stack import ROOT
from tests.support.pages import PASSWORD, Site

OpenPage = Callable[..., Page]
SCREENSHOTS = ROOT / "var/screenshots/desk"
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}


@pytest.fixture
def open_page(chromium: Browser, site: Site) -> Iterator[OpenPage]:
    """Each page in a browser context of its own, as if on another machine. A script of a stranger that runs fails the test."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    contexts = []

    def opened(path: str, **options: object) -> Page:
        context = chromium.new_context(**{"viewport": DESK, "locale": "vi-VN", **options})
        contexts.append(context)
        page = context.new_page()
        page.on("dialog", lambda dialog: pytest.fail(f"a script of a stranger ran: {dialog.message}"))
        page.goto(f"{site.address}{path}")
        return page

    yield opened
    for context in contexts:
        context.close()


def enter(page: Page, username: str) -> Page:
    """For those who see no queue."""
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()
    return page


def sign_in(page: Page, username: str) -> Page:
    enter(page, username)
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


def until(act: Callable[[], object], seen: Locator) -> None:
    """As a person does: the key again when nothing happened (a page that is just being made hears none), the next words when a hint was missed."""
    for _ in range(10):
        act()
        try:
            return seen.wait_for(timeout=4000)
        except TimeoutError:
            continue
    expect(seen).to_be_visible()


def picture(page: Page, name: str) -> None:
    """The whole page, for people to look at; and no sideways scrolling, every text at least 4.5 : 1, nothing cut off, fingers hit every control."""
    width = page.viewport_size["width"]
    page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True)
    checks = {"too faint": FAINT, "cut off": CUT} | ({"too small for a finger": SMALL} if width <= PHONE["width"] else {})
    found = {trouble: page.evaluate(script) for trouble, script in checks.items()}
    assert not any(found.values()), (name, found)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, name


FAINT = """() => {
  const light = (color) => { const [r, g, b] = color.match(/[\\d.]+/g).map(Number)
      .map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = (element) => { for (let at = element; at; at = at.parentElement) { const color = getComputedStyle(at).backgroundColor;
    if (!color.endsWith(', 0)') && color !== 'transparent' && !color.includes('/') && !/rgba/.test(color)) return color; } return 'rgb(255, 255, 255)'; };
  const faint = [];
  for (const element of document.querySelectorAll('body *')) {
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()) || !element.checkVisibility()) continue;
    if (element.closest('.bar a[aria-current]')) continue;
    const [one, other] = [light(getComputedStyle(element).color), light(ground(element))].sort((a, b) => b - a);
    if ((one + 0.05) / (other + 0.05) < 4.5) faint.push(element.outerHTML.slice(0, 120));
  }
  return faint;
}"""
"""Texts with too little contrast to what is behind them."""

CUT = """() => [...document.querySelectorAll('button, summary, th, h1, h2, .tag, .tile')].filter((element) =>
    element.checkVisibility() && element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline')
  .map((element) => element.outerHTML.slice(0, 120))"""
"""Labels that do not fit where they stand."""

SMALL = """() => [...document.querySelectorAll('button, select, summary, input:not([type=hidden], [type=checkbox]), textarea, nav a, a.button')]
  .filter((element) => { const { height } = element.getBoundingClientRect(); return element.checkVisibility() && height > 0 && height < 44; })
  .map((element) => element.outerHTML.slice(0, 120))"""
"""Controls lower than 44 pixels."""
