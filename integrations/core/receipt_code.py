"""Codes on paper and on screen: the file code of a card application, and the codes this product gives out.

A file code of the public-service portal looks like `G01.042.000.000-261105-0123` (organisation, date, number), but only its letters
and digits count, so that it survives being read aloud. Ours look like `LT-7K3F9Q`.
"""

import re
import secrets
from dataclasses import dataclass

from integrations.core.errors import InvalidValue
from integrations.core.text import fold

# Without 0 O 1 I L, which people mix up on paper.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_MINIMUM, _MAXIMUM = 6, 32


@dataclass(frozen=True)
class ReceiptCode:
    """A plausible code: `value` as a clerk would write it, `key` its letters and digits to compare by."""

    value: str

    @classmethod
    def parse(cls, text: str) -> "ReceiptCode":
        """Reads a code with any spacing, case or dashes. Raises InvalidValue("receipt_code", `characters` | `length` | `no_digits`)."""
        value = re.sub(r"\s+", "", re.sub(r"\s*[‐‑‒–—−_]\s*", "-", fold(text))).upper().strip(".-/")
        if not re.fullmatch(r"[A-Z0-9./-]*", value):
            raise InvalidValue("receipt_code", "characters")
        key = re.sub(r"[./-]", "", value)
        if not _MINIMUM <= len(key) <= _MAXIMUM:
            raise InvalidValue("receipt_code", "length")
        if sum(character.isdigit() for character in key) < 2:
            raise InvalidValue("receipt_code", "no_digits")
        return cls(value)

    @property
    def key(self) -> str:
        """Only letters and digits."""
        return re.sub(r"[./-]", "", self.value)


def new_code(prefix: str, length: int = 6) -> str:
    """An unguessable code, `LT-7K3F9Q`: 31^length possibilities, always at least two digits in it."""
    while True:
        body = "".join(secrets.choice(_ALPHABET) for _ in range(length))
        if sum(character.isdigit() for character in body) >= 2:
            return f"{prefix}-{body}"
