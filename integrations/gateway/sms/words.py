"""What short words on a plain phone mean: opting out and in, the keys 0, 00 and *, and the grammar of the short code.

Everything but the opting becomes an ordinary Vietnamese sentence or one of the bot's own choices, so no rule of the dialogue stands here a second time.
"""

import json
import re
from typing import Literal

from integrations.core.emergency import is_emergency
from integrations.core.phone import PLAIN_PHONE_CHANNELS
from integrations.core.questions import reads_like_question
from integrations.core.text import fold, nfc

LAST_DIGITS = 4
MOST_DETAILS = 400  # more than the form reads, and far less than the longest payload that the bot takes
_ALWAYS_OUT = {"huy nhan tin", "dung nhan tin", "khong nhan tin", "tu choi nhan tin"}
# In the middle of a form, or to an officer, these mean what was asked, not the messages.
_OUT_WHEN_FREE = {"huy", "tu choi", "tuchoi", "stop"}
# Without diacritics "đúng" (yes) is written the same: only as the capitals that we announce, or marked, is it the wish to stop.
_DUNG = re.compile(r"\W*(?:DUNG|[Dd]ừng|DỪNG)\W*")
_IN = {"dong y lai", "dongylai", "nhan tin lai", "start"}

_KEYS = {"0": "quay lại", "00": "làm lại từ đầu", "*": "gặp cán bộ"}
_COMMANDS = {
    "cccd": "xem thẻ làm đến đâu",
    "gap": "gặp cán bộ",
    "trogiup": "trợ giúp",
    "tro giup": "trợ giúp",
    "help": "trợ giúp",
    "luutru": "khai báo lưu trú",
    "luutru sua": "sửa thông báo lưu trú",
    "luutru huy": "hủy thông báo lưu trú",
}
# A code holds a digit; other words after CCCD are a question. Digits that are not four are asked for again.
_STATUS = re.compile(r"cccd\s+(?P<code>(?=\S*\d)[a-z0-9][a-z0-9.\-/]{5,39})(?:\s+(?P<last>\d{1,12}))?")
_LODGING = re.compile(r"luu(?P<apart> ?)tru\b[\s:,;.-]*(?P<rest>\S.*)")
_LONG_NUMBER = re.compile(r"\d(?:[ .-]?\d){8}")
_BARE_NUMBER = re.compile(r"\d{1,2}\.?")


def subscription(text: str, *, answering: bool, offered: bool = False) -> Literal["opted_out", "opted_in"] | None:
    """Whether the message asks to stop or to resume messages that the citizen did not ask for.

    `answering`: it may answer a form or an officer. `offered`: choices were shown last, so that DUNG may say yes to one.
    """
    words = re.sub(r"[^\w\s]", " ", fold(text)).split()
    folded = " ".join(words)
    if folded in _IN:
        return "opted_in"
    if folded in _ALWAYS_OUT:
        return "opted_out"
    free = folded in _OUT_WHEN_FREE or (not offered and _DUNG.fullmatch(nfc(text)))
    return "opted_out" if free and not answering else None


def as_sentence(channel: str, text: str, *, in_journey: bool) -> str:
    """What a citizen on SMS or USSD meant, in words; other text and other channels unchanged.

    A number that picks no choice is an answer only where a journey has asked for one; elsewhere it asks what there is to choose from.
    """
    if channel not in PLAIN_PHONE_CHANNELS:
        return text
    typed = text.strip()
    if typed in _KEYS:
        return _KEYS[typed]
    folded = " ".join(fold(typed).split())
    if folded in _COMMANDS:
        return _COMMANDS[folded]
    if not in_journey and _BARE_NUMBER.fullmatch(folded):
        return _COMMANDS["trogiup"]
    if status := _STATUS.fullmatch(folded):
        last = f", bốn số cuối {status['last']}" if len(status["last"] or "") == LAST_DIGITS else ""
        return f"tra cứu thẻ căn cước, mã hồ sơ {status['code'].upper()}{last}"
    if question := _lodging_rest(typed):
        return f"tôi muốn khai báo lưu trú {question}"
    return text


def as_payload(channel: str, text: str) -> str | None:
    """The choice that a short-code word makes together with details behind it (`LUUTRU tran thi binh, 042190001234, …`); None for anything else.

    A question or a cry for help behind the word stays a sentence.
    """
    if channel not in PLAIN_PHONE_CHANNELS:
        return None
    details = _lodging_rest(text.strip())
    if not details or " ".join(fold(text).split()) in _COMMANDS or is_emergency(details):
        return None
    if reads_like_question(details) and not _LONG_NUMBER.search(details):
        return None
    return f"/lodging_register{json.dumps({'details': details[:MOST_DETAILS]}, ensure_ascii=False)}"


def _lodging_rest(typed: str) -> str:
    """What stands behind LUUTRU. Written in two words it is ordinary Vietnamese, unless somebody's number follows."""
    line = nfc(re.sub(r"[\r\n]+", ", ", typed))
    match = _LODGING.match(fold(line))
    if not match or (match["apart"] and not _LONG_NUMBER.search(line)):
        return ""
    return line[match.start("rest") :] if len(fold(line)) == len(line) else match["rest"]
