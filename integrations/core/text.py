"""Vietnamese text: one normal form, folding, and a comparison that forgives missing diacritics and one slip of the finger.

`bot/` has its own copy of `fold`; a test holds the two equal.
"""

import re
import unicodedata


def nfc(text: str) -> str:
    """Composed form (Unicode NFC), without zero-width characters, spaces collapsed, ends trimmed."""
    composed = unicodedata.normalize("NFC", text)
    visible = "".join(character for character in composed if unicodedata.category(character) != "Cf")
    return re.sub(r"\s+", " ", visible).strip()


def fold(text: str) -> str:
    """Lower case without diacritics, `đ` as `d`: `"Đồng Lộc"` → `"dong loc"`."""
    decomposed = unicodedata.normalize("NFD", nfc(text).lower().replace("đ", "d"))
    return "".join(character for character in decomposed if unicodedata.category(character) != "Mn")


def one_slip_apart(left: str, right: str) -> bool:
    """Equal, or one character inserted, left out, replaced, or two neighbours swapped."""
    if left == right:
        return True
    if abs(len(left) - len(right)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
    rest_left, rest_right = left[start:], right[start:]
    return (
        rest_left[1:] == rest_right[1:]
        or rest_left[1:] == rest_right
        or rest_left == rest_right[1:]
        or (rest_left[:2] == rest_right[1::-1] and rest_left[2:] == rest_right[2:])
    )


def same_text(left: str, right: str) -> bool:
    """Tolerant comparison: equal when folded; a text of six letters or more may also be one slip apart."""
    folded_left, folded_right = fold(left), fold(right)
    if folded_left == folded_right:
        return True
    return min(len(folded_left), len(folded_right)) >= 6 and one_slip_apart(folded_left, folded_right)
