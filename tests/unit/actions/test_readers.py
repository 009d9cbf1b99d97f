"""Answers as people type them."""

from datetime import datetime

import pytest

from actions.common.answers import Answers, Filled, Refused
from actions.common.readers import read_count, read_document, read_name, read_phone
from actions.common.turn import Turn
from actions.id_card.form import find_receipt_code, read_receipt_code, read_second_detail
from actions.lodging import guests, stay
from tests.unit.actions.support import tracker


def turn(text: str, **more) -> Turn:
    return Turn(tracker(text, **more))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Nguyễn Văn An", "Nguyễn Văn An"),
        ("tên tôi là lê thị hoa", "Lê Thị Hoa"),
        ("toi ten la Tran Binh", "Tran Binh"),
        ("Trần Thị Bình sinh ngày 1/5/1990", "Trần Thị Bình"),
        ("người liên hệ là Phan Văn Tới, 0912", "Phan Văn Tới"),
        ("Chu Thị Thanh Hà", "Chu Thị Thanh Hà"),
        ("bà Lê Thị Cò", "Lê Thị Cò"),
        ("đậu thị mai", "Đậu Thị Mai"),
        ("Nguyễn Văn Sinh", "Nguyễn Văn Sinh"),
        ("Trần Sinh", "Trần Sinh"),
        ("Lê Thị Số", "Lê Thị Số"),
        ("Nguyễn Nam Sinh", "Nguyễn Nam Sinh"),
        ("Nguyễn Văn Sinh sinh năm 1990", "Nguyễn Văn Sinh"),
        ("Lê Thị Số số điện thoại 0912345678", "Lê Thị Số"),
        ("Trần Thị Bình sinh: 1/5/1990", "Trần Thị Bình"),
        ("tran van an so 042190001234", "Tran Van An"),
        ("My name is Anna Lee", "Anna Lee"),
        ("không biết", None),
        ("tôi chưa biết", None),
        ("Hà Tĩnh ở đâu", None),
        ("12345", None),
    ],
)
def test_names(text, name):
    assert read_name(text) == name


def test_one_word_is_not_a_full_name():
    assert read_name("An") == Refused("utter_refused_name")


@pytest.mark.parametrize(("text", "phone"), [("0912 345 678", "+84912345678"), ("so toi la 0912345678 nhe", "+84912345678"), ("abc", None)])
def test_phones(text, phone):
    assert read_phone(turn(text)) == phone


def test_a_wrong_phone_is_refused():
    assert read_phone(turn("091234")) == Refused("utter_refused_phone")


def test_documents():
    assert read_document("số 0421 9000 1234") == {"citizen_number": "042190001234"}
    assert read_document("hc b 1234567") == {"passport_number": "B1234567"}
    assert read_document("123456789") == Refused("utter_refused_old_number")
    assert read_document("04219000123") == Refused("utter_refused_document")
    assert read_document("chưa nhớ") is None


def test_counts():
    assert read_count(turn("hai người"), 20) == 2
    assert read_count(turn("3"), 20) == 3
    assert read_count(turn("50"), 20) == Refused("utter_refused_count")
    assert read_count(turn("nhiều"), 20) is None


@pytest.mark.parametrize(
    ("text", "count"),
    [
        *[("ba", 3), ("dạ ba ạ", 3), ("Ba người", 3), ("ba nguoi", 3), ("năm khách", 5), ("nam khach", 5), ("hai vợ chồng", 2), ("co 2 nguoi", 2)],
        *[("sáu", 6), ("three guests", 3), ("ten", 10), ("bà ngoại tôi", None), ("ba mẹ tôi", None), ("ba me toi", None), ("khách nam", None)],
        *[("chị tám", None), ("cho tôi trả lời sau", None), ("cho toi tra loi sau", None), ("hai người lớn một trẻ em", None), ("bà", None)],
        *[("thôi 2 đêm thôi", None), ("2 dem", None), ("3 ngày", None), ("8h", None), ("2 nights", None), ("2 khách 3 đêm", None)],
    ],
)
def test_number_words_count_only_alone_or_before_people(text, count):
    assert read_count(turn(text), 20) == count


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ma ho so la g01.042.000.000-261105-0123 a", "g01.042.000.000-261105-0123"),
        ("HT26-0001234", "HT26-0001234"),
        ("1/5/1960", None),
        ("042050001234", None),
        ("0912345678", None),
    ],
)
def test_file_codes_in_a_sentence(text, code):
    assert find_receipt_code(text) == code


def test_a_citizen_number_is_no_file_code():
    assert read_receipt_code(turn("042050001234"), Answers({})) == Refused("utter_card_refused_citizen_number")


def test_the_example_in_our_question_is_no_code():
    assert read_receipt_code(turn("G01.042.000.000-260230-0123"), Answers({})) == Refused("utter_refused_sample_code")
    assert read_receipt_code(turn("tra cứu thẻ căn cước, mã hồ sơ G01042000000-260230-0123, bốn số cuối 1234"), Answers({})) == Refused(
        "utter_refused_sample_code"
    )


def test_second_details():
    assert read_second_detail(turn("1234"), Answers({})).values == {"card_second_detail": {"kind": "last4", "value": "1234"}}
    assert read_second_detail(turn("sinh 1/5/1960"), Answers({})).values == {"card_second_detail": {"kind": "birth_date", "value": "1960-05-01"}}
    assert read_second_detail(turn("042050001234"), Answers({})).values == {"card_second_detail": {"kind": "last4", "value": "1234"}}
    assert read_second_detail(turn("123"), Answers({})) == Refused("utter_card_refused_second_detail")
    assert read_second_detail(turn("không nhớ"), Answers({})) is None


@pytest.mark.parametrize(
    ("text", "day", "hour", "leaving"),
    [
        ("8 giờ tối nay", "2026-11-23", "20:00", None),
        ("23h30 ngày 25/12", "2026-12-25", "23:30", None),
        ("tối mai", "2026-11-24", None, None),
        ("từ 8 giờ tối ngày 24/11 đến 27/11", "2026-11-24", "20:00", "2026-11-27"),
        ("từ tối nay đến thứ 6", "2026-11-23", None, "2026-11-27"),
        ("ngay mai 2 dem", "2026-11-24", None, "2026-11-26"),
        *((text, "2026-11-23", None, "2026-11-25") for text in ("23/11-25/11", "23-25/11", "23/11 den 25/11", "từ 23 đến 25/11", "23/11-25/11/2026")),
        ("20h 23/11-25/11", "2026-11-23", "20:00", "2026-11-25"),
        ("8 p.m. tomorrow", "2026-11-24", "20:00", None),
        ("8h toi 23-25/11", "2026-11-23", "20:00", "2026-11-25"),
    ],
)
def test_arrivals(text, day, hour, leaving):
    values = stay.read_arrival(turn(text), Answers({})).values
    assert (values["lodging_arrival_day"], values.get("lodging_arrival_time"), values.get("lodging_departure")) == (day, hour, leaving)


@pytest.mark.parametrize(
    ("now", "text", "arrival"),
    [
        *[("2026-11-24T07:00", text, "2026-11-23 20:00") for text in ("8 giờ tối qua", "8h toi qua", "8 giờ tối hôm qua", "tối qua 8 giờ", "20h hôm qua")],
        *[("2026-11-24T07:00", text, "2026-11-23 21:00") for text in ("9h toi qua", "yesterday 9pm", "yesterday at 9 pm", "9PM last night")],
        *[("2026-11-24T07:00", text, "2026-11-25 20:00") for text in ("tomorrow 8pm", "8 p.m. tomorrow", "wednesday 8pm", "8 giờ tối mai")],
        *[("2026-11-24T07:00", text, "2026-11-24 20:30") for text in ("today 8:30pm", "8:30 pm today", "tonight 8:30pm")],
        ("2026-11-24T07:00", "23h30 tối qua", "2026-11-23 23:30"),
        ("2026-11-24T07:00", "friday 8pm", "2026-11-27 20:00"),
        ("2026-11-24T07:00", "last sunday 10am", "2026-11-22 10:00"),
        ("2027-01-01T00:20", "23h30 tối qua", "2026-12-31 23:30"),
    ],
)
def test_last_night_and_english_days(now, text, arrival):
    values = stay.read_arrival(turn(text, at=f"{now}:00+07:00"), Answers({})).values
    assert f"{values['lodging_arrival_day']} {values.get('lodging_arrival_time')}" == arrival


@pytest.mark.parametrize(("text", "leaving"), [("3 nights", "2026-11-26"), ("one night", "2026-11-24"), ("until friday", "2026-11-27")])
def test_leaving_in_english(text, leaving):
    known = Answers({"lodging_arrival_day": "2026-11-23", "lodging_arrival_time": "20:00"})
    assert stay.read_departure(turn(text), known).values["lodging_departure"] == leaving


def test_an_arrival_far_away_is_refused():
    assert stay.read_arrival(turn("1/6/2026"), Answers({})) == Refused("utter_lodging_refused_arrival_range")


def test_an_hour_after_a_day_part_and_alone():
    known = Answers({"lodging_arrival_day": "2026-11-23", "lodging_arrival_said": "tối nay"})
    assert stay.read_hour(turn("9 giờ"), known).values["lodging_arrival_time"] == "21:00"
    assert stay.read_hour(turn("khoảng 9 rưỡi"), known).values["lodging_arrival_time"] == "21:30"
    alone = Answers({"lodging_arrival_day": "2026-11-25", "lodging_arrival_said": "thứ tư"})
    assert stay.read_hour(turn("10 giờ"), alone).values == {"lodging_hours_offered": ["10:00", "22:00"]}
    assert stay.read_hour(turn("22h"), alone).values["lodging_arrival_time"] == "22:00"


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("3 đêm", "2026-11-26"),
        ("thứ 6", "2026-11-27"),
        ("22/12", "2026-12-22"),
        ("23/11-25/11", "2026-11-25"),
        ("23/12", Refused("utter_lodging_refused_30_days", counts=False)),
        ("2 tháng", Refused("utter_lodging_refused_30_days", counts=False)),
        ("hôm nay", Refused("utter_lodging_refused_same_day")),
        ("vài hôm", Refused("utter_refused_vague_date")),
    ],
)
def test_departures_and_the_thirty_days(text, result):
    reading = stay.read_departure(turn(text), Answers({"lodging_arrival_day": "2026-11-23", "lodging_arrival_time": "20:00"}))
    assert (reading.values["lodging_departure"] if isinstance(reading, Filled) else reading) == result


@pytest.mark.parametrize(
    ("arrival", "deadline"),
    [
        ("2026-12-01T14:00", "2026-12-01T23:00"),
        ("2026-12-01T22:59", "2026-12-01T23:00"),
        ("2026-12-01T23:00", "2026-12-02T08:00"),
        ("2026-12-01T23:30", "2026-12-02T08:00"),
        ("2026-12-02T02:00", "2026-12-02T08:00"),
        ("2026-12-31T23:30", "2027-01-01T08:00"),
    ],
)
def test_the_deadline_that_is_said(arrival, deadline):
    """answers.md F."""
    day, hour = arrival.split("T")
    at = stay.deadline_of(Answers({"lodging_arrival_day": day, "lodging_arrival_time": hour})).at
    assert at.replace(tzinfo=None) == datetime.fromisoformat(deadline)


def test_a_whole_guest_in_one_sentence():
    reading = guests.read_guest_name(turn("Trần Thị Bình, 1/5/1990, 042190001234"), Answers({}))
    assert reading.values == {
        "lodging_guest_name": "Trần Thị Bình",
        "lodging_guest_document": {"citizen_number": "042190001234"},
        "lodging_guest_birth_date": "1990-05-01",
    }


def test_a_contradicting_number_is_asked_for_once_more_and_then_taken():
    born = {"lodging_guest_birth_date": "1990-05-01"}
    first = guests.read_guest_document(turn("042085001234"), Answers(born))
    assert first.response == "utter_lodging_number_contradicts" and not first.counts
    again = guests.read_guest_document(turn("042085001234"), Answers({**born, **first.values}))
    assert again.values == {"lodging_guest_document": {"citizen_number": "042085001234"}}
