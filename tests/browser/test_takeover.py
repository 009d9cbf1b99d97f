"""Officers take a citizen's web conversation over, in real browsers on both sides, on the real clock, inside and outside office hours."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from integrations.core.clock import VIETNAM
from tests.support.desk_pages import OpenPage, call_officer, enter, say, sign_in
from tests.support.pages import Site, running_site

pytestmark = pytest.mark.browser
OUTSIDE = "Bây giờ ngoài giờ làm việc."


@pytest.fixture(scope="module")
def site(databases, tmp_path_factory) -> Iterator[Site]:  # type: ignore[no-untyped-def]
    for running in running_site(databases, tmp_path_factory):
        running.add_staff("Lan", "Minh")
        running.add_staff("Huong", role="supervisor")
        yield running


@pytest.fixture
def office(open_page: OpenPage, request: pytest.FixtureRequest) -> bool:
    """Whether it is open: a supervisor sets its hours so, whatever the time is now. Inside hours where a test does not say."""
    is_open = getattr(request, "param", True)
    now = datetime.now(VIETNAM)
    page = open_page("/desk")
    enter(page, "huong")
    page.goto(page.url.replace("conversations", "configuration"))
    for weekday in range(7):
        opens_on = is_open or weekday == (now + timedelta(days=3)).weekday()
        page.locator(f"input[name=day{weekday}]").fill("00:00-23:59:59" if opens_on else "")
    page.locator("textarea[name=open]").fill("\n".join(f"{now + timedelta(days=days):%d/%m/%Y}" for days in range(2)) if is_open else "")
    page.locator("form[action$=hours] button").click()
    expect(page.locator("input[name=day0]")).to_be_visible()
    return is_open


both = pytest.mark.parametrize("office", [True, False], ids=["inside", "outside"], indirect=True)


def waits(page: Page, first_words: str, office: bool) -> None:
    """The citizen has asked for a person and was told the truth; outside hours the assistant goes on answering."""
    call_officer(page, first_words)
    if office:
        expect(page.get_by_text("Quay lại trợ lý").last).to_be_visible()
        return
    expect(page.get_by_text(OUTSIDE)).to_be_visible()
    say(page, "con hoi them")
    expect(page.locator(".assistant .bubble").last).to_have_text("Tôi đã nghe: con hoi them")


@both
def test_two_officers_race_for_one_citizen_one_wins_answers_and_gives_back(open_page: OpenPage, office: bool) -> None:
    citizen = open_page("/")
    lan, minh = sign_in(open_page("/desk"), "lan"), sign_in(open_page("/desk"), "minh")
    waits(citizen, "toi hoi ve luu tru <b>dam</b>", office)
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

    lan.get_by_role("button", name="Trả lại trợ lý").click()
    expect(citizen.get_by_text("Trợ lý tự động tiếp tục giúp ông/bà")).to_be_visible()
    say(citizen, "cam on")
    expect(citizen.locator(".assistant .bubble").last).to_have_text("Tôi đã nghe: cam on")
    texts = citizen.locator(".message .bubble").all_inner_texts()
    assert texts.count("Tôi đã nghe: chao can bo") == 0, "the assistant must stay silent while an officer answers"


def test_the_gateway_dies_in_the_middle_of_a_takeover_and_nothing_is_lost_or_doubled(open_page: OpenPage, site: Site, office: bool) -> None:
    citizen = open_page("/")
    waits(citizen, "cau hoi thu hai", office)
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


@both
def test_the_desk_on_a_phone(open_page: OpenPage, office: bool) -> None:
    citizen = open_page("/")
    waits(citizen, "cau hoi thu ba", office)
    phone = sign_in(open_page("/desk", viewport={"width": 360, "height": 700}), "minh")
    expect(phone.locator(".items a").first).to_be_visible()
    phone.locator(".items a").first.click()
    phone.get_by_role("button", name="Nhận trả lời").click()
    expect(phone.get_by_label("Trả lời người dân")).to_be_in_viewport()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
