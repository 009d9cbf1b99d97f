"""Dates, times and stays as people in Vietnam write them, with or without diacritics, relative to an aware "now" in Asia/Ho_Chi_Minh.

Hand-written: no maintained library reads Vietnamese dates. Nothing is guessed: a reading carries every candidate, or the problem.

    read_date("thứ 6 tuần sau", now)        one day
    read_time("10h")                        10:00 or 22:00: ambiguous
    read_moment("23h30 tối mai", now)       a day and, when said, an hour
    read_stay("từ tối nay đến thứ 6", now)  first moment and last day
    read_birth_date("1.2.50", now)          a day in the past
"""

from integrations.core.vietnamese_dates.birth_dates import read_birth_date
from integrations.core.vietnamese_dates.days import read_date
from integrations.core.vietnamese_dates.hours import read_time
from integrations.core.vietnamese_dates.moments import read_moment
from integrations.core.vietnamese_dates.reading import DayPart, Moment, Problem, Reading
from integrations.core.vietnamese_dates.stays import Stay, read_nights, read_stay

__all__ = ["DayPart", "Moment", "Problem", "Reading", "Stay", "read_birth_date", "read_date", "read_moment", "read_nights", "read_stay", "read_time"]
