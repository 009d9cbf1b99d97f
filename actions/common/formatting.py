"""Dates, times and numbers as a reader of the conversation's language expects them."""

from datetime import date, datetime

from babel.dates import format_date, format_datetime, get_day_names

from integrations.core.phone import THIS_NUMBER, THIS_NUMBER_END, Phone

_LOCALES = {"vi": "vi_VN", "en": "en_GB"}


def show_date(day: date, language: str = "vi") -> str:
    """`23/11/2026`."""
    return format_date(day, "dd/MM/yyyy", locale=_LOCALES[language])


def show_day(day: date, language: str = "vi") -> str:
    """`Thứ Sáu, 27/11/2026`: with the weekday, so that a slip is noticed."""
    name = get_day_names("wide", locale=_LOCALES[language])[day.weekday()]
    return f"{name}, {show_date(day, language)}"


def show_moment(moment: datetime, language: str = "vi") -> str:
    """`20:00, 23/11/2026`."""
    return format_datetime(moment, "HH:mm, dd/MM/yyyy", locale=_LOCALES[language])


def show_phone(phone: str) -> str:
    """`0912 345 678`; of the number that the citizen calls from only the end, `…678`, which the gateway fills in."""
    return f"…{THIS_NUMBER_END}" if phone == THIS_NUMBER else Phone(phone).national
