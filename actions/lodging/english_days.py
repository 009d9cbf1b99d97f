"""English words for days and hours, put into the Vietnamese ones that the readers of dates know."""

import re

_DAYS = {"monday": "thứ 2", "tuesday": "thứ 3", "wednesday": "thứ 4", "thursday": "thứ 5", "friday": "thứ 6", "saturday": "thứ 7", "sunday": "chủ nhật"}
_WHICH = {"last": " trước", "next": " tới"}
_WORDS = {
    r"(?:the )?day after tomorrow": "ngày kia",
    r"(?:the )?day before yesterday": "hôm kia",
    r"last night|yesterday (?:evening|night)": "đêm qua",
    r"yesterday": "hôm qua",
    r"tonight|this evening": "tối nay",
    r"this morning": "sáng nay",
    r"this afternoon": "chiều nay",
    r"today": "hôm nay",
    r"tomorrow": "ngày mai",
    r"one night": "1 đêm",
    r"two nights": "2 đêm",
    r"three nights": "3 đêm",
    r"four nights": "4 đêm",
    r"nights?": "đêm",
    r"until|till": "đến",
    r"midnight": "0:00",
    r"noon": "12:00",
}
_WEEKDAY = re.compile(rf"\b(?:(last|next) )?({'|'.join(_DAYS)})\b")
_HALF_DAY = re.compile(r"\b(1[0-2]|0?[1-9])(?:[:.]([0-5]\d))? ?([ap])\.?m\b\.?")


def in_vietnamese(text: str) -> str:
    """`friday 8pm` → `thứ 6 20:00`; a text without such words comes back as it was."""
    said = _HALF_DAY.sub(_clock, text.lower())
    for pattern, words in _WORDS.items():
        said = re.sub(rf"\b(?:{pattern})\b", words, said)
    said = _WEEKDAY.sub(lambda match: _DAYS[match[2]] + _WHICH.get(match[1] or "", ""), said)
    return text if said == text.lower() else said


def _clock(match: re.Match[str]) -> str:
    hour = int(match[1]) % 12 + (12 if match[3] == "p" else 0)
    return f"{hour}:{match[2] or '00'}{' sáng' if 0 < hour < 12 else ''}"
