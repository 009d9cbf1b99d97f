"""Dates as citizens write them, read on Monday 23 November 2026, 10:00 in Hà Tĩnh."""

from datetime import date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.core.vietnamese_dates import Problem, read_birth_date, read_date, read_moment, read_nights, read_stay, read_time
from integrations.core.vietnamese_dates.reading import VIETNAM

NOW = datetime(2026, 11, 23, 10, tzinfo=VIETNAM)


def day(text: str) -> date:
    number, month, *year = text.split("/")
    return date(int(year[0]) if year else 2026, int(month), int(number))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hôm nay", "23/11"), ("tối nay", "23/11"), ("toi nay", "23/11"), ("hnay", "23/11"), ("đêm nay", "23/11"), ("tôi nay", "23/11"),
        ("mai", "24/11"), ("ngày mai", "24/11"), ("NGAY MAI", "24/11"), ("sáng mai", "24/11"), ("tối mai mẹ tôi đến", "24/11"),
        ("mốt", "25/11"), ("ngày mốt", "25/11"), ("ngay mot", "25/11"), ("ngày kia", "25/11"), ("ngày kìa", "26/11"),
        ("hôm qua", "22/11"), ("tối qua", "22/11"), ("hôm kia", "21/11"), ("hom kia", "21/11"),
        ("thứ 6", "27/11"), ("thứ sáu", "27/11"), ("thu sau", "27/11"), ("t6", "27/11"), ("thứ6", "27/11"), ("thứ 6 này", "27/11"), ("thứ 6 tới", "27/11"),
        ("thứ tư", "25/11"), ("thu tu", "25/11"), ("thứ năm", "26/11"), ("thu nam", "26/11"),
        ("thu bay tuan nay", "28/11"), ("cn", "29/11"), ("chủ nhật", "29/11"),
        ("thứ 6 tuần sau", "4/12"), ("thu sau tuan sau", "4/12"), ("tuần sau thứ 6", "4/12"), ("thứ 6 tuần tới", "4/12"), ("thứ 2 tuần sau nữa", "7/12"),
        ("thứ 6 tuần trước", "20/11"), ("thứ 6 vừa rồi", "20/11"), ("thứ 2 vừa rồi", "16/11"), ("đầu tuần sau", "30/11"),
        ("3 ngày nữa", "26/11"), ("ba ngày nữa", "26/11"), ("sau 3 ngày", "26/11"), ("một tuần nữa", "30/11"),
        ("2 ngày trước", "21/11"), ("3 tháng nữa", "23/2/2027"),
        ("25/12", "25/12"), ("25-12", "25/12"), ("25.12", "25/12"), ("ngày 25/12", "25/12"), ("25/12/2026", "25/12"), ("25-12-2026", "25/12"),
        ("25/12/26", "25/12"),
        ("25122026", "25/12"), ("2026-12-25", "25/12"), ("25 tháng 12 năm 2026", "25/12"), ("ngay 25 thang 12", "25/12"),
        ("hai mươi lăm tháng mười hai", "25/12"), ("hai muoi lam thang muoi hai", "25/12"), ("1/3", "1/3/2027"), ("29/2/2028", "29/2/2028"),
        ("mùng 2", "2/12"), ("mong 2", "2/12"), ("mùng hai", "2/12"), ("ngày 25", "25/11"), ("ngày 5 tháng sau", "5/12"), ("ngày 24 tháng này", "24/11"),
        ("thứ 6 ngày 25/12/2026", "25/12"), ("ngày mai thứ 3", "24/11"),
        ("ngay mia", "24/11"), ("tói nay", "23/11"), ("toois nay", "23/11"), ("thuws 6 tuaanf sau", "4/12"), ("thứ  6   tuần\nsau", "4/12"),
    ],
)  # fmt: skip
def test_a_clear_day(text, expected):
    assert read_date(text, NOW).value == day(expected)


@pytest.mark.parametrize(
    ("text", "problem", "expected"),
    [
        ("cuối tuần", Problem.SEVERAL, ["28/11", "29/11"]),
        ("cuoi tuan sau", Problem.SEVERAL, ["5/12", "6/12"]),
        ("thứ hai", Problem.SEVERAL, ["23/11", "30/11"]),
        ("20/11", Problem.SEVERAL, ["20/11", "20/11/2027"]),
        ("ngày 20", Problem.SEVERAL, ["20/11", "20/12"]),
        ("thứ 5 ngày 25/12", Problem.CONTRADICTION, ["25/12", "26/11"]),
        ("tuần sau", Problem.DAY_MISSING, ["30/11", "1/12", "2/12", "3/12", "4/12", "5/12", "6/12"]),
        ("31/2", Problem.NO_SUCH_DATE, []),
        ("12/25", Problem.NO_SUCH_DATE, []),
        ("29/2/2027", Problem.NO_SUCH_DATE, []),
        ("mùng 2 tết", Problem.LUNAR, []),
        ("rằm tháng 7", Problem.LUNAR, []),
        ("2/9 âm lịch", Problem.LUNAR, []),
        ("mai mốt", Problem.VAGUE, []),
        ("vài hôm nữa", Problem.VAGUE, []),
        ("tháng sau", Problem.VAGUE, []),
        ("tôi muốn báo lưu trú", Problem.NOTHING_SAID, []),
        ("mãi mới đến", Problem.NOTHING_SAID, []),
        ("", Problem.NOTHING_SAID, []),
    ],
)
def test_an_unclear_day_is_reported_not_guessed(text, problem, expected):
    reading = read_date(text, NOW)
    assert (reading.problem, list(reading.candidates)) == (problem, [day(text) for text in expected])


def test_a_bare_week_end_on_a_sunday_is_this_or_the_next():
    assert read_date("cuối tuần", datetime(2026, 11, 29, 9, tzinfo=VIETNAM)).candidates == (day("29/11"), day("5/12"), day("6/12"))


def test_the_day_is_that_of_vietnam_not_of_the_caller():
    late_in_london = datetime.fromisoformat("2026-11-23T18:30:00+00:00")
    assert read_date("mai", late_in_london).value == day("25/11")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10h tối", "22:00"), ("10 giờ tối", "22:00"), ("muoi gio toi", "22:00"), ("tối mai 8h", "20:00"), ("8pm", "20:00"), ("8 am", "08:00"),
        ("23h30", "23:30"), ("23g30", "23:30"), ("23:30", "23:30"), ("23 giờ 30 phút", "23:30"), ("8h5 phút sáng", "08:05"), ("08:30", "08:30"),
        ("9 giờ rưỡi sáng", "09:30"), ("9 rưỡi tối", "21:30"), ("7 giờ kém 15 tối", "18:45"), ("chín giờ tối", "21:00"), ("bảy giờ tối", "19:00"),
        ("12h trưa", "12:00"), ("1h trưa", "13:00"), ("11h trưa", "11:00"), ("12h đêm", "00:00"), ("nửa đêm", "00:00"), ("24h", "00:00"), ("0h", "00:00"),
        ("2h chiều", "14:00"), ("15h chiều", "15:00"), ("1h sáng", "01:00"), ("11h đêm", "23:00"), ("2h đêm", "02:00"),
    ],
)  # fmt: skip
def test_a_clear_hour(text, expected):
    assert read_time(text).value == time.fromisoformat(expected)


@pytest.mark.parametrize(
    ("text", "problem", "expected"),
    [
        ("10h", Problem.SEVERAL, [time(10), time(22)]),
        ("10h30", Problem.SEVERAL, [time(10, 30), time(22, 30)]),
        ("12h", Problem.SEVERAL, [time(12), time(0)]),
        ("15h sáng", Problem.NO_SUCH_TIME, []),
        ("25h", Problem.NO_SUCH_TIME, []),
        ("10:75", Problem.NO_SUCH_TIME, []),
        ("bay gio", Problem.NOTHING_SAID, []),
        ("2 người", Problem.NOTHING_SAID, []),
    ],
)
def test_an_unclear_hour_is_reported(text, problem, expected):
    reading = read_time(text)
    assert (reading.problem, list(reading.candidates)) == (problem, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("23h30 ngày 25/12", ["2026-12-25T23:30"]),
        ("23h30 tối mai", ["2026-11-24T23:30"]),
        ("10h tối", ["2026-11-23T22:00"]),
        ("9h sáng", ["2026-11-23T09:00", "2026-11-24T09:00"]),
        ("2h đêm nay", ["2026-11-24T02:00"]),
        ("12h đêm nay", ["2026-11-24T00:00"]),
        ("1h sáng mai", ["2026-11-24T01:00"]),
        ("2h đêm 25/12", ["2026-12-25T02:00", "2026-12-26T02:00"]),
        ("khách đến lúc 22h30 hôm nay", ["2026-11-23T22:30"]),
        ("10h 25/12", ["2026-12-25T10:00", "2026-12-25T22:00"]),
        ("20h ngày 25 tháng 12", ["2026-12-25T20:00"]),
    ],
)
def test_a_day_with_its_hour(text, expected):
    assert [moment.at.strftime("%Y-%m-%dT%H:%M") for moment in read_moment(text, NOW).candidates] == expected


def test_a_part_of_the_day_without_an_hour_is_kept():
    moment = read_moment("tối nay", NOW).value
    assert (moment.day, moment.time, moment.part) == (day("23/11"), None, "evening")
    assert moment.at is None


def test_after_midnight_tonight_may_be_the_night_that_began_yesterday():
    one_in_the_morning = datetime(2026, 11, 24, 1, tzinfo=VIETNAM)
    reading = read_moment("đêm nay", one_in_the_morning)
    assert ([moment.day for moment in reading.candidates], reading.problem) == ([day("23/11"), day("24/11")], Problem.SEVERAL)


@pytest.mark.parametrize(
    ("text", "start", "ends"),
    [
        ("từ tối nay đến thứ 6", "23/11", ["27/11"]), ("tu mai toi thu 6", "24/11", ["27/11"]), ("toi nay toi mai", "23/11", ["24/11"]),
        ("từ thứ 6 đến chủ nhật", "27/11", ["29/11"]), ("thứ 7 đến thứ 3", "28/11", ["1/12"]), ("tối nay đến hết chủ nhật", "23/11", ["29/11"]),
        ("25-27/12", "25/12", ["27/12"]), ("từ 25 đến 27/12", "25/12", ["27/12"]), ("25/12 - 27/12", "25/12", ["27/12"]), ("25/12-27/12", "25/12", ["27/12"]),
        *((text, "23/11", ["25/11"]) for text in ("23/11-25/11", "23-25/11", "23/11 den 25/11", "23.11-25.11", "23/11–25/11", "23/11- 25/11", "23/11~25/11",
                                                  "23/11-25/11/2026", "23-25/11/2026", "từ 23 đến 25/11", "tu 23/11-25/11")),
        ("25/12 -> 27/12", "25/12", ["27/12"]), ("từ ngày 28/12 đến ngày 3/1", "28/12", ["3/1/2027"]), ("tu ngay 25 den ngay 28", "25/11", ["28/11"]),
        ("tối mai 3 đêm", "24/11", ["27/11"]), ("3 đêm từ tối nay", "23/11", ["26/11"]), ("mai một tuần", "24/11", ["1/12"]), ("mai 2 tuần", "24/11", ["8/12"]),
        ("khách đến tối nay ở 2 đêm", "23/11", ["25/11"]), ("mai 3 ngày 2 đêm", "24/11", ["26/11"]), ("mai nửa tháng", "24/11", ["9/12"]),
        ("tối nay ở 3 ngày", "23/11", ["25/11", "26/11"]), ("mai ở 1 tháng", "24/11", ["24/12"]), ("tối nay ở lại qua đêm", "23/11", ["24/11"]),
    ],
)  # fmt: skip
def test_a_stay(text, start, ends):
    stay = read_stay(text, NOW)
    assert (stay.start.value.day, list(stay.end.candidates)) == (day(start), [day(end) for end in ends])


@pytest.mark.parametrize("text", ["23/11-25/11", "23-25/11", "23.11-25.11", "25/11-23/11"])
def test_two_days_joined_by_a_dash_are_no_single_day(text):
    assert read_date(text, NOW).problem is Problem.NOTHING_SAID


@pytest.mark.parametrize(
    ("text", "start_problem", "end_problem"),
    [
        ("từ 27/12 đến 25/12", None, Problem.ENDS_BEFORE_START),
        ("tối mai", None, Problem.NOTHING_SAID),
        ("20:00 ngày mai", None, Problem.NOTHING_SAID),
        ("3 đêm", Problem.NOTHING_SAID, Problem.NOTHING_SAID),
        ("tối nay vài hôm", Problem.VAGUE, Problem.VAGUE),
        ("cuối tuần này", Problem.SEVERAL, Problem.NOTHING_SAID),
    ],
)
def test_what_is_missing_in_a_stay_is_said(text, start_problem, end_problem):
    stay = read_stay(text, NOW)
    assert (stay.start.problem, stay.end.problem) == (start_problem, end_problem)


def test_the_end_of_a_stay_whose_start_is_known():
    assert read_stay("đến thứ 6", NOW, day("30/11")).end.value == day("4/12")
    assert read_stay("3 đêm", NOW, day("30/11")).end.value == day("3/12")


@pytest.mark.parametrize(
    ("text", "nights"), [("3 đêm", [3]), ("ba dem", [3]), ("1 ngày", [1]), ("4 ngày", [3, 4]), ("mot tuan", [7]), ("1 tháng", [28]), ("vài ngày", [])]
)
def test_nights(text, nights):
    assert list(read_nights(text, date(2027, 2, 1)).candidates) == nights


@pytest.mark.parametrize(
    ("text", "expected", "problem"),
    [
        ("1/2/1950", ["1/2/1950"], None), ("01021950", ["1/2/1950"], None), ("1 2 1950", ["1/2/1950"], None), ("1.2.50", ["1/2/1950"], None),
        ("ngày 1 tháng 2 năm 1950", ["1/2/1950"], None), ("mung 1 thang nam nam 1960", ["1/5/1960"], None), ("1950-02-01", ["1/2/1950"], None),
        ("1/2/15", ["1/2/1915", "1/2/2015"], Problem.SEVERAL), ("1950", [], Problem.YEAR_ONLY), ("30/2/1990", [], Problem.NO_SUCH_DATE),
        ("1/1/2030", [], Problem.IN_FUTURE), ("1/1/1800", [], Problem.TOO_OLD), ("76 tuổi", [], Problem.VAGUE), ("không nhớ", [], Problem.NOTHING_SAID),
    ],
)  # fmt: skip
def test_a_date_of_birth(text, expected, problem):
    reading = read_birth_date(text, NOW)
    assert (list(reading.candidates), reading.problem) == ([day(text) for text in expected], problem)


WORDS = st.sampled_from(
    "tối nay mai mốt thứ 6 sáu tuần sau đến từ 25/12 31/2 99/99 0 ngày 3 đêm h giờ : - -> rưỡi kém tháng năm 2026 tết cuối qua kia 24 999".split()
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=12).map(" ".join)), st.datetimes(datetime(2026, 1, 1), datetime(2040, 1, 1)))
def test_any_text_gets_a_decided_answer(text, moment):
    now = moment.replace(tzinfo=VIETNAM)
    readings = [read_date(text, now), read_time(text), read_moment(text, now), read_birth_date(text, now), read_nights(text, now.date())]
    stay = read_stay(text, now)
    for reading in [*readings, stay.start, stay.end]:
        assert (reading.problem is None) == (len(reading.candidates) == 1)
    if stay.start.value and stay.end.value:
        assert stay.end.value >= stay.start.value.day
