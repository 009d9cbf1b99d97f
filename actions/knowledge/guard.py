"""The ten things that are never said (answers.md E) and each unit's own patterns, over folded text."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from actions.knowledge.units import Unit, Version
from integrations.core.text import fold

HALVED_FEES_END, ONLINE_EXEMPTION_ENDS = date(2026, 12, 31), date(2027, 2, 28)

_PRIVATE = r"(?:ma )?(?:otp|mat khau|passcode|anh (?:cccd|can cuoc|the))"
_ASKING = r"(?<!khong )(?<!dung )(?<!khong bao gio )(?:xin |hay |vui long |ong/ba )(?:doc|gui|cho (?:toi|biet)|nhap vao day)"

# The two lines of facts.md 6, the example that forms give, and the ten digits in a row.
_PUBLISHED = r"1900[ .]?0368|1800[ .]?1096|0912 ?345 ?678|0123456789"

NEVER: dict[str, str] = {
    "district police as a place to go": r"(?<!khong con )(?<!bo )(?:den|toi|ra|len|tai|o|nop) cong an (?:cap )?(?:quan|huyen|thi xa)\b",
    "a dead decree as law in force": r"\b(?:144/2021|55/2021|66/2023|62/2021|59/2022)\b",
    "a residence book as a paper to bring": r"(?:mang|nop|kem|xuat trinh|can co|can) (?:theo )?so (?:tam tru|ho khau)",
    "a telephone number that nobody published": rf"(?<![\d.-])(?!{_PUBLISHED})(?:0\d{{2,3}}[ .]?\d{{3}}[ .]?\d{{3,4}}|1[89]00[ .]?\d{{4}})(?![\d-]|\.\d)",
    "an office's hours by the clock": r"cong an (?:cap )?(?:xa|phuong)[^.]{0,40}(?:mo cua|lam viec|tiep dan)[^.]{0,15} (?:tu )?[6-9] ?(?:h|gio)",
    "a state of a file that no office gave": r"(?:the|ho so) (?:cua (?:ong/ba|toi) )?(?:dang (?:duoc )?in|da in xong|dang cho in|dang in)\b",
    "the card must be changed because of the merger": r"(?<!khong )(?:bat buoc|phai) (?:doi|lam lai)[^.]{0,40}(?:vi|do) sap nhap",
    "a secret is asked for": rf"{_ASKING} {_PRIVATE}",
    "level 2 from afar": r"(?:nang|len|dang ky|lam) (?:len )?muc 2 (?:online|qua (?:mang|tin nhan|ussd|sms)|tren dien thoai)(?! duoc khong)(?! khong)",
    "a promised day": r"(?:chac chan|cam ket|dam bao) [^.]{0,30}(?:ngay \d|co the vao|den nha vao)",
}
HALVED = re.compile(r"\b(?:25|35)[., ]?000\b")
ONLINE_FREE = re.compile(r"\b0 ?(?:d|dong)\b")
ELEVEN_PM = re.compile(r"\b23 ?(?:gio|h|:00)")


def never_said(text: str) -> list[str]:
    """The names of the rules that a text breaks, whatever the day."""
    folded = fold(text)
    return [name for name, pattern in NEVER.items() if re.search(pattern, folded)]


def problems_of(unit: Unit, days: Iterable[date]) -> Iterator[str]:
    """What is wrong with the unit on these days: no answer after its first day, a pattern missed or hit, a rule broken."""
    first = min(version.effective_from or date.min for version in unit.versions)
    for day in days:
        version = unit.version_on(day)
        if version is None:
            if day >= first:
                yield f"{day}: nothing holds"
            continue
        yield from (f"{day}: {problem}" for problem in _problems_on(unit, version, day))


def _problems_on(unit: Unit, version: Version, day: date) -> Iterator[str]:
    answer = version.answer
    whole = fold(answer.chat)
    for pattern in unit.must_have:
        if not re.search(pattern, whole):
            yield f"must have {pattern!r}"
    for text in answer.texts():
        folded = fold(text)
        yield from (f"never say {pattern!r}: {text}" for pattern in unit.never_say if re.search(pattern, folded))
        yield from (f"{name}: {text}" for name in never_said(text))
        if day > HALVED_FEES_END and unit.label == "cccd_fee" and HALVED.search(folded):
            yield f"the halved fee after it ended: {text}"
        if day > ONLINE_EXEMPTION_ENDS and unit.label == "cccd_fee" and ONLINE_FREE.search(folded) and "dia gioi" not in folded:
            yield f"the online exemption after it ended: {text}"
        if unit.label == "lodging_foreigner" and ELEVEN_PM.search(folded) and "khong dung" not in folded and "khong ap dung" not in folded:
            yield f"23:00 is not the limit for foreigners: {text}"
