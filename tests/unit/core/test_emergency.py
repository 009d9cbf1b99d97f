"""Danger is seen whatever else is going on, and ordinary questions are not taken for it."""

import pytest

from integrations.core.emergency import is_emergency
from integrations.core.text import fold


@pytest.mark.parametrize(
    "text",
    [
        "Cứu tôi với",
        "nhà hàng xóm bị cháy",
        "CHÁY NHÀ rồi",
        "có trộm trong nhà",
        "chồng tôi đang đánh nhau ngoài đường, bị chém",
        "cần cấp cứu gấp",
        "có người đuối nước",
        "chú ấy bị bắn ngoài đường",
        "cháy chợ rồi các anh ơi",
        "bà tôi bất tỉnh",
        "tôi muốn chết",
        "gọi cứu hoả giúp tôi",
        "please call the police",
        "cô ơi bố đánh cháu",
        "chồng đang đánh tôi",
        "em bị chồng bạo hành",
    ],
)
def test_danger_is_seen(text: str) -> None:
    assert is_emergency(text)


@pytest.mark.parametrize(
    "text",
    [
        "cháy nhà rồi",
        "có trộm vào nhà",
        "gọi cấp cứu giúp",
        "có kẻ trộm",
        "ông tôi bất tỉnh",
        "cháu bé bị đuối nước",
        "anh ấy bị bắn trúng chân",
        "bố đánh cháu",
    ],
)
def test_also_without_marks(text: str) -> None:
    assert is_emergency(fold(text))


@pytest.mark.parametrize(
    "text",
    [
        "ứng dụng đang chạy chậm",
        "mẹ đánh con dấu vào giấy",
        "bo danh may",
        "ung dung dang chay cham",
        "làm từ từ thôi",
        "bị cướp mất căn cước thì làm lại ở đâu",
        "bệnh viện có phải báo lưu trú cho người cấp cứu không",
        "tôi muốn kích hoạt VNeID",
        "máy nhà tôi chạy không nổi ứng dụng",
        "hôm nay tôi bị bận",
        "hom nay toi bi ban",
        "bật tính năng NFC ở đâu",
        "bat tinh nang nfc o dau",
        "điện thoại rơi dưới nước",
        "dien thoai roi xuong duoi nuoc",
        "tôi bị bạn lừa mất sim",
        "vợ tôi đi chạy chợ",
        "vo toi di chay cho",
        "chờ lâu muốn chết",
        "máy chạy nó báo lỗi",
        "nghiên cứu người dùng",
        "Can you help me please?",
    ],
)
def test_ordinary_sentences_are_left_alone(text: str) -> None:
    assert not is_emergency(text)
