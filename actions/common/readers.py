"""Readers of answers that several forms ask for. Each takes the turn and gives a value, a Refused with the reason, or None."""

import re

from actions.common.answers import Refused
from actions.common.commands import agrees
from actions.common.turn import Turn
from actions.common.wording import exact_meaning
from integrations.core.citizen_number import CitizenNumber
from integrations.core.errors import InvalidValue
from integrations.core.phone import THIS_NUMBER, Phone
from integrations.core.text import fold, nfc

LONGEST_TEXT = 200
_LEAD = re.compile(r"^.*\b(?:ho va ten|ho ten|ten(?: khach| toi| day du| nguoi lien he)*)(?: la| :|:)? (?=\w+ \w)|^(?:my name is|i am|the name is) ")
_TITLE = re.compile(r"^(?:(?:dạ|thưa|ông|bà|anh|chị|cô|chú|bác|em|cháu|khách|mr|mrs|ms)\.? )+", re.IGNORECASE)
_IS = re.compile(r"^.*\blà (?=\w+ \w)")
# Written with their marks and in small letters, these are never part of a name.
_SMALL_WORDS = frozenset("ở đâu là gì không thế nào sao muốn chưa được".split())
_END_OF_NAME = re.compile(r"[,;()\d]|\bsinh\b|\bso\b|\bdien thoai\b|\bsdt\b|\bnam sinh\b|\bborn\b|\bphone\b")
_NO_NAME = frozenset("toi chua biet khong gi muon duoc hoi xin chao roi nhe vay ko cua ngay thang nao sao the ban may lam what how help no yes ok".split())
_NAME = re.compile(r"[^\W\d_]+(?:[ '’.\-]+[^\W\d_]+)*\.?")
_PHONE = re.compile(r"\+?\d(?:[ .\-]?\d){7,14}")
_TWELVE = re.compile(r"(?<!\d)\d(?:[ .\-]?\d){11}(?!\d)")
_DIGITS = re.compile(r"(?<!\d)\d(?:[ .\-]?\d){6,13}(?!\d)")
_PASSPORT = re.compile(r"(?<!\w)[A-Za-z]{1,2}\s?\d{6,8}(?!\w)")
_NUMBER_WORDS = {
    "mot": 1,
    "hai": 2,
    "ba": 3,
    "bon": 4,
    "nam": 5,
    "sau": 6,
    "bay": 7,
    "tam": 8,
    "chin": 9,
    "muoi": 10,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
}


def read_name(text: str) -> str | Refused | None:
    """A full name of two words or more, `Nguyễn Văn An`; typed in small letters, it gets its capitals."""
    words = nfc(text)
    folded = fold(words)
    if len(folded) != len(words):
        return None
    lead = _LEAD.match(folded)
    cut = _END_OF_NAME.search(folded, lead.end() if lead else 0)
    name = words[lead.end() if lead else 0 : cut.start() if cut else None]
    name = _TITLE.sub("", _IS.sub("", name)).strip(" .,:-")
    parts = fold(name).split()
    if not parts or not _NAME.fullmatch(name) or sum(part in _NO_NAME for part in parts) >= 2 or parts[0] in {"toi", "khong", "chua", "xin"}:
        return None
    if _SMALL_WORDS & set(name.split()) and name != name.lower():
        return None
    if not 2 <= len(parts) <= 8:
        return Refused("utter_refused_name")
    return name.title() if name == name.lower() or name == name.upper() else name


def read_phone(turn: Turn) -> str | Refused | None:
    """A telephone number as `+84912345678`, or THIS_NUMBER where the citizen has one and says to use it."""
    if turn.has_number and (turn.answer == THIS_NUMBER or agrees(turn) or exact_meaning("this_number", turn.folded)):
        return THIS_NUMBER
    found = _PHONE.search(turn.text)
    if not found:
        return Refused("utter_refused_phone") if sum(map(str.isdigit, turn.text)) >= 4 else None
    try:
        return Phone.parse(found[0]).e164
    except InvalidValue:
        return Refused("utter_refused_phone")


def read_document(text: str) -> dict[str, str] | Refused | None:
    """`{"citizen_number": …}` or `{"passport_number": …}`."""
    twelve = _TWELVE.search(text)
    if twelve:
        return {"citizen_number": CitizenNumber.parse(twelve[0]).value}
    passport = _PASSPORT.search(text)
    if passport:
        return {"passport_number": re.sub(r"\s", "", passport[0]).upper()}
    digits = _DIGITS.search(text)
    if digits is None:
        return None
    return Refused("utter_refused_old_number" if len(re.sub(r"\D", "", digits[0])) == 9 else "utter_refused_document")


def read_count(turn: Turn, most: int) -> int | Refused | None:
    """A number of people from 1 to `most`, in digits or words."""
    said = turn.entity("guest_count") or turn.answer or turn.folded
    words = re.findall(r"\d+|[a-z]+", fold(str(said)))
    numbers = [int(word) if word.isdigit() else _NUMBER_WORDS[word] for word in words if word.isdigit() or word in _NUMBER_WORDS]
    if len(numbers) != 1:
        return None
    return numbers[0] if 1 <= numbers[0] <= most else Refused("utter_refused_count")


def read_text(turn: Turn) -> str | Refused | None:
    """Any words, two characters at least, without control characters."""
    text = nfc(turn.text)
    if len(text) < 2:
        return None
    return text if len(text) <= LONGEST_TEXT else Refused("utter_refused_too_long")
