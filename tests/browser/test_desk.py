"""A day at the desk in real browsers: two officers race, a web conversation goes all its way, what strangers type stays text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from tests.support.desk_pages import PHONE, OpenPage, call_officer, enter, picture, say, sign_in, until
from tests.support.pages import Site, running_site

pytestmark = pytest.mark.browser
ATTACK = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'>"
COUNT_RINGS = """window.rung = 0;
    window.AudioContext = class extends window.AudioContext { constructor() { super(); window.rung += 1; } };"""
CLAIM = """csrf => { window.answer = fetch(location.pathname + '/claim', {method: 'POST', redirect: 'manual',
    headers: {'X-CSRF-Token': csrf, Accept: 'application/json'}}).then(async answer => [answer.type, answer.status, await answer.text()]); }"""


@pytest.fixture(scope="module")
def site(databases, tmp_path_factory) -> Iterator[Site]:  # type: ignore[no-untyped-def]
    """On a Monday morning, in office hours."""
    for running in running_site(databases, tmp_path_factory, CLOCK="2026-11-23T09:00:00+07:00"):
        running.add_staff("Lan", "Minh")
        for name, role in (("Huong", "supervisor"), ("Quan", "admin"), ("Doan", "field")):
            running.add_staff(name, role=role)
        yield running


def csrf(page: Page) -> str | None:
    return page.locator('meta[name="csrf"]').get_attribute("content")


def add_canned_reply(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/desk/configuration")
    page.locator("form[action$=replies] input[name=code]").fill("chao")
    page.locator("form[action$=replies] textarea").fill("Chào ông/bà, tôi là {{officer}}.")
    page.locator("form[action$=replies] button.primary").click()
    expect(page.get_by_text("/chao")).to_be_visible()


def test_a_web_conversation_from_the_race_to_the_mark_and_back_to_the_assistant(open_page: OpenPage, site: Site) -> None:
    add_canned_reply(sign_in(open_page("/desk"), "huong"), site)
    citizen = open_page("/")
    lan, minh = sign_in(open_page("/desk"), "lan"), sign_in(open_page("/desk"), "minh")
    call_officer(citizen, "toi hoi ve luu tru")
    expect(lan).to_have_title("(1) Trò chuyện · Trợ lý 06")
    for officer in (lan, minh):
        until(partial(officer.keyboard.press, "j"), officer.get_by_role("button", name="Nhận trả lời"))

    for officer in (lan, minh):
        officer.evaluate(CLAIM, csrf(officer))
    answers = {name: officer.evaluate("window.answer") for name, officer in (("Lan", lan), ("Minh", minh))}
    winner = next(name for name, (kind, _status, _text) in answers.items() if kind == "opaqueredirect")
    first, second = (lan, minh) if winner == "Lan" else (minh, lan)
    loser = "Minh" if winner == "Lan" else "Lan"
    assert answers[loser][1] == 409 and f"{winner} đã nhận cuộc trò chuyện này." in answers[loser][2]
    expect(second.get_by_text(f"{winner} đang trả lời cuộc trò chuyện này.")).to_be_visible()
    expect(citizen.get_by_text(f"Cán bộ {winner} đã vào trò chuyện")).to_be_visible()

    expect(first.get_by_label("Trả lời người dân")).to_be_visible()
    until(partial(first.keyboard.press, "r"), first.locator("#text:focus"))
    first.keyboard.type("/ch")
    first.keyboard.press("Enter")
    first.keyboard.press("Control+Enter")
    expect(citizen.locator(".officer .bubble").last).to_have_text(f"Chào ông/bà, tôi là {winner}.")
    expect(first.locator(".entry.agent .delivery").last).to_have_text("đã xem")
    entry = citizen.get_by_label("Nhập câu hỏi của ông/bà")
    until(partial(entry.press_sequentially, "toi dang viet "), first.get_by_text("Người dân đang viết…"))
    first.keyboard.press("Tab")
    first.locator("#note-text").fill(f"nhờ @{loser.lower()} làm tiếp {ATTACK}")
    first.locator("#note button").click()
    expect(first.locator(".entry.note .said")).to_contain_text(ATTACK)
    second.goto(f"{site.address}/desk/conversations?view=mentions")
    expect(second.locator(".items a[data-conversation]")).to_have_count(1)
    picture(first, "day-conversation")

    first.get_by_text("Chuyển, tạm hoãn").click()
    first.locator("select[name=target]").select_option(label=loser)
    first.get_by_role("button", name="Chuyển", exact=True).click()
    expect(citizen.get_by_text(f"Tôi đã chuyển ông/bà tới cán bộ {loser}")).to_be_visible()
    second.locator(".items a[data-conversation]").first.click()
    second.get_by_label("Trả lời người dân").fill("Ông đã làm được chưa?")
    second.get_by_role("button", name="Gửi", exact=True).click()
    expect(citizen.locator(".officer .bubble").last).to_have_text("Ông đã làm được chưa?")
    second.locator("#label").select_option("lodging")
    second.locator("#resolution").select_option("solved")
    second.get_by_role("button", name="Kết thúc").click()
    expect(citizen.get_by_text("từ 1 (không hài lòng) đến 5")).to_be_visible()
    citizen.get_by_role("button", name="5", exact=True).click()
    expect(citizen.get_by_text("đã chấm 5 điểm")).to_be_visible()
    citizen.get_by_role("button", name="Góp ý").click()
    expect(citizen.get_by_text("viết góp ý trong một tin")).to_be_visible()
    citizen.get_by_label("Nhập câu hỏi của ông/bà").fill("")
    say(citizen, f"rat tot {ATTACK}")
    expect(citizen.get_by_text("Ông/bà có thể hỏi tiếp")).to_be_visible()
    expect(second.get_by_text("Hài lòng: 5/5")).to_be_visible()
    expect(second.get_by_text(f"rat tot {ATTACK}").last).to_be_visible()
    say(citizen, "cam on")
    expect(citizen.locator(".assistant .bubble").last).to_have_text("Tôi đã nghe: cam on")
    expect(second.get_by_role("button", name="Mở lại và trả lời")).to_be_visible()


def test_an_emergency_rings_every_open_desk_and_marks_its_title(open_page: OpenPage) -> None:
    lan = sign_in(open_page("/desk"), "lan")
    lan.add_init_script(COUNT_RINGS)
    lan.reload()
    expect(lan.get_by_role("navigation", name="Nhóm")).to_be_visible()
    citizen = open_page("/")
    say(citizen, "khan cap")
    expect(citizen.locator(".assistant .bubble").last).to_have_text("Gọi ngay 113.")
    expect(lan.locator(".items .urgent")).to_have_count(1)
    lan.wait_for_function("document.title.includes('‼') && window.rung === 1")
    lan.locator(".items .urgent a").click()
    expect(lan.get_by_role("button", name="Nhận trả lời")).to_be_visible()
    until(partial(lan.keyboard.press, "c"), lan.get_by_label("Trả lời người dân"))
    until(partial(lan.keyboard.press, "b"), citizen.get_by_text("Trợ lý tự động tiếp tục giúp ông/bà"))


def test_an_officer_without_network_misses_nothing_and_sees_nothing_twice(open_page: OpenPage) -> None:
    citizen = open_page("/")
    call_officer(citizen, "cau hoi khi mat mang")
    lan = sign_in(open_page("/desk"), "lan")
    lan.locator(".items a").first.click()
    lan.get_by_role("button", name="Nhận trả lời").click()
    expect(lan.get_by_label("Trả lời người dân")).to_be_visible()
    lan.get_by_label("Trả lời người dân").fill("nhap do")
    lan.wait_for_load_state()
    lan.context.set_offline(True)
    for text in ("mot", "hai", "ba"):
        say(citizen, text)
    lan.get_by_role("button", name="Gửi", exact=True).click()
    expect(lan.get_by_text("Không có mạng nên tin chưa gửi.")).to_be_visible()
    expect(lan.get_by_label("Trả lời người dân")).to_have_value("nhap do")
    lan.context.set_offline(False)
    expect(lan.locator(".entry.citizen .said").last).to_have_text("ba", timeout=60_000)
    lan.get_by_role("button", name="Gửi", exact=True).click()
    expect(citizen.locator(".officer .bubble")).to_have_text(["nhap do"])
    said = lan.locator(".entry.citizen .said").all_inner_texts()
    assert said[-3:] == ["mot", "hai", "ba"] and len(said) == len(set(said))
    lan.get_by_role("button", name="Trả lại trợ lý").click()


def test_what_strangers_type_is_text_in_every_view(open_page: OpenPage, site: Site) -> None:
    citizen = open_page("/")
    call_officer(citizen, ATTACK)
    lan = sign_in(open_page("/desk"), "lan")
    lan.locator(".items a").first.click()
    lan.get_by_role("button", name="Nhận trả lời").click()
    expect(lan.locator(".entry.citizen .said").first).to_have_text(ATTACK)
    lan.get_by_text("Lập phiếu", exact=True).first.click()
    form = lan.locator("#make-ticket form")
    for field in ("contact_name", "commune", "hamlet", "reason", "preferred_time"):
        form.locator(f"[name={field}]").fill(ATTACK)
    form.locator("[name=phone]").fill("0912345678")
    form.get_by_role("button", name="Lập phiếu").click()
    expect(citizen.get_by_text("Cán bộ đã lập phiếu HT-")).to_be_visible()
    lan.locator(".side a", has_text="HT-").first.click()
    lan.get_by_label("Lý do cần xem số").fill("đến nhà dân")
    lan.get_by_role("button", name="Hiện số trong 5 phút").click()
    for text in lan.locator("dd", has_text="<img").all_inner_texts():
        assert ATTACK in text
    assert lan.locator("dd", has_text="<img").count() == 5
    boss = sign_in(open_page("/desk"), "huong")
    for view in ("conversations?view=assigned", "tickets?view=open", "learning", "board", "reports", "configuration"):
        boss.goto(f"{site.address}/desk/{view}")
        assert boss.locator("img[src=x]").count() == 0 and boss.locator("main script").count() == 0


def test_a_field_team_works_through_a_visit_on_its_phone(open_page: OpenPage, site: Site) -> None:
    admin = enter(open_page("/desk"), "quan")
    admin.goto(f"{site.address}/desk/staff")
    units = admin.locator("form[action$=units]")
    units.get_by_label("Tên đơn vị").fill("Tổ lưu động 1")
    units.get_by_label("Xã, phường phụ trách").fill("Cẩm Bình")
    units.get_by_role("button").click()
    team = admin.locator("tr", has_text="doan").first
    team.locator("select[name=unit]").select_option(label="Tổ lưu động 1")
    team.get_by_role("button", name="Lưu").click()
    citizen = open_page("/")
    call_officer(citizen, "nha toi o xa")
    lan = sign_in(open_page("/desk"), "lan")
    lan.locator(".items a").first.click()
    lan.locator("#make-ticket summary").click()
    form = lan.locator("#make-ticket form")
    given = {"contact_name": "Trần Thị Bình", "phone": "0912345678", "commune": "xã Cẩm Bình", "hamlet": "thôn 3", "reason": "già yếu, không đi lại được"}
    for field, words in given.items():
        form.locator(f"[name={field}]").fill(words)
    form.get_by_role("button", name="Lập phiếu").click()
    expect(citizen.get_by_text("Cán bộ đã lập phiếu HT-")).to_be_visible()

    phone = enter(open_page("/desk", viewport=PHONE), "doan")
    phone.goto(f"{site.address}/desk/tickets?view=open")
    ticket = phone.locator(".tickets li", has_text="già yếu")
    expect(ticket).to_be_visible()
    ticket.get_by_role("link").click()
    expect(phone.get_by_text("T. T. B.")).to_be_visible()
    phone.get_by_role("button", name="Nhận phiếu").click()
    phone.get_by_label("Lý do cần xem số").fill("đến nhà dân")
    phone.get_by_role("button", name="Hiện số trong 5 phút").click()
    assert (
        phone.get_by_role("link", name="Bản đồ").get_attribute("href")
        == "geo:0,0?q=th%C3%B4n%203%2C%20x%C3%A3%20C%E1%BA%A9m%20B%C3%ACnh%2C%20H%C3%A0%20T%C4%A9nh"
    )
    expect(phone.get_by_role("link", name="0912345678")).to_have_attribute("href", "tel:0912345678")
    phone.locator("input[name=visit_at]").fill("2026-11-23T15:00")
    phone.get_by_role("button", name="Lưu").click()
    picture(phone, "day-ticket")
    phone.get_by_role("link", name="← Phiếu").click()
    expect(phone.locator(".tickets li", has_text="đi lúc 15:00 23/11/26")).to_be_visible()
    picture(phone, "day-visits")
    phone.locator(".tickets a").first.click()
    for outcome, day in (("follow_up", "2026-11-25T08:00"), ("done", "")):
        phone.locator("select[name=outcome]").select_option(outcome)
        phone.get_by_label("Đã làm gì").fill(f"kết quả {outcome}")
        phone.locator("input[name=follow_up]").fill(day)
        phone.get_by_role("button", name="Ghi kết quả").click()
        expect(phone.get_by_text(f"kết quả {outcome}")).to_be_visible()
    expect(phone.get_by_role("button", name="Ghi kết quả")).to_be_hidden()


def test_a_conversation_on_a_phone_is_read_and_answered_without_sideways_scrolling(open_page: OpenPage) -> None:
    citizen = open_page("/")
    call_officer(citizen, "toi hoi ve luu tru cho khach nuoc ngoai ngu lai mot dem")
    phone = sign_in(open_page("/desk", viewport=PHONE), "minh")
    phone.locator(".items a", has_text="Gặp cán bộ").last.click()
    phone.get_by_role("button", name="Nhận trả lời").click()
    expect(phone.get_by_label("Trả lời người dân")).to_be_in_viewport()
    phone.get_by_label("Trả lời người dân").fill("Chào ông, tôi nghe đây")
    phone.get_by_role("button", name="Gửi", exact=True).click()
    expect(citizen.locator(".officer .bubble").last).to_have_text("Chào ông, tôi nghe đây")
    picture(phone, "day-conversation-phone")
