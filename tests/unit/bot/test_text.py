import unicodedata

import pytest
from components.text import fold, fold_with_offsets, normalise
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Tôi ko đk đc CCCD", "tôi không đăng ký được căn cước công dân"),
        ("sdt của e bị mất", "số điện thoại của em bị mất"),
        ("hoà giải, khoẻ, thuỷ", "hòa giải , khỏe , thủy"),
        ("quý vị", "quý vị"),
        ("hoàn thành", "hoàn thành"),
        ("khôngggg đượccc", "không được"),
        ("mần răng để kích hoạt", "làm sao để kích hoạt"),
        ("nộp hồ sơ ở mô", "nộp hồ sơ ở đâu"),
        ("mô hình", "mô hình"),
        ("chi phí", "chi phí"),
        ("vn\u200beid", "vneid"),
        (unicodedata.normalize("NFD", "đăng ký tạm trú"), "đăng ký tạm trú"),
        ("cài vê nê ít sao không được", "cài vneid sao không được"),
        ("vi neo ai đi đòi mã ô tê pê", "vneid đòi mã otp"),
        ("mở vê en e i đê thì quên pass code", "mở vneid thì quên passcode"),
        ("vn eid", "vneid"),
        ("V N E I D", "vneid"),
        ("đổi xê cê xê dê", "đổi căn cước công dân"),
        ("cê cê cê đê gắn chíp", "căn cước công dân gắn chip"),
        ("ra ki-ốt quét căng cước", "ra kiosk quét căn cước"),
        ("ki ot gan nhat", "kiosk gan nhat"),
        ("định danh mức hai", "định danh mức độ 2"),
        ("042198001234", "042198001234"),
        ("", ""),
    ],
)
def test_what_is_typed_becomes_what_was_meant(typed: str, meant: str) -> None:
    assert normalise(typed) == meant


@pytest.mark.parametrize(
    "ordinary",
    [
        "anh về nê xem ai đi cùng", "di ve ne ai di cung khong", "mức hai triệu", "cang cuoc song kho khan", "xe xe xe dep", "vi ai di vang", "o te quá",
        "ca ca ca de", "vé nè ít", "ki này", "mua ốt", "vi neo ai", "cê đê", "một mức một giá",
    ],
)  # fmt: skip
def test_ordinary_sentences_stay_as_they_are(ordinary: str) -> None:
    assert normalise(ordinary) == ordinary


@given(st.text())
def test_the_normal_form_has_single_spaces_and_nothing_invisible(text: str) -> None:
    once = normalise(text)
    assert once == " ".join(once.split())
    assert "\u200b" not in once


def test_folding() -> None:
    assert fold("Đăng KÝ  mức 2") == "dang ky muc 2"


@given(st.text())
def test_folded_offsets_point_into_the_original(text: str) -> None:
    folded, origin = fold_with_offsets(text)
    assert len(folded) == len(origin)
    assert origin == sorted(origin)
    assert all(0 <= index < len(text) for index in origin)
