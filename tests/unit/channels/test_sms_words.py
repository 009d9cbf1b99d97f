"""What short words on a plain phone mean."""

from datetime import datetime

import pytest

from integrations.core.clock import VIETNAM
from integrations.gateway.conversation.models import Conversation
from integrations.gateway.sms.proactive import sendable_at
from integrations.gateway.sms.words import as_sentence, subscription


@pytest.mark.parametrize(
    ("text", "in_journey", "wish"),
    [
        ("HUY", False, "opted_out"),
        ("Hủy.", False, "opted_out"),
        ("huy", True, None),
        ("dung", False, "opted_out"),
        ("Dừng", True, None),
        ("TU CHOI", True, "opted_out"),
        ("stop", True, "opted_out"),
        ("dong y lai", False, "opted_in"),
        ("ĐỒNG Ý LẠI!", True, "opted_in"),
        ("dong y", False, None),
        ("huy lich hen giup toi", False, None),
        ("đúng", True, None),
        ("", False, None),
    ],
)
def test_subscription(text, in_journey, wish):
    assert subscription(text, in_journey=in_journey) == wish


@pytest.mark.parametrize(
    ("typed", "meaning"),
    [
        ("0", "quay lại"),
        (" 00 ", "làm lại từ đầu"),
        ("*", "gặp cán bộ"),
        ("GAP", "gặp cán bộ"),
        ("Trợ Giúp", "trợ giúp"),
        ("TROGIUP", "trợ giúp"),
        ("CCCD H42.19-261120-0001 1234", "tra cứu thẻ căn cước, mã hồ sơ H42.19-261120-0001, bốn số cuối 1234"),
        ("cccd  hs123456   1234", "tra cứu thẻ căn cước, mã hồ sơ HS123456, bốn số cuối 1234"),
        ("cccd lam o dau", "cccd lam o dau"),
        ("LUUTRU tối nay 1 khách", "khai báo lưu trú tối nay 1 khách"),
        ("luutru", "khai báo lưu trú"),
        ("toi muon gap", "toi muon gap"),
        ("/restart", "/restart"),
        ("1", "1"),
    ],
)
def test_grammar_of_the_short_code(typed, meaning):
    assert as_sentence("sms", typed) == meaning
    assert as_sentence("ussd", typed) == meaning
    assert as_sentence("zalo", typed) == typed


@pytest.mark.parametrize(
    ("hour", "minute", "day", "at"),
    [(21, 59, 23, 21), (22, 0, 24, 6), (23, 30, 24, 6), (0, 5, 23, 6), (5, 59, 23, 6), (6, 0, 23, 6), (12, 0, 23, 12)],
)
def test_quiet_hours(hour, minute, day, at):
    now = datetime(2026, 11, 23, hour, minute, tzinfo=VIETNAM)
    sendable = sendable_at(Conversation(opted_out_at=None), now)
    assert (sendable.day, sendable.hour) == (day, at)


def test_nobody_who_opted_out_is_written_to_unasked():
    now = datetime(2026, 11, 23, 12, tzinfo=VIETNAM)
    assert sendable_at(Conversation(opted_out_at=now), now) is None
