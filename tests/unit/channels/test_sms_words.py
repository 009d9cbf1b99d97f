"""What short words on a plain phone mean."""

import json
from datetime import datetime, timedelta

import pytest

from integrations.core.clock import VIETNAM
from integrations.gateway.conversation.models import Conversation
from integrations.gateway.sms.proactive import wait_before_proactive
from integrations.gateway.sms.words import as_payload, as_sentence, subscription


@pytest.mark.parametrize(
    ("text", "answering", "wish"),
    [
        ("HUY", False, "opted_out"),
        ("Hủy.", False, "opted_out"),
        ("huy", True, None),
        ("DUNG", False, "opted_out"),
        ("dừng.", False, "opted_out"),
        ("DUNG", True, None),
        ("Dừng", True, None),
        ("dung", False, None),
        ("Dung", False, None),
        ("TU CHOI", False, "opted_out"),
        ("Từ chối", True, None),
        ("stop", False, "opted_out"),
        ("stop", True, None),
        ("Dung nhan tin", True, "opted_out"),
        ("từ chối nhận tin", True, "opted_out"),
        ("dong y lai", False, "opted_in"),
        ("ĐỒNG Ý LẠI!", True, "opted_in"),
        ("dong y", False, None),
        ("huy lich hen giup toi", False, None),
        ("đúng", True, None),
        ("đúng", False, None),
        ("ĐÚNG", False, None),
        ("Đúng rồi", False, None),
        ("", False, None),
    ],
)
def test_subscription(text, answering, wish):
    assert subscription(text, answering=answering) == wish


def test_dung_may_say_yes_to_what_was_offered():
    assert subscription("DUNG", answering=False, offered=True) is None
    assert subscription("HUY", answering=False, offered=True) == "opted_out"


@pytest.mark.parametrize(
    ("typed", "meaning"),
    [
        ("0", "quay lại"),
        (" 00 ", "làm lại từ đầu"),
        ("*", "gặp cán bộ"),
        ("GAP", "gặp cán bộ"),
        ("Trợ Giúp", "trợ giúp"),
        ("TROGIUP", "trợ giúp"),
        ("CCCD", "xem thẻ làm đến đâu"),
        ("cccd hs123456", "tra cứu thẻ căn cước, mã hồ sơ HS123456"),
        ("CCCD HS123456 12", "tra cứu thẻ căn cước, mã hồ sơ HS123456"),
        ("CCCD HS123456 042048001234", "tra cứu thẻ căn cước, mã hồ sơ HS123456"),
        ("CCCD H42.19-261120-0001 1234", "tra cứu thẻ căn cước, mã hồ sơ H42.19-261120-0001, bốn số cuối 1234"),
        ("cccd  hs123456   1234", "tra cứu thẻ căn cước, mã hồ sơ HS123456, bốn số cuối 1234"),
        ("cccd lam o dau", "cccd lam o dau"),
        ("LUUTRU trước mấy giờ", "tôi muốn khai báo lưu trú trước mấy giờ"),
        ("luutru", "khai báo lưu trú"),
        ("LUUTRU HUY", "hủy thông báo lưu trú"),
        ("luutru sua", "sửa thông báo lưu trú"),
        ("toi muon gap", "toi muon gap"),
        ("/restart", "/restart"),
        ("1", "1"),
    ],
)
def test_grammar_of_the_short_code(typed, meaning):
    assert as_sentence("sms", typed, in_journey=True) == meaning
    assert as_sentence("ussd", typed, in_journey=True) == meaning
    assert as_sentence("zalo", typed, in_journey=True) == typed


@pytest.mark.parametrize(
    ("typed", "details"),
    [
        ("LUUTRU tối nay 1 khách", "tối nay 1 khách"),
        ("luutru: tran thi binh", "tran thi binh"),
        ("Luutru tran thi binh, 042190001234", "tran thi binh, 042190001234"),
        ("LUUTRU,tran thi binh\n042190001234\nxa thach ha", "tran thi binh, 042190001234, xa thach ha"),
        ("luu tru tran thi binh 042190001234", "tran thi binh 042190001234"),
        ('LUUTRU Trần "Bình" {x}', 'Trần "Bình" {x}'),
        ("LUUTRU nguyen van rang, 042190001234", "nguyen van rang, 042190001234"),
    ],
)
def test_details_behind_the_lodging_word(typed, details):
    for channel in ("sms", "ussd"):
        intent, _, entities = as_payload(channel, typed).partition("{")
        assert (intent, json.loads("{" + entities)) == ("/lodging_register", {"details": details})
    assert as_payload("zalo", typed) is None


def test_a_letter_behind_the_lodging_word_stays_within_a_payload():
    assert len(as_payload("sms", "LUUTRU tran thi binh, " + '"' * 2000)) < 1000


@pytest.mark.parametrize(
    "typed",
    [
        "LUUTRU",
        "luutru ",
        "LUUTRU HUY",
        "luutru sua",
        "LUUTRU la gi",
        "LUUTRU 2 dem co phai bao khong",
        "luu tru truoc may gio",
        "luu tru cho 2 khach toi nay",
        "LUUTRU cuu toi voi",
        "luutruong 5",
        "toi muon bao luu tru",
        "",
    ],
)
def test_other_words_are_no_details(typed):
    assert as_payload("sms", typed) is None


@pytest.mark.parametrize("typed", ["1", " 3. ", "12"])
def test_a_number_that_picks_nothing_asks_what_there_is(typed):
    assert as_sentence("sms", typed, in_journey=False) == "trợ giúp"
    assert as_sentence("web", typed, in_journey=False) == typed


def test_longer_numbers_are_never_taken_for_a_key():
    for typed in ("123", "1950", "042048001234"):
        assert as_sentence("sms", typed, in_journey=False) == typed


@pytest.mark.parametrize(
    ("hour", "minute", "waits"),
    [(21, 59, "0:00"), (22, 0, "8:00"), (23, 30, "6:30"), (0, 5, "5:55"), (5, 59, "0:01"), (6, 0, "0:00"), (12, 0, "0:00")],
)
def test_quiet_hours(hour, minute, waits):
    now = datetime(2026, 11, 23, hour, minute, tzinfo=VIETNAM)
    hours, minutes = map(int, waits.split(":"))
    for channel in ("sms", "ussd"):
        assert wait_before_proactive(Conversation(channel=channel, opted_out_at=None), now) == timedelta(hours=hours, minutes=minutes)
    assert wait_before_proactive(Conversation(channel="web", opted_out_at=None), now) == timedelta()


def test_nobody_who_opted_out_is_written_to_unasked():
    now = datetime(2026, 11, 23, 12, tzinfo=VIETNAM)
    assert wait_before_proactive(Conversation(channel="sms", opted_out_at=now), now) is None
