"""Readers of answers that several forms ask for. Each takes the turn and gives a value, a Refused with the reason, or None."""

import re

from actions.common.answers import Refused
from actions.common.commands import agrees
from actions.common.turn import Turn
from actions.common.wording import exact_meaning
from integrations.core.citizen_number import CitizenNumber
from integrations.core.errors import InvalidValue
from integrations.core.phone import THIS_NUMBER, Phone
from integrations.core.receipt_code import ReceiptCode
from integrations.core.text import fold, nfc

LONGEST_TEXT = 200
_LEAD = re.compile(r"^.*\b(?:ho va ten|ho ten|ten(?: khach| toi| day du| nguoi lien he)*)(?: la| :|:)? (?=\w+ \w)|^(?:my name is|i am|the name is) ")
_TITLE = re.compile(r"^(?:(?:dạ|thưa|ông|bà|anh|chị|cô|chú|bác|em|cháu|khách|mr|mrs|ms)\.? )+", re.IGNORECASE)
_IS = re.compile(r"^.*\blà (?=\w+ \w)")
# Written with their marks and in small letters, these are never part of a name.
_SMALL_WORDS = frozenset("ở đâu là gì không thế nào sao muốn chưa được".split())
# "Sinh" and "Số" are names too: only what comes after them makes them "born" and "number".
_END_OF_NAME = re.compile(
    r"[,;()\d]|\b(?:nam )?sinh(?= ?:| \d| (?:ngay|nam|thang)\b.*\d)|\bso(?= ?:| \d| (?:la|dien thoai|dt|sdt|can cuoc|cccd|dinh danh|ho chieu|may|cua)\b)"
    r"|\bdien thoai\b|\bsdt\b|\bborn\b|\bphone\b"
)
_NO_NAME = frozenset("toi chua biet khong gi muon duoc hoi xin chao roi nhe vay ko cua ngay thang nao sao the ban may lam what how help no yes ok".split())
_NAME = re.compile(r"[^\W\d_]+(?:[ '’.\-]+[^\W\d_]+)*\.?")
_PHONE = re.compile(r"\+?\d(?:[ .\-]?\d){7,14}")
_TWELVE = re.compile(r"(?<!\d)(?<!\d[/.\-])\d(?:[ .\-]?\d){11}(?!\d|[/.\-]\d)")
_DIGITS = re.compile(r"(?<!\d)\d(?:[ .\-]?\d){6,13}(?!\d)")
_PASSPORT = re.compile(r"(?<!\w)[A-Za-z]{1,2}\s?\d{6,8}(?!\w)")
_NUMBER_WORDS = {word: number for number, words in enumerate(
    ("một one", "hai two", "ba three", "bốn four", "năm five", "sáu six", "bảy bẩy seven", "tám eight", "chín nine", "mười ten"), 1) for word in words.split()
}  # fmt: skip
_BARE_NUMBER_WORDS = {fold(word): number for word, number in _NUMBER_WORDS.items()}
_PEOPLE = r"(?:người|nguoi|khách|khach|vợ chồng|vo chong|đứa|dua|vị|guests?|people|persons?|adults?)\b"
_OTHER_UNITS = r"(?:đêm|dem|ngày|ngay|hôm|hom|tuần|tuan|tháng|thang|giờ|gio|h|tuổi|tuoi|nights?|days?|weeks?)\b"
_BESIDE_NUMBER = re.compile(r"\b(?:dạ|da|vâng|vang|có|co|là|la|khoảng|khoang|tổng|tong|cộng|cong|chỉ|chi|thôi|thoi|ạ|a|nhé|nhe|em|ơi|oi|just|only)\b")


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


def read_code(text: str, refused: str) -> str | Refused:
    """A code as a clerk would write it; the example out of our own question is said to be one."""
    try:
        return ReceiptCode.parse(text).value
    except InvalidValue as error:
        return Refused("utter_refused_sample_code" if error.reason == "sample" else refused)


def read_count(turn: Turn, most: int) -> int | Refused | None:
    """A number of people from 1 to `most`, in digits, or in words that stand alone or before "người", "khách" ("ba mẹ tôi" is no three)."""
    given = str(turn.entity("guest_count") or turn.answer or "")
    said = given if given.isdigit() else turn.said
    known = _BARE_NUMBER_WORDS if said == fold(said) else _NUMBER_WORDS
    found = [word for word in re.findall(r"\d+|[^\W\d_]+", said) if word.isdigit() or word in known]
    if len(found) != 1:
        return None
    word = found[0]
    if re.search(rf"\b{word} ?{_OTHER_UNITS}", said):
        return None
    if not (word.isdigit() or re.search(rf"\b{word} {_PEOPLE}", said) or _BESIDE_NUMBER.sub("", said).strip() == word):
        return None
    number = int(word) if word.isdigit() else known[word]
    return number if 1 <= number <= most else Refused("utter_refused_count")


def read_text(turn: Turn) -> str | Refused | None:
    """Any words, two characters at least, without control characters."""
    text = nfc(turn.text)
    if len(text) < 2:
        return None
    return text if len(text) <= LONGEST_TEXT else Refused("utter_refused_too_long")
