"""Every view of the desk on a computer and on a phone, full of invented people and empty: readable, nothing cut off, and pictured for people to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.support.desk_pages import DESK, PHONE, OpenPage, enter, picture
from tests.support.pages import Site, running_site

pytestmark = pytest.mark.browser
CLOCK = "2026-11-27T09:40:00+07:00"
TWO_ROWS = 2 * 44 + 16
"""Pixels: the pages and the own things, each high enough for a finger."""
DeskOf = Callable[..., Page]
on_both = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
VIEWS = {
    "lan": {
        "queue-waiting": "conversations", "queue-mine": "conversations?view=mine", "queue-assigned": "conversations?view=assigned",
        "queue-snoozed": "conversations?view=snoozed", "queue-failed": "conversations?view=failed", "queue-resolved": "conversations?view=resolved",
        "tickets-open": "tickets?view=open", "tickets-overdue": "tickets?view=overdue", "tickets-closed": "tickets?view=closed", "learning": "learning",
        "account": "account",
    },
    "minh": {"queue-mentions": "conversations?view=mentions"},
    "huong": {"board": "board", "reports": "reports?week=2026-11-16", "reports-this-week": "reports", "configuration": "configuration"},
    "quan": {"staff": "staff"}, "tra": {"audit": "audit"}, "doan": {"tickets-today": "tickets?view=today", "tickets-team": "tickets?view=open"},
}  # fmt: skip
EMPTY = {
    "lan": {f"empty-queue-{view}": f"conversations?view={view}" for view in ("waiting", "mine", "snoozed", "mentions", "failed", "resolved")}
    | {f"empty-tickets-{view}": f"tickets?view={view}" for view in ("open", "overdue", "closed")}
    | {"empty-learning": "learning"},
    "huong": {"empty-board": "board", "empty-reports": "reports", "empty-configuration": "configuration"}, "doan": {"empty-tickets-today": "tickets"},
}  # fmt: skip


@pytest.fixture(scope="module")
def site(databases, tmp_path_factory) -> Iterator[Site]:  # type: ignore[no-untyped-def]
    """A Friday morning in office hours, with two weeks behind it."""
    yield from running_site(databases, tmp_path_factory, "tests.support.desk_day", CLOCK=CLOCK, DESK_REPORTS=str(tmp_path_factory.mktemp("reports")))


@pytest.fixture(scope="module")
def keys(chromium: Browser, site: Site) -> dict[str, StorageState]:
    """Each member signs in once: the desk counts sign-ins of one address."""
    return {username: signed_in(chromium, site, username) for username in VIEWS}


def signed_in(chromium: Browser, site: Site, username: str) -> StorageState:
    with chromium.new_context(locale="vi-VN") as context:
        page = context.new_page()
        page.goto(f"{site.address}/desk")
        return enter(page, username).context.storage_state()


@pytest.fixture
def desk_of(open_page: OpenPage, keys: dict[str, StorageState]) -> Callable[..., Page]:
    """`desk_of("lan", "tickets", size)`: the page as that member sees it."""
    return lambda username, view, size: open_page(f"/desk/{view}", viewport=size, storage_state=keys[username])


@on_both
@pytest.mark.parametrize("username", VIEWS)
def test_a_view_full_of_people_is_readable(desk_of: DeskOf, username: str, size: dict[str, int]) -> None:
    for name, view in VIEWS[username].items():
        page = desk_of(username, view, size)
        picture(page, name)
        assert page.locator("header.bar").bounding_box()["height"] <= TWO_ROWS, name


def test_an_empty_view_says_what_it_is_for(databases, tmp_path_factory, chromium: Browser) -> None:  # type: ignore[no-untyped-def]
    for empty in running_site(databases, tmp_path_factory, CLOCK=CLOCK):
        for name, role in (("Lan", "agent"), ("Huong", "supervisor"), ("Doan", "field")):
            empty.add_staff(name, role=role)
        for username, views in EMPTY.items():
            key = signed_in(chromium, empty, username)
            for size in (DESK, PHONE):
                with chromium.new_context(viewport=size, locale="vi-VN", storage_state=key) as context:
                    page = context.new_page()
                    for name, view in views.items():
                        page.goto(f"{empty.address}/desk/{view}")
                        picture(page, name)


def chosen(page: Page, words: str) -> Page:
    """The conversation in whose line these words stand."""
    page.locator(".items a", has_text=words).first.click()
    expect(page.locator("#conversation")).to_be_visible()
    return page


@on_both
@pytest.mark.parametrize(
    ("name", "view", "words"),
    [
        ("web", "mine", "số định danh của tôi"), ("zalo", "mine", "hộ chiếu"), ("sms", "mine", "cam on chu"), ("ussd", "mine", "chay nha"),
        ("emergency", "waiting", "phá cửa"), ("waiting", "waiting", "15 tuổi"),
        ("of-another", "assigned", "khiếu nại thái độ"), ("over", "resolved", "70 tuổi"),
    ],
)  # fmt: skip
def test_a_conversation(desk_of: DeskOf, name: str, view: str, words: str, size: dict[str, int]) -> None:
    picture(chosen(desk_of("lan", f"conversations?view={view}", size), words), f"conversation-{name}")


@on_both
def test_what_an_officer_opens_beside_a_conversation(desk_of: DeskOf, size: dict[str, int]) -> None:
    lan = chosen(desk_of("lan", "conversations?view=mine", size), "cam on chu")
    text = lan.get_by_label("Trả lời người dân")
    text.press_sequentially("Ông/bà xem lại giấy hẹn giúp tôi, nơi cấp thẻ trả lời là thẻ đã về xã từ thứ Tư.")
    expect(lan.locator("#size")).to_contain_text("tin SMS")
    picture(lan, "conversation-counting")
    text.fill("")
    text.press_sequentially("/")
    expect(lan.locator("#canned")).to_be_visible()
    picture(lan, "conversation-canned")
    text.fill("")
    for summary in ("Chuyển, tạm hoãn", "Lập phiếu", "Số đang che", "Phím tắt"):
        lan.locator("summary", has_text=summary).click()
    lan.locator("summary", has_text="Phím tắt").scroll_into_view_if_needed()
    picture(lan, "conversation-everything-open")


def test_numbers_are_shown_after_a_reason(desk_of: DeskOf) -> None:
    opens_conversation = partial(desk_of, "lan", "conversations?view=mine")
    lan = chosen(opens_conversation(DESK), "số định danh của tôi")
    lan.locator("summary", has_text="Số đang che").click()
    lan.get_by_label("Lý do cần xem số").fill("tra hồ sơ giúp người dân")
    lan.get_by_role("button", name="Hiện số trong 5 phút").click()
    for page in (lan, chosen(opens_conversation(PHONE), "số định danh của tôi")):
        expect(page.get_by_text("042060001234")).to_be_visible()
        picture(page, "conversation-revealed")


def test_a_ticket_for_the_team_and_for_the_supervisor(desk_of: DeskOf) -> None:
    for size in (DESK, PHONE):
        boss = desk_of("huong", "tickets?view=overdue", size)
        boss.locator(".tickets a").first.click()
        picture(boss, "ticket-supervisor")
    pages = [desk_of("doan", "tickets", size) for size in (DESK, PHONE)]
    for team in pages:
        team.locator(".tickets li", has_text="82 tuổi").get_by_role("link").click()
        picture(team, "ticket-masked")
    pages[1].get_by_label("Lý do cần xem số").fill("đến nhà dân")
    pages[1].get_by_role("button", name="Hiện số trong 5 phút").click()
    for team in pages:
        team.reload()
        expect(team.get_by_role("link", name="Bản đồ")).to_be_visible()
        picture(team, "ticket-team")


@on_both
def test_signing_in_and_setting_up_an_authenticator(open_page: OpenPage, desk_of: DeskOf, size: dict[str, int]) -> None:
    page = open_page("/desk", viewport=size)
    picture(page, "sign-in")
    page.get_by_label("Tên đăng nhập").fill("lan")
    page.get_by_label("Mật khẩu").fill("khong phai")
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("alert")).to_be_visible()
    picture(page, "sign-in-refused")
    admin, newcomer = desk_of("quan", "staff", size), f"moi-{size['width']}"
    admin.get_by_label("Tên đăng nhập").fill(newcomer)
    admin.get_by_label("Tên hiển thị").fill("Phạm Văn Mới")
    admin.get_by_role("button", name="Thêm tài khoản").click()
    picture(admin, "staff-new-password")
    page.get_by_label("Tên đăng nhập").fill(newcomer)
    page.get_by_label("Mật khẩu").fill(admin.locator("[role=status] code").inner_text())
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_text("mật khẩu tạm")).to_be_visible()
    page.get_by_text("Không quét được?").click()
    picture(page, "account-set-up")


@on_both
def test_the_audit_trail_is_checked(desk_of: DeskOf, size: dict[str, int]) -> None:
    page = desk_of("tra", "audit", size)
    page.get_by_role("button", name="Kiểm tra nguyên vẹn").click()
    expect(page.get_by_text("Nhật ký nguyên vẹn.")).to_be_visible()
    picture(page, "audit-checked")


@on_both
@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("forbidden", "staff"), ("no-conversation", "conversations/00000000-0000-0000-0000-000000000000"), ("no-page", "khong-co"),
        ("no-number", "tickets/abc"), ("no-code", "find?code=HT-000000"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_in_words(desk_of: DeskOf, name: str, path: str, size: dict[str, int]) -> None:
    page = desk_of("lan", path, size)
    expect(page.get_by_role("link", name="Về trang chính")).to_be_visible()
    picture(page, f"error-{name}")


@on_both
def test_a_lost_connection_is_seen_and_its_end_too(desk_of: DeskOf, size: dict[str, int]) -> None:
    lan, boss = chosen(desk_of("lan", "conversations?view=mine", size), "số định danh của tôi"), desk_of("huong", "board", size)
    lan.get_by_label("Trả lời người dân").fill("Tôi xem hồ sơ rồi trả lời ông/bà ngay.")
    for page in (lan, boss):
        page.wait_for_load_state()
        page.context.set_offline(True)
        expect(page.get_by_text("Mất kết nối")).to_be_visible()
    lan.get_by_role("button", name="Gửi", exact=True).click()
    expect(lan.get_by_text("Không có mạng nên tin chưa gửi.")).to_be_visible()
    for page, name in ((lan, "conversation"), (boss, "board")):
        picture(page, f"lost-connection-{name}")
        page.context.set_offline(False)
        expect(page.get_by_text("Mất kết nối")).to_be_hidden()
