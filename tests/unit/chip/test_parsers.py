"""Zones, Vietnamese fields and portraits, field by field."""

from datetime import date

import pytest

from tests.support.testchip import Holder, content
from tests.support.testchip.content import integer, sequence
from verification_service.chip import MalformedData, MrzKey, Portrait, PortraitRefused, dg1, dg2, dg13, mrz, tlv
from verification_service.chip.cross_checks import folded_name
from verification_service.chip.dg13 import VietnameseFields
from verification_service.chip.portrait import MAX_BYTES

PASSPORT = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10"


def fields(*entries: bytes) -> VietnameseFields:
    return dg13.parse(tlv.encode(0x6D, sequence(tlv.encode(0x31, b"".join(entries)))))


def text(number: int, value: str, tag: int = 0x0C) -> bytes:
    return sequence(integer(number), tlv.encode(tag, value.encode()))


def test_zone_of_a_cccd():
    zone = dg1.parse(content.dg1(Holder().zone()))
    assert (zone.document_type, zone.issuing_state, zone.document_number) == ("ID", "VNM", "199000123")
    assert zone.citizen_number == "001199000123"
    assert (zone.surname, zone.given_names, zone.sex) == ("NGUYEN", "VAN AN", "M")
    assert zone.wrong_digits == ()


def test_twelve_digits_in_another_states_document_are_nobodys_citizen_number():
    zone = mrz.parse(PASSPORT[:72] + "001199000123<<" + PASSPORT[86:])
    assert (zone.issuing_state, zone.optional_data, zone.citizen_number) == ("UTO", "001199000123", None)


def test_zone_of_a_passport():
    zone = mrz.parse(PASSPORT)
    assert (zone.document_number, zone.nationality, zone.surname, zone.given_names) == ("L898902C3", "UTO", "ERIKSSON", "ANNA MARIA")
    assert (zone.wrong_digits, zone.citizen_number) == ((), None)
    assert zone.expires == date(2012, 4, 15)
    assert zone.born(date(2026, 11, 23)) == date(1974, 8, 12)


@pytest.mark.parametrize("position", [9, 36, 38, 66 - 30 + 12, 59])
def test_a_wrong_digit_is_named(position):
    zone = list(Holder().zone())
    zone[position] = "8" if zone[position] != "8" else "7"
    assert mrz.parse("".join(zone)).wrong_digits


@pytest.mark.parametrize("born", ["260101", "251231", "261123"])
def test_century_of_birth(born):
    zone = mrz.parse(Holder(birth=born).zone())
    assert zone.born(date(2026, 11, 23)).year in (2025, 2026)
    assert mrz.parse(Holder(birth="261124").zone()).born(date(2026, 11, 23)).year == 1926


@pytest.mark.parametrize("bad", ["", "A" * 89, "a" * 90, "Đ" * 90, "<" * 60])
def test_what_is_no_zone(bad):
    with pytest.raises(MalformedData):
        mrz.parse(bad)


@pytest.mark.parametrize("parts", [("", "990101", "390101"), ("199000123", "9901", "390101"), ("199 000", "990101", "390101")])
def test_what_is_no_key(parts):
    with pytest.raises(MalformedData):
        MrzKey(*parts)


@pytest.mark.parametrize("with_version", [True, False])
def test_vietnamese_fields(with_version):
    found = dg13.parse(content.dg13(Holder(), with_version))
    assert found.texts["full_name"] == "Nguyễn Văn An"
    assert found.texts["parents"] == "Nguyễn Văn Bình, Trần Thị Chi"
    assert "spouse" not in found.texts
    assert "personal_identification" not in found.texts
    assert found.date("birth_date") == date(1999, 1, 1)
    assert found.unknown == {16: tlv.encode(0x0C, b"0123456789ABCDEF")}


def test_fields_are_taken_by_number_and_not_by_position():
    found = fields(text(12, "01/01/2039"), text(1, "001199000123"), text(99, "mới"))
    assert found.texts == {"expiry_date": "01/01/2039", "citizen_number": "001199000123"}
    assert list(found.unknown) == [99]


def test_absent_empty_and_printable_values():
    found = fields(sequence(integer(5)), text(6, "Kinh", tag=0x13), sequence(integer(14), sequence()), sequence(integer(13), sequence(text(1, "x")[2:])))
    assert found.texts["ethnicity"] == "Kinh"
    assert "nationality" not in found.texts


def test_old_number_that_is_none_is_kept_raw():
    assert 15 in fields(text(15, "Nguyễn Thị Dung")).unknown
    assert fields(text(15, "012345678")).texts["old_identity_number"] == "012345678"


@pytest.mark.parametrize(("written", "meant"), [("01012039", date(2039, 1, 1)), ("Không thời hạn", None), ("31/02/2030", None)])
def test_dates_as_written(written, meant):
    assert fields(text(12, written)).date("expiry_date") == meant


def test_text_that_is_not_utf8_is_malformed():
    with pytest.raises(MalformedData):
        fields(sequence(integer(2), tlv.encode(0x0C, b"\xff\xfe")))


@pytest.mark.parametrize(("name", "folded"), [("Đặng Thị Ngọc Ánh", "DANG THI NGOC ANH"), ("  Y  Bă Niê ", "Y BA NIE"), ("H'Hen Niê", "HHEN NIE")])
def test_names_as_a_zone_writes_them(name, folded):
    assert folded_name(name) == folded


@pytest.mark.parametrize("modern", [False, True])
def test_portrait_is_found_in_both_standards(modern):
    image = content.portrait("jpeg", 6_000)
    assert dg2.parse(content.dg2(image, modern)) == image


def test_portrait_limits():
    with pytest.raises(PortraitRefused, match="too large"):
        Portrait.recognise(b"\xff\xd8\xff" + bytes(MAX_BYTES))
    with pytest.raises(PortraitRefused, match="neither"):
        Portrait.recognise(b"GIF89a")
    with pytest.raises(PortraitRefused, match="cannot be decoded"):
        Portrait.recognise(content.portrait("jpeg", 6_000)[:700]).decode()


def test_portrait_with_too_many_pixels_is_not_decoded():
    """A small file that claims 65,000 × 65,000 pixels."""
    image = bytearray(content.portrait("jpeg", 6_000))
    start = image.index(b"\xff\xc0")
    image[start + 5 : start + 9] = b"\xfd\xe8\xfd\xe8"
    with pytest.raises(PortraitRefused):
        Portrait.recognise(bytes(image)).decode()


def test_facial_record_whose_length_lies():
    image = content.portrait("jpeg", 6_000)
    data = bytearray(content.dg2(image))
    place = data.index(b"FAC\x00") + 14
    data[place : place + 4] = (len(image) + 5000).to_bytes(4, "big")
    with pytest.raises(MalformedData):
        dg2.parse(bytes(data))
