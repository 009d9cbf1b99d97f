import unicodedata

import pytest
from components.entities import find_entities
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("số của tôi 042198001234", [("citizen_number", "042198001234")]),
        ("042 198 001 234", [("citizen_number", "042198001234")]),
        ("042.198.001234 nhé", [("citizen_number", "042198001234")]),
        ("0421980012345", []),
        ("gọi 0912.345.678", [("phone", "0912345678")]),
        ("gọi +84 912 345 678", [("phone", "84912345678")]),
        ("máy bàn 0239 3855 123", [("phone", "02393855123")]),
        ("1900 0368", []),
        ("0912345678 042198001234", [("phone", "0912345678"), ("citizen_number", "042198001234")]),
        ("G01.042.000.000-261105-0123", [("receipt_code", "G01.042.000.000-261105-0123")]),
        ("g01.042.000.000 - 261105 - 0123", [("receipt_code", "G01.042.000.000-261105-0123")]),
        ("000.00.21.H25-261105-0500, 1234", [("receipt_code", "000.00.21.H25-261105-0500")]),
        ("ht-7k3f9q", [("receipt_code", "HT-7K3F9Q")]),
        ("hộ chiếu c1234567", [("passport_number", "C1234567")]),
        ("mã 123456", []),
        ("số 123456", []),
        ("đ1234567", []),
        ("tối nay", [("date", "tối nay")]),
        ("TỐI  NAY", [("date", "TỐI NAY")]),
        ("toi nay", [("date", "toi nay")]),
        ("tôi nay đã già", []),
        ("chị Mai", []),
        ("sáng mai", [("date", "sáng mai")]),
        ("thứ 6 tuần sau", [("date", "thứ 6 tuần sau")]),
        ("chu nhat toi", [("date", "chu nhat toi")]),
        ("25/12", [("date", "25/12")]),
        ("32/12", []),
        ("1.2.1950", [("date", "1.2.1950")]),
        ("ngày 5 tháng 1 năm 2027", [("date", "ngày 5 tháng 1 năm 2027")]),
        ("3 ngày nữa", [("date", "3 ngày nữa")]),
        ("từ 20/11 đến 25/11/2026", [("date", "20/11"), ("date", "25/11/2026")]),
        ("hai người ở 3 đêm", [("guest_count", "hai"), ("night_count", "3")]),
        ("2 khach", [("guest_count", "2")]),
        ("mức độ 2", []),
    ],
)
def test_forms(text: str, expected: list) -> None:
    assert [(entity["entity"], entity["value"]) for entity in find_entities(text)] == expected


def test_offsets_count_in_the_text_as_typed_also_when_it_is_decomposed() -> None:
    text = unicodedata.normalize("NFD", "Đến tối nay, số 042 198 001234")
    assert [text[entity["start"] : entity["end"]] for entity in find_entities(text)] == [unicodedata.normalize("NFD", "tối nay"), "042 198 001234"]


@given(st.text(alphabet=st.sampled_from("0123456789 .-/+abghtđôốẽ\u0300\u0301thứmaiy"), max_size=60))
def test_any_text_gives_entities_that_lie_in_it_and_do_not_overlap(text: str) -> None:
    end = 0
    for entity in find_entities(text):
        assert end <= entity["start"] < entity["end"] <= len(text)
        assert entity["value"]
        end = entity["end"]
