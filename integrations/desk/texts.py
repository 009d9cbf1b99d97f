"""The desk's words: Vietnamese is the source language, other languages are Babel catalogs read at start (`locale/<language>/LC_MESSAGES/desk.po`)."""

from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from babel.dates import format_date, format_datetime, format_skeleton, format_timedelta
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

from integrations.core.clock import VIETNAM

SOURCE = "vi"
LANGUAGES = ("vi", "en")
LOCALE = Path(__file__).with_name("locale")


@cache
def catalog(language: str) -> dict[str, str]:
    """Source text → translation; empty for the source language."""
    if language == SOURCE or language not in LANGUAGES:
        return {}
    with (LOCALE / language / "LC_MESSAGES" / "desk.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file, locale=language) if message.id and message.string}


def translate(language: str, text: str, **values: object) -> str:
    """The text in the reader's language, with `%(name)s` filled in."""
    words = catalog(language).get(text, text)
    return words % values if values else words


def mark(text: str) -> str:
    """Marks a text for the catalogs where it is written down; it is translated where it is shown."""
    return text


class Words:
    """Numbers and times as one reader expects them."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else SOURCE

    def text(self, text: str, **values: object) -> str:
        return translate(self.language, text, **values)

    def moment(self, at: datetime | None) -> str:
        """Day and time in Vietnam, short; empty for None."""
        return "" if at is None else format_datetime(at.astimezone(VIETNAM), "short", locale=self.language)

    def day(self, day: date | None) -> str:
        """A day alone, short; a dash for None."""
        return "–" if day is None else format_date(day, "short", locale=self.language)

    def clock(self, at: datetime | None) -> str:
        """The time of day only."""
        return "" if at is None else format_skeleton("Hm", at.astimezone(VIETNAM), locale=self.language)

    def length(self, seconds: float | timedelta | None) -> str:
        """A duration in one unit, `4 phút`; a dash for None."""
        if seconds is None:
            return "–"
        duration = seconds if isinstance(seconds, timedelta) else timedelta(seconds=seconds)
        smallest = "second" if duration < timedelta(minutes=1) else "minute"
        return format_timedelta(duration, granularity=smallest, threshold=1.2, locale=self.language)

    def number(self, value: float | None) -> str:
        return "–" if value is None else format_decimal(value, locale=self.language)

    def score(self, value: float | None) -> str:
        """A mean of marks from 1 to 5, always with one decimal."""
        return "–" if value is None else format_decimal(value, "0.0", locale=self.language)

    def percent(self, value: float | None) -> str:
        return "–" if value is None else format_percent(value, locale=self.language)
