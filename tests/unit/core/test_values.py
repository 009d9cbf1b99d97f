"""Citizen numbers, phones, receipt codes, text and addresses, as people type them."""

import re
from datetime import date, datetime
from pathlib import Path

import pytest

from integrations.core.addresses import communes, find_communes, find_province, provinces, read_address
from integrations.core.citizen_number import CitizenNumber
from integrations.core.errors import InvalidValue
from integrations.core.phone import Phone
from integrations.core.receipt_code import SAMPLES, ReceiptCode, is_sample, new_code
from integrations.core.text import fold, nfc, one_slip_apart, same_text
from integrations.core.working_days import add_working_days, is_working_day, working_days_between

HA_TINH = 42
ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("text", "sex", "year", "code"),
    [
        ("042050001234", "male", 1950, "042"), ("042 150 001 234", "female", 1950, "042"), ("042.205.001.234", "male", 2005, "042"),
        ("001-310-001-234", "female", 2010, "001"), ("276400000000", "male", 2100, "276"), ("999999999999", "female", 2399, "999"),
    ],
)  # fmt: skip
def test_a_citizen_number_tells_sex_and_year(text, sex, year, code):
    number = CitizenNumber.parse(text)
    assert (number.sex, number.birth_year, number.birth_registration_code) == (sex, year, code)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("04205000123", "length"),
        ("0420500012345", "length"),
        ("183456789", "old_nine_digits"),
        ("O42050001234", "not_digits"),
        ("", "not_digits"),
        ("٠٤٢٠٥٠٠٠١٢٣٤", "not_digits"),
    ],
)
def test_a_wrong_citizen_number_has_a_reason_and_never_shows_itself(text, reason):
    with pytest.raises(InvalidValue) as caught:
        CitizenNumber.parse(text)
    assert caught.value.reason == reason
    assert not text or text not in str(caught.value)


def test_contradictions_between_a_number_and_what_the_person_said():
    number = CitizenNumber.parse("042150001234")
    assert number.contradictions(date(1950, 2, 1), "female", date(2026, 11, 23)) == ()
    assert number.contradictions(date(1951, 2, 1), "male") == ("birth_year", "sex")
    assert CitizenNumber.parse("042299001234").contradictions(today=date(2026, 11, 23)) == ("future",)


def test_a_citizen_number_is_masked_wherever_it_is_printed():
    number = CitizenNumber.parse("042150001234")
    assert number.masked == "042*******34"
    assert "042150001234" not in repr(number) + f"{[number]}"


@pytest.mark.parametrize(
    ("text", "e164", "mobile"),
    [("0912 345 678", "+84912345678", True), ("0912.345.678", "+84912345678", True), ("84912345678", "+84912345678", True),
        ("+84 912-345-678", "+84912345678", True),
     ("(0239) 3855 555", "+842393855555", False), ("+1 202 555 0143", "+12025550143", True)],
)  # fmt: skip
def test_a_phone(text, e164, mobile):
    phone = Phone.parse(text)
    assert (phone.e164, phone.mobile) == (e164, mobile)
    assert phone.masked.endswith(e164[-3:])
    assert e164 not in repr(phone)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("01623456789", "old_eleven_digits"), ("0912 345 67", "not_a_phone"), ("113", "not_a_phone"), ("xin chào", "not_a_phone"), ("", "not_a_phone")],
)
def test_a_wrong_phone_has_a_reason(text, reason):
    with pytest.raises(InvalidValue) as caught:
        Phone.parse(text)
    assert caught.value.reason == reason


@pytest.mark.parametrize("text", ["G01.042.000.000-261105-0123", "g01.042.000.000 - 261105 – 0123", "G01 042 000 000 261105 0123", "g01042000000_261105_0123."])
def test_a_receipt_code_survives_being_typed_in_any_way(text):
    assert ReceiptCode.parse(text).key == "G010420000002611050123"


@pytest.mark.parametrize(("text", "reason"), [("12-3", "length"), ("ABCDEFG", "no_digits"), ("G01#42000", "characters"), ("1" * 40, "length")])
def test_a_wrong_receipt_code_has_a_reason(text, reason):
    with pytest.raises(InvalidValue) as caught:
        ReceiptCode.parse(text)
    assert caught.value.reason == reason


@pytest.mark.parametrize("sample", SAMPLES)
def test_an_example_of_our_texts_is_no_code(sample):
    for typed in (sample, sample.lower(), sample.replace("-", " "), f"{sample}."):
        with pytest.raises(InvalidValue) as caught:
            ReceiptCode.parse(typed)
        assert caught.value.reason == "sample"


def test_no_example_can_be_given_out():
    issued = "".join(new_code("LT", 8)[3:] for _ in range(500))
    for sample in SAMPLES:
        ours, number = re.fullmatch(r"[LH]T-(\w+)", sample), re.fullmatch(r"G01\.042\.000\.000-(\d{6})-\d{4}", sample)
        if ours:
            assert "1" in ours[1] and "1" not in issued
        else:
            with pytest.raises(ValueError, match="day"):
                datetime.strptime(number[1], "%y%m%d")


def test_our_texts_show_no_code_but_the_examples():
    texts = [*sorted((ROOT / "bot" / "domain").glob("*.yml")), *sorted((ROOT / "nlu_data" / "knowledge").rglob("*.yml"))]
    shown = [code for path in texts for code in re.findall(r"\b(?:[LH]T-[A-Z0-9]{4,}|G\d\d[.\d]+-\d{6}-\d{4})\b", path.read_text(encoding="utf-8"))]
    assert len(shown) > 10
    assert [code for code in shown if not is_sample(code)] == []


def test_new_codes_are_readable_and_distinct():
    codes = {new_code("LT") for _ in range(500)}
    assert len(codes) == 500
    assert all(ReceiptCode.parse(code).value == code and not set(code[3:]) & set("0O1IL") for code in codes)


def test_text_normal_form_and_folding():
    assert nfc("  Hà\u200b  Ti\u0303nh ") == "Hà Tĩnh"
    assert fold("ĐƯỜNG Đồng  Lộc") == "duong dong loc"


@pytest.mark.parametrize(
    ("left", "right", "apart"),
    [
        ("abc", "abc", True),
        ("abc", "abd", True),
        ("abc", "ab", True),
        ("abc", "acb", True),
        ("abc", "abcd", True),
        ("abcd", "badc", False),
        ("abc", "cba", False),
        ("", "ab", False),
    ],
)
def test_one_slip_of_the_finger(left, right, apart):
    assert one_slip_apart(left, right) is apart
    assert one_slip_apart(right, left) is apart


def test_tolerant_comparison_needs_length_for_a_slip():
    assert same_text("Nguyễn Văn An", "nguyen van an")
    assert same_text("Cẩm Xuyên", "cam xuyn")
    assert not same_text("An", "Ân Thi")
    assert not same_text("Hòa", "Hoàn")


def test_the_country_has_34_provinces_and_3321_communes_and_ha_tinh_69():
    assert (len(provinces()), len(communes()), len(communes(HA_TINH))) == (34, 3321, 69)


@pytest.mark.parametrize("text", ["Hà Tĩnh", "ha tinh", "tỉnh Hà Tĩnh", "TINH HA TINH", "T. Hà Tĩnh".replace("T. ", "tinh ")])
def test_a_province_in_any_spelling(text):
    assert find_province(text).code == HA_TINH


@pytest.mark.parametrize(
    ("text", "code"),
    [("TP.HCM", 79), ("tphcm", 79), ("Sài Gòn", 79), ("tp Hà Nội", 1), ("thanh pho hue", 46), ("Quãng Trị", 44), ("Wakanda", None), ("", None)],
)
def test_short_and_misspelt_provinces(text, code):
    found = find_province(text)
    assert (found and found.code) == code


@pytest.mark.parametrize(
    ("text", "names"),
    [("xã Cẩm Xuyên", ["Xã Cẩm Xuyên"]), ("cam xuyen", ["Xã Cẩm Xuyên"]), ("P. Thành Sen", ["Phường Thành Sen"]), ("phuong thanh senn", ["Phường Thành Sen"]),
     ("Nam Hồng Lĩnh", ["Phường Nam Hồng Lĩnh"]), ("Hà Tĩnh", []), ("xã Tân Phú", []), ("", [])],
)  # fmt: skip
def test_a_commune_of_ha_tinh(text, names):
    assert [place.name for place in find_communes(text, HA_TINH)] == names


def test_a_name_that_many_communes_carry_gives_them_all():
    assert len(find_communes("Tân Phú")) > 1


@pytest.mark.parametrize(
    ("text", "province", "commune", "detail"),
    [
        ("12 Nguyễn Du, phường Thành Sen, tỉnh Hà Tĩnh", "Hà Tĩnh", "Phường Thành Sen", "12 Nguyễn Du"),
        ("so 5 ngo 3 xa cam xuyen ha tinh", "Hà Tĩnh", "Xã Cẩm Xuyên", "so 5 ngo 3"),
        ("Kỳ Anh", "Hà Tĩnh", "Xã Kỳ Anh", ""),
        ("thôn 3, xã Kỳ Anh", "Hà Tĩnh", "Xã Kỳ Anh", "thôn 3"),
        ("xã Thạch Hà, thôn 5", "Hà Tĩnh", "Xã Thạch Hà", "thôn 5"),
        ("xa thach ha thon 5", "Hà Tĩnh", "Xã Thạch Hà", "thon 5"),
        ("thôn Thạch Hà, xã Không Có", "Hà Tĩnh", None, "thôn Thạch Hà, xã Không Có"),
        ("phường Hoàn Kiếm, Hà Nội", "Thành phố Hà Nội", "Phường Hoàn Kiếm", ""),
        ("Hà Tĩnh", "Hà Tĩnh", None, ""),
        ("số 1 đường không tên", "Hà Tĩnh", None, "số 1 đường không tên"),
    ],
)
def test_an_address(text, province, commune, detail):
    reading = read_address(text, HA_TINH)
    assert (reading.province.name, reading.commune and reading.commune.name, reading.detail) == (province, commune, detail)


def test_working_days_skip_week_ends_and_holidays():
    assert not is_working_day(date(2026, 9, 2))
    assert add_working_days(date(2026, 11, 20), 1) == date(2026, 11, 23)
    assert add_working_days(date(2026, 11, 2), 7) == date(2026, 11, 11)
    assert add_working_days(date(2026, 12, 31), 1) == date(2027, 1, 4)
    assert working_days_between(date(2026, 11, 2), date(2026, 11, 11)) == 7
    assert working_days_between(date(2026, 12, 2), date(2026, 11, 23)) == 0
