"""One plain form for the patterns of the other modules: folded words, digits for numbers, typing slips repaired.

Folding makes different words equal, so where an accent decides it is kept as a mark: `@toi` tới (towards), `@nay` này (this),
`@mot` mốt (in two days), `@kia` kìa (in three days); `tôi` (I) disappears.
"""

import re

from integrations.core.text import fold, nfc

_ACCENTED_NUMBERS = {
    "không": 0, "một": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "nhăm": 5,
    "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9, "mười": 10, "mươi": 10,
}  # fmt: skip
_PLAIN_NUMBERS = {fold(word): number for word, number in _ACCENTED_NUMBERS.items()}
_MARKED = {"tới": "@toi", "này": "@nay", "mốt": "@mot", "kìa": "@kia", "tôi": "", "giêng": "gieng"}
_MUST_BE_BARE = {"mai", "qua", "kia"}
_SHORT = {"cn": "chu nhat", "cnhat": "chu nhat", "hnay": "hom nay", "hqua": "hom qua", "thg": "thang", "wa": "qua", "bữa": "bua"}
_AFTER_NUMBER = {"h": "gio", "g": "gio", "hr": "gio", "p": "phut", "ph": "phut", "đ": "dem"}
_UNITS = {"ngay", "hom", "bua", "dem", "tuan", "thang", "gio", "tieng", "phut", "ruoi"}
_MARKERS = {"thu", "mung", "mong", "ngay", "thang", "luc"}
_VOCABULARY = _UNITS | _MARKERS | {"toi", "sang", "trua", "chieu", "chu", "nhat", "cuoi", "nay", "mai", "qua"}
_TONE_KEYS = "sfrxj"


def plain(text: str) -> str:
    """The plain form, words and numbers separated by single spaces, dates and hours such as `25/12` and `23:30` kept whole."""
    separated = re.sub(r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)", " ", nfc(text).lower())
    tokens = re.findall(r"\d+(?:[/.:-]\d+)*|[^\W\d_]+|->|→|\s[-–—~]\s?|[-–—~]\s|[–—~]|,", separated)
    words = [token.strip() for token in tokens]
    output: list[str] = []
    position = 0
    while position < len(words):
        number, length = _number_at(words, position)
        if length:
            output.append(str(number))
            position += length
            continue
        output.append(_plain_word(words, position))
        position += 1
    return " ".join(word for word in output if word)


def _plain_word(words: list[str], position: int) -> str:
    word = words[position]
    previous = words[position - 1] if position else ""
    following = words[position + 1] if position + 1 < len(words) else ""
    if word in {"->", "→", "-", "–", "—", "~"}:
        return "->"
    if word == "tôi" and following in {"nay", "mai", "qua"}:
        return "toi"
    if word in _MARKED:
        return _MARKED[word]
    if word in _SHORT:
        return _SHORT[word]
    if word in _AFTER_NUMBER and previous[-1:].isdigit():
        return _AFTER_NUMBER[word]
    if word == "t" and following in set("2345678"):
        return "thu"
    folded = fold(word)
    if folded == "mot" and fold(previous) in {"ngay", "hom", "bua", "sang", "trua", "chieu", "toi", "dem"}:
        return "@mot"
    if folded in _MUST_BE_BARE and folded != word:
        return word
    return _repair(folded)


def _number_at(words: list[str], position: int) -> tuple[int, int]:
    """The number that starts at `position` and how many words it takes; (0, 0) when none does."""
    run = []
    while position + len(run) < len(words) and len(run) < 3:
        digit = _digit(words[position + len(run)])
        if digit is None or (run and 10 not in (digit, run[-1])):
            break
        run.append(digit)
    if not run:
        return 0, 0
    if 10 in run and len(run) > 1:
        tens = run.index(10)
        return (run[0] if tens else 1) * 10 + sum(run[tens + 1 :]), len(run)
    return (run[0], 1) if _counts(words, position) else (0, 0)


def _digit(word: str) -> int | None:
    if word in {"mốt", "mót"}:
        return None
    return _ACCENTED_NUMBERS.get(word) if not word.isascii() else _PLAIN_NUMBERS.get(word)


def _counts(words: list[str], position: int) -> bool:
    """Whether a single number word is meant as a number here: `sau`, `tu`, `nam`, `bay` and `mot` have other lives without accents."""
    word = words[position]
    previous = _repair(fold(words[position - 1])) if position else ""
    following = _repair(fold(words[position + 1])) if position + 1 < len(words) else ""
    if previous in {"thu", "mung", "mong"}:
        return True
    if not word.isascii():
        return previous in _MARKERS or following in _UNITS
    match word:
        case "sau":
            return following in {"dem", "gio", "tuan"} and previous not in {"tuan", "thang", "ngay"}
        case "tu":
            return previous == "thang"
        case "bay":
            return following in _UNITS - {"gio"} or (following == "gio" and position + 2 < len(words))
        case "mot" if previous == "ngay":
            return False
        case "nam" if previous == "thang":
            return not following.isdigit()
    return previous in {"thang", "luc"} or following in _UNITS


def _repair(word: str) -> str:
    """A known word with a doubled letter, two letters swapped, or a Telex tone key left at its end; others as they are."""
    if word in _VOCABULARY or len(word) < 3:
        return word
    single = re.sub(r"(.)\1+", r"\1", word)
    bare = single.rstrip(_TONE_KEYS)
    for candidate in (single, bare, bare.replace("w", "")):
        if candidate in _VOCABULARY:
            return candidate
    first = 0 if len(word) > 3 else 1
    swaps = (word[:index] + word[index + 1] + word[index] + word[index + 2 :] for index in range(first, len(word) - 1))
    return next((swapped for swapped in swaps if swapped in _VOCABULARY), word)
