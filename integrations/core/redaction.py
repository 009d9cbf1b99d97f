"""Removes what must never be kept: one-time codes, passwords, passcodes and bank card numbers that a citizen typed by mistake.

Nobody here ever asks for them; a text that carries one is changed before it is stored.
"""

import re
import unicodedata
from dataclasses import dataclass

REMOVED = "[đã xóa]"

_FILLER = (
    r"(?:\s*(?:cua|vneid|tai khoan|nay|minh|toi|con|em|bac|ong|ba|co|chu|moi|cu|dang nhap|dinh danh|dien tu|muc 2|zalo|ngan hang|nhan duoc|gui ve|gui|day))*"
)
_IS = r"\s*(?:la|thi la|is|:|=|-|la so)*\s*"
_CODE_WORD = r"(?:(?:ma\s*)?otp|ma xac (?:thuc|nhan|minh)|ma kich hoat|ma bao mat|ma dang nhap|ma pin|so pin|passcode|pass code|mat ma|ma khoa|cvv|cvc)"
_LOGIN_NOUN = r"(?:mat khau|password|passwd|passcode|pass|mk|mat ma)"
_QUESTION = r"(?:gi|sao|nao|dau|bao|nhu|the|may|khong|ko|k|roi|bi|duoc|dc|va|hay|hoac|moi|cu|sai|dung|quen|mat|cho|o|co|can|nhe|nha|a|oi|vay)\b"

_RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("code", re.compile(rf"\b{_CODE_WORD}\b{_FILLER}{_IS}(?P<secret>\d(?:[ .-]?\d){{3,7}})(?!\d)")),
    ("code", re.compile(rf"(?<!\d)(?P<secret>\d(?:[ .-]?\d){{3,7}})\s*(?:la|is)\s*{_CODE_WORD}\b")),
    ("password", re.compile(rf"\b{_LOGIN_NOUN}\b{_FILLER}\s*(?:la|thi la|is|:|=)\s*(?!{_QUESTION})(?P<secret>\S{{4,}})")),
    ("password", re.compile(rf"\b{_LOGIN_NOUN}\b{_FILLER}\s+(?P<secret>(?=\S*\d)(?=\S*[a-z@#$%!])\S{{6,}})")),
)
_CARD = re.compile(r"(?<![\d-])\d(?:[ -]?\d){15,18}(?![\d-])")
_BARE_CODE = re.compile(r"^\D{0,12}(?P<secret>\d{3}[ .-]?\d{3})\D{0,12}$")


@dataclass(frozen=True, slots=True)
class Redacted:
    """The text without its secrets, and which kinds were found (`code`, `password`, `bank_card`)."""

    text: str
    kinds: tuple[str, ...] = ()


def redact(text: str, *, code_expected: bool = False) -> Redacted:
    """`code_expected`: the dialogue stands at a step where an OTP is on the citizen's screen, so that six bare digits are one."""
    folded = _fold_in_place(text)
    places = _places_with_single_spaces(folded)
    spaced = "".join(folded[place] for place in places)
    found = {(match.span("secret"), kind) for kind, rule in _RULES for match in rule.finditer(spaced)}
    found |= {(match.span(), "bank_card") for match in _CARD.finditer(spaced) if _luhn(re.sub(r"\D", "", match[0]))}
    if code_expected and (match := _BARE_CODE.match(spaced)):
        found.add((match.span("secret"), "code"))
    if not found:
        return Redacted(text)
    hidden = bytearray(len(text))
    for (first, beyond), _ in found:
        start, end = places[first], places[beyond - 1] + 1
        hidden[start:end] = b"\1" * (end - start)
    return Redacted(_blank(text, hidden), tuple(sorted({kind for _, kind in found})))


def _blank(text: str, hidden: bytearray) -> str:
    parts: list[str] = []
    for index, character in enumerate(text):
        if not hidden[index]:
            parts.append(character)
        elif index == 0 or not hidden[index - 1]:
            parts.append(REMOVED)
    return "".join(parts)


def _fold_in_place(text: str) -> str:
    """Lower case without diacritics, every character at its old index (the text is NFC)."""
    return "".join(_fold_character(character) for character in text)


def _places_with_single_spaces(folded: str) -> list[int]:
    """Where the characters stand that are left when each run of white space is one: a long run would cost the rules its square in time."""
    return [place for place, character in enumerate(folded) if not (character.isspace() and folded[place - 1 : place].isspace())]


def _fold_character(character: str) -> str:
    if character in "đĐ":
        return "d"
    base = unicodedata.normalize("NFD", character)[0].lower()
    return base if len(base) == 1 else character


def _luhn(digits: str) -> bool:
    total = sum(sum(divmod(2 * int(digit), 10)) if index % 2 else int(digit) for index, digit in enumerate(reversed(digits)))
    return total % 10 == 0
