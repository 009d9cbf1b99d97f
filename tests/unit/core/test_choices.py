"""Which offered choice a typed answer means."""

import pytest

from integrations.core.choices import chosen

OFFERED = [("Đã xong", "/step_done"), ("Bị lỗi", "/step_failed"), ("Gặp cán bộ", "/handoff")]


@pytest.mark.parametrize(
    "typed, payload",
    [
        *(
            (text, "/step_done")
            for text in ("1", "1.", "1)", " 1 ", "số 1", "So 1", "mot", "Một", "chọn 1", "bấm số 1", "1 ạ", "da xong", "ĐÃ XONG!", "/step_done")
        ),
        *((text, "/handoff") for text in ("3", "ba", "số ba", "gap can bo", "Gặp cán bộ nhé".removesuffix(" nhé"))),
        *((text, None) for text in ("", " ", "0", "4", "12", "1 2", "123", "không", "bị lỗi rồi", "/other", "số", "một hai")),
    ],
)
def test_numbers_and_titles(typed, payload):
    assert chosen(typed, OFFERED) == payload


def test_nothing_is_chosen_where_nothing_was_offered():
    assert chosen("1", []) is None


def test_a_title_wins_over_a_number():
    assert chosen("2", [("2", "/two_guests"), ("1", "/one_guest")]) == "/two_guests"


@pytest.mark.parametrize(
    "typed, payload",
    [
        ("Lê Văn Tú", "/first"),
        ("lê văn tứ", "/second"),
        ("Le\u0302 Va\u0306n Tu\u0301", "/first"),
        ("LÊ VĂN TỨ.", "/second"),
        ("le van tu", None),
        ("Lê Văn Từ", None),
        ("2", "/second"),
    ],
)
def test_marks_decide_between_titles_that_differ_in_nothing_else(typed, payload):
    assert chosen(typed, [("Lê Văn Tú", "/first"), ("Lê Văn Tứ", "/second")]) == payload
    assert chosen(typed, [("Lê Văn Tứ", "/second"), ("Lê Văn Tú", "/first")]) == (payload if typed != "2" else "/first")
