"""What may be shown in logs and lists instead of personal data, and the JSON-lines log set-up that applies it.

The last four digits of a citizen number are a second factor of the card look-up, so no mask ever shows four of them.
"""

import json
import logging
import re
import sys
from datetime import UTC, date, datetime

# A run of 8 to 15 digits with at most one separator between neighbours, up to 19 without any, or a passport's letter and 7 or 8 digits;
# dates such as 2026-11-23 and our own ids stay readable.
# Where letters touch it (`sdt0912345678`, `0912345678ạ`) only what is as long as a telephone or citizen number: ids and file codes are letters and digits too.
_DATE = r"(?:\d{4}-\d{2}-\d{2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{4})"
_ID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
_ALONE = r"(?<![\w-])(?:\+?\d(?:[ .-]?\d){7,14}|\d{16,19}|[A-Za-z]\d{7,8})(?![\w-])"
_TOUCHED = r"(?<![\d.-])\+?(?:0(?:[ .]?\d){9}(?:(?:[ .]?\d){2})?|84(?:[ .]?\d){9})(?!\d)"
_DIGIT_RUN = re.compile(rf"(?P<kept>(?<!\d){_DATE}(?!\d)|(?<!\w){_ID}(?!\w))|(?P<number>{_TOUCHED}|{_ALONE})")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_STANDARD_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def mask_number(number: str) -> str:
    """Citizen or passport number: the first three characters and the last two, `042*******17`."""
    return "*" * len(number) if len(number) < 7 else f"{number[:3]}{'*' * (len(number) - 5)}{number[-2:]}"


def mask_phone(phone: str) -> str:
    """The last three digits, `*******678`."""
    return f"{'*' * max(len(phone) - 3, 0)}{phone[-3:]}" if len(phone) > 3 else "*" * len(phone)


def mask_name(name: str) -> str:
    """Initials, `N. V. A.`"""
    return " ".join(f"{word[0].upper()}." for word in name.split())


def mask_birth_date(day: date) -> str:
    """The year, `**/**/1990`."""
    return f"**/**/{day.year}"


def mask_text(text: str) -> str:
    """Free text with digit runs that may be a number, card or phone masked, and e-mail addresses removed."""

    def replace(match: re.Match[str]) -> str:
        return match["kept"] or mask_number(re.sub(r"[ .-]", "", match["number"]))

    return _EMAIL.sub("***@***", _DIGIT_RUN.sub(replace, text))


class PersonalDataFilter(logging.Filter):
    """Masks the message, its arguments and every extra field that is a string, before any handler sees them."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always True: a record is changed, never dropped."""
        record.msg, record.args = mask_text(record.getMessage()), ()
        for name, value in vars(record).items():
            if name not in _STANDARD_FIELDS and isinstance(value, str):
                setattr(record, name, mask_text(value))
        return True


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, the extra fields, and the exception's type and place, not its text."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in _STANDARD_FIELDS}
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["trace"] = [f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" for frame in _frames(record.exc_info[2])]
        return json.dumps(line, ensure_ascii=False, default=str)


def _frames(traceback):
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def configure_logging(process: str, level: str = "INFO", stream=None) -> None:
    """JSON lines on standard error for the whole process; `process` is a field of every line."""

    class ProcessFilter(PersonalDataFilter):
        def filter(self, record: logging.LogRecord) -> bool:
            record.process_name = process
            return super().filter(record)

    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter())
    handler.addFilter(ProcessFilter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)
    for name in ("uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True
    access = logging.getLogger("uvicorn.access")
    access.handlers, access.propagate = [], False  # addresses carry what citizens write: operators deliver messages by GET
    for name in ("httpx", "httpx2", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)  # their INFO lines carry whole addresses
